"""The command ``quoth``. It exits with 0 when all went well, 1 when something was not found or not taken, 2 on an error."""

from __future__ import annotations

import dataclasses
import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from index import Changes, Library
from index.changes import Report
from index.errors import QuothError
from index.reading import FIELDS
from index.records import Progress as Done
from qa import Answer, retrieve
from qa import ask as ask_library
from qa.confidence import FOUND
from qa.evaluate import evaluate, read_questions
from qa.retrieve import open_library

from . import care
from .console import err, put
from .options import (
    DEFAULT,
    ColumnsOption,
    ConfidenceOption,
    CrossEncoderOption,
    JsonOption,
    LibraryOption,
    ModelOption,
)
from .render import citation
from .source import sheet_of
from .text import answer_text, as_json_text, report_text

app = typer.Typer(
    help="Ask a folder of articles, and be answered in their own words, with the place where each stands.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
for command in (care.check, care.backup, care.restore, care.verify):
    app.command()(command)
@app.command()
def add(paths: Annotated[list[str], typer.Argument(help="Articles, or folders of them: text, Markdown, web pages, PDF, Word, OpenDocument, EPUB, RTF, mail, feeds, tables.")],
        library: LibraryOption = DEFAULT, model: ModelOption = None, columns: ColumnsOption = None, as_json: JsonOption = False) -> None:  # fmt: skip
    """Take articles into the library; what has not changed costs nothing."""
    with _bar() as report:
        changes = Library(library, model).add(paths, columns=_columns(columns), progress=report)
    _tell(changes, as_json)


@app.command()
def rebuild(folder: Annotated[str, typer.Argument(help="The folder that the articles lie in.")],
            library: LibraryOption = DEFAULT, model: ModelOption = None, columns: ColumnsOption = None, as_json: JsonOption = False,
            forget_missing: Annotated[bool, typer.Option("--forget-missing", help="Forget what is gone even where that is most of the folder.")] = False) -> None:  # fmt: skip
    """Bring the library up to date with a folder: take in what is new or changed, forget what is gone."""
    with _bar() as report:
        changes = Library(library, model).rebuild(folder, columns=_columns(columns), forget_missing=forget_missing, progress=report)
    _tell(changes, as_json)


@app.command()
def watch(folder: Annotated[str, typer.Argument(help="The folder that the articles lie in.")],
          library: LibraryOption = DEFAULT, model: ModelOption = None, columns: ColumnsOption = None,
          poll: Annotated[bool, typer.Option("--poll", help="Look at the files every few seconds, for drives that tell of no changes.")] = False) -> None:  # fmt: skip
    """Keep the library up to date with a folder, until it is interrupted."""
    from watchfiles import watch as changed  # loads what few commands need

    opened = Library(library, model)
    _say(opened.rebuild(folder, columns=_columns(columns)))
    following = False
    with suppress(KeyboardInterrupt):  # also while it brings the library up to date
        for found in changed(folder, force_polling=poll or None, rust_timeout=1_000, yield_on_timeout=True, raise_interrupt=False):
            try:
                # What changed before the watching began is looked for once more when it has.
                if found or not following:
                    changes = opened.rebuild(folder)
                    if found or changes.added or changes.changed or changes.removed:
                        _say(changes)
            except QuothError as error:  # the folder may be back the next time
                err.print(f"quoth: {error}")
            if not following:
                err.print(f"Watching {folder} (Ctrl-C ends it)")
                following = True


@app.command()
def remove(paths: Annotated[list[str], typer.Argument(help="Articles, or folders of them, as they were added.")],
           library: LibraryOption = DEFAULT, as_json: JsonOption = False) -> None:  # fmt: skip
    """Forget articles; the files themselves are left alone."""
    _tell(open_library(library).remove(paths), as_json)


@app.command()
def ask(question: Annotated[str, typer.Argument(help="What you want to know, in quotation marks.")],
        library: LibraryOption = DEFAULT, min_confidence: ConfidenceOption = FOUND,
        cross_encoder: CrossEncoderOption = None, as_json: JsonOption = False,
        explain: Annotated[bool, typer.Option("--explain", help="Say what spoke for the quote, the mark, found or not, differ or not.")] = False,
        image: Annotated[Path | None, typer.Option(help="Write the page of the first quote, marked, to this PNG; of articles that have pages.")] = None) -> None:  # fmt: skip
    """Answer a question with quotes from the articles. Exits with 1 when they hold no answer."""
    answer = ask_library(question, library=library, min_confidence=min_confidence, cross_encoder=cross_encoder)
    put(as_json_text(answer) if as_json else answer_text(answer))
    if explain and not as_json:
        put("\n" + "\n".join(answer.why))
    if image is not None:
        _draw(answer, open_library(library), image)
    if not answer.found:
        raise typer.Exit(1)


@app.command()
def search(question: Annotated[str, typer.Argument(help="A question or keywords.")],
           k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 5,
           library: LibraryOption = DEFAULT, as_json: JsonOption = False) -> None:  # fmt: skip
    """Show the passages that fit a question best, best first."""
    hits = retrieve(question, k, library=library)
    if as_json:
        put(as_json_text(hits))
        return
    for number, hit in enumerate(hits, 1):
        put(f"[{number}] {citation(hit.article)} ({hit.article.source}, {hit.passage.start}–{hit.passage.end})")
        put(f"{hit.passage.text}\n")


@app.command("eval")
def evaluate_library(questions: Annotated[Path, typer.Argument(help="Questions and their answers, one JSON object a line (see the README).")],
                     library: LibraryOption = DEFAULT, min_confidence: ConfidenceOption = FOUND,
                     cross_encoder: CrossEncoderOption = None, as_json: JsonOption = False) -> None:  # fmt: skip
    """Score the library on questions whose answers you know. Exits with 1 when one is missed."""
    report = evaluate(read_questions(questions), library, min_confidence=min_confidence, cross_encoder=cross_encoder)
    if as_json:
        put(as_json_text({
            "figures": report.figures(), "calibration": report.calibration(), "curve": report.curve(),
            "misses": [{"question": j.known.turns, "answers": j.known.answers or j.known.differs, "found": j.answer.found,
                        "confidence": j.answer.confidence, "quotes": [q.text for q in j.answer.quotes]} for j in report.misses()],
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
    put(f"{found.folder}: {found.articles} articles, {found.passages} passages, {found.bytes / 2**20:.1f} MB, {found.model}")
    for article in opened.catalogue():
        put(f"  {citation(article)} ({article.source})")


@app.command()
def chat(library: LibraryOption = DEFAULT,
         host: Annotated[str, typer.Option(help="The address to listen on; from other machines it can only be read, unless --auth is given.")] = "127.0.0.1",
         port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 for any free one.")] = 7860,
         auth: Annotated[str | None, typer.Option(envvar="QUOTH_AUTH", help="name:password that must be given to open the page.")] = None,
         read_only: Annotated[bool, typer.Option("--read-only", help="Allow nobody to add or remove articles.")] = False,
         allow_host: Annotated[list[str] | None, typer.Option(help="A name by which the server may be called, beside this machine's own; can be given several times.")] = None,
         trust_proxy: Annotated[bool, typer.Option("--trust-proxy", help="Believe what a proxy before the server says of a request (X-Forwarded-For, -Host, -Proto).")] = False,
         root_path: Annotated[str, typer.Option(help="The path under which a proxy serves the page, as /quoth.")] = "",
         mcp: Annotated[bool, typer.Option("--mcp", help="Serve ask, search, article and page as MCP tools as well.")] = False,
         log_questions: Annotated[bool, typer.Option("--log-questions", help="Write to the log what is asked, too.")] = False,
         min_confidence: ConfidenceOption = FOUND, cross_encoder: CrossEncoderOption = None) -> None:  # fmt: skip
    """Open the chat in the browser."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    name, _, password = (auth or "").partition(":")
    if auth is not None and not (name and password):
        raise typer.BadParameter("give it as name:password", param_hint="--auth")
    if root_path and not re.fullmatch(r"(/[\w.~-]+)+", root_path):
        raise typer.BadParameter("give it as /quoth: with a slash before it, and none behind it", param_hint="--root-path")
    opened = open_library(library)
    err.print("Loading the model and the page …")
    with ThreadPoolExecutor(1) as beside:
        prepared = beside.submit(opened.prepare)
        from .chat import Settings
        from .guard import Rules
        from .origins import Trust
        from .passwords import Password
        from .serve import serve
    prepared.result()

    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("quoth").setLevel(logging.INFO)
    trust = Trust(frozenset(given.casefold() for given in allow_host or ()), trust_proxy)
    rules = Rules(trust, Password(name, password) if auth else None, read_only, mcp)
    told = "; it may only be read" if read_only else ""
    serve(
        opened, Settings(min_confidence, cross_encoder, log_questions), rules, host, port,
        lambda url: err.print(f"The chat is open at {url} (Ctrl-C ends it{told})"), root_path=root_path,
    )  # fmt: skip


def _draw(answer: Answer, library: Library, image: Path) -> None:
    """Write the page of the first quote that has one."""
    for quote in answer.quotes if answer.found else ():
        if sheet := sheet_of(library, quote.article, (quote.start, quote.end)):
            image.write_bytes(sheet.png(marked=True))
            unsure = "" if sheet.marks is not None else "; where the quote stands on it cannot be told for sure, so it is not marked"
            err.print(f"Page {quote.article.pages[sheet.number].label} of {quote.article.source} is in {image}{unsure}.")
            return
    err.print(f"No quote stands on a page of a file that is still as it was; {image} was not written.")


@contextmanager
def _bar() -> Iterator[Report]:
    """A bar that says what is read and embedded, how fast, and how long it will take; for people only."""
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("Looking at the files", total=None)
        started = time.monotonic()

        def report(now: Done) -> None:
            rate = now.passages / max(time.monotonic() - started, 0.001)
            if now.waiting:
                progress.update(task, description="Waiting for another that changes the library")
                return
            said = f"{now.files:,} of {now.all_files:,} files read, {now.passages:,} passages embedded, {rate:.0f} a second"
            progress.update(task, completed=now.bytes, total=max(now.all_bytes, 1), description=said)

        yield report


def _columns(given: str | None) -> dict[str, str]:
    """ "title=headline,text=body" as a mapping."""
    pairs = [pair.partition("=")[::2] for pair in (given or "").split(",") if pair.strip()]
    found = {field.strip(): name.strip() for field, name in pairs}
    if wrong := [field for field, name in found.items() if field not in FIELDS or not name]:
        raise typer.BadParameter(f"{', '.join(wrong)}: give {', '.join(FIELDS)}, each as title=headline", param_hint="--columns")
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
        err.print(f"Not taken: {rejected.source}: {rejected.reason}")
    if changes.missing:
        err.print(
            f"{len(changes.missing)} files are gone, most of the folder (is a drive missing?). They stay in the library; "
            "to forget them, say --forget-missing."
        )


def main() -> None:
    """Run the command; errors meant for people are printed as such."""
    try:
        app()
    except QuothError as error:
        err.print(f"quoth: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
