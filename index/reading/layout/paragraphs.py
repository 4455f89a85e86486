"""The lines of a PDF's pages as paragraphs: what is a heading, what goes on behind a page's or column's end, and what
is no article, running heads and page numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from .columns import Line

HYPHEN = "\ufffe"
"""What PDFium gives for a hyphen at a line's end."""
LARGE, _SMALL = 1.12, 0.9
"""Of the usual size, what a heading has at least, and a footnote at most."""
_EDGE = 0.1
"""Share of a page's height, at its top and at its foot, where running heads and page numbers stand."""
_PITCH = 1.45
"""Lines further apart than this many times the usual are two paragraphs."""
_NUMBER = re.compile(
    r"[\W_]*(?:page\s+|p\.\s*|seite\s+)?(?:\d{1,4}(?:[-–.]\d{1,4})?|[ivxlc]{1,7})(?:\s*(?:of|/|von)\s*\d{1,4})?[\W_]*$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[•‣▪●○·–—*-][ \t\xa0]+\S|\(?\d{1,3}[.)]\s+\S")


def edge_lines(pages: Sequence[list[Line]], heights: Sequence[float]) -> list[Line]:
    """Page numbers, and lines at the top or foot that other pages have, too, but for their numbers."""
    at_edge = [
        line for page, height in zip(pages, heights, strict=True) for line in page
        if line.top > (1 - _EDGE) * height or line.bottom < _EDGE * height
    ]  # fmt: skip
    said = Counter(words for words, _ in {(_plain(line.text), line.page) for line in at_edge} if words)
    return [line for line in at_edge if _NUMBER.match(line.text) or said[_plain(line.text)] > 1]


def _plain(words: str) -> str:
    return re.sub(r"[\W\d_]+", " ", words).strip().casefold()


def paragraphs(pages: Sequence[list[Line]], edges: list[Line], usual: float) -> Iterator[tuple[str, list[Line]]]:
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
    steps = [a.bottom - b.bottom for a, b in pairwise(lines) if a.column == b.column and a.bottom > b.bottom]
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
    if before.text.endswith(HYPHEN):
        return True
    return _ends_open(before) and behind.text[:1].islower()


def _kind(paragraph: list[Line], usual: float) -> str:
    words = " ".join(line.text for line in paragraph)
    short = len(words) <= 200 and len(paragraph) <= 4
    if (
        short
        and (paragraph[0].size >= LARGE * usual or all(line.bold for line in paragraph))
        and not re.search(r"[.;,:]$", words)
    ):
        return "heading"
    return "any" if len(paragraph) == 1 else "prose"
