"""Text of DrawingML, which Office files use for slides, shapes, charts and diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from quoth.index.reading.layout.grid import Cell, grid

from .attributes import percent, whole
from .number_format import shown
from .runs import Run, joined

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
"""Namespace of DrawingML."""
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""A copy of a shape for old programs."""


class Line(NamedTuple):
    """A paragraph of a shape."""

    words: str
    bullet: bool | None
    """Whether it has a bullet or a number; None if the shape's layout decides that."""


def lines(element: Any) -> list[Line]:
    """Return the paragraphs under an element that have words."""
    found = []
    for paragraph in element.iter(f"{A}p"):
        if words := paragraph_text(paragraph):
            properties = paragraph.find(f"{A}pPr")
            tags = {child.tag for child in properties} if properties is not None else set()
            marked = bool(tags & {f"{A}buChar", f"{A}buAutoNum", f"{A}buBlip"})
            found.append(Line(words, True if marked else False if f"{A}buNone" in tags else None))
    return found


def paragraph_text(paragraph: Any) -> str:
    """Return the words of a paragraph, without struck-out text and slide numbers."""
    runs: list[Run] = []
    for child in paragraph:
        if child.tag == f"{A}br":
            runs.append(("\n", None))
        elif child.tag == f"{A}r" or (child.tag == f"{A}fld" and child.get("type") != "slidenum"):
            properties = child.find(f"{A}rPr")
            get = properties.get if properties is not None else {}.get
            if get("strike", "noStrike") == "noStrike":
                height = percent(get("baseline"))
                place = "superscript" if height > 0 else "subscript" if height < 0 else None
                runs.append((child.findtext(f"{A}t") or "", place))
    return joined(runs).replace("\v", "\n").strip()


def shape_lines(drawing: Any) -> Iterator[str]:
    """Yield the paragraphs of a drawing's shapes, such as the text boxes on a sheet."""
    for paragraph in drawing.iter(f"{A}p") if drawing is not None else ():
        if not any(parent.tag == MC_FALLBACK for parent in paragraph.iterancestors()) and (
            words := paragraph_text(paragraph)
        ):
            yield words


def table_rows(table: Any) -> list[list[str]]:
    """Return a table's cells by row and column; the words of a spanning cell stand in each place that it covers."""
    rows = []
    for row in table.iter(f"{A}tr"):
        cells = []
        for cell in row.findall(f"{A}tc"):
            if cell.get("hMerge") not in ("1", "true") and cell.get("vMerge") not in ("1", "true"):
                words = "\n".join(line.words for line in lines(cell))
                cells.append(Cell(words, whole(cell.get("gridSpan")), whole(cell.get("rowSpan"))))
        rows.append(cells)
    return grid(rows)


def chart_title(chart: Any) -> str:
    """Return a chart's title; empty if it has none."""
    title = chart.find(f".//{_C}chart/{_C}title")
    return " ".join(line.words for line in lines(title)) if title is not None else ""


def chart_rows(chart: Any) -> list[list[str]]:
    """Return a chart's values as a table: a row for each category, below a row with the names of the series."""
    names: list[str] = []
    columns: list[dict[str, str]] = []
    categories: dict[str, str] = {}
    for series in chart.iter(f"{_C}ser"):
        name = series.find(f"{_C}tx")
        names.append(" ".join(_points(name).values()) if name is not None else "")
        for tag in ("cat", "xVal"):
            labels = series.find(f"{_C}{tag}")
            categories |= _points(labels) if labels is not None else {}
        values = series.find(f"{_C}val")
        values = series.find(f"{_C}yVal") if values is None else values
        columns.append(_points(values) if values is not None else {})
    rows = [
        [categories.get(at, ""), *(column.get(at, "") for column in columns)]
        for at in dict.fromkeys([*categories, *(at for column in columns for at in column)])
    ]
    return [["", *names], *rows] if rows else []


def diagram_lines(diagram: Any) -> Iterator[str]:
    """Yield the paragraphs of a diagram (SmartArt), in the order in which they were entered."""
    for point in diagram.iter(f"{_D}pt"):
        if point.get("type", "node") in ("node", "asst"):
            yield from (line.words for line in lines(point))


def _points(values: Any) -> dict[str, str]:
    """Return the stored values of a chart's range by their indices, as they are shown."""
    codes = [e.text or "General" for e in values.iter(f"{_C}formatCode")]
    points: dict[str, str] = {}
    for point in values.iter(f"{_C}pt"):
        value = point.findtext(f"{_C}v") or ""
        parent = point.getparent()
        if parent.tag in (f"{_C}numCache", f"{_C}numLit"):
            try:
                value = shown(float(value), point.get("formatCode") or (codes[0] if codes else "General"))
            except ValueError:
                value = value.strip()
        points[point.get("idx", "")] = value.strip()
    if not points and (single := values.findtext(f"{_C}v")):
        points["0"] = single
    return points
