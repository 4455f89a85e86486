"""Tables with cells that span several rows or columns -> rows with one cell for each column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_MAX_COLUMNS = 1000


class Cell(NamedTuple):
    """A cell of a table."""

    words: str
    columns: int = 1
    """Number of columns that it spans."""
    rows: int = 1
    """Number of rows that it spans, itself included; 0 for all rows below it."""


def grid(rows: Iterable[Iterable[Cell]]) -> list[list[str]]:
    """Return the words of each row and column; the words of a spanning cell stand in each place that it covers.

    Missing cells at the end of a row are empty.
    """
    result: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}  # column -> words of a cell above, and how many more rows it covers
    for cells in rows:
        row: dict[int, str] = {}
        covered, below = below, {}
        for column, (words, more) in covered.items():
            row[column] = words
            if more != 1:
                below[column] = words, more - 1
        at = 0
        for cell in cells:
            while at in row:
                at += 1
            for column in range(at, min(at + max(cell.columns, 1), _MAX_COLUMNS)):
                row[column] = cell.words
                if cell.rows != 1:
                    below[column] = cell.words, cell.rows - 1
            at += max(cell.columns, 1)
        result.append([row.get(column, "") for column in range(max(row, default=-1) + 1)])
    width = max((len(row) for row in result), default=0)
    return [row + [""] * (width - len(row)) for row in result]
