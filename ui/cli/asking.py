"""Commands that ask a library: ask, search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from quoth.index.library import Library
from quoth.qa.answer.confidence import FOUND
from quoth.qa.ask import ask as ask_library
from quoth.qa.opening import open_library
from quoth.qa.records import Answer
from quoth.qa.retrieve import retrieve
from quoth.ui.page.source import sheet_of

from .console import put, takes_styles, tell
from .format import FileOf, answer_pieces, as_json_text, hit_pieces
from .options import DEFAULT, ConfidenceOption, CrossEncoderOption, JsonOption, LibraryOption
from .repl import converse


def ask(question: Annotated[str | None, typer.Argument(
            show_default=False, help="What you want to know, in quotation marks; left out, it is asked for.",
        )] = None,
        library: LibraryOption = DEFAULT, min_confidence: ConfidenceOption = FOUND,
        cross_encoder: CrossEncoderOption = None, as_json: JsonOption = False,
        explain: Annotated[bool, typer.Option(
            "--explain", help="Say what spoke for the quote, the mark, found or not, differ or not.",
        )] = False,
        image: Annotated[Path | None, typer.Option(
            help="Write the page of the first quote, marked, to this PNG; of articles that have pages.",
        )] = None) -> None:  # fmt: skip
    """Answer a question with quotes from the articles. Exits with 1 when they hold no answer.

    Without a question, one after another is asked for until Ctrl-D, and may lean on those before.
    Tab completes words that the articles have; the arrow keys bring back what was asked.
    Questions can also be piped in, one a line.
    """
    opened = open_library(library)

    def answered(asked: str, history: Sequence[Answer] = ()) -> Answer:
        answer = ask_library(
            asked, library=opened, history=history, min_confidence=min_confidence, cross_encoder=cross_encoder
        )
        put(as_json_text(answer) if as_json else answer_pieces(answer, _links(opened)))
        if explain and not as_json:
            put("\n" + "\n".join(answer.why))
        return answer

    if question is None:
        if image is not None:
            raise typer.BadParameter("it shows the answer to one question; give that, too", param_hint="--image")
        raise typer.Exit(converse(opened, answered, as_json))
    answer = answered(question)
    if image is not None:
        _draw(answer, opened, image)
    if not answer.found:
        raise typer.Exit(1)


def search(question: Annotated[str, typer.Argument(help="A question or keywords.")],
           k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 5,
           library: LibraryOption = DEFAULT, as_json: JsonOption = False) -> None:  # fmt: skip
    """Show the passages that fit a question best, best first."""
    opened = open_library(library)
    hits = retrieve(question, k, library=opened)
    if as_json:
        put(as_json_text(hits))
        return
    for number, hit in enumerate(hits, 1):
        put(hit_pieces(number, hit, _links(opened)))


def _links(library: Library) -> FileOf:
    """Where sources lead: to the article's file if it is still as it was read,
    which is only looked at if links are shown."""
    return library.file_of if takes_styles() else lambda article: None


def _draw(answer: Answer, library: Library, image: Path) -> None:
    """Write the page of the first quote that has one."""
    for quote in answer.quotes if answer.found else ():
        if sheet := sheet_of(library, quote.article, (quote.start, quote.end)):
            image.write_bytes(sheet.png(marked=True))
            page = f"Page {quote.article.pages[sheet.number].label} of {quote.article.source} is in {image}"
            unsure = "; where the quote stands on it cannot be told for sure, so it is not marked"
            tell(f"{page}{'' if sheet.marks is not None else unsure}.")
            return
    tell(f"No quote stands on a page of a file that is still as it was; {image} was not written.")
