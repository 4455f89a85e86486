"""Tables of a web page -> rows with one cell for each column, and which of them are headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from quoth.index.reading.layout.grid import Cell, grouped_header_rows, rows_as_shown

_GROUPS = ("thead", "tbody", "tfoot")
_MAX_SPAN = 1000
_HEAVY = "descendant::*[self::p or self::h1 or self::h2 or self::h3 or self::li]"


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """A table of data."""

    element: Any
    rows: dict[Any, list[str]]
    """The cells of each row, by its element; the words of a spanning cell stand in each place that it covers."""
    header: list[Any] | None
    """The elements of the rows that name the columns; None if unknown."""

    @property
    def has_columns(self) -> bool:
        return any(len(cells) > 1 for cells in self.rows.values())

    @property
    def titles(self) -> list[str]:
        """Rows of the header that span the table."""
        return [self.rows[row][0] for row in self.header or () if len(self.rows[row]) == 1]

    @property
    def naming(self) -> list[Any]:
        """The rows of the header that name the columns."""
        return [row for row in self.header or () if len(self.rows[row]) > 1]

    @property
    def names(self) -> list[str]:
        """The name of each column: the words of the header's cells above each other."""
        columns = zip(*(self.rows[row] for row in self.naming), strict=True)
        return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]


def read_table(element: Any, words_of: Callable[[Any], str]) -> HtmlTable | None:
    """Return the table of an element; None if it lays out the page instead.

    :param words_of: returns the visible words of a cell.
    """
    if element.get("role") in ("presentation", "none") or next(element.iterdescendants("table"), None) is not None:
        return None
    groups = [rows for rows in _groups(element) if rows]
    rows = [row for group in groups for row in group]
    header = _header(rows)
    if not header and any(_is_laid_out(row) for row in rows):
        return None
    cells = [
        [
            Cell(words_of(cell), _span(cell, "colspan", 1), min(_span(cell, "rowspan", left) or left, left))
            for cell in _cells(row)
        ]
        for group in groups
        for left, row in zip(range(len(group), 0, -1), group, strict=True)
    ]
    if (grouped := grouped_header_rows(cells) or 0) > len(header or ()):
        header = rows[:grouped]
    shown = rows_as_shown(cells, has_header=None if header is None else bool(header))
    found = dict(zip(rows, shown, strict=True))
    return HtmlTable(element, found, header)


def _groups(table: Any) -> Iterator[list[Any]]:
    """Yield the rows of each part of a table: a cell cannot span rows of two parts."""
    loose: list[Any] = []
    for child in table:
        if child.tag == "tr":
            loose.append(child)
        elif child.tag in _GROUPS:
            yield loose
            loose = []
            yield [row for row in child if row.tag == "tr"]
    yield loose


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row if isinstance(cell.tag, str) and cell.tag in ("td", "th")]


def _span(cell: Any, name: str, all_of_it: int) -> int:
    """Return the number of rows or columns that a cell spans.

    :param all_of_it: the number that "0" stands for.
    """
    value = (cell.get(name) or "1").strip()
    return (min(int(value), _MAX_SPAN) or all_of_it) if value.isascii() and value.isdigit() and len(value) < 9 else 1


def _header(rows: list[Any]) -> list[Any] | None:
    """Return the rows at the top that name the columns; None if nothing says whether there are any."""
    header: list[Any] = []
    reach = 0  # number of rows that the header's cells span
    named = False
    for number, row in enumerate(rows):
        cells = _cells(row)
        is_title = len(cells) == 1 and not named and cells[0].tag == "th" and _span(cells[0], "colspan", 1) > 1
        if row.getparent().tag != "thead" and number >= reach and not is_title and not _names_columns(cells):
            break
        header.append(row)
        named = named or len(cells) > 1
        reach = max([reach, *(number + _span(cell, "rowspan", 1) for cell in cells if cell.tag == "th")])
    if named and len(header) < len(rows):
        return header
    width = max((len(_cells(row)) for row in rows), default=0)
    if width == 2 and any(cell.tag == "th" for row in rows for cell in _cells(row)):  # a name and a value in each row
        return []
    looks = [all(map(_is_bold, filter(_has_words, _cells(row)))) for row in rows[:3]]
    return rows[:1] if len(rows) > 1 and width > 1 and looks[0] and not any(looks[1:]) else None


def _names_columns(cells: list[Any]) -> bool:
    """Whether a row has only header cells, none of them for the row itself; its first cell may be an empty corner, or
    plain beside cells that say that they are for columns."""
    heads = [cell for cell in cells if cell.tag == "th"]
    if len(cells) < 2 or not heads or any(cell.get("scope") in ("row", "rowgroup") for cell in heads):
        return False
    plain = [cell for cell in cells if cell.tag == "td" and _has_words(cell)]
    return not plain or (plain == cells[:1] and all(cell.get("scope") in ("col", "colgroup") for cell in heads))


def _is_bold(cell: Any) -> bool:
    """Whether all words of a cell are bold."""
    inner = cell
    while len(inner) == 1 and not (inner.text or "").strip() and not (inner[0].tail or "").strip():
        inner = inner[0]
        if inner.tag in ("b", "strong"):
            return True
    return False


def _has_words(cell: Any) -> bool:
    return any(text.strip() for text in cell.itertext())


def _is_laid_out(row: Any) -> bool:
    """Whether a row holds many paragraphs: its table lays out the page."""
    return len(row.xpath(_HEAVY)) > 2 * max(1, len(row))
