"""Reading of OpenDocument texts (ODT) from their XML.

The text is what a reader of the document sees, with notes at the end. Headers, footers, comments and tracked
deletions are left out. The format stores no pages.
"""

from __future__ import annotations

from typing import Any

from quoth.index.reading.document import Metadata, ParsedArticle
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.fields import one_line

from .common import BULLET, DUBLIN_CORE, office_article, write_paragraph, write_table
from .odf import OFFICE as _OFFICE
from .odf import TABLE as _TABLE
from .odf import TEXT as _TEXT
from .odf import opened, text_boxes
from .odf import visible_text as _visible_text
from .odt_tables import header_rows, is_layout, table_cells, table_rows

_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_INSIDE = ("section", "list-item", "list-header", "index-body", "bibliography", "numbered-paragraph")


def read_odt(data: bytes) -> ParsedArticle:
    """Read an OpenDocument text.

    :raises UnreadableFile: the file is not an OpenDocument text, is encrypted or damaged, or contains no text.
    """
    archive, body, _ = opened(data, "text", "text")
    writer = Writer()
    notes: list[str] = []
    _write_body(writer, body, notes)
    for note in notes:
        writer.add("prose", note)
    return office_article(writer, _metadata(archive.xml("meta.xml")))


def _metadata(root: Any) -> Metadata:
    meta = root.find(f"{_OFFICE}meta") if root is not None else None
    if meta is None:
        return Metadata()
    return Metadata(
        title=one_line(meta.findtext(f"{DUBLIN_CORE}title")),
        author=one_line(meta.findtext(f"{_META}initial-creator") or meta.findtext(f"{DUBLIN_CORE}creator")),
        language=one_line(meta.findtext(f"{DUBLIN_CORE}language")),
    )


def _write_body(writer: Writer, body: Any, notes: list[str], group: object = None) -> None:
    for element in body:
        if element.tag == f"{_TEXT}h":
            level = element.get(f"{_TEXT}outline-level", "1")
            writer.add("heading", _visible_text(element, notes), level=int(level) if level.isdigit() else 1)
        elif element.tag == f"{_TEXT}p":
            words = _visible_text(element, notes)
            if group is None:
                write_paragraph(writer, words)
            else:
                writer.add("item", words, bullet=BULLET, group=group)
        elif element.tag == f"{_TEXT}list":
            _write_body(writer, element, notes, group if group is not None else element)
        elif element.tag == f"{_TABLE}table":
            if is_layout(element):
                for cell in table_cells(element):
                    _write_body(writer, cell, notes)
            else:
                rows = table_rows(element, lambda cell: _visible_text(cell, notes))
                write_table(writer, rows, header_rows(element), element)
        elif element.tag in [f"{_TEXT}{name}" for name in _INSIDE]:
            _write_body(writer, element, notes, group)
            continue  # its boxes were written with its paragraphs
        if element.tag != f"{_TEXT}list":
            for box in text_boxes(element):
                _write_body(writer, box, notes)
