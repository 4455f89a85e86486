"""Reading order of the lines on a PDF's page, by recursive XY-cut (Nagy and Seth 1984).

A region is split at a vertical gutter between columns of prose, otherwise at its widest horizontal gap, until no split
is possible. Tables keep their rows, because their cells are not prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

_GUTTER = 0.7
"""Minimum width of the gap between two columns, in usual heights of a line."""
_COLUMN_CHARS = 22
"""Minimum average number of characters in the lines of a column of prose."""
_TOLERANCE = 0.5
"""Tolerance of a gutter's position, in points."""
_MAX_DEPTH = 40
"""Maximum depth of the recursion."""
LEFTWARDS = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters of scripts that are written from right to left, such as Hebrew and Arabic."""


class Word(NamedTuple):
    """Characters between spaces in a line, with their position in points."""

    start: int
    """Index of the first character on its page."""
    stop: int
    left: float
    right: float


class Segment(NamedTuple):
    """Consecutive characters of a page in a cell."""

    page: int
    first: int
    """Index of the first character on its page."""
    text: str


@dataclass(slots=True)
class PlacedTable:
    """A table, as rows with one cell for each column."""

    rows: list[list[list[Segment]]]
    header_rows: int | None
    """See ``Writer.table``."""


@dataclass(slots=True)
class Line:
    """Characters beside each other on a page. Coordinates are in points from the page's lower left corner."""

    page: int
    """Index of the page, from 0."""
    first: int
    """Index of the first character on its page."""
    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    """Font size, in points."""
    bold: bool
    column: int = 0
    """Number of the region on the page, in reading order."""
    words: tuple[Word, ...] = ()
    """The words, if they were measured because the line may be a row of a table."""
    table: PlacedTable | None = None
    """The table that stands in this place, if the line has no text of its own."""

    @property
    def height(self) -> float:
        return self.top - self.bottom


def ordered(lines: list[Line]) -> list[Line]:
    """Return a page's lines in reading order, and set their ``column``."""
    result: list[Line] = []
    usual = median([line.height for line in lines]) if lines else 0.0
    for column, region in enumerate(_cut(lines, usual)):
        for line in region:
            line.column = column
        result += region
    return result


def _cut(lines: list[Line], usual: float, depth: int = 0) -> Iterator[list[Line]]:
    """Yield the regions that cannot be split, in reading order."""
    if len(lines) > 3 and depth < _MAX_DEPTH:
        if gutter := _gutter(lines, usual):
            yield from _cut([line for line in lines if line.right <= gutter + _TOLERANCE], usual, depth + 1)
            yield from _cut([line for line in lines if line.right > gutter + _TOLERANCE], usual, depth + 1)
            return
        if _has_columns(lines, usual) and (gap := _gap(lines)):
            yield from _cut([line for line in lines if line.bottom >= gap], usual, depth + 1)
            yield from _cut([line for line in lines if line.bottom < gap], usual, depth + 1)
            return
    yield _by_rows(lines)


def _gutter(lines: list[Line], usual: float) -> float | None:
    """Return the right edge of a column of prose with more prose to the right of a gap that no line crosses;
    None if there is no such column."""
    edges = sorted((line.left, line.right) for line in lines)
    end = edges[0][1]
    for left, right in edges[1:]:
        if left - end >= _GUTTER * usual:
            before = [line for line in lines if line.right <= end + _TOLERANCE]
            after = [line for line in lines if line.right > end + _TOLERANCE]
            if _is_prose(before) and _is_prose(after):
                return end
        end = max(end, right)
    return None


def _is_prose(lines: list[Line]) -> bool:
    return len(lines) >= 2 and sum(len(line.text) for line in lines) >= _COLUMN_CHARS * len(lines)


def _has_columns(lines: list[Line], usual: float) -> bool:
    """Whether two long lines are beside each other."""
    long = sorted((line for line in lines if len(line.text) >= _COLUMN_CHARS), key=lambda line: -line.top)
    return any(
        a.bottom < b.top - 0.3 * usual and (a.right < b.left or b.right < a.left)
        for i, a in enumerate(long)
        for b in long[i + 1 : i + 4]
    )


def _gap(lines: list[Line]) -> float | None:
    """Return the upper edge of the widest horizontal gap between lines; None if there is no gap."""
    by_top = sorted(lines, key=lambda line: -line.top)
    bottom, widest, place = by_top[0].bottom, 0.0, None
    for line in by_top[1:]:
        if bottom - line.top > widest:
            widest, place = bottom - line.top, bottom
        bottom = min(bottom, line.bottom)
    return place


def _by_rows(lines: list[Line]) -> list[Line]:
    """Sort lines from the top; lines beside each other in the direction of their script; equal ones in file order."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: -(line.top + line.bottom)):
        last = rows[-1][0] if rows else None
        if last and min(last.top, line.top) - max(last.bottom, line.bottom) > 0.5 * min(last.height, line.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda line: line.left, reverse=any(LEFTWARDS.search(line.text) for line in row))
    return [line for row in rows for line in row]
