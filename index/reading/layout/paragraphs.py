"""Grouping of a PDF's lines into paragraphs: headings, paragraphs that continue on the next page or column, footnotes,
and the running heads and page numbers at the edges of pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from statistics import median

from .columns import Line
from .contents import is_led

HYPHEN = "\ufffe"
"""PDFium's character for a hyphen at the end of a line."""
LARGE = 1.12
"""Minimum font size of a heading, as a multiple of the usual size."""
_SAME_SIZE = 0.97
_MAX_TITLE = 250
"""Maximum number of characters of a title."""
_SMALL = 0.9
"""Maximum font size of a footnote, as a multiple of the usual size."""
_EDGE = 0.1
"""Share of a page's height, at its top and at its bottom, that may hold running heads and page numbers."""
_MAX_PITCH = 1.45
"""Maximum distance of two lines of one paragraph, as a multiple of the usual distance."""
_NUMBER = re.compile(
    r"[\W_]*(?:page\s+|p\.\s*|seite\s+)?(?:\d{1,4}(?:[-–.]\d{1,4})?|[ivxlc]{1,7})(?:\s*(?:of|/|von)\s*\d{1,4})?[\W_]*$",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[•‣▪●○·➢✓→*-][ \t\xa0]")
_SAME_TEXT = 0.08
"""Maximum difference between font sizes in one paragraph, as a multiple of the usual size."""
_MAX_BESIDE = 2.0
"""Maximum distance of two pieces of one line whatever their sizes, in heights of the line."""
_MAX_LABEL = 40
"""Maximum number of characters of a label in a picture."""
_BULLET = re.compile(r"[•‣▪●○·–—*-][ \t\xa0]+\S|\(?\d{1,3}[.)]\s+\S")


def edge_lines(pages: Sequence[list[Line]], heights: Sequence[float]) -> list[Line]:
    """Return the lines at the top or bottom of pages that are page numbers, or equal on several pages except for
    numbers.

    :param heights: heights of the pages, in points.
    """
    at_edge = [
        line for page, height in zip(pages, heights, strict=True) for line in page
        if line.top > (1 - _EDGE) * height or line.bottom < _EDGE * height
    ]  # fmt: skip
    repeated = Counter(words for words, _ in {(_plain(line.text), line.page) for line in at_edge} if words)
    return [line for line in at_edge if _NUMBER.match(line.text) or repeated[_plain(line.text)] > 1]


def largest_words(lines: Sequence[Line], usual: float) -> str | None:
    """Return the words of the largest lines of a page, up to the first other line; None if none is larger than usual.

    A single letter or a figure is not meant: a drop cap, a number.
    """
    large = [line for line in lines if sum(c.isalpha() for c in line.text) > 1 and line.size >= LARGE * usual]
    if not large:
        return None
    size = max(line.size for line in large)
    at = next(i for i, line in enumerate(lines) if line in large and line.size >= _SAME_SIZE * size)
    title = list(takewhile(lambda line: line.size >= _SAME_SIZE * size, lines[at:]))
    words = " ".join(" ".join(line.text for line in title).replace(HYPHEN, "-").split())
    return words if len(words) <= _MAX_TITLE else None


def _plain(words: str) -> str:
    return re.sub(r"[\W\d_]+", " ", words).strip().casefold()


def paragraphs(
    pages: Sequence[Sequence[Line]], edges: Sequence[Sequence[Line]], usual: float
) -> Iterator[tuple[str, list[Line]]]:
    """Yield paragraphs with their kinds: "heading", "prose", "any" (a single line), "table" or "edge".

    A paragraph may continue on the next page or column; footnotes and edges follow the paragraph that they interrupt.

    :param pages: for each page its lines in reading order, without its edges.
    :param edges: for each page the lines at its edges that are not the article's.
    :param usual: the usual font size, in points.
    """
    held: list[Line] = []
    notes: list[tuple[str, list[Line]]] = []
    for body, edge in zip(pages, edges, strict=True):
        pitch = _usual_pitch(body)
        lowest = min((line.bottom for line in body), default=0.0)
        for paragraph in _grouped(body, pitch, usual):
            small = paragraph[0].size < _SMALL * usual and bool(re.match(r"[\d*†‡§¹²³⁴-⁹]", paragraph[0].text))
            if small and paragraph[-1].bottom < lowest + 30 * usual and len(body) > 3:
                notes.append(("prose", paragraph))
                continue
            if held and _continues(held, paragraph):
                held += paragraph
                continue
            if held:
                yield _kind(held, usual), held
                yield from notes
                notes = []
            held = paragraph
        notes += [("edge", [line]) for line in edge]
    if held:
        yield _kind(held, usual), held
    yield from notes


def _usual_pitch(lines: Sequence[Line]) -> float:
    steps = [a.bottom - b.bottom for a, b in pairwise(lines) if a.column == b.column and a.bottom > b.bottom]
    return median(steps) if steps else 0.0


def _grouped(lines: Sequence[Line], pitch: float, usual: float) -> Iterator[list[Line]]:
    """Yield the paragraphs of one page.

    :param pitch: the usual distance of two lines, in points.
    """
    held: list[Line] = []
    labels: list[Line] = []
    for line in lines:
        if held and _is_label(held[-1], line, usual):
            labels.append(line)
            continue
        if held and not _same_paragraph(held, line, pitch, usual):
            yield held
            yield from ([label] for label in labels)
            held, labels = [], []
        held.append(line)
    if held:
        yield held
        yield from ([label] for label in labels)


def _is_label(last: Line, line: Line, usual: float) -> bool:
    """Whether a line is a label in a picture at the right of a paragraph, which it does not interrupt."""
    return (
        line.column == last.column
        and not line.table
        and not last.table
        and _is_beside(last, line)
        and line.left - last.right >= _MAX_BESIDE * line.height
        and abs(line.size - last.size) > _SAME_TEXT * usual
        and len(line.text) < min(_MAX_LABEL, len(last.text))
    )


def _is_beside(last: Line, line: Line) -> bool:
    return line.bottom > last.bottom - 0.5 * last.height


def _same_paragraph(held: list[Line], line: Line, pitch: float, usual: float) -> bool:
    last = held[-1]
    if line.table or last.table or line.column != last.column:
        return False
    beside = _is_beside(last, line)
    if not beside and any(is_led(each.text) for each in (*held[-3:], line)):
        return False
    if beside and line.left - last.right < _MAX_BESIDE * line.height:
        return True
    if abs(line.size - last.size) > _SAME_TEXT * usual or _BULLET.match(line.text):
        return False
    if beside:  # cells of a row
        return True
    if last.bottom - line.bottom > _MAX_PITCH * max(pitch, last.height):
        return False
    if not line.bold and all(each.bold for each in held) and line.text[:1].isupper():  # a heading above its text
        return False
    if line.bold and not last.bold and not _ends_open(last):
        return False
    indented = line.left > min(each.left for each in held) + 0.8 * usual and line.left > last.left + 0.8 * usual
    return not (indented and not _ends_open(last))


def _ends_open(line: Line) -> bool:
    return not re.search(r"[.!?…:][\"'”’)\]]*[\d*†‡¹²³⁴-⁹]*$", line.text)


def _continues(held: list[Line], paragraph: list[Line]) -> bool:
    """Whether a paragraph at the end of a page or column continues in the next."""
    before, after = held[-1], paragraph[0]
    elsewhere = before.page != after.page or before.column != after.column
    if before.table or after.table or is_led(before.text):
        return False
    if not elsewhere or abs(before.size - after.size) > 0.1 * before.size or _BULLET.match(after.text):
        return False
    if before.text.endswith(HYPHEN):
        return True
    return _ends_open(before) and after.text[:1].islower()


def _kind(paragraph: list[Line], usual: float) -> str:
    if paragraph[0].table:
        return "table"
    words = " ".join(line.text for line in paragraph)
    short = len(words) <= 200 and len(paragraph) <= 4
    if (
        short
        and not words[:1].islower()
        and not _SIGN.match(words)
        and (paragraph[0].size >= LARGE * usual or all(line.bold for line in paragraph))
        and not re.search(r"[.;,:]$", words)
    ):
        return "heading"
    return "any" if len(paragraph) == 1 else "prose"
