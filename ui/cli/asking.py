"""Commands that query a library: ask, retrieve, search, eval."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from quoth.index.library import Library
from quoth.qa.answer.confidence import FOUND
from quoth.qa.ask import ask as ask_library
from quoth.qa.cases import read_questions
from quoth.qa.evaluate import evaluate as evaluate_library
from quoth.qa.find import find
from quoth.qa.opening import open_library
from quoth.qa.records import Answer
from quoth.qa.retrieve import retrieve as retrieve_passages
from quoth.ui.page.source import sheet_of

from .console import notify, put, takes_styles
from .format import FileOf, answer_pieces, as_json_text, hit_pieces, matches_pieces, report_text
from .options import (
    DEFAULT,
    AuthorOption,
    CandidatesOption,
    CollectionOption,
    ConfidenceOption,
    CrossEncoderOption,
    JsonOption,
    LibraryOption,
    SinceOption,
    SourceOption,
    TagOption,
    UntilOption,
    filter_of,
)
from .repl import converse


def ask(question: Annotated[str | None, typer.Argument(
            show_default=False, help="The question, in quotation marks. Without it, you are asked for questions.",
        )] = None,
        library: LibraryOption = DEFAULT, author: AuthorOption = None, since: SinceOption = None,
        until: UntilOption = None, source: SourceOption = None, tag: TagOption = None,
        collection: CollectionOption = None, min_confidence: ConfidenceOption = FOUND,
        cross_encoder: CrossEncoderOption = None, candidates: CandidatesOption = None, as_json: JsonOption = False,
        explain: Annotated[bool, typer.Option(
            "--explain", help="Also print the reasons for the quote, its highlights, found or not, and disagreements.",
        )] = False,
        image: Annotated[Path | None, typer.Option(
            help="Write the page of the first quote, with the quote marked, to this PNG file. Needs an article "
                 "with pages.",
        )] = None) -> None:  # fmt: skip
    """Answer a question with quotes from the articles. Exits with 1 if they hold no answer.

    Without a question, it asks for questions until you press Ctrl-D. A question may refer to earlier ones.
    Tab completes words of the articles; the arrow keys recall earlier questions.
    Questions can also be piped in, one per line.
    """
    opened = open_library(library, candidates)
    where = filter_of(author, since, until, source, tag, collection)

    def answered(text: str, history: Sequence[Answer] = ()) -> Answer:
        answer = ask_library(
            text, library=opened, history=history, where=where, min_confidence=min_confidence,
            cross_encoder=cross_encoder,
        )  # fmt: skip
        put(as_json_text(answer) if as_json else answer_pieces(answer, _links(opened)))
        if explain and not as_json:
            put("\n" + "\n".join(answer.why))
        return answer

    if question is None:
        if image is not None:
            raise typer.BadParameter("needs a question on the command line", param_hint="--image")
        raise typer.Exit(converse(opened, answered, as_json))
    answer = answered(question)
    if image is not None:
        _draw(answer, opened, image)
    if not answer.found:
        raise typer.Exit(1)


def retrieve(question: Annotated[str, typer.Argument(help="A question or keywords.")],
             k: Annotated[int, typer.Option("-k", min=1, max=100, help="Number of passages.")] = 5,
             library: LibraryOption = DEFAULT, author: AuthorOption = None, since: SinceOption = None,
             until: UntilOption = None, source: SourceOption = None, tag: TagOption = None,
             collection: CollectionOption = None, candidates: CandidatesOption = None,
             as_json: JsonOption = False) -> None:  # fmt: skip
    """Show the passages that fit a question best, best first."""
    opened = open_library(library, candidates)
    hits = retrieve_passages(
        question, k, library=opened, where=filter_of(author, since, until, source, tag, collection)
    )
    if as_json:
        put(as_json_text(hits))
        return
    for number, hit in enumerate(hits, 1):
        put(hit_pieces(number, hit, _links(opened)))


def search(words: Annotated[str, typer.Argument(
               help="Words in any form and order; in quotation marks, exactly as written: '\"rare earths\"'.",
           )],
           library: LibraryOption = DEFAULT, author: AuthorOption = None, since: SinceOption = None,
           until: UntilOption = None, source: SourceOption = None, tag: TagOption = None,
           collection: CollectionOption = None, candidates: CandidatesOption = None,
           as_json: JsonOption = False) -> None:  # fmt: skip
    """Show every passage that contains some words, article by article. Exits with 1 if there is none."""
    opened = open_library(library, candidates)
    matches = find(words, library=opened, where=filter_of(author, since, until, source, tag, collection))
    put(as_json_text(matches) if as_json else matches_pieces(matches, _links(opened)))
    if not matches.total:
        raise typer.Exit(1)


def evaluate(questions: Annotated[Path, typer.Argument(
                 help="Questions and their answers, one JSON object per line (see docs/eval.md).",
             )],
             library: LibraryOption = DEFAULT, min_confidence: ConfidenceOption = FOUND,
             cross_encoder: CrossEncoderOption = None, candidates: CandidatesOption = None,
             as_json: JsonOption = False) -> None:  # fmt: skip
    """Score the library on questions whose answers you know. Exits with 1 if one of them is answered wrongly."""
    opened = open_library(library, candidates)
    report = evaluate_library(
        read_questions(questions), opened, min_confidence=min_confidence, cross_encoder=cross_encoder
    )
    if as_json:
        put(as_json_text(report.to_dict()))
    else:
        put(report_text(report))
    if report.misses():
        raise typer.Exit(1)


def _links(library: Library) -> FileOf:
    """Return what links of sources open: the article's file if it is unchanged.

    Without links, no file is looked at.
    """
    return library.file_of if takes_styles() else lambda article: None


def _draw(answer: Answer, library: Library, image: Path) -> None:
    """Write the page of the first quote that has one."""
    for quote in answer.quotes if answer.found else ():
        if sheet := sheet_of(library, quote.article, (quote.start, quote.end)):
            image.write_bytes(sheet.png(marked=True))
            unmarked = " The quote is not marked: its place on the page is uncertain." if sheet.marks is None else ""
            notify(f"Page {quote.article.pages[sheet.number].label} of {quote.article.source} is in {image}.{unmarked}")
            return
    notify(f"{image} was not written: no quote is on a page of an unchanged file.")
