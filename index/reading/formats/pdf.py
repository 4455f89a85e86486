"""A PDF -> its article, with the page and the character there of every character of the text. PDFium decodes; the order
of the lines (columns.py), their paragraphs and what is no article (paragraphs.py) are found here.

Not covered: tables drawn by position alone come out as lines of their cells; vertical writing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from ctypes import c_double, c_ushort
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pypdfium2
from pypdfium2 import raw

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Block, GlyphRun, Metadata, OcrWord, Page, ParsedArticle, Span
from quoth.index.reading.formats import ocr
from quoth.index.reading.layout.blocks import classify
from quoth.index.reading.layout.columns import LEFTWARDS, Line, ordered
from quoth.index.reading.layout.paragraphs import HYPHEN, LARGE, edge_lines, paragraphs
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.fields import finished, one_line

MAX_PAGES = 5_000
_BETWEEN = "\n\n"
_BOLD = 600
"""From which weight on letters are bold, as in CSS."""
_PARTED = re.compile(rf"(?<=\w)[-\xad{HYPHEN}]$")
"""A hyphen at a line's end; one behind a blank or another is a dash."""
_NOISE = re.compile(
    r"^(?:untitled|microsoft word - .*|.*\.(?:docx?|indd|pdf|tex|qxd|pptx?|xlsx?)|(?:slide|page) \d+|\W*)$",
    re.IGNORECASE,
)
"""Titles that programs give."""
_NOBODY = re.compile(r"(?:anonymous|unknown|user|admin(?:istrator)?|author|owner)$", re.IGNORECASE)
"""Authors that programs give."""
Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the page's lower left corner."""


def read_pdf(data: bytes) -> ParsedArticle:
    """One article.

    :raises UnreadableFile: it is encrypted, broken, too long, or has no text in it.
    """
    document = opened(data)
    try:
        pages = len(document)
        if pages > MAX_PAGES:
            raise UnreadableFile(f"it has {pages:,} pages; at most {MAX_PAGES:,} are read. Split it first.")
        lines: list[list[Line]] = []
        heights: list[float] = []
        words: list[OcrWord] = []
        for number in range(pages):
            try:
                page = document[number]
                found = list(_lines(page, number))
            except pypdfium2.PdfiumError as error:
                raise UnreadableFile(f"its page {number + 1} is damaged ({error})") from error
            if not found and ocr.can_read() and _has_picture(page):
                found, read = ocr.scanned_lines(page, number)
                words += read
            heights.append(page.get_height())
            lines.append(ordered(found))
            page.close()
        if not any(lines):
            hint = "and no words were found in them" if ocr.can_read() else ocr.HINT
            raise UnreadableFile(f"it has no text in it, only pictures of pages (a scan); {hint}")
        labels = tuple(document.get_page_label(number) or str(number + 1) for number in range(pages))
        facts = _facts(document)
    finally:
        document.close()
    return _written(lines, heights, labels, facts, words)


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


def _has_picture(page: Any) -> bool:
    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))


def _lines(page: Any, number: int) -> Iterator[Line]:
    """The page's lines in the order of its content."""
    text_page = page.get_textpage()
    text = page_characters(text_page)
    left, bottom, right, top = (c_double() for _ in range(4))
    for match in re.finditer(rf"[^\r\n{HYPHEN}]+{HYPHEN}?", text):
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
            bold = raw.FPDFText_GetFontWeight(text_page, a) >= _BOLD
            yield Line(number, a, text[a:b], *box, size=size, bold=bold)
    text_page.close()


def page_characters(text_page: Any) -> str:
    """The page's characters, one for each that PDFium counts."""
    count = text_page.count_chars()
    text = text_page.get_text_range() if count else ""
    if len(text) != count:  # beyond the basic plane the two differ
        text = "".join(chr(raw.FPDFText_GetUnicode(text_page, i)) for i in range(count))
        text = re.sub(r"[\ud800-\udfff\x02]", lambda m: HYPHEN if m.group() == "\x02" else "\ufffd", text)
    return str(text)


def _beside(text_page: Any, text: str, start: int, stop: int, boxes: list[Box]) -> Iterator[tuple[Span, Box]]:
    """The line, or its parts where a wide gap or a step parts them (columns that were written row by row)."""
    if LEFTWARDS.search(text, start, stop):  # PDFium gives it in the order of reading
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
        author=None if author is None or _NOBODY.match(author) else author,
        published=as_date("-".join(made.groups())) if made else None,
        language=language,
    )


def _written(
    pages: Sequence[list[Line]],
    heights: Sequence[float],
    labels: Sequence[str],
    facts: Metadata,
    scanned: Sequence[OcrWord],
) -> ParsedArticle:
    """The text of all pages, its blocks and its runs."""
    lines = [line for page in pages for line in page]
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    usual = sizes.most_common(1)[0][0]
    edges = edge_lines(pages, heights)
    known = {word.casefold() for line in lines if "-" in line.text for word in re.findall(r"\w+-\w+", line.text)}
    parts: list[str] = []
    runs: list[GlyphRun] = []
    blocks: list[Block] = []
    at = 0
    for kind, paragraph in paragraphs(pages, edges, usual):
        words, own = _joined(paragraph, known)
        runs += [GlyphRun(run.start + at, run.end + at, run.page, run.first) for run in own]
        block = (
            Block("heading", 0, len(words)) if kind == "heading"
            else Block("boilerplate", 0, len(words)) if kind == "edge"
            else classify(words, (0, len(words)), prose=kind == "prose")
        )  # fmt: skip
        blocks.append(replace(block, start=block.start + at, end=block.end + at))
        parts.append(words)
        at += len(words) + len(_BETWEEN)
    text = _BETWEEN.join(parts)
    reading = finished(text, blocks, facts)
    first = [line.size for line in pages[0] if line not in edges]
    title = facts.title or (_title(text, blocks) if first and max(first) > LARGE * usual else reading.title)
    return replace(reading, title=title, pages=_pages(labels, runs, scanned), runs=tuple(runs), words=tuple(scanned))


def _joined(paragraph: Sequence[Line], known: set[str]) -> tuple[str, list[GlyphRun]]:
    """The paragraph's lines as one, and where each stands."""
    parts: list[str] = []
    runs: list[GlyphRun] = []
    at = 0
    for line, following in zip(paragraph, [*paragraph[1:], None], strict=True):
        said = line.text.replace(HYPHEN, "-")
        hyphened = bool(_PARTED.search(line.text)) and following is not None
        if hyphened and following is not None and _joins(said[:-1], following.text, known):
            said = said[:-1]
        runs.append(GlyphRun(at, at + len(said), line.page, line.first))
        said += "" if hyphened or following is None else " "
        parts.append(said)
        at += len(said)
    return "".join(parts), runs


def _pages(labels: Sequence[str], runs: Sequence[GlyphRun], scanned: Sequence[OcrWord]) -> tuple[Page, ...]:
    """Each page with the stretches of the text that stand on it."""
    spans: list[list[Span]] = [[] for _ in labels]
    last = -1
    for run in runs:
        of = spans[run.page]
        if run.page == last:
            of[-1] = of[-1][0], run.end
        else:
            of.append((run.start, run.end))
        last = run.page
    pictures = {word.page for word in scanned}
    return tuple(
        Page(label, tuple(of), number in pictures) for number, (label, of) in enumerate(zip(labels, spans, strict=True))
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
