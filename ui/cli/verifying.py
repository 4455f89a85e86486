"""The command that checks quotes against the articles: verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quoth.index.library import Library
from quoth.qa.nearest import Difference, Nearest, nearest
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

    If no article contains the sentence, the nearest one is shown, and where the two differ. Exits with 1 then, or if a
    quote was changed or is gone, or if a file has changed since it was read.
    """
    opened = open_library(library, candidates)
    is_file = Path(what).is_file()
    results = [verify_quote(saved, opened) for saved in saved_quotes(Path(what))] if is_file else places(what, opened)
    if not results and not is_file:
        _put_nearest(what, opened, as_json=as_json)
    elif as_json:
        put(as_json_text(results))
    else:
        for result in results:
            put(_saved_line(result) if is_file else _sentence_line(result))
    if not results or any(r.status in ("changed", "gone") or r.file == "changed" for r in results):
        raise typer.Exit(1)


def _put_nearest(sentence: str, library: Library, *, as_json: bool) -> None:
    """Show the sentence that is nearest to one that no article contains."""
    found = nearest(sentence, library)
    if as_json:
        put(as_json_text([found] if found else []))
        return
    put("No article contains this sentence." + ("" if found else " None has a similar one."))
    if found:
        put(_nearest_lines(found))


def _nearest_lines(found: Nearest) -> str:
    lines = [
        f"The nearest one has {found.similarity:.0%} of its letters in common:",
        f"    {found.text}",
        f"    — {citation(found.article)} ({found.article.source}, {found.start}–{found.end})",
        *(f"    {_difference_line(difference)}" for difference in found.differences),
    ]
    return "\n".join(lines)


def _difference_line(difference: Difference) -> str:
    if difference.kind == "missing":
        return f"left out: “{difference.there}”"
    if difference.kind == "added":
        return f"not there: “{difference.given}”"
    return f"not “{difference.given}” but “{difference.there}”"


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
