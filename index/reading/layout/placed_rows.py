"""Rows of a PDF's page: lines beside each other, as groups of words that stand together."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from .columns import Line, Segment

WIDE = 0.9
"""Minimum distance of two cells of words, in font sizes."""
_WORD_GAP = 0.6
"""Maximum distance of two words of one cell, in font sizes."""
_FIGURE = re.compile(
    r"[(\[<>≤≥±~$£€¥+*−–—-]*\d[\d.,:/ \u202f–−-]*[%)\]\w°*†‡§⁰¹²³⁴-⁹ᵃ-ᶻ]{0,4}[.,;]?$"
    r"|[–−—.…-]{1,3}$|\([XNAZSD]+\)$|n/?a$|ref\.?$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_FIGURE_START = re.compile(r"(?:^|\s)(?:[^\w\s]{0,3}\d|[–—-](?=\s|$))")
_LEADER = re.compile(r"[.·…_\s]+$")


@dataclass(slots=True)
class Unit:
    """Words of a line that stand together."""

    text: str
    segments: list[Segment]
    left: float
    right: float
    bold: bool


@dataclass
class Row:
    """Lines beside each other."""

    lines: list[Line]
    bottom: float = 0.0
    top: float = 0.0
    size: float = 0.0

    @cached_property
    def units(self) -> list[Unit]:
        units = sorted((unit for line in self.lines for unit in _units(line)), key=lambda unit: unit.left)
        for unit, after in pairwise(units):
            if _is_leader(after.text) and not _is_leader(unit.text):  # the first dot of the leader
                _strip_dot(unit)
        return [unit for unit in units if not _is_leader(unit.text)] or units

    @cached_property
    def extents(self) -> list[tuple[float, float]]:
        """Left and right edge of each unit, in points."""
        return [(unit.left, unit.right) for unit in self.units]

    @cached_property
    def value_count(self) -> int:
        """Number of figures after the first unit."""
        return sum(is_figure(unit.text) for unit in self.units[1:])

    @cached_property
    def is_tabular(self) -> bool:
        """Whether the row has words that stand apart, or several figures."""
        if len(self.lines) == 1 and not self.lines[0].words:
            return False
        gaps = [b.left - a.right for a, b in pairwise(self.units)]
        return bool(gaps) and (max(gaps) >= WIDE * self.size or sum(is_figure(unit.text) for unit in self.units) >= 2)


def has_figures(line: str) -> bool:
    """Whether a line may be a row of figures: at least two, and two fifths of the words."""
    figures = len(_FIGURE_START.findall(line)) if _DIGIT.search(line) else 0
    return figures >= 2 and figures >= 0.4 * (line.count(" ") + 1 - line.count(" ."))


@lru_cache(4096)
def is_figure(words: str) -> bool:
    """Whether the words of a cell are a figure, or stand for one ("–", "n/a", "(X)")."""
    return bool(_FIGURE.match(words))


def by_column(row: Row, columns: Sequence[tuple[float, float]]) -> list[list[Unit]]:
    """Return the units of a row in each column, in which their middle is.

    :param columns: left and right edge of each column, which do not overlap, from the left.
    """
    result: list[list[Unit]] = [[] for _ in columns]
    lefts = [left for left, _ in columns]
    for unit in row.units:
        middle = (unit.left + unit.right) / 2
        column = bisect_right(lefts, middle) - 1
        if column >= 0 and middle <= columns[column][1]:
            result[column].append(unit)
    return result


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """Return the rows of a region whose lines are in reading order."""
    rows: list[list[Line]] = []
    for line in lines:
        first = rows[-1][0] if rows else None
        if first and min(first.top, line.top) - max(first.bottom, line.bottom) > 0.5 * min(first.height, line.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [
        Row(row, min(line.bottom for line in row), max(line.top for line in row), max(line.size for line in row))
        for row in rows
    ]


def _units(line: Line) -> list[Unit]:
    """Return the groups of words that stand together, without dot leaders; two figures never stand together."""
    if not line.words:
        return [Unit(line.text, [Segment(line.page, line.first, line.text)], line.left, line.right, line.bold)]
    units: list[Unit] = []
    leader = False
    for word in line.words:
        text = line.text[word.start - line.first : word.stop - line.first].strip()
        if units and _is_leader(text):
            leader = True
            continue
        if not text:
            continue
        before = units[-1] if units else None
        if before is not None and leader and before.text.endswith("."):  # the first dot of the leader
            _strip_dot(before)
        if (
            before is not None
            and not leader
            and word.left - before.right < _WORD_GAP * line.size
            and not (is_figure(before.text) and is_figure(text))
        ):
            before.segments.append(Segment(line.page, word.start, text))
            before.text += " " + text
            before.right = word.right
        else:
            units.append(Unit(text, [Segment(line.page, word.start, text)], word.left, word.right, line.bold))
        leader = False
    return units


def _is_leader(words: str) -> bool:
    return not words[:1].isalnum() and bool(_LEADER.match(words))


def _strip_dot(unit: Unit) -> None:
    """Remove the first dot of a leader from the words before it."""
    last = unit.segments[-1]
    unit.segments[-1] = last._replace(text=last.text.rstrip(" ."))
    unit.text = unit.text.rstrip(" .")
