"""An article in full as HTML, with one quote marked: its text with headings, tables and what is not quoted told apart,
its outline, and of a PDF the page itself as a picture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from quoth.index.errors import UnreadableFile
from quoth.index.library import Library
from quoth.index.reading.dispatch import PLAIN
from quoth.index.reading.document import Block
from quoth.index.records import Article, Span
from quoth.qa.verify import Verified
from quoth.ui.citations import day, title_of
from quoth.ui.escape import in_html
from quoth.ui.language import say

if TYPE_CHECKING:
    from quoth.index.reading.formats.pdf_pages import Box

_CELLS = " | "
_MOST_HEADINGS = 200


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
        from quoth.index.reading.formats.pdf_pages import picture  # loads PDFium

        return picture(self.file, self.number, self.marks or () if marked else ())


def sheet_of(library: Library, article: Article, span: Span, number: int | None = None) -> Sheet | None:
    """The page on which a span begins, or the one with a number; None where there are no pages, or the file is not
    as it was.

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
    from quoth.index.reading.formats.pdf_pages import boxes  # loads PDFium

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
    form, label = ("file", say("Save the file")) if file is not None else ("text", say("Save the text"))
    save = f'<a class="quoth-save" href="article/{article.id}/{form}" download>{label}</a>'
    body, outline = _body(text, blocks, (start, end), (low, high)), _outline(text, blocks)
    if sheet:
        page = _sheet_html(article, sheet)
    else:
        gone = say("Its file is gone or has changed since it was read, so only its text can be shown.")
        page = _note(gone) if article.pages else ""
    return (
        f'<header class="quoth-source-head" data-article="{article.id}" data-source="{in_html(article.source)}">'
        f'<h2 dir="auto">{in_html(title_of(article))}</h2><p>{in_html(facts)}</p>{save}{outline}</header>{page}'
        f'<div class="quoth-text" dir="auto" tabindex="0" role="region" aria-label="{say("The article")}">{body}</div>'
    )


def standing_html(found: Verified) -> str:
    """What became of a quote since a link to it was made; nothing where it stands in its place."""
    was = f'<blockquote class="quoth-was" dir="auto">{in_html(found.saved.text)}</blockquote>'
    if found.standing == "in place":
        return ""
    if found.standing == "moved":
        elsewhere = say("The quote stands elsewhere now than when this link was made: here.")
        return f'<p class="quoth-note" role="status">{elsewhere}</p>'
    if found.standing == "changed":
        now = f'<blockquote class="quoth-was" dir="auto">{in_html(found.text)}</blockquote>'
        told = say("The article has changed since this link was made. It said:")
        what = f'<p class="quoth-error">{told}</p>{was}<p>{say("Now it says:")}</p>{now}'
    else:
        told = say("The quote that this link was made for is no longer in the articles:")
        what = f'<p class="quoth-error">{told}</p>{was}'
    return f'<div class="quoth-stands" role="status">{what}</div>'


def _note(words: str) -> str:
    return f'<p class="quoth-note">{words}</p>'


def _outline(text: str, blocks: Sequence[Block]) -> str:
    """The article's headings, each leading to its place, where there are several."""
    headings = [block for block in blocks if block.kind == "heading"][:_MOST_HEADINGS]
    if len(headings) < 2:
        return ""
    items = "".join(
        f'<li><button type="button" class="quoth-heading-move" dir="auto" data-start="{block.start}" '
        f'data-level="{min(max(block.level, 1), 6)}">{in_html(text[block.start : block.end])}</button></li>'
        for block in headings
    )
    return f'<details class="quoth-outline"><summary>{say("Outline")}</summary><ul>{items}</ul></details>'


def _sheet_html(article: Article, sheet: Sheet) -> str:
    """The page with the quote marked on it, and ways to the others."""
    total, label = len(article.pages), article.pages[sheet.number].label
    places = "".join(
        f'<span class="quoth-box" style="left:{b.left:.3%};top:{b.top:.3%};width:{b.width:.3%};'
        f'height:{b.height:.3%}"></span>'
        for b in sheet.marks or ()
    )
    told = ""
    if sheet.marks is None:
        told = _note(say("Where the quote stands on this page cannot be told for sure, so it is not marked."))
    if article.pages[sheet.number].scanned:
        told += _note(say("This page is a picture; its text was read by OCR, and may be wrong in places."))
    if label == str(sheet.number + 1):
        numbered = say("Page {page} of {total}", page=in_html(label), total=total)
    else:
        numbered = say("Page {page} (sheet {sheet}) of {total}", page=in_html(label), sheet=sheet.number + 1,
                       total=total)  # fmt: skip
    moves = "".join(
        f'<button type="button" class="quoth-page-move" data-page="{number}"'
        f"{'' if 0 <= number < total else ' disabled'}>{words}</button>"
        for number, words in ((sheet.number - 1, say("Previous page")), (sheet.number + 1, say("Next page")))
    )
    picture = (
        f'<img alt="{numbered}, {in_html(title_of(article))}" '
        f'src="data:image/png;base64,{b64encode(sheet.png()).decode()}">'
    )
    return (
        f'<figure class="quoth-sheet"><figcaption>{numbered}{moves}'
        f'<button type="button" class="quoth-zoom" aria-pressed="false">{say("Larger")}</button></figcaption>{told}'
        f'<div class="quoth-sheet-frame" tabindex="0" role="region" aria-label="{say("The page")}">'
        f'<div class="quoth-page">{picture}{places}</div></div></figure>'
    )


def _body(text: str, blocks: Sequence[Block], quote: Span, passage: Span) -> str:
    """The text in its blocks, every character of it once; rows are set as a table where the text is no table of its
    own."""
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
        level, words = min(max(block.level, 1) + 2, 6), shown.piece(block.start, block.end)
        return (
            f'<span class="quoth-heading" role="heading" aria-level="{level}" data-start="{block.start}" tabindex="-1">'
            f"{words}</span>"
        )
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
