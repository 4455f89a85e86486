"""Reading of OpenDocument presentations (ODP). Hidden slides, slide numbers, dates and footers are left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.layout.grid import grid

from .common import properties
from .odf import DRAW, PRESENTATION, TABLE, TEXT, opened, visible_text
from .odf_tables import table_rows
from .slides import Slide, SlideWriter, Table, Text

_MARGINAL = ("page-number", "date-time", "footer", "header", "page")
_SHAPES = ("frame", "custom-shape", "rect", "ellipse", "caption", "connector", "line", "polygon", "path", "g")


def read_odp(data: bytes) -> Iterator[ParsedArticle]:
    """Yield the presentation as one article.

    :raises UnreadableFile: the file is not a presentation, is encrypted or damaged, or contains no text.
    """
    archive, body, styles = opened(data, "presentation", "presentation")
    writer = SlideWriter()
    for number, page in enumerate(body.iter(f"{DRAW}page"), 1):
        if not styles.look("drawing-page", page.get(f"{DRAW}style-name")).hidden:
            writer.add(_slide(page, number))
    yield writer.article(properties(archive.xml("meta.xml")))


def _slide(page: Any, number: int) -> Slide:
    slide = Slide(number)
    for shape in _shapes(page):
        kind = shape.get(f"{PRESENTATION}class")
        if kind in _MARGINAL or shape.get(f"{PRESENTATION}placeholder") == "true":
            continue
        if kind == "title" and not slide.title:
            slide.title = " ".join(visible_text(_text(shape), []).split())
        else:
            slide.shapes += _contents(shape)
    for notes in page.iter(f"{PRESENTATION}notes"):
        for shape in _shapes(notes):
            if shape.get(f"{PRESENTATION}class") == "notes" and shape.get(f"{PRESENTATION}placeholder") != "true":
                slide.notes += [
                    words for p in _text(shape).iter(f"{TEXT}p", f"{TEXT}h") if (words := visible_text(p, []))
                ]
    return slide


def _shapes(page: Any) -> Iterator[Any]:
    """Yield the shapes of a slide, those in groups included, without those of its notes."""
    for shape in page:
        if shape.tag == f"{DRAW}g":
            yield from _shapes(shape)
        elif shape.tag in [f"{DRAW}{name}" for name in _SHAPES]:
            yield shape


def _text(shape: Any) -> Any:
    """Return the element with a shape's paragraphs: the box in a frame, else the shape itself."""
    box = shape.find(f"{DRAW}text-box")
    return shape if box is None else box


def _contents(shape: Any) -> Iterator[Text | Table]:
    for table in shape.iter(f"{TABLE}table"):
        rows = grid(table_rows(table, lambda cell: visible_text(cell, [])))
        header = table.get(f"{TABLE}use-first-row-styles") == "true" and len(rows) > 1
        yield Table(rows, 1 if header else None)
    text = Text([], [])
    for paragraph in _text(shape).iter(f"{TEXT}p", f"{TEXT}h"):
        around = {element.tag for element in paragraph.iterancestors()}
        if f"{TABLE}table" not in around and (words := visible_text(paragraph, [])):
            text.lines.append(words)
            text.bullets.append(f"{TEXT}list" in around)
    if text.lines:
        yield text
