"""Reading of PowerPoint presentations (PPTX) from their XML.

Hidden slides and shapes, slide numbers, dates and footers are left out. python-pptx is not used: it does not read
diagrams, alternate content and the strict variant of the format.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.archive import Archive, reference
from quoth.index.reading.document import ParsedArticle, Refused
from quoth.index.reading.parts import one_part

from .common import main_part, properties
from .drawing import MC_FALLBACK, A, Line, chart_rows, chart_title, diagram_lines, lines, table_rows
from .slides import Slide, SlideWriter, Table, Text

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_MARGINAL = ("sldNum", "dt", "ftr", "hdr")
_TITLES = ("title", "ctrTitle")


def read_pptx(data: bytes) -> Iterator[ParsedArticle | Refused]:
    """Yield the presentation as one article, and a refusal for each slide that cannot be read.

    :raises UnreadableFile: the file is not a presentation, is encrypted or damaged, or contains no text.
    """
    archive = Archive(data)
    deck, parts = main_part(archive, f"{_P}presentation", "a PowerPoint presentation")
    writer = SlideWriter()
    refused: list[Refused] = []
    for number, entry in enumerate(deck.iter(f"{_P}sldId"), 1):
        with one_part(f"slide {number}", refused):
            part = parts.get(reference(entry))
            if slide := _slide(archive, part.target if part else "", number):
                writer.add(slide)
    if refused and not writer.text:
        raise UnreadableFile(refused[0].reason)
    yield writer.article(properties(archive.xml("docProps/core.xml")))
    yield from refused


def _slide(archive: Archive, part: str, number: int) -> Slide | None:
    """Return a slide; None if it is hidden."""
    root = archive.xml(part)
    if root is None:
        raise UnreadableFile(f"its part {part or '(unnamed)'} is missing")
    if root.get("show") in ("0", "false"):
        return None
    targets = {relation.id: relation.target for relation in archive.relations(part)}
    slide = Slide(number)
    for shape in _shapes(root):
        kind = _placeholder(shape)
        if kind in _MARGINAL:
            continue
        if kind in _TITLES and not slide.title:
            slide.title = " ".join(" ".join(line.words.split()) for line in lines(shape))
        else:
            slide.shapes += _contents(archive, shape, kind, targets)
    for notes in archive.related(part, "notesSlide"):
        for shape in _shapes(archive.xml(notes)):
            if _placeholder(shape) == "body":
                slide.notes += [line.words for line in lines(shape)]
    return slide


def _shapes(root: Any) -> Iterator[Any]:
    """Yield the shapes and frames of a slide that are shown, those in groups included."""
    if root is None:
        return
    for shape in root.iter(f"{_P}sp", f"{_P}graphicFrame", f"{_P}cxnSp"):
        around = [shape, *shape.iterancestors()]
        if not any(parent.tag == MC_FALLBACK or _is_hidden(parent) for parent in around):
            yield shape


def _is_hidden(shape: Any) -> bool:
    """Whether a shape or a group is hidden."""
    names = (f"{_P}nvSpPr", f"{_P}nvGrpSpPr", f"{_P}nvGraphicFramePr")
    properties = next((child for child in shape if child.tag in names), None)
    about = properties.find(f"{_P}cNvPr") if properties is not None else None
    return about is not None and about.get("hidden") in ("1", "true")


def _placeholder(shape: Any) -> str | None:
    """Return which part of the slide's layout a shape fills; "obj" if that is not stated; None if it fills none."""
    place = shape.find(f"*/{_P}nvPr/{_P}ph")
    return None if place is None else place.get("type", "obj")


def _contents(archive: Archive, shape: Any, kind: str | None, targets: dict[str, str]) -> Iterator[Text | Table]:
    for table in shape.iter(f"{A}tbl"):
        properties = table.find(f"{A}tblPr")
        has_header = properties is not None and properties.get("firstRow") in ("1", "true")
        rows = table_rows(table)
        yield Table(rows, 1 if has_header and len(rows) > 1 else None)
    if shape.tag != f"{_P}graphicFrame":
        if found := lines(shape):
            yield _text(found, kind)
        return
    for element in shape.iter(_CHART, _DIAGRAM):
        chart = element.tag == _CHART
        root = archive.xml(targets.get(reference(element, "id" if chart else "dm"), ""))
        if root is not None and chart:
            if title := chart_title(root):
                yield Text([title], [False])
            if rows := chart_rows(root):
                yield Table(rows, 1)
        elif root is not None and (words := list(diagram_lines(root))):
            yield Text(words, [len(words) > 1] * len(words))


def _text(found: list[Line], kind: str | None) -> Text:
    """Return the paragraphs of a shape; in the body of a slide they are a list unless they say otherwise."""
    listed = kind in ("body", "obj") and len(found) > 1
    return Text([line.words for line in found], [listed if line.bullet is None else line.bullet for line in found])
