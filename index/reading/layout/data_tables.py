"""Tables of data alone, about which a file says nothing but the cells: how many rows name the columns.

``quoth.index.text.tables`` judges a table within an article, which may be a fact box or a layout, more carefully.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from quoth.index.errors import UnreadableFile
from quoth.index.text.tables import ADDRESS

from .writer import Writer

Rows = list[list[str]]

MAX_CHARS = 2**21
"""Maximum number of characters that are read of one spreadsheet or table of data."""
_MAX_CELLS = 2**22
"""Maximum number of cells of a table, blank ones included."""
_MAX_ROW_CHARS = 400
"""Usual length of a row that still fits a passage; a table with longer rows is divided by its columns."""
_MAX_NAME_WORDS = 6
"""Maximum number of words of a column's name in a table of words alone."""
_MAX_HEADER_ROWS = 3
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")
DATA = re.compile(r"[^\w\s]*\s*(?:[A-Z]{2,3}\s?|[^\w\s]\s?)?[-+(]?[.,]?\d[\d.,'’/:\s-]*[^\w\s]{0,2}\s?\w{0,4}[.)%]?")
"""A number, date, time or amount, maybe with a sign, a currency or a short unit."""


def check_cells(rows: int, columns: int) -> None:
    """Check the size of a table before its blank cells are filled in.

    :raises UnreadableFile: it has too many cells.
    """
    if rows * columns > _MAX_CELLS:
        raise UnreadableFile(
            f"a table of it has {rows:,} rows and {columns:,} columns, more than {_MAX_CELLS:,} cells; divide it"
        )


def write_wide_table(writer: Writer, rows: Rows, headers: int) -> None:
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
    if any(map(ADDRESS.search, names)):
        return False
    for at, name in enumerate(names):
        if name and DATA.fullmatch(name):
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
    if any(name and DATA.fullmatch(name) and not _YEAR.fullmatch(name) for name in below):
        return False
    blanks = [i for i, name in enumerate(above) if not name]
    if not spans and blanks and all(below[i] for i in blanks) and sum(map(bool, above)) > 1:
        for i in blanks[blanks[0] == 0 :]:
            above[i] = above[i - 1]
        return True
    return spans and sum(map(bool, below)) > 1


def _is_data_column(column: Sequence[str]) -> bool:
    values = [value for value in column if value]
    return bool(values) and 2 * sum(bool(DATA.fullmatch(value)) for value in values) >= len(values)


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
