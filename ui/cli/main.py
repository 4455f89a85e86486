"""The command ``quoth``.

It exits with 0 when all went well, 1 when something was not found or not taken, 2 on an error.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from quoth.index.errors import QuothError
from quoth.index.library import Library
from quoth.index.reading.formats.csv_jsonl import FIELDS
from quoth.index.records import Changes
from quoth.qa.answer.confidence import FOUND
from quoth.qa.cases import read_questions
from quoth.qa.evaluate import evaluate
from quoth.qa.opening import open_library
from quoth.ui.citations import citation
from quoth.ui.cli import asking
from quoth.ui.cli import maintenance as care

from .console import put, tell
from .format import as_json_text, report_text
from .options import (
    DEFAULT,
    ColumnsOption,
    ConfidenceOption,
    CrossEncoderOption,
    FolderArgument,
    JsonOption,
    LibraryOption,
    ModelOption,
)
from .progress import bars

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


def _version(asked: bool) -> None:
    if asked:
        put(f"quoth {version('quoth')}")
        raise typer.Exit


@app.callback()
def quoth(version: Annotated[bool, typer.Option(
              "--version", is_eager=True, callback=_version, help="Say which version this is.",
          )] = False) -> None:  # fmt: skip
    """Ask a folder of articles, and be answered in their own words, with the place where each stands."""


@app.command()
def add(paths: Annotated[list[str], typer.Argument(
            help="Articles, or folders of them: text, Markdown, web pages, PDF, Word, OpenDocument, EPUB, RTF, mail, "
                 "feeds, tables.",
        )],
        library: LibraryOption = DEFAULT, model: ModelOption = None, columns: ColumnsOption = None,
        as_json: JsonOption = False) -> None:  # fmt: skip
    """Take articles into the library; what has not changed costs nothing."""
    with bars() as report:
        changes = Library(library, model).add(paths, columns=_columns(columns), progress=report)
    _tell(changes, as_json)


@app.command()
def rebuild(folder: FolderArgument, library: LibraryOption = DEFAULT, model: ModelOption = None,
            columns: ColumnsOption = None, as_json: JsonOption = False,
            forget_missing: Annotated[bool, typer.Option(
                "--forget-missing", help="Forget what is gone even where that is most of the folder.",
            )] = False) -> None:  # fmt: skip
    """Bring the library up to date with a folder: take in what is new or changed, forget what is gone."""
    with bars() as report:
        changes = Library(library, model).rebuild(
            folder, columns=_columns(columns), forget_missing=forget_missing, progress=report
        )
    _tell(changes, as_json)


@app.command()
def watch(folder: FolderArgument, library: LibraryOption = DEFAULT, model: ModelOption = None,
          columns: ColumnsOption = None,
          poll: Annotated[bool, typer.Option(
              "--poll", help="Look at the files every few seconds, for drives that tell of no changes.",
          )] = False) -> None:  # fmt: skip
    """Keep the library up to date with a folder, until it is interrupted."""
    from watchfiles import watch as changed  # loads what few commands need

    opened = Library(library, model)
    _say(opened.rebuild(folder, columns=_columns(columns)))
    following = False
    with suppress(KeyboardInterrupt):  # also while it brings the library up to date
        for found in changed(
            folder, force_polling=poll or None, rust_timeout=1_000, yield_on_timeout=True, raise_interrupt=False
        ):
            try:
                # What changed before the watching began is looked for once more when it has.
                if found or not following:
                    changes = opened.rebuild(folder)
                    if found or changes.added or changes.changed or changes.removed:
                        _say(changes)
            except QuothError as error:  # the folder may be back the next time
                tell(f"quoth: {error}")
            if not following:
                tell(f"Watching {folder} (Ctrl-C ends it)")
                following = True


@app.command()
def remove(paths: Annotated[list[str], typer.Argument(help="Articles, or folders of them, as they were added.")],
           library: LibraryOption = DEFAULT, as_json: JsonOption = False) -> None:  # fmt: skip
    """Forget articles; the files themselves are left alone."""
    _tell(open_library(library).remove(paths), as_json)


for asks in (asking.ask, asking.search):
    app.command()(asks)


@app.command("eval")
def evaluate_library(questions: Annotated[Path, typer.Argument(
                         help="Questions and their answers, one JSON object a line (see the README).",
                     )],
                     library: LibraryOption = DEFAULT, min_confidence: ConfidenceOption = FOUND,
                     cross_encoder: CrossEncoderOption = None, as_json: JsonOption = False) -> None:  # fmt: skip
    """Score the library on questions whose answers you know. Exits with 1 when one is missed."""
    report = evaluate(read_questions(questions), library, min_confidence=min_confidence, cross_encoder=cross_encoder)
    if as_json:
        put(as_json_text({
            "figures": report.figures(), "calibration": report.calibration(), "curve": report.curve(),
            "misses": [
                {"question": j.known.turns, "answers": j.known.answers or j.known.differs, "found": j.answer.found,
                 "confidence": j.answer.confidence, "quotes": [q.text for q in j.answer.quotes]}
                for j in report.misses()
            ],
        }))  # fmt: skip
    else:
        put(report_text(report))
    if report.misses():
        raise typer.Exit(1)


@app.command()
def status(library: LibraryOption = DEFAULT, as_json: JsonOption = False) -> None:
    """Say what the library holds."""
    opened = open_library(library)
    found = opened.status()
    if as_json:
        put(as_json_text({**dataclasses.asdict(found), "sources": [a.source for a in opened.catalogue()]}))
        return
    size = f"{found.bytes / 2**20:.1f} MB"
    put(f"{found.folder}: {found.articles} articles, {found.passages} passages, {size}, {found.model}")
    for article in opened.catalogue():
        put(f"  {citation(article)} ({article.source})")


@app.command()
def chat(library: LibraryOption = DEFAULT,
         host: Annotated[str, typer.Option(
             help="The address to listen on; from other machines it can only be read, unless --auth is given.",
         )] = "127.0.0.1",
         port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 for any free one.")] = 7860,
         auth: Annotated[str | None, typer.Option(
             envvar="QUOTH_AUTH", help="name:password that must be given to open the page.",
         )] = None,
         read_only: Annotated[bool, typer.Option(
             "--read-only", help="Allow nobody to add or remove articles.",
         )] = False,
         allow_host: Annotated[list[str] | None, typer.Option(
             help="A name by which the server may be called, beside this machine's own; can be given several times.",
         )] = None,
         trust_proxy: Annotated[bool, typer.Option(
             "--trust-proxy",
             help="Believe what a proxy before the server says of a request (X-Forwarded-For, -Host, -Proto).",
         )] = False,
         root_path: Annotated[str, typer.Option(help="The path under which a proxy serves the page, as /quoth.")] = "",
         mcp: Annotated[bool, typer.Option(
             "--mcp", help="Serve ask, search, article and page as MCP tools as well.",
         )] = False,
         log_questions: Annotated[bool, typer.Option(
             "--log-questions", help="Write to the log what is asked, too.",
         )] = False,
         min_confidence: ConfidenceOption = FOUND, cross_encoder: CrossEncoderOption = None) -> None:  # fmt: skip
    """Open the chat in the browser."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    name, _, password = (auth or "").partition(":")
    if auth is not None and not (name and password):
        raise typer.BadParameter("give it as name:password", param_hint="--auth")
    if root_path and not re.fullmatch(r"(/[\w.~-]+)+", root_path):
        wanted = "give it as /quoth: with a slash before it, and none behind it"
        raise typer.BadParameter(wanted, param_hint="--root-path")
    opened = open_library(library)
    tell("Loading the model and the page …")
    with ThreadPoolExecutor(1) as beside:
        prepared = beside.submit(opened.prepare)
        from quoth.ui.server.app import serve
        from quoth.ui.server.security.guard import Rules
        from quoth.ui.server.security.origins import Trust
        from quoth.ui.server.security.passwords import Password
        from quoth.ui.server.service import Settings
    prepared.result()

    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("quoth").setLevel(logging.INFO)
    trust = Trust(frozenset(given.casefold() for given in allow_host or ()), trust_proxy)
    rules = Rules(trust, Password(name, password) if auth else None, read_only, mcp)
    told = "; it may only be read" if read_only else ""
    serve(
        opened, Settings(min_confidence, cross_encoder, log_questions), rules, host, port,
        lambda url: tell(f"The chat is open at {url} (Ctrl-C ends it{told})"), root_path=root_path,
    )  # fmt: skip


for looks_after in (care.check, care.backup, care.restore, care.verify):
    app.command()(looks_after)


def _columns(given: str | None) -> dict[str, str]:
    """ "title=headline,text=body" as a mapping."""
    pairs = [pair.partition("=")[::2] for pair in (given or "").split(",") if pair.strip()]
    found = {field.strip(): name.strip() for field, name in pairs}
    if wrong := [field for field, name in found.items() if field not in FIELDS or not name]:
        wanted = f"{', '.join(wrong)}: give {', '.join(FIELDS)}, each as title=headline"
        raise typer.BadParameter(wanted, param_hint="--columns")
    return found


def _tell(changes: Changes, as_json: bool) -> None:
    if as_json:
        put(as_json_text(changes))
    else:
        _say(changes)
    if changes.rejected or changes.missing:
        raise typer.Exit(1)


def _say(changes: Changes) -> None:
    kinds = ("added", "changed", "moved", "unchanged", "removed", "ignored")
    counts = [f"{len(getattr(changes, kind))} {kind}" for kind in kinds if getattr(changes, kind)]
    put(", ".join(counts) or "Nothing taken in.")
    for rejected in changes.rejected:
        tell(f"Not taken: {rejected.source}: {rejected.reason}")
    if changes.missing:
        tell(
            f"{len(changes.missing)} files are gone, most of the folder (is a drive missing?). They stay in the "
            "library; to forget them, say --forget-missing."
        )


def main() -> None:
    """Run the command; errors meant for people are printed as such."""
    try:
        app()
    except QuothError as error:
        tell(f"quoth: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
