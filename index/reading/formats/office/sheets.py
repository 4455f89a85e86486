"""Sheets of a spreadsheet, and tables of data alone, as text: each table with its header, divided from others."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from quoth.index.reading.layout.writer import Writer

Rows = list[list[str]]

MAX_CHARS = 2**21
"""Maximum number of characters that are read of one spreadsheet."""
MAX_COLUMNS = 16_384
_MAX_BLANK_ROWS = 2
"""A longer run of blank rows divides tables no more than this one."""
_MAX_ROW_CHARS = 400
"""Usual length of a row that still fits a passage; a table with longer rows is divided by its columns."""
_MAX_TITLE_CHARS = 100
_MAX_NAME_WORDS = 6
"""Maximum number of words of a column's name in a table of words alone."""
_MAX_HEADER_ROWS = 3
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")
_DATA = re.compile(r"[^\w\s]*\s*(?:[A-Z]{2,3}\s?|[^\w\s]\s?)?[-+(]?[.,]?\d[\d.,'’/:\s-]*[^\w\s]{0,2}\s?\w{0,4}[.)%]?")
"""A number, date, time or amount, maybe with a sign, a currency or a short unit."""


class Merged(NamedTuple):
    """Cells that are shown as one; the rectangle is counted from 0, its ends are excluded."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """What is shown on a sheet, without hidden rows and columns."""

    name: str
    rows: Rows
    merged: list[Merged] = field(default_factory=list)
    bold: set[int] = field(default_factory=set)
    """Indices of the rows in which every cell with words is bold."""


def visible_sheet(
    name: str, rows: Mapping[int, Mapping[int, str]], merged: list[Merged], bold: set[int],
    hidden_rows: set[int], hidden_columns: set[int],
) -> Sheet:  # fmt: skip
    """Return a sheet without its hidden rows and columns; several blank rows become one.

    :param rows: words by row and column. Rows, columns and merged cells are counted alike.
    """
    used = sorted({at for cells in rows.values() for at in cells if at not in hidden_columns})
    columns = list(range(used[0], used[-1] + 1)) if used else []
    columns = [at for at in columns if at not in hidden_columns]
    if len(columns) > len(used) + 1000:  # a cell far to the right
        columns = used
    kept: list[int] = []
    for number in sorted(rows):
        if number not in hidden_rows:
            between = [n for n in range(max(kept[-1] + 1, number - _MAX_BLANK_ROWS), number)] if kept else []
            kept += [n for n in between if n not in hidden_rows] + [number]
    place = {number: i for i, number in enumerate(kept)}
    column_place = {at: i for i, at in enumerate(columns)}
    shown_areas = []
    for area in merged:
        if area.top in place and area.left in column_place:
            ends = bisect_left(kept, area.bottom), bisect_left(columns, area.right)
            shown_areas.append(Merged(place[area.top], column_place[area.left], *ends))
    words = [[rows.get(n, {}).get(at, "") for at in columns] for n in kept]
    return Sheet(name, words, shown_areas, {place[n] for n in bold if n in place})


@dataclass(slots=True)
class _Part:
    """A table of a sheet, with the lines above and below it."""

    title: list[str]
    columns: list[int]
    rows: Rows
    header_rows: int
    notes: list[str]


def write_sheet(writer: Writer, sheet: Sheet) -> None:
    """Write a sheet: its name as a heading, then the tables and paragraphs that blank rows and columns divide."""
    width = max((len(row) for row in sheet.rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in sheet.rows]
    alone = {i for i, row in enumerate(rows) if sum(map(bool, row)) == 1}
    spanned: set[int] = set()
    for area in sheet.merged:
        _fill(rows, area)
        if area.right - area.left > 1:
            spanned.update(range(area.top, area.bottom))
    if any(map(any, rows)):
        writer.add("heading", sheet.name, level=2)
    parts: list[_Part] = []
    for start, end in _runs([any(row) for row in rows]):
        for columns in _side_by_side(rows[start:end]):
            part = _part(rows, range(start, end), columns, alone, spanned, sheet.bold)
            last = parts[-1] if parts else None
            if last and part.rows and _continues(last, part):
                last.rows += part.rows
                last.notes = part.notes
            else:
                parts.append(part)
    for part in parts:
        _write_lines(writer, part.title, heading=bool(part.rows))
        write_table(writer, part.rows, part.header_rows)
        _write_lines(writer, part.notes, heading=False)


def write_table(writer: Writer, rows: Rows, headers: int) -> None:
    """Write a table; one that is too wide for a passage is divided by its columns, each part with the first column.

    :param headers: number of its header rows.
    """
    for columns in _column_groups(rows):
        writer.table([[row[c] for c in columns] for row in rows], header_rows=headers, group=object())


def header_rows(rows: Rows, *, spanned: Set[int] = frozenset(), bold: bool = False) -> int:
    """Return the number of rows at a table's top that name its columns; 0 if none is certain to.

    :param spanned: indices of rows with a cell that spans several columns.
    :param bold: whether the first row is in bold.
    """
    if len(rows) < 2 or len(rows[0]) < 2:
        return 0
    count = 1
    while count < min(_MAX_HEADER_ROWS, len(rows) - 1) and _groups(rows[count - 1], rows[count], count - 1 in spanned):
        count += 1
    names, body = rows[count - 1], rows[count:]
    if not _names_columns(names, body) or sum(map(bool, names)) < 2:
        return 0
    columns = list(zip(*body, strict=True))
    if bold or count > 1 or any(_is_data_column(column) for column in columns):
        return count
    distinct = len(set(names)) == len(names) and all(names)
    short = all(len(name.split()) <= _MAX_NAME_WORDS for name in names)
    again = any(name in column for name, column in zip(names, columns, strict=True))
    return count if distinct and short and not again else 0


def _names_columns(names: Sequence[str], body: Rows) -> bool:
    """Whether a row can name the columns of the rows below: it has words, or years above other values."""
    for at, name in enumerate(names):
        if name and _DATA.fullmatch(name):
            values = [row[at] for row in body if row[at]]
            if not _YEAR.fullmatch(name) or not values or all(_YEAR.fullmatch(value) for value in values):
                return False
        elif any(c.isdigit() for c in name):
            values = [row[at] for row in body if row[at]]
            if values and 2 * sum(_shape(value) == _shape(name) for value in values) >= len(values):
                return False  # "Pier 1" above "Pier 2" is a value, too
    years = [int(name) for name in names if _YEAR.fullmatch(name)]
    return years in (sorted(set(years)), sorted(set(years), reverse=True))


def _shape(words: str) -> str:
    """Return what letters and digits a cell has in which order: "14 Mar 2024" -> "0 a 0"."""
    return re.sub(r"\d+", "0", re.sub(r"[^\W\d_]+", "a", words))


def _groups(above: list[str], below: list[str], spans: bool) -> bool:
    """Whether a row names groups of the columns that the row below it names."""
    if any(name and _DATA.fullmatch(name) and not _YEAR.fullmatch(name) for name in below):
        return False
    blanks = [i for i, name in enumerate(above) if not name]
    if not spans and blanks and all(below[i] for i in blanks) and sum(map(bool, above)) > 1:
        for i in blanks[blanks[0] == 0 :]:
            above[i] = above[i - 1]
        return True
    return spans and sum(map(bool, below)) > 1


def _is_data_column(column: Sequence[str]) -> bool:
    values = [value for value in column if value]
    return bool(values) and 2 * sum(bool(_DATA.fullmatch(value)) for value in values) >= len(values)


def _part(rows: Rows, inside: range, columns: list[int], alone: Set[int], spanned: Set[int], bold: Set[int]) -> _Part:
    """Return a table, with the rows of a single cell above it and below it as lines."""

    def is_line(i: int) -> bool:
        return len(columns) > 1 and (i in alone or sum(bool(rows[i][c]) for c in columns) <= 1)

    start, end = inside.start, inside.stop
    while start < end and is_line(start):
        start += 1
    while end > start and is_line(end - 1):
        end -= 1
    if len(columns) == 1:
        start = end
    lines = [next((rows[i][c] for c in columns if rows[i][c]), "") for i in inside]
    table = [[rows[i][c] for c in columns] for i in range(start, end)]
    spans = {i - start for i in range(start, end) if i in spanned}
    count = header_rows(table, spanned=spans, bold=start in bold)
    return _Part(lines[: start - inside.start], columns, table, count, lines[end - inside.start :])


def _continues(last: _Part, part: _Part) -> bool:
    """Whether a part without a header goes on with the table before it."""
    same = last.columns == part.columns and bool(last.header_rows)
    return same and not (last.notes or part.title or part.header_rows)


def _write_lines(writer: Writer, lines: Sequence[str], *, heading: bool) -> None:
    """Write cells that stand alone in their rows.

    :param heading: whether the first one is the title of a table if it is short.
    """
    for i, line in enumerate(lines):
        if heading and i == 0 and len(line) <= _MAX_TITLE_CHARS and not line.endswith((".", ":", ";")):
            writer.add("heading", line, level=3)
        else:
            writer.add("prose", line)


def _fill(rows: Rows, area: Merged) -> None:
    """Write the words of merged cells into each place that they cover."""
    if area.top < len(rows) and area.left < len(rows[area.top]) and (words := rows[area.top][area.left]):
        for row in rows[area.top : area.bottom]:
            row[area.left : area.right] = [words] * len(row[area.left : area.right])


def _runs(filled: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run of true values."""
    start: int | None = None
    for i, value in enumerate([*filled, False]):
        if value and start is None:
            start = i
        elif not value and start is not None:
            yield start, i
            start = None


def _side_by_side(rows: Rows) -> list[list[int]]:
    """Return the columns of each table in these rows, without blank columns.

    Blank columns divide tables only if the part to the right begins with names of its rows: a blank column within a
    table would otherwise divide the numbers from their names.
    """
    runs = [list(range(*run)) for run in _runs([any(column) for column in zip(*rows, strict=True)])]
    tables: list[list[int]] = []
    for columns in runs:
        first = [row[columns[0]] for row in rows[1:] if row[columns[0]]]
        named = len(columns) > 1 and bool(first) and not any(_DATA.fullmatch(value) for value in first)
        if tables and (not named or len(tables[-1]) == 1):
            tables[-1] += columns
        else:
            tables.append(columns)
    return tables


def _column_groups(rows: Rows) -> list[list[int]]:
    """Return the columns of each part of a table whose rows fit a passage."""
    columns = list(zip(*rows, strict=True))
    sizes = [max(len(column[0]), sum(map(len, column)) // len(column)) + 3 for column in columns]
    if sum(sizes) <= _MAX_ROW_CHARS or len(columns) < 3:
        return [list(range(len(columns)))] if columns else []
    groups: list[list[int]] = [[0]]
    for i, size in enumerate(sizes[1:], 1):
        if len(groups[-1]) > 1 and sum(sizes[c] for c in groups[-1]) + size > _MAX_ROW_CHARS:
            groups.append([0])
        groups[-1].append(i)
    return groups
