"""The command that checks quotes against the articles: verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quoth.qa.opening import open_library
from quoth.qa.verify import Verified, places
from quoth.qa.verify import verify as verify_quote
from quoth.ui.citations import citation
from quoth.ui.exports.saved import saved_quotes

from .console import put
from .format import as_json_text
from .options import DEFAULT, CandidatesOption, JsonOption, LibraryOption

_AS_READ = {
    "same": "",
    "changed": " in the text as it was read, but its file has changed since (bring the library up to date with "
    "`quoth rebuild`)",
    "missing": " in the text as it was read (its file is gone)",
}
"""What is said of a place, by what became of its file."""


def verify(what: Annotated[str, typer.Argument(
               help="A file of saved answers (from `ask --json`, or exported by the chat), or a sentence.",
           )],
           library: LibraryOption = DEFAULT, candidates: CandidatesOption = None,
           as_json: JsonOption = False) -> None:  # fmt: skip
    """Check whether saved quotes are still in the articles, or where a sentence occurs word for word.

    Exits with 1 if a quote was changed or is gone, if no article contains the sentence, or if a file has changed since
    it was read.
    """
    opened = open_library(library, candidates)
    is_file = Path(what).is_file()
    results = [verify_quote(saved, opened) for saved in saved_quotes(Path(what))] if is_file else places(what, opened)
    if as_json:
        put(as_json_text(results))
    else:
        for result in results:
            put(_saved_line(result) if is_file else _sentence_line(result))
        if not results:
            put("No article contains this sentence.")
    if not results or any(r.status in ("changed", "gone") or r.file == "changed" for r in results):
        raise typer.Exit(1)


def _saved_line(result: Verified) -> str:
    place = _place(result)
    head = f"{result.status}{_AS_READ[result.file]}: {result.saved.text}\n    "
    if result.status == "changed":
        return f"{head}now: {result.text}\n    — {place}"
    return head + (f"— {place}" if place else f"was in {result.saved.source}")


def _sentence_line(result: Verified) -> str:
    if result.status == "in place":
        return f"word for word{_AS_READ[result.file]}: {_place(result)}"
    return f"except for spaces, quotation marks and dashes{_AS_READ[result.file]}: {_place(result)}\n    {result.text}"


def _place(result: Verified) -> str:
    article = result.article
    return f"{citation(article)} ({article.source}, {result.start}–{result.end})" if article else ""
