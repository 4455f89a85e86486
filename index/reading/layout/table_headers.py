"""Headers of tables that a PDF's page shows by position: which words name which column.

A name above a single column stands over it. A name above several columns stands over their middle. If neither is
certain, the header is not used, because a value must not appear under a wrong name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .columns import Segment
from .placed_rows import Row, Unit, by_column, is_figure

_Extent = tuple[float, float]
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:\s?[/–-]\s?\d{2,4})?[*†‡⁰¹²³⁴-⁹ᵃ-ᶻ]{0,2}$")
_MAX_NAME = 40
"""Maximum number of characters of a name above the first row of several cells."""
_MAX_LEADING = 2.0
"""Maximum height of the gap between two rows of a header, in font sizes."""
_ALIGNED = 0.5
"""Maximum distance of edges or middles that are aligned, in font sizes."""
_MAX_OFF_CENTRE = 0.03
"""Maximum distance of a name from the middle of its columns, as a share of their width."""
_MOST = 0.6
"""Minimum share of figures in a column of figures."""
_MAX_LARGER = 1.15
"""Maximum size of a header, as a multiple of that of the rows. A larger line is a heading."""
_Place = tuple[int, int]
"""First and last column that a name stands over."""


class Header(NamedTuple):
    """The names of the columns."""

    cells: list[list[Segment]]
    height: int
    """Number of rows of the page that it takes."""


def continues_header(above: Row, row: Row, columns: list[_Extent]) -> bool:
    """Whether a row may be the next one of a header: it or the row above leaves a column without words."""
    return not by_column(row, columns)[0] or not all(by_column(above, columns))


def may_be_header(row: Row) -> bool:
    """Whether a row has no other figures than years."""
    return all(not is_figure(unit.text) or _YEAR.match(unit.text) for unit in row.units)


def names_columns(row: Row, below: Sequence[Row], columns: list[_Extent]) -> bool:
    """Whether a row above figures names their columns: it has words or years where the rows below have figures."""
    names_figures = False
    years = 0
    cells_below: list[list[list[Unit]]] = []
    for column, units in enumerate(by_column(row, columns)):
        names = [unit.text for unit in units]
        if not column or not names:
            continue
        cells_below = cells_below or [by_column(each, columns) for each in below if each.is_tabular]
        cells = [unit.text for each in cells_below for unit in each[column]]
        if any(is_figure(name) for name in names):
            if any(not _YEAR.match(name) for name in names) or any(_YEAR.match(cell) for cell in cells):
                return False
            years += 1
            continue
        figures = sum(is_figure(cell) and any(c.isdigit() for c in cell) for cell in cells)
        if len(cells) > 1 and figures > _MOST * len(cells):
            names_figures = len(columns) > 2 or figures == len(cells)
    return names_figures or years > 1


def header(above: Sequence[Row], body: Sequence[Row], columns: list[_Extent]) -> Header | None:
    """Return the header of a table.

    :param above: the rows above the body, the last of which stands next to it.
    :returns: None if there is none, or if it does not name each column of values.
    """
    names: list[list[Unit]] = [[] for _ in columns]
    size = body[0].size
    height = 0
    nearest = body[0]
    for row in reversed(above):
        if (
            row.bottom - nearest.top > _MAX_LEADING * size
            or row.size > _MAX_LARGER * size
            or not _may_name(row, columns)
        ):
            break
        places = _places(row, names, columns, size)
        if places is None:
            break
        for unit, (first, last) in places:
            for column in range(first, last + 1):
                names[column].insert(0, unit)
        height += 1
        nearest = row
    if not height or not all(names[1:]):
        return None
    return Header([_joined(units) for units in names], height)


def _joined(units: Sequence[Unit]) -> list[Segment]:
    segments: list[Segment] = []
    for unit in units:
        segments += [segment for segment in unit.segments if segment not in segments]
    return segments


def _may_name(row: Row, columns: list[_Extent]) -> bool:
    """Whether a row may be part of the header: short words or years, not only above the column of labels."""
    if any(len(unit.text) > _MAX_NAME for unit in row.units):
        return False
    values = [unit for unit in row.units if unit.right > columns[0][1] and unit.left > columns[0][0] + 1]
    return bool(values) and may_be_header(row)


def _places(
    row: Row, names: Sequence[Sequence[Unit]], columns: list[_Extent], size: float
) -> list[tuple[Unit, _Place]] | None:
    """Return the first and last column that each unit of a row names; None if they are uncertain."""
    labels = [unit for unit in row.units if unit.right <= columns[1][0] and _overlapped(unit, columns)[:1] == [0]]
    values = [unit for unit in row.units if unit not in labels]
    if all(names[1:]):
        places = _over_names(values, columns, names, size) or []
    else:
        places = [place for unit in values if (place := _over_figures(unit, columns, size))]
    if len(places) != len(values):
        return None
    placed = list(zip(values, places, strict=True))
    taken = [column for _, (first, last) in placed for column in range(first, last + 1)]
    return [(unit, (0, 0)) for unit in labels] + placed if len(set(taken)) == len(taken) else None


def _over_figures(unit: Unit, columns: list[_Extent], size: float) -> _Place | None:
    """Return the only column that a name directly above figures stands over, or next to."""
    over = _overlapped(unit, columns) or [
        i for i, (left, right) in enumerate(columns) if max(left - unit.right, unit.left - right) < size
    ]
    return (over[0], over[0]) if len(over) == 1 else None


def _over_names(
    values: Sequence[Unit], columns: list[_Extent], names: Sequence[Sequence[Unit]], size: float
) -> list[_Place] | None:
    """Return the columns of each unit above other names: those over whose middle it stands, if there is no doubt.

    Where one column and a group of columns have the same middle, groups with the same names below are meant,
    otherwise the column.
    """
    extents = [
        (min([left, *(unit.left for unit in units)]), max([right, *(unit.right for unit in units)]))
        for (left, right), units in zip(columns, names, strict=True)
    ]
    candidates = [_candidates(unit, extents, columns, size) for unit in values]
    if not all(candidates):
        return None
    if len(values) > 1:
        for width in range((len(columns) - 1) // len(values), 1, -1):
            groups = [next((p for p in each if p[1] - p[0] + 1 == width), None) for each in candidates]
            found = [group for group in groups if group]
            words = {tuple(" ".join(u.text for u in names[i]) for i in range(a, b + 1)) for a, b in found}
            if len(found) == len(values) and len(words) == 1:
                return found
    single = [[place for place in each if place[0] == place[1]] or each for each in candidates]
    return [each[0] for each in single] if all(len(each) == 1 for each in single) else None


def _candidates(unit: Unit, extents: list[_Extent], columns: list[_Extent], size: float) -> list[_Place]:
    """Return the neighbouring columns whose middle, or the single column whose edge, is that of a unit."""
    over = [i for i in _overlapped(unit, columns) if i]
    places = []
    for first in range(1, over[0] + 1 if over else len(columns)):
        for last in range(max(first, over[-1] if over else first), len(columns)):
            left, right = extents[first][0], extents[last][1]
            off = [abs(unit.left + unit.right - left - right) / 2 - _MAX_OFF_CENTRE * (right - left)]
            off += [abs(unit.left - left), abs(unit.right - right)] if first == last else []
            if min(off) <= _ALIGNED * size and unit.left >= left - size and unit.right <= right + size:
                places.append((first, last))
    return places


def _overlapped(unit: Unit, columns: list[_Extent]) -> list[int]:
    return [i for i, (left, right) in enumerate(columns) if min(right, unit.right) - max(left, unit.left) > 0]
