"""Reading of OpenDocument texts (ODT) from their XML.

The text is what a reader of the document sees, with notes at the end. Headers, footers, comments and tracked
deletions are left out. The format stores no pages.
"""

from __future__ import annotations

import re
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.archive import Archive
from quoth.index.reading.document import Metadata, ParsedArticle
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.fields import one_line

from .office import BULLET, DUBLIN_CORE, office_article, write_paragraph, write_table

_OFFICE, _TEXT, _TABLE, _META = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "text", "table", "meta")
)


def read_odt(data: bytes) -> ParsedArticle:
    """Read an OpenDocument text.

    :raises UnreadableFile: the file is not an OpenDocument text, is encrypted or damaged, or contains no text.
    """
    archive = Archive(data)
    root = archive.xml("content.xml")
    body = root.find(f"{_OFFICE}body/{_OFFICE}text") if root is not None else None
    if body is None:
        raise UnreadableFile("it is not an OpenDocument text: its part content.xml has no text body")
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
            rows = [
                [_visible_text(cell, notes) for cell in row if cell.tag == f"{_TABLE}table-cell"]
                for row in element.iter(f"{_TABLE}table-row")
            ]
            write_table(writer, rows, element)
        elif element.tag in (f"{_TEXT}section", f"{_TEXT}list-item", f"{_TEXT}list-header", f"{_TEXT}index-body"):
            _write_body(writer, element, notes, group)


def _visible_text(element: Any, notes: list[str]) -> str:
    """Return the visible text of an element, and append its notes to ``notes``.

    White space follows the format: a run of it is one space; ``s``, ``tab`` and ``line-break`` add more.
    """
    parts: list[str] = []

    def walk(node: Any) -> None:
        parts.append(_collapsed(node.text))
        for child in node:
            tag = child.tag
            if tag == f"{_TEXT}s":
                count = child.get(f"{_TEXT}c", "1")
                parts.append(" " * (int(count) if count.isdigit() and len(count) < 4 else 1))
            elif tag == f"{_TEXT}tab":
                parts.append("\t")
            elif tag == f"{_TEXT}line-break":
                parts.append("\n")
            elif tag == f"{_TEXT}note":
                body = child.find(f"{_TEXT}note-body")
                if body is not None:
                    notes.append(_visible_text(body, notes))
            elif tag not in (f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}bookmark-ref"):
                if tag == f"{_TEXT}p" and parts and parts[-1] and not parts[-1].endswith("\n"):
                    parts.append("\n")
                walk(child)
            parts.append(_collapsed(child.tail))

    walk(element)
    return "".join(parts).strip()


def _collapsed(words: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", words or "")
