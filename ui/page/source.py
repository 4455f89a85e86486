"""An article in full as HTML, with one quote marked: its text, its outline and, for a PDF, the page as a picture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quoth.index.errors import UnreadableFile
from quoth.index.library import Library
from quoth.index.reading.detect import PLAIN_SUFFIXES
from quoth.index.reading.document import Block
from quoth.index.records import Article, Span, file_name
from quoth.index.storage.rows import Layout
from quoth.qa.verify import Verified
from quoth.ui.citations import day, struck_in, title_of

from .article_text import parts
from .formatted import formatted, is_formatted
from .render import render

if TYPE_CHECKING:
    from quoth.index.reading.formats.pdf_pages import Box

_MOST_HEADINGS = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of an article's file."""

    file: Path
    number: int
    """Counted from 0."""
    marks: Sequence[Box] | None
    """The places of the quote on the page; None if they are not certain."""

    def png(self, *, marked: bool = False) -> bytes:
        """The page as a picture.

        :param marked: highlight the quote in yellow.
        """
        from quoth.index.reading.formats.pdf_pages import page_image  # loads PDFium

        return page_image(self.file, self.number, self.marks or () if marked else ())


def sheet_of(library: Library, article: Article, span: Span, number: int | None = None) -> Sheet | None:
    """The page on which a span begins, or the page with a number; None if the article has no such page, or if its
    file has changed.

    :param number: counted from 0.
    """
    number = article.page_at(span[0]) if number is None else number
    file = library.file_of(article) if number is not None and 0 <= number < len(article.pages) else None
    layout = library.layout(article.id)
    if file is None or number is None or not (layout.runs or layout.words):  # slides and subtitles are not drawn
        return None
    try:
        return Sheet(file, number, _marks(layout, file, article, span, number))
    except UnreadableFile:
        return None


def _marks(layout: Layout, file: Path, article: Article, span: Span, number: int) -> Sequence[Box] | None:
    from quoth.index.reading.formats.pdf_pages import boxes  # loads PDFium

    return boxes(file, article.text, layout.runs, span, number, layout.words) if span[0] < span[1] else []


def saved_as(source: str) -> str:
    """The name for a file with an article's text: plain text and Markdown keep theirs, other formats get ".txt"."""
    name = file_name(source)
    return name if name.casefold().endswith(PLAIN_SUFFIXES) else f"{name}.txt"


def source_html(
    article: Article, start: int, end: int, passage: Span | None = None, *,
    blocks: Sequence[Block] = (), sheet: Sheet | None = None, file: Path | None = None,
) -> str:  # fmt: skip
    """The whole article, every character of it, with one quote marked and its passage shaded; Markdown also formatted.

    :param start: the quote's first character; places outside the text count as its ends.
    :param file: the file that the article was read from, if it is unchanged; it can then be saved.
    """
    text = article.text
    start, end = min(max(start, 0), len(text)), min(max(end, start, 0), len(text))
    low, high = (min(max(passage[0], 0), start), min(max(passage[1], end), len(text))) if passage else (start, end)
    facts = " · ".join(part for part in (article.author, day(article.published), article.source, article.url) if part)
    headings = [block for block in blocks if block.kind == "heading"][:_MOST_HEADINGS]
    return render(
        "source.html", article=article, title=title_of(article), facts=facts, has_file=file is not None,
        headings=headings if len(headings) > 1 else (), sheet=sheet,
        picture=b64encode(sheet.png()).decode() if sheet else "",
        parts=parts(text, blocks, (start, end), (low, high), struck_in(article)),
        formatted=formatted(article, (start, end), (low, high)) if is_formatted(article) else None,
    )  # fmt: skip


def changed_quote_html(found: Verified) -> str:
    """What has changed since a link to a quote was made; empty if the quote is still in its place."""
    return render("changed-quote.html", found=found) if found.status != "in place" else ""
