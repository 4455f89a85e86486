"""Reading of Word files (DOCX) from their XML.

The text is what a reader of the document sees: tracked insertions without tracked deletions, text boxes, and notes at
the end. Headers, footers, comments and field instructions are left out. The format stores no pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.archive import Archive
from quoth.index.reading.document import Metadata, ParsedArticle
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.fields import one_line

from .office import BULLET, DUBLIN_CORE, office_article, write_paragraph, write_table

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HEADING_STYLE = re.compile(r"(?:heading|berschrift|titre|titolo|kop|t[ií]tulo)\s*(\d)", re.IGNORECASE)
_INVISIBLE = frozenset((
    f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}pPr", f"{_W}rPr", f"{_W}txbxContent",
    f"{_MC}Fallback",
))  # fmt: skip


def read_docx(data: bytes) -> ParsedArticle:
    """Read a Word file.

    :raises UnreadableFile: the file is not a Word document, is encrypted or damaged, or contains no text.
    """
    archive = Archive(data)
    root = archive.xml("word/document.xml")
    if root is None:
        raise UnreadableFile("it is not a Word document: its part word/document.xml is missing")
    styles = _style_names(archive.xml("word/styles.xml"))
    writer = Writer()
    _write_body(writer, root.find(f"{_W}body"), styles)
    for kind in ("footnote", "endnote"):
        notes = archive.xml(f"word/{kind}s.xml")
        for note in notes.iter(f"{_W}{kind}") if notes is not None else ():
            if note.get(f"{_W}type") is None:
                writer.add("prose", _visible_text(note))
    return office_article(writer, _metadata(archive.xml("docProps/core.xml")))


def _style_names(root: Any) -> dict[str, str]:
    """Return the names of styles by their ids; headings, titles and lists are recognised by these names."""
    names = {}
    for style in root.iter(f"{_W}style") if root is not None else ():
        name = style.find(f"{_W}name")
        if name is not None:
            names[style.get(f"{_W}styleId", "")] = name.get(f"{_W}val", "")
    return names


def _write_body(writer: Writer, body: Any, styles: dict[str, str]) -> None:
    for element in _body_elements(body):
        if element.tag == f"{_W}tbl":
            rows = [[_visible_text(cell) for cell in row.findall(f"{_W}tc")] for row in element.findall(f"{_W}tr")]
            write_table(writer, rows, element)
        else:
            _write_paragraph(writer, element, styles)
        for box in _text_boxes(element):
            _write_body(writer, box, styles)


def _body_elements(body: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order, including those in content controls and in tracked insertions."""
    for element in body if body is not None else ():
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
            yield from _body_elements(element)


def _text_boxes(element: Any) -> Iterator[Any]:
    """Yield the text boxes anchored in a paragraph or table, without boxes inside them.

    Word stores each box twice; the copy for old programs (``Fallback``) is skipped.
    """
    for box in element.iter(f"{_W}txbxContent"):
        around = [a.tag for a in takewhile(lambda a: a is not element, box.iterancestors())]
        if f"{_MC}Fallback" not in around and f"{_W}txbxContent" not in around:
            yield box


def _write_paragraph(writer: Writer, paragraph: Any, styles: dict[str, str]) -> None:
    words = _visible_text(paragraph)
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(style.get(f"{_W}val", ""), style.get(f"{_W}val", "")) if style is not None else ""
    outline = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    numbered = paragraph.find(f"{_W}pPr/{_W}numPr")
    if level := _HEADING_STYLE.search(name):
        writer.add("heading", words, level=int(level.group(1)))
    elif name.casefold() in ("title", "titel", "titre", "título", "titolo"):
        writer.add("heading", words, level=1)
    elif outline is not None and outline.get(f"{_W}val", "9").isdigit() and int(outline.get(f"{_W}val", "9")) < 9:
        writer.add("heading", words, level=int(outline.get(f"{_W}val")) + 1)
    elif numbered is not None or "list" in name.casefold():
        key = numbered.find(f"{_W}numId") if numbered is not None else None
        writer.add("item", words, bullet=BULLET, group=("list", key.get(f"{_W}val") if key is not None else name))
    else:
        write_paragraph(writer, words)


def _visible_text(element: Any) -> str:
    """Return the visible text of an element, without deletions, field instructions and anchored text boxes."""
    parts: list[str] = []

    def walk(node: Any) -> None:
        for child in node:
            tag = child.tag
            if tag == f"{_W}t":
                parts.append(child.text or "")
            elif tag in (f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}ptab"):
                parts.append("\n" if tag != f"{_W}tab" and tag != f"{_W}ptab" else "\t")
            elif tag == f"{_W}noBreakHyphen":
                parts.append("-")
            elif tag == f"{_W}softHyphen":
                parts.append("\xad")
            elif tag == f"{_W}p":
                parts.append("\n" if parts else "")
                walk(child)
            elif tag not in _INVISIBLE:
                walk(child)

    walk(element)
    return "".join(parts).strip()


def _metadata(root: Any) -> Metadata:
    if root is None:
        return Metadata()
    return Metadata(
        title=one_line(root.findtext(f"{DUBLIN_CORE}title")),
        author=one_line(root.findtext(f"{DUBLIN_CORE}creator")),
        language=one_line(root.findtext(f"{DUBLIN_CORE}language")),
    )
