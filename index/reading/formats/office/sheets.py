"""Sheets of a spreadsheet as text: its tables, divided from each other, with the lines above and below them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.layout.data_tables import (
    DATA,
    MAX_CHARS,
    Rows,
    check_cells,
    header_rows,
    write_wide_table,
)
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.stated import metadata_shown

from .common import properties

MAX_COLUMNS = 16_384
_MAX_BLANK_ROWS = 2
"""A longer run of blank rows divides tables no more than this one."""
_MAX_TITLE_CHARS = 100


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
    :raises UnreadableFile: the sheet has too many cells.
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
    check_cells(len(kept), len(columns))
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
        write_wide_table(writer, part.rows, part.header_rows)
        _write_lines(writer, part.notes, heading=False)


def sheets_article(writer: Writer, stated: Any) -> ParsedArticle:
    """Return the article of the sheets that were written; a title that they lack is another document's.

    :param stated: root element of the part with the file's properties; None if there is none.
    """
    metadata = metadata_shown(properties(stated), writer.text, "")
    return parsed_article(writer.text, writer.blocks, metadata, has_header=False)


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
    """Write the words of merged cells into each place that they cover, unless there are too many."""
    if area.top < len(rows) and area.left < len(rows[area.top]) and (words := rows[area.top][area.left]):
        covered = rows[area.top : area.bottom]
        if len(words) * len(covered) * len(covered[0][area.left : area.right]) <= MAX_CHARS:
            for row in covered:
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
        named = len(columns) > 1 and bool(first) and not any(DATA.fullmatch(value) for value in first)
        if tables and (not named or len(tables[-1]) == 1):
            tables[-1] += columns
        else:
            tables.append(columns)
    return tables
