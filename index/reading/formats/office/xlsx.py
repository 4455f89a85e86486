"""Reading of Excel workbooks (XLSX) from their XML: each sheet's cells as they are shown.

Formulas count with the values that were stored for them. Hidden sheets, rows, columns, comments and struck-out text are
left out. No library is used: openpyxl does not apply number formats, and does not open the strict variant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.archive import Archive, Relation, reference
from quoth.index.reading.document import ParsedArticle, Refused
from quoth.index.reading.layout.data_tables import MAX_CHARS
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.parts import one_part

from .attributes import is_on, whole
from .common import main_part
from .drawing import shape_lines
from .number_format import BUILT_IN, shown
from .runs import Run, joined
from .sheets import MAX_COLUMNS, Merged, sheets_article, visible_sheet, write_sheet

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,8})")
_AREA = re.compile(r"([A-Z]{1,3})(\d{1,8}):([A-Z]{1,3})(\d{1,8})")


@dataclass(frozen=True, slots=True)
class _Style:
    code: str
    """Code of the number format."""
    bold: bool
    struck: bool


def read_xlsx(data: bytes) -> Iterator[ParsedArticle | Refused]:
    """Yield the workbook as one article, and a refusal for each sheet that cannot be read.

    :raises UnreadableFile: the file is not a workbook, is encrypted or damaged, or contains no text.
    """
    archive = Archive(data)
    book, parts = main_part(archive, f"{_S}workbook", "an Excel workbook")
    reader = _Reader(archive, parts.values(), book)
    writer = Writer()
    refused: list[Refused] = []
    for sheet in book.iter(f"{_S}sheet"):
        name = sheet.get("name", "")
        if sheet.get("state") in ("hidden", "veryHidden"):
            continue
        with one_part(name, refused):
            part = parts.get(reference(sheet))
            if part is None:
                raise UnreadableFile("its part is missing; save a new copy of the workbook and add it")
            if part.kind == "worksheet" and (missing := reader.write(writer, name, part.target)):  # no chart alone
                refused.append(Refused(name, missing))
    if not writer.blocks:
        raise UnreadableFile(refused[0].reason if refused else "it contains no text")
    yield sheets_article(writer, archive.xml("docProps/core.xml"))
    yield from refused


class _Reader:
    """Reads the sheets of one workbook."""

    def __init__(self, archive: Archive, parts: Iterable[Relation], book: Any) -> None:
        self._archive = archive
        self._strings: list[str] = []
        self._styles: dict[str, _Style] = {}
        for part in parts:
            if part.kind == "sharedStrings":
                self._strings += [_rich(item) for item in archive.elements(part.target, (f"{_S}si",))]
            elif part.kind == "styles" and (root := archive.xml(part.target)) is not None:
                self._styles |= _styles(root)
        properties = book.find(f"{_S}workbookPr")
        self._from_1904 = properties is not None and properties.get("date1904") in ("1", "true")

    def write(self, writer: Writer, name: str, path: str) -> str | None:
        """Write a sheet, and return what is missing of it; None if nothing is."""
        rows: dict[int, dict[int, str]] = {}
        bold: set[int] = set()
        hidden_rows: set[int] = set()
        hidden_columns: set[int] = set()
        merged: list[Merged] = []
        left, number, missing = MAX_CHARS - writer.length, 0, None
        tags = (f"{_S}row", f"{_S}col", f"{_S}mergeCell")
        for element in self._archive.elements(path, tags):
            if element.tag == f"{_S}row":
                number = whole(element.get("r"), number + 1)
                if element.get("hidden") in ("1", "true"):
                    hidden_rows.add(number)
                elif left < 0:
                    missing = missing or (
                        f"its rows from {number:,} on are left out: the workbook has more than {MAX_CHARS:,} "
                        "characters; divide it into several files"
                    )
                else:
                    cells, is_bold = self._cells(element)
                    if cells:
                        rows[number] = cells
                        left -= sum(len(words) + 3 for words in cells.values())
                        if is_bold:
                            bold.add(number)
            elif element.tag == f"{_S}col" and element.get("hidden") in ("1", "true"):
                first, last = whole(element.get("min")), whole(element.get("max"))
                hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))
            elif element.tag == f"{_S}mergeCell" and (area := _AREA.fullmatch(element.get("ref", ""))):
                merged.append(Merged(int(area[2]), _column(area[1]), int(area[4]) + 1, _column(area[3]) + 1))
        write_sheet(writer, visible_sheet(name, rows, merged, bold, hidden_rows, hidden_columns))
        for target in self._archive.related(path, "drawing"):
            for line in shape_lines(self._archive.xml(target)):
                writer.add("prose", line)
        return missing

    def _cells(self, row: Any) -> tuple[dict[int, str], bool]:
        """Return the words of a row's cells by column, counted from 1, and whether all of them are bold."""
        cells: dict[int, str] = {}
        at, bold = 0, True
        for cell in row.iter(f"{_S}c"):
            place = _PLACE.fullmatch(cell.get("r", ""))
            at = _column(place[1]) if place else at + 1
            style = self._styles.get(cell.get("s", "0"), _Style("General", False, False))
            words = "" if style.struck else self._words(cell, style)
            if words and at <= MAX_COLUMNS:
                cells[at] = words
                bold = bold and style.bold
        return cells, bold

    def _words(self, cell: Any, style: _Style) -> str:
        kind, value = cell.get("t", "n"), cell.findtext(f"{_S}v") or ""
        if kind == "inlineStr":
            inline = cell.find(f"{_S}is")
            return _rich(inline) if inline is not None else ""
        if kind == "s":
            at = whole(value, len(self._strings))
            return self._strings[at] if at < len(self._strings) else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if kind in ("str", "e", "d"):
            return value.strip()
        try:
            return shown(float(value), style.code, from_1904=self._from_1904).strip() if value else ""
        except ValueError:
            return value.strip()


def _column(letters: str) -> int:
    """Return a column's number, counted from 1: "A" -> 1, "AB" -> 28."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _rich(item: Any) -> str:
    """Return the words of a text with formatted runs, without its phonetic guide."""
    runs: list[Run] = []
    for child in item:
        if child.tag == f"{_S}t":
            runs.append((child.text or "", None))
        elif child.tag == f"{_S}r" and not is_on(child.find(f"{_S}rPr/{_S}strike"), "val"):
            place = child.find(f"{_S}rPr/{_S}vertAlign")
            runs.append((child.findtext(f"{_S}t") or "", None if place is None else place.get("val")))
    return joined(runs).strip()


def _styles(root: Any) -> dict[str, _Style]:
    """Return the styles of cells by their numbers."""
    codes = {e.get("numFmtId", ""): e.get("formatCode", "General") for e in root.iter(f"{_S}numFmt")}
    fonts = [
        (is_on(font.find(f"{_S}b"), "val"), is_on(font.find(f"{_S}strike"), "val"))
        for fonts in root.findall(f"{_S}fonts")
        for font in fonts
    ]
    styles = {}
    for i, format_ in enumerate(e for all_ in root.findall(f"{_S}cellXfs") for e in all_):
        code, font = format_.get("numFmtId", "0"), whole(format_.get("fontId"), 0)
        bold, struck = fonts[font] if font < len(fonts) else (False, False)
        built_in = BUILT_IN.get(whole(code, 0), "General")
        styles[str(i)] = _Style(codes.get(code, built_in), bold, struck)
    return styles
