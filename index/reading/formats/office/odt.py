"""Reading of OpenDocument texts (ODT) from their XML.

The text is what a reader of the document sees, with notes at the end. Headers, footers, comments and tracked
deletions are left out. The format stores no pages.
"""

from __future__ import annotations

from typing import Any

from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.layout.writer import Writer

from .attributes import whole
from .common import BULLET, office_article, properties, write_paragraph, write_table
from .odf import TABLE, TEXT, opened, text_boxes, visible_text
from .odf_tables import header_rows, is_layout, table_cells, table_rows

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
    return office_article(writer.text, writer.blocks, properties(archive.xml("meta.xml")))


def _write_body(writer: Writer, body: Any, notes: list[str], group: object = None) -> None:
    for element in body:
        if element.tag == f"{TEXT}h":
            level = whole(element.get(f"{TEXT}outline-level"))
            writer.add("heading", visible_text(element, notes), level=level)
        elif element.tag == f"{TEXT}p":
            words = visible_text(element, notes)
            if group is None:
                write_paragraph(writer, words)
            else:
                writer.add("item", words, bullet=BULLET, group=group)
        elif element.tag == f"{TEXT}list":
            _write_body(writer, element, notes, group if group is not None else element)
        elif element.tag == f"{TABLE}table":
            if is_layout(element):
                for cell in table_cells(element):
                    _write_body(writer, cell, notes)
            else:
                rows = table_rows(element, lambda cell: visible_text(cell, notes))
                write_table(writer, rows, header_rows(element), element)
        elif element.tag in [f"{TEXT}{name}" for name in _INSIDE]:
            _write_body(writer, element, notes, group)
            continue  # its boxes were written with its paragraphs
        if element.tag != f"{TEXT}list":
            for box in text_boxes(element):
                _write_body(writer, box, notes)
