"""An article in full as HTML, with one quote marked: its text with headings, tables and what is not quoted told apart, and
of a PDF the page itself as a picture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from index import Article, Library
from index.errors import UnreadableFile
from index.reading import PLAIN, Block
from index.records import Span
from qa.verify import Verified

from .render import day, title_of
from .verbatim import in_html

if TYPE_CHECKING:
    from index.reading.pages import Box

_CELLS = " | "
_NO_SHEET = '<p class="quoth-note">Its file is gone or has changed since it was read, so only its text can be shown.</p>'


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of an article's file."""

    file: Path
    number: int
    """Counted from 0."""
    marks: Sequence[Box] | None
    """Where the quote stands on it; None where that cannot be told for sure."""

    def png(self, *, marked: bool = False) -> bytes:
        """The page as a picture, with the quote on yellow if that is wanted."""
        from index.reading.pages import picture  # loads PDFium

        return picture(self.file, self.number, self.marks or () if marked else ())


def sheet_of(library: Library, article: Article, span: Span, number: int | None = None) -> Sheet | None:
    """The page on which a span begins, or the one with a number; None where there are no pages, or the file is not as it was.

    :param number: counted from 0.
    """
    number = article.page_at(span[0]) if number is None else number
    file = library.file_of(article) if number is not None and 0 <= number < len(article.pages) else None
    if file is None or number is None:
        return None
    try:
        return Sheet(file, number, _marks(library, file, article, span, number))
    except UnreadableFile:
        return None


def _marks(library: Library, file: Path, article: Article, span: Span, number: int) -> Sequence[Box] | None:
    from index.reading.pages import boxes  # loads PDFium

    layout = library.layout(article.id)
    return boxes(file, article.text, layout.runs, span, number, layout.words) if span[0] < span[1] else []


def saved_as(source: str) -> str:
    """What a file with an article's text is called: of plain text and Markdown the text is the file."""
    name = source.replace("\\", "/").rsplit("/", 1)[-1]
    return name if name.casefold().endswith(PLAIN) else f"{name}.txt"


def source_html(
    article: Article, start: int, end: int, passage: Span | None = None, *,
    blocks: Sequence[Block] = (), sheet: Sheet | None = None, file: Path | None = None,
) -> str:  # fmt: skip
    """The whole article, every character of it, with one quote marked and its passage set off.

    :param file: what it was read from, if that is still as it was; then it can be saved.
    """
    text = article.text
    start, end = min(max(start, 0), len(text)), min(max(end, start, 0), len(text))
    low, high = (min(max(passage[0], 0), start), min(max(passage[1], end), len(text))) if passage else (start, end)
    facts = " · ".join(part for part in (article.author, day(article.published), article.source, article.url) if part)
    form, label = ("file", "Save the file") if file is not None else ("text", "Save the text")
    save = f'<a class="quoth-save" href="article/{article.id}/{form}" download>{label}</a>'
    return (
        f'<header class="quoth-source-head"><h2 dir="auto">{in_html(title_of(article))}</h2><p>{in_html(facts)}</p>{save}</header>'
        f"{_sheet_html(article, sheet) if sheet else _NO_SHEET if article.pages else ''}"
        f'<div class="quoth-text" dir="auto" tabindex="0" role="region" aria-label="The article">{_body(text, blocks, (start, end), (low, high))}</div>'
    )


def standing_html(found: Verified) -> str:
    """What became of a quote since a link to it was made; nothing where it stands in its place."""
    was = f'<blockquote class="quoth-was" dir="auto">{in_html(found.saved.text)}</blockquote>'
    if found.standing == "in place":
        return ""
    if found.standing == "moved":
        return '<p class="quoth-note" role="status">The quote stands elsewhere now than when this link was made: here.</p>'
    if found.standing == "changed":
        now = f'<blockquote class="quoth-was" dir="auto">{in_html(found.text)}</blockquote>'
        return f'<div class="quoth-stands" role="status"><p class="quoth-error">The article has changed since this link was made. It said:</p>{was}<p>Now it says:</p>{now}</div>'
    return f'<div class="quoth-stands" role="status"><p class="quoth-error">The quote that this link was made for is no longer in the articles:</p>{was}</div>'


def _sheet_html(article: Article, sheet: Sheet) -> str:
    """The page with the quote marked on it, and ways to the others."""
    total, label = len(article.pages), article.pages[sheet.number].label
    places = "".join(
        f'<span class="quoth-box" style="left:{b.left:.3%};top:{b.top:.3%};width:{b.width:.3%};height:{b.height:.3%}"></span>' for b in sheet.marks or ()
    )
    unsure = "" if sheet.marks is not None else '<p class="quoth-note">Where the quote stands on this page cannot be told for sure, so it is not marked.</p>'
    numbered = f"Page {label}" if label == str(sheet.number + 1) else f"Page {label} (sheet {sheet.number + 1})"
    moves = "".join(
        f'<button type="button" class="quoth-page-move" data-page="{number}"{"" if 0 <= number < total else " disabled"}>{words}</button>'
        for number, words in ((sheet.number - 1, "Previous page"), (sheet.number + 1, "Next page"))
    )
    if article.pages[sheet.number].scanned:
        unsure += '<p class="quoth-note">This page is a picture; its text was read by OCR, and may be wrong in places.</p>'
    return (
        f'<figure class="quoth-sheet"><figcaption>{in_html(numbered)} of {total}{moves}<button type="button" class="quoth-zoom" aria-pressed="false">Larger</button></figcaption>{unsure}'
        f'<div class="quoth-sheet-frame" tabindex="0" role="region" aria-label="The page"><div class="quoth-page"><img alt="{in_html(numbered)} of {in_html(title_of(article))}" '
        f'src="data:image/png;base64,{b64encode(sheet.png()).decode()}">{places}</div></div></figure>'
    )


def _body(text: str, blocks: Sequence[Block], quote: Span, passage: Span) -> str:
    """The text in its blocks, every character of it once; rows are set as a table where the text is no table of its own."""
    parts: list[str] = []
    at, table = 0, False
    shown = _Shown(text, quote, passage)
    for block in blocks:
        if block.start < at:
            continue
        row = block.kind == "row" and _CELLS in text[block.start : block.end] and not text.startswith("|", block.start)
        parts += ["</span>" if table and not row else "", shown.piece(at, block.start)]
        parts.append('<span class="quoth-table" role="table">' if row and not table else "")
        table = row
        parts.append(_row(shown, block) if row else _block(shown, block))
        at = block.end
    return "".join([*parts, "</span>" if table else "", shown.piece(at, len(text))])


class _Shown:
    """Escaped pieces of the text, with the quote and its passage marked wherever they lie in them."""

    def __init__(self, text: str, quote: Span, passage: Span) -> None:
        self.text, self._quote, self._passage = text, quote, passage
        self._named = False

    def piece(self, start: int, end: int) -> str:
        borders = sorted({start, end, *(min(max(place, start), end) for place in (*self._quote, *self._passage))})
        parts = [self._between(a, b) for a, b in pairwise(borders)]
        if not self._named and self._quote[0] == self._quote[1] and start <= self._quote[0] <= end:
            parts.insert(0, self._mark(""))
        return "".join(parts)

    def _between(self, start: int, end: int) -> str:
        words = in_html(self.text[start:end])
        if self._quote[0] <= start and end <= self._quote[1] and start < end:
            words = self._mark(words)
        inside = self._passage[0] <= start and end <= self._passage[1]
        return f'<span class="quoth-passage">{words}</span>' if inside else words

    def _mark(self, words: str) -> str:
        name = "" if self._named else ' id="quoth-quote" tabindex="-1"'
        self._named = True
        return f"<mark{name}>{words}</mark>"


def _block(shown: _Shown, block: Block) -> str:
    if block.kind == "heading":
        return f'<span class="quoth-heading" role="heading" aria-level="{min(max(block.level, 1) + 2, 6)}">{shown.piece(block.start, block.end)}</span>'
    if block.kind == "boilerplate":
        return f'<span class="quoth-beside">{shown.piece(block.start, block.end)}</span>'
    return shown.piece(block.start, block.end)


def _row(shown: _Shown, block: Block) -> str:
    cells, at = [], block.start
    while (bar := shown.text.find(_CELLS, at, block.end)) >= 0:
        cells.append(f'<span role="cell">{shown.piece(at, bar)}</span><span class="quoth-bar">{_CELLS}</span>')
        at = bar + len(_CELLS)
    cells.append(f'<span role="cell">{shown.piece(at, block.end)}</span>')
    return f'<span class="quoth-row" role="row">{"".join(cells)}</span>'
