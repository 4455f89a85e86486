"""Tables of OpenDocument texts and slides -> rows of cells, and how many rows at the top are a header."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from quoth.index.reading.layout.grid import Cell

from .attributes import whole
from .odf import OFFICE, STYLE, TABLE, TEXT

_GROUPS = frozenset(f"{TABLE}{name}" for name in ("table-header-rows", "table-rows", "table-row-group"))
_HEADER_STYLE = "Table_20_Heading"
_MAX_REPEATED = 100


def table_rows(table: Any, words_of: Callable[[Any], str]) -> list[list[Cell]]:
    """Return the cells of a table's rows; a row or cell that the file states once for several places is repeated.

    :param words_of: returns the visible words of a cell.
    """
    found = []
    for row in _rows(table):
        cells: list[Cell] = []
        for cell in row:
            if cell.tag == f"{TABLE}table-cell":
                spans = _number(cell, f"{TABLE}number-columns-spanned"), _number(cell, f"{TABLE}number-rows-spanned")
                repeated = min(_number(cell, f"{TABLE}number-columns-repeated"), _MAX_REPEATED)
                cells += [Cell(words_of(cell), *spans)] * repeated
        found.append(cells)
    return found


def header_rows(table: Any) -> int | None:
    """Return the number of rows at the top that name the columns; None if the table does not say it."""
    rows = list(_rows(table))
    stated = sum(any(a.tag == f"{TABLE}table-header-rows" for a in row.iterancestors()) for row in rows)
    if stated:
        return stated if stated < len(rows) else None
    if len(rows) < 2:
        return None
    styles = _header_styles(table)
    return 1 if _is_in(styles, rows[0]) and not any(_is_in(styles, row) for row in rows[1:3]) else None


def is_layout(table: Any) -> bool:
    """Whether a table holds other tables: it lays out the page."""
    return next(table.iterdescendants(f"{TABLE}table"), None) is not None


def table_cells(table: Any) -> Iterator[Any]:
    """Yield the elements of all cells in order."""
    for row in _rows(table):
        yield from (cell for cell in row if cell.tag == f"{TABLE}table-cell")


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in _GROUPS:
            yield from _rows(child)


def _number(element: Any, name: str) -> int:
    return whole(element.get(name), least=1)


def _header_styles(table: Any) -> set[str]:
    """Return the names of the style for headers of tables and of those derived from it."""
    automatic = table.getroottree().getroot().find(f"{OFFICE}automatic-styles")
    derived = (
        style.get(f"{STYLE}name", "")
        for style in (automatic if automatic is not None else ())
        if style.get(f"{STYLE}parent-style-name") == _HEADER_STYLE
    )
    return {_HEADER_STYLE, *derived}


def _is_in(styles: set[str], row: Any) -> bool:
    """Whether all paragraphs of a row are in some of the styles."""
    paragraphs = list(row.iter(f"{TEXT}p"))
    return bool(paragraphs) and all(p.get(f"{TEXT}style-name") in styles for p in paragraphs)
