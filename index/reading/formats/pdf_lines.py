"""Lines of a PDF's page: its pieces of text, superscripts and subscripts, and wide gaps.

A piece is a run of characters that the file writes at once, so its size and baseline are the same throughout. A small
piece beside a larger one, above or below its baseline, is a superscript or a subscript.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from quoth.index.reading.layout.columns import LEFTWARDS, Line, Word
from quoth.index.reading.layout.contents import has_leader
from quoth.index.reading.layout.paragraphs import HYPHEN
from quoth.index.reading.layout.placed_rows import has_figures
from quoth.index.reading.layout.raised import lowered, raised

from .pdf_places import Piece, Places, Rectangle, bounds
from .pdfium import page_characters

_MAX_MARK_SIZE = 0.9
"""Maximum size of a superscript or subscript, as a share of the size of the text beside it."""
_MIN_MARK_SIZE = 0.4
"""Its minimum size. The text beside a drop cap is smaller."""
_RAISED = (0.12, 0.8)
"""Height of a superscript's baseline above that of the text beside it, in sizes of that text."""
_LOWERED = (-0.6, -0.06)
_MARK_GAP = 0.35
"""Maximum distance between a mark and the text beside it, in sizes of that text."""
_MAX_MARK_CHARS = 12
_DOT = 0.25
"""Maximum height of a dot, as a share of the height of its line."""
_WIDE_CHARACTERS = 0.62
"""Minimum average width of a character, in font sizes, of a piece that may contain wide gaps."""
_MIN_ROWS = 3
_NEAR = 6
"""Distance from a row of figures, in pieces, in which words are measured."""
_SHORT = 100
"""Maximum number of characters of a line whose words are measured on a page with rows of figures."""
_WIDE_GAP = 1.5
"""Minimum width of a gap that splits a line, in heights of the line."""
_SPACES = re.compile(r"\S {2,}\S")
_WRITTEN = re.compile(rf"[^\r\n{HYPHEN}]+{HYPHEN}?")
"""What the file writes before a new line or a hyphen at the end of one."""


def page_lines(page: Any, number: int) -> Iterator[Line]:
    """Yield the lines of a page in the order of its content.

    :param number: index of the page, from 0.
    """
    text_page = page.get_textpage()
    try:
        places = Places(text_page.raw)
        text = page_characters(text_page)
        leftwards = bool(LEFTWARDS.search(text))
        pieces = list(_pieces(places, text, leftwards=leftwards))
        rows = [i for i, piece in enumerate(pieces) if piece.words]
        if len(rows) >= _MIN_ROWS:  # then measure the cells without figures near them as well
            near = {j for i in rows for j in range(i - _NEAR, i + _NEAR + 1)}
            near = {i for i in near if 0 <= i < len(pieces) and not pieces[i].words and " " in pieces[i].text}
            pieces = [
                part for i, piece in enumerate(pieces)
                for part in (_split_at_gaps(places, piece, leftwards=leftwards, short=True) if i in near else (piece,))
            ]  # fmt: skip
    finally:
        text_page.close()
    _mark_raised(pieces)
    held: list[Piece] = []
    for piece in pieces:
        if held and not _continues_line(held[-1], piece):
            yield _line(held, number)
            held = []
        held.append(piece)
    if held:
        yield _line(held, number)


def _pieces(places: Places, text: str, *, leftwards: bool) -> Iterator[Piece]:
    """Yield the pieces of a page.

    :param leftwards: whether the page has letters that are written from right to left.
    """
    for match in _WRITTEN.finditer(text):
        stop = match.end()
        start = stop - len(match.group().lstrip())
        boxes = places.boxes(start, stop)
        if not boxes:
            continue
        spans = [(start, stop)]
        # PDFium returns lines that are written from right to left in reading order, so their boxes do not tell
        if len(boxes) > 1 and _is_uneven(boxes) and not (leftwards and LEFTWARDS.search(text, start, stop)):
            spans = list(_object_spans(places, text, start, stop))
        for a, b in spans:
            if len(spans) > 1:
                boxes = places.boxes(a, b)
            if boxes:
                piece = places.piece(text, a, b, bounds(boxes), starts_line=a == start)
                if " " in piece.text:
                    yield from _split_at_gaps(places, piece, leftwards=leftwards)
                else:
                    yield piece


def _is_uneven(boxes: Sequence[Rectangle]) -> bool:
    """Whether a box of a line may be a mark, or is separated from the one before by a wide gap or a step."""
    tallest = max(boxes, key=lambda box: box[3] - box[1])
    height = tallest[3] - tallest[1]
    for left, bottom, right, top in boxes:
        if _DOT * height < top - bottom < _MAX_MARK_SIZE * height and (
            bottom > tallest[1] + 0.25 * height or (top < tallest[3] - 0.25 * height and right - left < 2 * height)
        ):
            return True
    return not all(_is_beside(a, b) for a, b in pairwise(boxes))


def _object_spans(places: Places, text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of a line whose characters were written at once; white space belongs to the span before it."""
    current, at = None, start
    for i in range(start, stop):
        address = None if text[i].isspace() else places.written_by(i)
        if not address:
            continue
        if current is not None and address != current:
            yield at, i
            at = i
        current = address
    yield at, stop


def _split_at_gaps(places: Places, piece: Piece, *, leftwards: bool, short: bool = False) -> Iterator[Piece]:
    """Yield a piece with spaces, or its parts if wide gaps divide it; measure its words if it may be a row of a table.

    :param short: whether short pieces may be rows although they have no figures.
    """
    text = piece.text
    may_be_row = (
        (short and len(text) < _SHORT)
        or piece.box[2] - piece.box[0] > _WIDE_CHARACTERS * piece.size * len(text)
        or ("  " in text and _SPACES.search(text))
        or has_leader(text)
        or has_figures(text)
    )
    if not may_be_row or (leftwards and LEFTWARDS.search(text)):
        yield piece
        return
    height = piece.box[3] - piece.box[1]
    part: list[Word] = []
    for word in places.words(piece):
        if part and word.left - part[-1].right > _WIDE_GAP * height:
            yield _part(piece, part)
            part = []
        part.append(word)
    if part:
        yield _part(piece, part)


def _part(piece: Piece, words: list[Word]) -> Piece:
    start, stop = words[0].start, words[-1].stop
    return Piece(
        start, stop, (words[0].left, piece.box[1], words[-1].right, piece.box[3]), piece.size, piece.baseline,
        piece.bold, piece.starts_line and start == piece.start,
        piece.text[start - piece.start : stop - piece.start], tuple(words),
    )  # fmt: skip


def _mark_raised(pieces: list[Piece]) -> None:
    """Write superscripts and subscripts in raised and lowered characters, and place them on the line beside them."""
    for i, piece in enumerate(pieces):
        words = piece.text.strip()
        if len(words) > _MAX_MARK_CHARS:
            continue
        for beside in (*pieces[max(0, i - 1) : i], *pieces[i + 1 : i + 2]):
            if len(beside.text.strip()) == 0 or not (
                _MIN_MARK_SIZE * beside.size <= piece.size <= _MAX_MARK_SIZE * beside.size
            ):
                continue
            gap = max(piece.box[0] - beside.box[2], beside.box[0] - piece.box[2])
            rise = (piece.baseline - beside.baseline) / beside.size
            if abs(gap) > _MARK_GAP * beside.size:
                continue
            if _RAISED[0] <= rise <= _RAISED[1]:
                piece.text = raised(piece.text)
            elif _LOWERED[0] <= rise <= _LOWERED[1]:
                piece.text = lowered(piece.text)
            else:
                continue
            piece.size, piece.baseline, piece.bold = beside.size, beside.baseline, beside.bold
            piece.box = piece.box[0], beside.box[1], piece.box[2], beside.box[3]
            break


def _continues_line(before: Piece, piece: Piece) -> bool:
    return not piece.starts_line and _is_beside(before.box, piece.box)


def _is_beside(before: Rectangle, box: Rectangle) -> bool:
    """Whether a box follows another one on the same line, without a wide gap."""
    heights = before[3] - before[1], box[3] - box[1]
    level = min(before[3], box[3]) - max(before[1], box[1]) > 0.3 * min(heights)
    return level and -max(heights) < box[0] - before[2] < _WIDE_GAP * max(heights)


def _line(pieces: Sequence[Piece], number: int) -> Line:
    """Return the line of consecutive pieces. Its size is that of most of its characters."""
    if len(pieces) == 1:
        piece = pieces[0]
        words = _words(pieces) if piece.words else ()
        return Line(number, piece.start, piece.text.rstrip(), *piece.box, size=piece.size, bold=piece.bold, words=words)
    main = max(pieces, key=lambda piece: len(piece.text))
    text = ""
    for piece in pieces:
        text = text.ljust(piece.start - pieces[0].start) + piece.text
    measured = any(piece.words for piece in pieces) or has_figures(text)
    return Line(
        number, pieces[0].start, text.rstrip(), *bounds([piece.box for piece in pieces]), size=main.size,
        bold=all(piece.bold for piece in pieces), words=_words(pieces) if measured else (),
    )  # fmt: skip


def _words(pieces: Sequence[Piece]) -> tuple[Word, ...]:
    """Return the words of a line, each of which may consist of several pieces."""
    words: list[Word] = []
    end = None
    for piece in pieces:
        stop = piece.start + len(piece.text.rstrip())
        for word in piece.words or [Word(piece.start, stop, piece.box[0], piece.box[2])]:
            if word.start == end:
                words[-1] = words[-1]._replace(stop=word.stop, right=word.right)
            else:
                words.append(word)
            end = word.stop
    return tuple(words)
