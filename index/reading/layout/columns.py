"""The lines of a PDF's page in the order in which people read them: an XY-cut.

A region is parted at a gutter that runs down through lines of prose, else at its widest horizontal gap, until nothing
parts it (Nagy and Seth 1984). Tables are left in rows: their cells are no prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

_GUTTER = 0.7
"""Width of the gap between two columns, in heights of a line."""
_COLUMN_CHARS = 22
"""Characters that the lines of a column of prose have, on the average."""
_MAX_DEPTH = 40
LEFTWARDS = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Hebrew, Arabic and their like."""


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


def ordered(lines: list[Line]) -> list[Line]:
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
    if len(lines) > 3 and depth < _MAX_DEPTH:
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
        for line in sorted(row, key=lambda line: line.left, reverse=any(LEFTWARDS.search(line.text) for line in row))
    ]  # fmt: skip
