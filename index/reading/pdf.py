"""A PDF -> its article, with the page and the character there of every character of the text. PDFium decodes; the order of the
lines, paragraphs and what is no article (running heads, page numbers) are found here.

Lines come from PDFium as runs of characters with one rectangle each. They are ordered by an XY-cut: a region is parted at a
gutter that runs down through lines of prose, else at its widest horizontal gap, until nothing parts it (Nagy and Seth 1984).

Not covered: tables drawn by position alone come out as lines of their cells; vertical writing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from ctypes import c_double, c_ushort
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import pypdfium2
from pypdfium2 import raw

from ..errors import UnreadableFile
from .blocks import classify
from .dates import as_date
from .metadata import finished, one_line
from .records import Block, Metadata, Reading, Run, Span

MAX_PAGES = 5_000
_EDGE = 0.1
"""Share of a page's height, at its top and at its foot, where running heads and page numbers stand."""
_GUTTER = 0.7
"""Width of the gap between two columns, in heights of a line."""
_COLUMN_CHARS = 22
"""Characters that the lines of a column of prose have, on the average."""
_PITCH = 1.45
"""Lines further apart than this many times the usual are two paragraphs."""
_LARGE, _SMALL = 1.12, 0.9
"""Of the usual size, what a heading has at least, and a footnote at most."""
_NUMBER = re.compile(
    r"[\W_]*(?:page\s+|p\.\s*|seite\s+)?(?:\d{1,4}(?:[-–.]\d{1,4})?|[ivxlc]{1,7})(?:\s*(?:of|/|von)\s*\d{1,4})?[\W_]*$",
    re.IGNORECASE,
)
_HYPHEN = "\ufffe"
"""What PDFium gives for a hyphen at a line's end."""
_BULLET = re.compile(r"[•‣▪●○·–—*-][ \t\xa0]+\S|\(?\d{1,3}[.)]\s+\S")
_LEFTWARDS = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Hebrew, Arabic and their like."""
_NOISE = re.compile(
    r"^(?:untitled|microsoft word - .*|.*\.(?:docx?|indd|pdf|tex|qxd|pptx?|xlsx?)|(?:slide|page) \d+|\W*)$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Line:
    """Characters that stand beside each other on a page."""

    page: int
    first: int
    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    bold: bool
    column: int = 0
    """Lines of one column, in order, have the same number."""

    @property
    def height(self) -> float:
        return self.top - self.bottom


def read_pdf(data: bytes) -> Reading:
    """One article.

    :raises UnreadableFile: it is encrypted, broken, too long, or has no text in it.
    """
    document = opened(data)
    try:
        pages = len(document)
        if pages > MAX_PAGES:
            raise UnreadableFile(f"it has {pages:,} pages; at most {MAX_PAGES:,} are read. Split it first.")
        lines, heights = [], []
        for number in range(pages):
            page = document[number]
            heights.append(page.get_height())
            lines.append(_ordered(list(_lines(page, number))))
            page.close()
        if not any(lines):
            raise UnreadableFile("it has no text in it, only pictures of pages (a scan)")
        labels = tuple(document.get_page_label(number) or str(number + 1) for number in range(pages))
        facts = _facts(document)
    finally:
        document.close()
    return _written(lines, heights, labels, facts)


def opened(data: bytes) -> Any:
    """The document.

    :raises UnreadableFile: it is encrypted or broken.
    """
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFile("it is encrypted; save it without its password and add it again") from error
        raise UnreadableFile(f"it is not a PDF that can be opened ({error})") from error


def _lines(page: Any, number: int) -> Iterator[Line]:
    """The page's lines in the order of its content."""
    with suppress(pypdfium2.PdfiumError):
        text_page = page.get_textpage()
        text = page_characters(text_page)
        left, bottom, right, top = (c_double() for _ in range(4))
        for match in re.finditer(rf"[^\r\n{_HYPHEN}]+{_HYPHEN}?", text):
            start, stop = match.span()
            start += len(match.group()) - len(match.group().lstrip())
            count = raw.FPDFText_CountRects(text_page, start, stop - start) if start < stop else 0
            boxes = []
            for i in range(count):
                raw.FPDFText_GetRect(text_page, i, left, top, right, bottom)
                if right.value > left.value and top.value > bottom.value:
                    boxes.append((left.value, bottom.value, right.value, top.value))
            if not boxes:
                continue
            for (a, b), box in _beside(text_page, text, start, stop, boxes):
                size = raw.FPDFText_GetFontSize(text_page, a)
                bold = raw.FPDFText_GetFontWeight(text_page, a) >= 600
                yield Line(number, a, text[a:b], *box, size=size, bold=bold)
        text_page.close()


def page_characters(text_page: Any) -> str:
    """The page's characters, one for each that PDFium counts."""
    count = text_page.count_chars()
    text = text_page.get_text_range() if count else ""
    if len(text) != count:  # beyond the basic plane the two differ
        text = "".join(chr(raw.FPDFText_GetUnicode(text_page, i)) for i in range(count))
        text = re.sub(r"[\ud800-\udfff\x02]", lambda m: _HYPHEN if m.group() == "\x02" else "\ufffd", text)
    return str(text)


Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the page's lower left corner."""


def _beside(text_page: Any, text: str, start: int, stop: int, boxes: list[Box]) -> Iterator[tuple[Span, Box]]:
    """The line, or its parts where a wide gap or a step parts them (columns that were written row by row)."""
    if _LEFTWARDS.search(text, start, stop):  # PDFium gives it in the order of reading
        yield (start, stop), _around(boxes)
        return
    parts: list[list[Box]] = [[boxes[0]]]
    for before, box in pairwise(boxes):
        height = max(before[3] - before[1], box[3] - box[1])
        level = min(before[3], box[3]) - max(before[1], box[1]) > 0.3 * min(before[3] - before[1], box[3] - box[1])
        if level and -height < box[0] - before[2] < 1.5 * height:
            parts[-1].append(box)
        else:
            parts.append([box])
    starts = [start]
    for part in parts[1:]:
        box = part[0]
        at = raw.FPDFText_GetCharIndexAtPos(text_page, box[0] + 0.5, (box[1] + box[3]) / 2, 3.0, 3.0)
        if not starts[-1] < at < stop:  # its place cannot be told: the line stays whole
            starts = [start]
            parts = [boxes]
            break
        starts.append(at)
    for i, (a, part) in enumerate(zip(starts, parts, strict=True)):
        b = starts[i + 1] if i + 1 < len(starts) else stop
        b = a + len(text[a:b].rstrip())
        if b > a:
            yield (a, b), _around(part)


def _around(boxes: Sequence[Box]) -> Box:
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _ordered(lines: list[Line]) -> list[Line]:
    """The page's lines as people read them."""
    found: list[Line] = []
    usual = median([line.height for line in lines]) if lines else 0.0
    for column, region in enumerate(_cut(lines, usual)):
        for line in region:
            line.column = column
        found += region
    return found


def _cut(lines: list[Line], usual: float, depth: int = 0) -> Iterator[list[Line]]:
    """Regions of lines that nothing parts."""
    if len(lines) > 3 and depth < 40:
        if gutter := _gutter(lines, usual):
            yield from _cut([line for line in lines if line.right <= gutter + 0.5], usual, depth + 1)
            yield from _cut([line for line in lines if line.right > gutter + 0.5], usual, depth + 1)
            return
        if _has_columns(lines, usual) and (gap := _gap(lines)):
            yield from _cut([line for line in lines if line.bottom >= gap], usual, depth + 1)
            yield from _cut([line for line in lines if line.bottom < gap], usual, depth + 1)
            return
    yield _by_rows(lines)


def _gutter(lines: list[Line], usual: float) -> float | None:
    """Where a column of prose ends on the left of a gap that no line crosses."""
    edges = sorted((line.left, line.right) for line in lines)
    end = edges[0][1]
    for left, right in edges[1:]:
        if left - end >= _GUTTER * usual:
            before = [line for line in lines if line.right <= end + 0.5]
            behind = [line for line in lines if line.right > end + 0.5]
            if _is_prose(before) and _is_prose(behind):
                return end
        end = max(end, right)
    return None


def _is_prose(lines: list[Line]) -> bool:
    return len(lines) >= 2 and sum(len(line.text) for line in lines) >= _COLUMN_CHARS * len(lines)


def _has_columns(lines: list[Line], usual: float) -> bool:
    """Whether two lines of some length stand beside each other."""
    long = sorted((line for line in lines if len(line.text) >= _COLUMN_CHARS), key=lambda line: -line.top)
    return any(
        a.bottom < b.top - 0.3 * usual and (a.right < b.left or b.right < a.left)
        for i, a in enumerate(long)
        for b in long[i + 1 : i + 4]
    )


def _gap(lines: list[Line]) -> float | None:
    """Where the widest stretch without a line ends, from above."""
    by_top = sorted(lines, key=lambda line: -line.top)
    bottom, widest, place = by_top[0].bottom, 0.0, None
    for line in by_top[1:]:
        if bottom - line.top > widest:
            widest, place = bottom - line.top, bottom
        bottom = min(bottom, line.bottom)
    return place


def _by_rows(lines: list[Line]) -> list[Line]:
    """From above, and from the left where lines stand beside each other; in the file's order where that is the same."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: -(line.top + line.bottom)):
        last = rows[-1][0] if rows else None
        if last and min(last.top, line.top) - max(last.bottom, line.bottom) > 0.5 * min(last.height, line.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [
        line for row in rows
        for line in sorted(row, key=lambda line: line.left, reverse=any(_LEFTWARDS.search(line.text) for line in row))
    ]  # fmt: skip


def _facts(document: Any) -> Metadata:
    info = document.get_metadata_dict(skip_empty=True)
    title = one_line(info.get("Title"))
    author = one_line(info.get("Author"))
    made = re.match(r"D:(\d{4})(\d\d)(\d\d)", info.get("CreationDate", ""))
    size = raw.FPDFCatalog_GetLanguage(document, None, 0)
    language = None
    if size > 2:
        buffer = (c_ushort * (size // 2))()
        raw.FPDFCatalog_GetLanguage(document, buffer, size)
        language = one_line(bytes(buffer)[:-2].decode("utf-16-le", "ignore"))
    return Metadata(
        title=None if title is None or _NOISE.match(title) else title,
        author=author,
        published=as_date("-".join(made.groups())) if made else None,
        language=language,
    )


def _written(
    pages: Sequence[list[Line]], heights: Sequence[float], labels: tuple[str, ...], facts: Metadata
) -> Reading:
    """The text of all pages, its blocks and its runs."""
    lines = [line for page in pages for line in page]
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    usual = sizes.most_common(1)[0][0]
    edges = _edge_lines(pages, heights)
    known = {word.casefold() for line in lines for word in re.findall(r"\w+-\w+", line.text)}
    parts: list[str] = []
    length = 0
    runs: list[Run] = []
    blocks: list[Block] = []

    def write(words: str) -> None:
        nonlocal length
        parts.append(words)
        length += len(words)

    for kind, paragraph in _paragraphs(pages, edges, usual):
        if length:
            write("\n\n")
        start = length
        for i, line in enumerate(paragraph):
            said = line.text.rstrip(_HYPHEN)
            hyphened = line.text.endswith((_HYPHEN, "-", "\xad"))
            following = paragraph[i + 1].text if i + 1 < len(paragraph) else ""
            if hyphened and following:
                said = said.rstrip("-\xad")
                if not _joins(said, following, known):
                    said += "-"
            runs.append(Run(length, length + len(said), line.page, line.first))
            write(said)
            if following and not hyphened:
                write(" ")
        if kind == "heading":
            blocks.append(Block("heading", start, length))
        elif kind == "edge":
            blocks.append(Block("boilerplate", start, length))
        else:
            blocks.append(classify("".join(parts), (start, length), prose=kind == "prose"))
    text = "".join(parts)
    reading = finished(text, blocks, facts)
    largest = (
        max((line for line in pages[0] if line not in edges), key=lambda line: line.size, default=None)
        if pages
        else None
    )
    title = facts.title or (_title(text, blocks) if largest and largest.size > _LARGE * usual else reading.title)
    return Reading(
        text,
        reading.blocks,
        title,
        reading.author,
        reading.published,
        reading.language,
        reading.url,
        pages=labels,
        runs=tuple(runs),
    )


def _title(text: str, blocks: Sequence[Block]) -> str | None:
    heading = next((b for b in blocks[:6] if b.kind == "heading"), None)
    return one_line(text[heading.start : heading.end]) if heading else None


def _joins(before: str, behind: str, known: set[str]) -> bool:
    """Whether a hyphen between two lines only parts a word: not one that stands with its hyphen elsewhere."""
    left, right = re.search(r"\w+$", before), re.match(r"\w+", behind)
    if not left or not right or not right.group()[0].islower():
        return False
    return f"{left.group()}-{right.group()}".casefold() not in known


def _edge_lines(pages: Sequence[list[Line]], heights: Sequence[float]) -> list[Line]:
    """Page numbers, and lines at the top or foot that other pages have, too, but for their numbers."""
    at_edge = [
        line for page, height in zip(pages, heights, strict=True) for line in page
        if line.top > (1 - _EDGE) * height or line.bottom < _EDGE * height
    ]  # fmt: skip
    said = Counter(words for words, _ in {(_plain(line.text), line.page) for line in at_edge} if words)
    return [line for line in at_edge if _NUMBER.match(line.text) or said[_plain(line.text)] > 1]


def _plain(words: str) -> str:
    return re.sub(r"[\W\d_]+", " ", words).strip().casefold()


def _paragraphs(pages: Sequence[list[Line]], edges: list[Line], usual: float) -> Iterator[tuple[str, list[Line]]]:
    """Runs of lines with what they are: heading, prose or edge. A sentence goes on behind a page's or column's end."""
    edge_ids = {id(line) for line in edges}
    held: list[Line] = []
    notes: list[tuple[str, list[Line]]] = []
    for page in pages:
        body = [line for line in page if id(line) not in edge_ids]
        pitch = _usual_pitch(body)
        lowest = min((line.bottom for line in body), default=0.0)
        for paragraph in _grouped(body, pitch, usual):
            small = paragraph[0].size < _SMALL * usual and bool(re.match(r"[\d*†‡§¹²³⁴-⁹]", paragraph[0].text))
            if small and paragraph[-1].bottom < lowest + 30 * usual and len(body) > 3:
                notes.append(("prose", paragraph))
                continue
            if held and _goes_on(held, paragraph):
                held += paragraph
                continue
            if held:
                yield _kind(held, usual), held
                yield from notes
                notes = []
            held = paragraph
        notes += [("edge", [line]) for line in page if id(line) in edge_ids]
    if held:
        yield _kind(held, usual), held
    yield from notes


def _usual_pitch(lines: list[Line]) -> float:
    steps = [
        a.bottom - b.bottom
        for a, b in pairwise(lines)
        if a.column == b.column and a.bottom > b.bottom
    ]
    return median(steps) if steps else 0.0


def _grouped(lines: list[Line], pitch: float, usual: float) -> Iterator[list[Line]]:
    """Paragraphs of one page."""
    held: list[Line] = []
    for line in lines:
        if held and not _same_paragraph(held, line, pitch, usual):
            yield held
            held = []
        held.append(line)
    if held:
        yield held


def _same_paragraph(held: list[Line], line: Line, pitch: float, usual: float) -> bool:
    last = held[-1]
    if line.column != last.column or abs(line.size - last.size) > 0.08 * usual or _BULLET.match(line.text):
        return False
    if line.bottom > last.bottom - 0.5 * last.height:  # beside it: cells of a row
        return True
    if last.bottom - line.bottom > _PITCH * max(pitch, last.height):
        return False
    if not line.bold and all(each.bold for each in held) and line.text[:1].isupper():  # a heading over its text
        return False
    if line.bold and not last.bold and not _ends_open(last):
        return False
    indented = line.left > min(each.left for each in held) + 0.8 * usual and line.left > last.left + 0.8 * usual
    return not (indented and not _ends_open(last))


def _ends_open(line: Line) -> bool:
    return not re.search(r"[.!?…:][\"'”’)\]]*[\d*†‡¹²³⁴-⁹]*$", line.text)


def _goes_on(held: list[Line], paragraph: list[Line]) -> bool:
    """Whether a paragraph that ends a page or column goes on in the next."""
    before, behind = held[-1], paragraph[0]
    elsewhere = before.page != behind.page or before.column != behind.column
    if not elsewhere or abs(before.size - behind.size) > 0.1 * before.size or _BULLET.match(behind.text):
        return False
    if before.text.endswith(_HYPHEN):
        return True
    return _ends_open(before) and behind.text[:1].islower()


def _kind(paragraph: list[Line], usual: float) -> str:
    words = " ".join(line.text for line in paragraph)
    short = len(words) <= 200 and len(paragraph) <= 4
    if (
        short
        and (paragraph[0].size >= _LARGE * usual or all(line.bold for line in paragraph))
        and not re.search(r"[.;,:]$", words)
    ):
        return "heading"
    return "any" if len(paragraph) == 1 else "prose"
