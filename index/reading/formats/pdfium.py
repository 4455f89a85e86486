"""Access to PDF files through PDFium: opening a file, and the lines, characters and metadata in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ctypes import c_double, c_ushort
from itertools import pairwise
from typing import Any

import pypdfium2
from pypdfium2 import raw

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Metadata, Span
from quoth.index.reading.layout.columns import LEFTWARDS, Line
from quoth.index.reading.layout.paragraphs import HYPHEN
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.fields import one_line

_BOLD_WEIGHT = 600
"""Minimum weight of a bold font, as in CSS."""
_PROGRAM_TITLE = re.compile(
    r"^(?:untitled|microsoft word - .*|.*\.(?:docx?|indd|pdf|tex|qxd|pptx?|xlsx?)|(?:slide|page) \d+|\W*)$",
    re.IGNORECASE,
)
"""Titles that programs set by default."""
_PROGRAM_AUTHOR = re.compile(r"(?:anonymous|unknown|user|admin(?:istrator)?|author|owner)$", re.IGNORECASE)
"""Authors that programs set by default."""
_Rectangle = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the page's lower left corner."""


def open_pdf(data: bytes) -> Any:
    """Open a document with PDFium. The caller closes it.

    :raises UnreadableFile: the document is encrypted or damaged.
    """
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFile("it is encrypted; save it without its password and add it again") from error
        raise UnreadableFile(f"it cannot be opened as a PDF ({error}); save a new copy and add it") from error


def has_image(page: Any) -> bool:
    """Whether a page contains an image."""
    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))


def page_lines(page: Any, number: int) -> Iterator[Line]:
    """Yield the lines of a page in the order of its content.

    :param number: index of the page, from 0.
    """
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
        for (a, b), box in _split_line(text_page, text, start, stop, boxes):
            size = raw.FPDFText_GetFontSize(text_page, a)
            bold = raw.FPDFText_GetFontWeight(text_page, a) >= _BOLD_WEIGHT
            yield Line(number, a, text[a:b], *box, size=size, bold=bold)
    text_page.close()


def page_characters(text_page: Any) -> str:
    """Return the characters of a page, exactly one for each that PDFium counts."""
    count = text_page.count_chars()
    text = text_page.get_text_range() if count else ""
    if len(text) != count:  # they differ for characters outside the basic plane
        text = "".join(chr(raw.FPDFText_GetUnicode(text_page, i)) for i in range(count))
        text = re.sub(r"[\ud800-\udfff\x02]", lambda m: HYPHEN if m.group() == "\x02" else "\ufffd", text)
    return str(text)


def _split_line(
    text_page: Any, text: str, start: int, stop: int, boxes: list[_Rectangle]
) -> Iterator[tuple[Span, _Rectangle]]:
    """Yield the line, or its parts if a wide gap or a step splits it (columns that were written row by row)."""
    if LEFTWARDS.search(text, start, stop):  # PDFium returns such lines in reading order
        yield (start, stop), _bounds(boxes)
        return
    parts: list[list[_Rectangle]] = [[boxes[0]]]
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
        if not starts[-1] < at < stop:  # unknown position: the line stays whole
            starts = [start]
            parts = [boxes]
            break
        starts.append(at)
    for i, (a, part) in enumerate(zip(starts, parts, strict=True)):
        b = starts[i + 1] if i + 1 < len(starts) else stop
        b = a + len(text[a:b].rstrip())
        if b > a:
            yield (a, b), _bounds(part)


def _bounds(boxes: Sequence[_Rectangle]) -> _Rectangle:
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def pdf_metadata(document: Any) -> Metadata:
    """Return the metadata of a document, without titles and authors that programs set by default."""
    info = document.get_metadata_dict(skip_empty=True)
    title = one_line(info.get("Title"))
    author = one_line(info.get("Author"))
    created = re.match(r"D:(\d{4})(\d\d)(\d\d)", info.get("CreationDate", ""))
    size = raw.FPDFCatalog_GetLanguage(document, None, 0)
    language = None
    if size > 2:
        buffer = (c_ushort * (size // 2))()
        raw.FPDFCatalog_GetLanguage(document, buffer, size)
        language = one_line(bytes(buffer)[:-2].decode("utf-16-le", "ignore"))
    return Metadata(
        title=None if title is None or _PROGRAM_TITLE.match(title) else title,
        author=None if author is None or _PROGRAM_AUTHOR.match(author) else author,
        published=as_date("-".join(created.groups())) if created else None,
        language=language,
    )
