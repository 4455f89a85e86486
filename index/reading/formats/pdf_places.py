"""Positions of the characters on a PDF's page: boxes, baselines, font sizes and words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ctypes import byref, c_double, c_float, c_void_p, sizeof
from dataclasses import dataclass
from math import hypot
from typing import Any

from pypdfium2 import raw

from quoth.index.reading.layout.columns import Word

from .pdfium import quick

_BOLD_WEIGHT = 600
"""Minimum weight of a bold font, as in CSS."""
_WORD = re.compile(r"\.{3,}|…{2,}|_{3,}|(?:(?!\.{3}|…{2}|_{3})\S)+")
"""A word, or the dots of a leader."""
_count_rects = quick(raw.FPDFText_CountRects)
_get_rect = quick(raw.FPDFText_GetRect)
_get_char_box = quick(raw.FPDFText_GetCharBox)
_get_origin = quick(raw.FPDFText_GetCharOrigin)
_get_matrix = quick(raw.FPDFText_GetMatrix)
_get_size = quick(raw.FPDFText_GetFontSize, c_double)
_get_weight = quick(raw.FPDFText_GetFontWeight)
_get_text_object = quick(raw.FPDFText_GetTextObject, c_void_p)
Rectangle = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the page's lower left corner."""


@dataclass(slots=True)
class Piece:
    start: int
    """Index of the first character on the page."""
    stop: int
    box: Rectangle
    size: float
    baseline: float
    bold: bool
    starts_line: bool
    text: str
    words: tuple[Word, ...] = ()


class Places:
    """Positions of a page's characters. The variables that PDFium writes to are reused."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._box = (c_double * 4)()
        self._edges = tuple(byref(self._box, i * sizeof(c_double)) for i in range(4))
        self._matrix = (c_float * 6)()
        self._matrix_at = byref(self._matrix)

    def boxes(self, start: int, stop: int) -> list[Rectangle]:
        """Return the boxes of characters that stand on one line and were written at once, if they have an area."""
        handle, box = self._handle, self._box
        left, bottom, right, top = self._edges
        boxes: list[Rectangle] = []
        for i in range(_count_rects(handle, start, stop - start) if start < stop else 0):
            _get_rect(handle, i, left, top, right, bottom)
            x0, y0, x1, y1 = box
            if x1 > x0 and y1 > y0:
                boxes.append((x0, y0, x1, y1))
        return boxes

    def written_by(self, i: int) -> int | None:
        """Return the address of the object that writes a character; None if none does."""
        address: int | None = _get_text_object(self._handle, i)
        return address

    def piece(self, text: str, start: int, stop: int, box: Rectangle, *, starts_line: bool) -> Piece:
        """Return a piece, with the size, baseline and weight of its first character."""
        x, y, *_ = self._edges
        _get_origin(self._handle, start, x, y)
        _get_matrix(self._handle, start, self._matrix_at)
        size = _get_size(self._handle, start) * (hypot(self._matrix[2], self._matrix[3]) or 1.0)
        bold = _get_weight(self._handle, start) >= _BOLD_WEIGHT
        return Piece(start, stop, box, size, self._box[1], bold, starts_line, text[start:stop])

    def words(self, piece: Piece) -> list[Word]:
        """Return the words of a piece with their positions."""
        handle, box, at = self._handle, self._box, piece.start
        left, right, other, unused = self._edges
        words: list[Word] = []
        for match in _WORD.finditer(piece.text):
            start, stop = match.span()
            _get_char_box(handle, at + start, left, right, other, unused)
            if stop > start + 1:
                _get_char_box(handle, at + stop - 1, other, right, unused, unused)
            words.append(Word(at + start, at + stop, box[0], box[1]))
        return words


def bounds(boxes: Sequence[Rectangle]) -> Rectangle:
    if len(boxes) == 1:
        return boxes[0]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
