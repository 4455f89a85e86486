"""Tables with cells that span several rows or columns -> rows with one cell for each column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from quoth.index.text.tables import names_columns

_MAX_COLUMNS = 1000
_MAX_FILLED = 1_000_000
"""Maximum number of places in a table that are filled in with the words of spanning cells."""
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


class Cell(NamedTuple):
    """A cell of a table."""

    words: str
    columns: int = 1
    """Number of columns that it spans."""
    rows: int = 1
    """Number of rows that it spans, itself included; 0 for all rows below it."""


def rows_as_shown(rows: Sequence[Sequence[Cell]], *, has_header: bool | None) -> list[list[str]]:
    """Return the words of each row for ``Writer.table``: as ``grid`` does, or, if nothing names the columns, without
    repeating the words of a cell that spans several columns.

    :param has_header: None if unknown.
    """
    filled = grid(rows)
    if has_header is not None or all(cell.columns == 1 for row in rows for cell in row):
        return filled
    if len(filled) > 1 and len(filled[0]) > 1 and names_columns(filled):
        return filled
    return grid([cell._replace(columns=1) for cell in row] for row in rows)


def grouped_header_rows(rows: Sequence[Sequence[Cell]]) -> int | None:
    """Return the number of rows at the top that name the columns, in a table whose first row spans several columns with
    some of its cells, and whose second names these columns; None if it is no such table.

    The second row has words or years, and most cells below it have digits.
    """
    top = next((at for at, row in enumerate(rows) if len(row) > 1), len(rows))
    if len(rows) < top + 3 or all(cell.columns == 1 for cell in rows[top]):
        return None
    groups, names, *body = (row for row in grid(rows)[top:] if len(row) > 1)
    is_divided = any(a == b and c != d for (a, b), (c, d) in zip(pairwise(groups), pairwise(names), strict=True))
    are_named = all(group or name for group, name in zip(groups, names, strict=True))
    has_values = any(name[:1].isdigit() and not _YEAR.fullmatch(name) for name in (*groups, *names))
    if not is_divided or not are_named or has_values:
        return None
    below = [row[at] for row in body for at in range(len(names)) if names[at] not in ("", groups[at]) and row[at]]
    return top + 2 if 2 * sum(any(map(str.isdigit, cell)) for cell in below) > len(below) else None


def grid(rows: Iterable[Iterable[Cell]]) -> list[list[str]]:
    """Return the words of each row and column; the words of a spanning cell stand in each place that it covers.

    Missing cells at the end of a row are empty. A row of one cell that spans the table has only this cell. Columns in
    which no cell begins, and columns without words, are left out.
    """
    placed: list[dict[int, str]] = []
    starts: set[int] = set()
    alone: dict[int, int] = {}  # row of a single cell that spans columns -> end of the cell
    below: dict[int, tuple[str, int]] = {}  # column -> words of a cell above, and how many more rows it covers
    filled = 0
    for number, given in enumerate(rows):
        cells = list(given)
        covered = below if filled < _MAX_FILLED else {}
        row = {column: words for column, (words, _) in covered.items()}
        below = {column: (words, more - 1) for column, (words, more) in covered.items() if more != 1}
        is_alone = len(cells) == 1 and not covered and cells[0].columns > 1
        at = 0
        for cell in cells:
            while at in row:
                at += 1
            if not is_alone and at < _MAX_COLUMNS:
                starts.add(at)
            end = min(at + max(cell.columns, 1), _MAX_COLUMNS) if filled < _MAX_FILLED else at + 1
            for column in range(at, end):
                row.setdefault(column, cell.words)
                if cell.rows != 1:
                    below[column] = cell.words, cell.rows - 1
            at = max(end, at + 1)
        if is_alone:
            alone[number] = at
        placed.append(row)
        filled += len(row)
    columns = [
        c
        for c in sorted(starts)
        if any(row.get(c, "").strip() for number, row in enumerate(placed) if number not in alone)
    ]
    return [
        [row.get(0, "")]
        if number in alone and (not columns or alone[number] > columns[-1])
        else [row.get(column, "") for column in columns]
        for number, row in enumerate(placed)
    ]
