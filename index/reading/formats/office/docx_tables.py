"""Tables of Word files, after ``docx_tree.clean`` -> rows of cells, and how many rows at the top are a header."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from quoth.index.reading.layout.grid import Cell

from .attributes import is_on, whole
from .docx_tree import W as _W

_PLAIN_STYLES = ("", "normal table", "table normal", "table grid", "tablegrid", "tablenormal")
"""Table styles under which the first row looks like the others, whatever the table says of its look."""
_FIRST_ROW = 0x20
_MAX_SPAN = 1000


class _Placed(NamedTuple):
    column: int
    cell: Any
    span: int
    merge: str
    """"restart" if the cells below are merged into it, "continue" if it is merged into the one above, otherwise ""."""


def table_rows(table: Any, words_of: Callable[[Any], str]) -> list[list[Cell]]:
    """Return the cells of a table's rows.

    :param words_of: returns the visible words of a cell.
    """
    placed = [_placed(row) for row in table.iterfind(f"{_W}tr")]
    found: list[list[Cell]] = []
    for number, row in enumerate(placed):
        cells: list[Cell] = []
        for at in row:
            height = 1
            while (
                number + height < len(placed)
                and at.merge == "restart"
                and any(below.column == at.column and below.merge == "continue" for below in placed[number + height])
            ):
                height += 1
            above = placed[number - 1] if number else []
            is_covered = at.merge == "continue" and any(each.column == at.column and each.merge for each in above)
            if not is_covered:
                cells.append(Cell(words_of(at.cell) if at.cell is not None else "", at.span, height))
        found.append(cells)
    return found


def header_rows(table: Any, style_names: Mapping[str, str]) -> int | None:
    """Return the number of rows at the top that name the columns; None if the table does not say it.

    :param style_names: names of styles by their ids.
    """
    rows = table.findall(f"{_W}tr")
    repeated = 0
    while repeated < len(rows) and is_on(rows[repeated].find(f"{_W}trPr/{_W}tblHeader"), f"{_W}val"):
        repeated += 1
    if repeated:
        return repeated if repeated < len(rows) else None
    if len(rows) < 2:
        return None
    style = table.find(f"{_W}tblPr/{_W}tblStyle")
    key = style.get(f"{_W}val", "") if style is not None else ""
    is_styled = style_names.get(key, key).casefold() not in _PLAIN_STYLES and _has_first_row_look(table)
    stands_out = _stands_out(rows[0], style_names) and not any(_stands_out(row, style_names) for row in rows[1:3])
    return 1 if is_styled or stands_out else None


def is_layout(table: Any) -> bool:
    """Whether a table holds other tables: it lays out the page."""
    return next(table.iterdescendants(f"{_W}tbl"), None) is not None


def table_cells(table: Any) -> Iterator[Any]:
    """Yield the elements of all cells in order."""
    yield from table.iterfind(f"{_W}tr/{_W}tc")


def _placed(row: Any) -> list[_Placed]:
    found: list[_Placed] = []
    column = _number(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
    if column:
        found.append(_Placed(0, None, column, ""))
    for cell in row.iterfind(f"{_W}tc"):
        properties = cell.find(f"{_W}tcPr")
        span = max(_number(properties.find(f"{_W}gridSpan"), 1), 1) if properties is not None else 1
        merge = properties.find(f"{_W}vMerge") if properties is not None else None
        across = properties.find(f"{_W}hMerge") if properties is not None else None
        if across is not None and across.get(f"{_W}val", "continue") == "continue" and found:
            found[-1] = found[-1]._replace(span=found[-1].span + span)
        else:
            kind = "" if merge is None else "restart" if merge.get(f"{_W}val") == "restart" else "continue"
            found.append(_Placed(column, cell, span, kind))
        column += span
    return found


def _number(element: Any, default: int) -> int:
    return whole(element.get(f"{_W}val"), default, most=_MAX_SPAN) if element is not None else default


def _has_first_row_look(table: Any) -> bool:
    look = table.find(f"{_W}tblPr/{_W}tblLook")
    if look is None:
        return False
    if (stated := look.get(f"{_W}firstRow")) is not None:
        return stated in ("1", "true", "on")
    try:
        return bool(int(look.get(f"{_W}val", "0"), 16) & _FIRST_ROW)
    except ValueError:
        return False


def _stands_out(row: Any, style_names: Mapping[str, str]) -> bool:
    """Whether all words of a row are bold, or in a style for headers of tables."""
    paragraphs = [p for p in row.iter(f"{_W}p") if next(p.iter(f"{_W}t"), None) is not None]
    return len(row.findall(f"{_W}tc")) > 1 and bool(paragraphs) and all(
        _is_header_style(p, style_names) or all(
            is_on(run.find(f"{_W}rPr/{_W}b"), f"{_W}val") for run in p.iter(f"{_W}r") if run.find(f"{_W}t") is not None
        )
        for p in paragraphs
    )  # fmt: skip


def _is_header_style(paragraph: Any, style_names: Mapping[str, str]) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    key = style.get(f"{_W}val", "") if style is not None else ""
    return "table head" in style_names.get(key, key).casefold()
