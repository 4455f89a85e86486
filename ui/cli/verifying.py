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
from .options import DEFAULT, JsonOption, LibraryOption


def verify(what: Annotated[str, typer.Argument(
               help="A file of saved answers (from `ask --json`, or exported by the chat), or a sentence.",
           )],
           library: LibraryOption = DEFAULT, as_json: JsonOption = False) -> None:  # fmt: skip
    """Check whether saved quotes are still in the articles, or where a sentence occurs word for word.

    Exits with 1 if a quote was changed or is gone, or if no article contains the sentence.
    """
    opened = open_library(library)
    is_file = Path(what).is_file()
    results = [verify_quote(saved, opened) for saved in saved_quotes(Path(what))] if is_file else places(what, opened)
    if as_json:
        put(as_json_text(results))
    else:
        for result in results:
            put(_saved_line(result) if is_file else _sentence_line(result))
        if not results:
            put("No article contains this sentence.")
    if not results or any(result.status in ("changed", "gone") for result in results):
        raise typer.Exit(1)


def _saved_line(result: Verified) -> str:
    place = _place(result)
    head = f"{result.status}: {result.saved.text}\n    "
    if result.status == "changed":
        return f"{head}now: {result.text}\n    — {place}"
    return head + (f"— {place}" if place else f"was in {result.saved.source}")


def _sentence_line(result: Verified) -> str:
    if result.status == "in place":
        return f"word for word: {_place(result)}"
    return f"except for spaces, quotation marks and dashes: {_place(result)}\n    {result.text}"


def _place(result: Verified) -> str:
    article = result.article
    return f"{citation(article)} ({article.source}, {result.start}–{result.end})" if article else ""
