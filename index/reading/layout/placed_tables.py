"""Tables that a PDF's page shows by position alone: rows of words that stand in the same columns.

A run of rows is a table if a vertical strip without words separates its columns in all rows, and if its cells are
short. What remains in doubt stays as lines: two columns of prose, lists, and headers whose columns are uncertain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from .columns import Line, PlacedTable, Segment
from .contents import has_leader, is_contents, is_contents_heading
from .paragraphs import HYPHEN
from .placed_rows import WIDE, Row, by_column, is_figure, rows_of
from .table_headers import continues_header, header, may_be_header, names_columns

_MIN_ROWS = 3
"""Minimum number of rows of a table, its header included."""
_NARROW = 0.3
"""Minimum width of the strip between two columns of figures, in font sizes."""
_DENSE = 0.6
"""Minimum share of figures among the cells of a table of figures, without its column of labels."""
_MAX_LEADING = 1.6
"""Maximum height of the gap between two rows of a table, in font sizes."""
_MAX_LARGER = 1.15
"""Maximum ratio of the font sizes of two rows."""
_MAX_SINGLE = 5
"""Maximum number of consecutive rows with a single cell."""
_MAX_CELL = 26
"""Maximum average number of characters in the cells of a column, except for one column of labels."""
_MAX_LABEL = 60
_MAX_SECTION = 100
"""Maximum number of characters of a line between rows that stands in the first column."""
_MAX_HEADER_ROWS = 6
_MAX_TRIES = 3
_MIN_FILLED = 0.3
"""Minimum share of the rows in which a column has a cell."""
_MAX_LOWER = 0.34
"""Maximum share of the cells of several words that begin with a small letter. More are lines of prose."""
_CLOSE = 0.85
"""Maximum distance to the row above of the rest of a cell, as a share of the usual distance."""
_NUMBERING = re.compile(r"(?:\W*|\(?\w{1,3}[.)]|\[\d+\])$")
_OPEN_LABEL = re.compile(r"(?:[-/,&]|\b(?:and|or|of|the|for|in|with|et|de|und|y))$")
_Extent = tuple[float, float]
"""Left and right edge of a column, in points."""


def with_tables(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page in reading order, with one line in place of the lines of each table."""
    result: list[Line] = []
    if not any(line.words for line in lines) and len(rows_of(lines)) > len(lines) - _MIN_ROWS:
        return list(lines)
    for region in _regions(lines):
        rows = rows_of(region)
        at = kept = 0
        tries = 0
        while at < len(rows):
            if not rows[at].is_tabular:
                at, tries = at + 1, 0
                continue
            found = _table_at(rows, at, kept)
            if found is None:  # perhaps its first rows are not part of it
                tries += 1
                at = at + 1 if tries < _MAX_TRIES else _end_of_run(rows, at)
                continue
            tries = 0
            first, end, table = found
            result += [line for row in rows[kept:first] for line in row.lines]
            result.append(_table_line([line for row in rows[first:end] for line in row.lines], table))
            at = kept = end
        result += [line for row in rows[kept:] for line in row.lines]
    return result


def _regions(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the lines of regions below each other together: a table may be cut at its wider gaps."""
    region: list[Line] = []
    for line in lines:
        if region and region[-1].column != line.column and line.top > region[-1].bottom + line.height:
            yield region
            region = []
        region.append(line)
    if region:
        yield region


def _table_at(rows: list[Row], at: int, least: int) -> tuple[int, int, PlacedTable] | None:
    """Return the table whose first row of several cells is at an index: its first row, the row after it, its cells.

    :param least: index of the first row that may belong to it.
    """
    if not rows[at].is_tabular:
        return None
    end = _end_of_run(rows, at)
    run = rows[at:end]
    start, columns = 0, _columns(run)
    for skipped in range(1, min(_MAX_HEADER_ROWS, len(run) - 2) + 1):
        if not may_be_header(run[skipped - 1]):
            break
        if len(fewer := _columns(run[skipped:])) > len(columns):
            start, columns = skipped, fewer
    while (
        start < len(run) - 2
        and names_columns(run[start], run[start + 1 :], columns)
        and (start == 0 or continues_header(run[start - 1], run[start], columns))
    ):
        start += 1
    body = [row for row in run[start:] if row.is_tabular]
    if len(columns) < 2 or _are_contents(rows[max(0, at - 3) : at], body):
        return None
    if len(body) + bool(start) < _MIN_ROWS or not _is_plausible(body, columns):
        return None
    names = header(rows[max(least, at - 3) : at + start], run[start:], columns)
    cells = _body_cells(run[start:], columns)
    if names is not None:
        return at + start - names.height, end, PlacedTable([names.cells, *_with_sections(cells)], 1)
    if len(body) < _MIN_ROWS:
        return None
    if len(columns) == 2 or start or any(is_figure(unit.text) for unit in body[0].units):
        return at + start, end, PlacedTable(_with_sections(cells), 0)
    return at + start, end, PlacedTable(cells, None)


def _end_of_run(rows: list[Row], at: int) -> int:
    """Return the index after the last row of several cells that may belong to the same table."""
    end = at + 1
    for i in range(at + 1, len(rows)):
        row, above = rows[i], rows[i - 1]
        apart = above.bottom - row.top > _MAX_LEADING * max(row.size, above.size)
        if apart or i - end >= _MAX_SINGLE or not 1 / _MAX_LARGER < row.size / rows[at].size < _MAX_LARGER:
            break
        if row.is_tabular:
            end = i + 1
        elif len(row.units) != 1 or len(row.units[0].text) > _max_label(row, rows[at]):
            break
    return end


def _max_label(row: Row, tabular: Row) -> int:
    """Return the maximum length of the only words of a row: more may stand in the first column of another row."""
    return _MAX_SECTION if row.units[0].right < tabular.units[1].left else _MAX_LABEL


def _columns(rows: Sequence[Row]) -> list[_Extent]:
    """Return the columns that strips without words separate in all rows of several cells."""
    rows = [row for row in rows if row.is_tabular]
    if len(rows) < 2:
        return []
    values = sum(len(row.extents) - 1 for row in rows)
    dense = sum(row.value_count for row in rows) >= _DENSE * values
    strip = (_NARROW if dense else WIDE) * max(row.size for row in rows)
    extents = [extent for row in rows for extent in row.extents]
    extents.sort()
    start, end = extents[0]
    columns: list[_Extent] = []
    for left, right in extents:
        if left - end >= strip:
            columns.append((start, end))
            start, end = left, right
        elif right > end:
            end = right
    return [*columns, (start, end)]


def _is_plausible(body: Sequence[Row], columns: list[_Extent]) -> bool:
    """Whether the cells are those of a table: short, in most rows, and not the lines of prose, a list or contents."""
    units = [by_column(row, columns) for row in body]
    placed = [[" ".join([unit.text for unit in cell]) for cell in row] for row in units]
    filled = [[cell for cell in column if cell] for column in zip(*placed, strict=True)]
    if any(len(column) < _MIN_FILLED * len(body) for column in filled):
        return False
    averages = sorted(sum(map(len, column)) / len(column) for column in filled)
    if averages[-1] > _MAX_LABEL or averages[-2] > _MAX_CELL or all(_NUMBERING.match(cell) for cell in filled[0]):
        return False
    words = [cell for column in filled for cell in column if " " in cell and not cell[0].isdigit()]
    if sum(cell[0].islower() for cell in words) > _MAX_LOWER * len(words) or any(c.endswith(HYPHEN) for c in words):
        return False
    figures = sum(bool(cell) and all(is_figure(unit.text) for unit in cell) for row in units for cell in row[1:])
    if len(columns) == 2:
        bold = [row.units[0].bold for row in body]
        return figures > _MAX_LOWER * len(body) or all(bold) or all(cell.endswith(":") for cell in filled[0])
    return True


def _are_contents(above: Sequence[Row], body: Sequence[Row]) -> bool:
    """Whether rows are lines of contents: with leaders, or below a heading that says so."""
    lines = [(" ".join(unit.text for unit in row.units[:-1]), row.units[-1].text) for row in body]
    headed = any(is_contents_heading(unit.text) for row in above for unit in row.units)
    leaders = sum(has_leader(" ".join(line.text for line in row.lines)) for row in body)
    return (headed or 2 * leaders > len(body)) and is_contents(lines, headed=headed)


def _body_cells(rows: Sequence[Row], columns: list[_Extent]) -> list[list[list[Segment]]]:
    """Return the cells of the rows. The rest of a cell on a line of its own is joined to its row."""
    steps = [a.bottom - b.bottom for a, b in pairwise(rows) if a.is_tabular and b.is_tabular]
    usual = median(steps) if steps else 0.0
    result: list[list[list[Segment]]] = []
    label: list[Segment] = []
    left = 0.0  # of the row above
    for i, row in enumerate(rows):
        cells = [[part for unit in cell for part in unit.segments] for cell in by_column(row, columns)]
        if not row.is_tabular and not any(cells):
            cells[0] = [part for unit in row.units for part in unit.segments]
        words = row.units[0].text
        if not row.is_tabular and cells[0]:
            below = rows[i + 1] if i + 1 < len(rows) else None
            if below and (_OPEN_LABEL.search(words) or below.units[0].text[:1].islower()) and below.is_tabular:
                label = [*label, *cells[0]]
                continue
        close = bool(result) and rows[i - 1].bottom - row.bottom < _CLOSE * usual
        rest = not any(is_figure(unit.text) for unit in row.units) and (not cells[0] or not row.is_tabular)
        if result and rest and ((close and row.units[0].left > left - 1) or (words[:1].islower() and not cells[0])):
            result[-1] = [[*above, *below] for above, below in zip(result[-1], cells, strict=True)]
            continue
        result.append([[*label, *cells[0]], *cells[1:]])
        label, left = [], row.units[0].left
    return result


def _with_sections(rows: Sequence[list[list[Segment]]]) -> list[list[list[Segment]]]:
    """Return the rows, those with words in the first column alone as one cell: they are sections of the table."""
    return [row[:1] if row[0] and not any(row[1:]) else row for row in rows]


def _table_line(lines: Sequence[Line], table: PlacedTable) -> Line:
    first = lines[0]
    return Line(
        first.page, first.first, "", min(line.left for line in lines), min(line.bottom for line in lines),
        max(line.right for line in lines), max(line.top for line in lines),
        size=first.size, bold=False, column=first.column, table=table,
    )  # fmt: skip
