"""Reading of OpenDocument spreadsheets (ODS): each sheet's cells as they are shown, which the file stores.

Hidden sheets, rows, columns and comments are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import ParsedArticle, Refused
from quoth.index.reading.layout.data_tables import MAX_CHARS
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.parts import one_part

from .attributes import whole
from .odf import OFFICE, TABLE, TEXT, Styles, opened, text_boxes, visible_text
from .sheets import MAX_COLUMNS, Merged, sheets_article, visible_sheet, write_sheet

_MAX_REPEATED = 1000
"""A row or cell with words that is repeated more often fills the rest of its sheet, and is left out."""


def read_ods(data: bytes) -> Iterator[ParsedArticle | Refused]:
    """Yield the spreadsheet as one article, and a refusal for what is too much of it.

    :raises UnreadableFile: the file is not a spreadsheet, is encrypted or damaged, or contains no text.
    """
    archive, body, styles = opened(data, "spreadsheet", "spreadsheet")
    writer = Writer()
    refused: list[Refused] = []
    for table in body.findall(f"{TABLE}table"):
        if not styles.look("table", table.get(f"{TABLE}style-name")).hidden:
            name = table.get(f"{TABLE}name", "")
            with one_part(name, refused):
                if missing := _write(writer, name, table, styles):
                    refused.append(Refused(name, missing))
    if not writer.blocks:
        raise UnreadableFile(refused[0].reason if refused else "it contains no text")
    yield sheets_article(writer, archive.xml("meta.xml"))
    yield from refused


def _write(writer: Writer, name: str, table: Any, styles: Styles) -> str | None:
    """Write a sheet, and return what is missing of it; None if nothing is."""
    rows: dict[int, dict[int, str]] = {}
    merged: list[Merged] = []
    bold: set[int] = set()
    hidden_rows: set[int] = set()
    left, number, missing = MAX_CHARS - writer.length, 1, None
    for row in _inside(table, "table-row"):
        repeated = _count(row, "number-rows-repeated")
        if row.get(f"{TABLE}visibility", "visible") != "visible":
            hidden_rows.update(range(number, number + min(repeated, _MAX_REPEATED)))
        elif left < 0:
            missing = (
                f"its rows from {number:,} on are left out: the spreadsheet has more than {MAX_CHARS:,} characters; "
                "divide it into several files"
            )
            break
        else:
            cells, areas, is_bold = _cells(row, number, styles)
            chars = sum(len(words) + 3 for words in cells.values())
            fills = repeated > 1 and (repeated > _MAX_REPEATED or repeated * chars > left)
            for at in range(number, number + repeated) if cells and not fills else ():
                rows[at] = cells
                left -= chars
                if is_bold:
                    bold.add(at)
            merged += areas
        number += repeated
    write_sheet(writer, visible_sheet(name, rows, merged, bold, hidden_rows, _hidden_columns(table)))
    for shapes in table.findall(f"{TABLE}shapes"):
        for box in text_boxes(shapes):
            writer.add("prose", visible_text(box, []))
    return missing


def _cells(row: Any, number: int, styles: Styles) -> tuple[dict[int, str], list[Merged], bool]:
    """Return the words of a row's cells by column, counted from 1, its merged cells, and whether all are bold."""
    cells: dict[int, str] = {}
    areas: list[Merged] = []
    at, bold = 1, True
    for cell in row:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        repeated = _count(cell, "number-columns-repeated")
        look = styles.look("table-cell", cell.get(f"{TABLE}style-name"))
        words = "" if look.struck or cell.tag == f"{TABLE}covered-table-cell" else _words(cell)
        if words:
            fills = repeated > 1 and (repeated > _MAX_REPEATED or repeated * len(words) > MAX_CHARS)
            for column in range(at, min(at + repeated, MAX_COLUMNS + 1)) if not fills else ():
                cells[column] = words
            bold = bold and bool(look.bold)
            across, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
            if across > 1 or down > 1:
                areas.append(Merged(number, at, number + down, at + across))
        at += repeated
    return cells, areas, bold


def _words(cell: Any) -> str:
    words = "\n".join(visible_text(line, []) for line in cell.findall(f"{TEXT}p"))
    return words.strip() or cell.get(f"{OFFICE}string-value") or cell.get(f"{OFFICE}value") or ""


def _hidden_columns(table: Any) -> set[int]:
    hidden: set[int] = set()
    at = 1
    for column in _inside(table, "table-column"):
        repeated = _count(column, "number-columns-repeated")
        if column.get(f"{TABLE}visibility", "visible") != "visible":
            hidden.update(range(at, min(at + repeated, MAX_COLUMNS + 1)))
        at += repeated
    return hidden


def _inside(table: Any, name: str) -> Iterator[Any]:
    """Yield the rows or columns of a table, those in groups included."""
    for element in table:
        if element.tag == f"{TABLE}{name}":
            yield element
        elif element.tag in (f"{TABLE}{name}s", f"{TABLE}{name}-group", f"{TABLE}table-header-{name[6:]}s"):
            yield from _inside(element, name)


def _count(element: Any, name: str) -> int:
    return whole(element.get(f"{TABLE}{name}"), least=1)
