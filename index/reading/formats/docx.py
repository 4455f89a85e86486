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
from quoth.index.reading.archive import Archive, reference
from quoth.index.reading.document import Metadata, ParsedArticle
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.fields import one_line

from .docx_tables import header_rows, is_layout, table_cells, table_rows
from .docx_tree import W as _W
from .docx_tree import clean, looks_of, number_notes, paragraph
from .html import page_source, parse_page
from .html_blocks import page_blocks
from .html_visible import keep_visible
from .office import BULLET, DUBLIN_CORE, office_article, write_paragraph, write_table
from .rtf import read_rtf

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
    path = archive.main_part() or "word/document.xml"
    root = archive.xml(path)
    if root is None:
        raise UnreadableFile(f"it is not a Word document: its part {path} is missing")
    sheet = archive.xml(_part(archive, path, "styles"))
    styles, looks = _style_names(sheet), looks_of(sheet)
    _insert_chunks(archive, path, root)
    clean(root, looks)
    number_notes(root)
    writer = Writer()
    _write_body(writer, root.find(f"{_W}body"), styles)
    for kind in ("footnote", "endnote"):
        notes = archive.xml(_part(archive, path, f"{kind}s"))
        if notes is not None:
            clean(notes, looks)
        for note in notes.iter(f"{_W}{kind}") if notes is not None else ():
            if note.get(f"{_W}type") in (None, "normal"):
                writer.add("prose", _visible_text(note))
    return office_article(writer, _metadata(archive.xml("docProps/core.xml")))


def _insert_chunks(archive: Archive, path: str, root: Any) -> None:
    """Replace references to documents that Word merges when it opens the file by the paragraphs of these documents."""
    targets = {relation.id: relation.target for relation in archive.relations(path)}
    for chunk in [*root.iter(f"{_W}altChunk")]:
        data = archive.part(targets.get(reference(chunk), ""))
        if data.startswith(b"PK"):
            inner = Archive(data)
            body = inner.xml(inner.main_part() or "word/document.xml")
            elements = [e for e in body.find(f"{_W}body") if e.tag != f"{_W}sectPr"] if body is not None else []
        elif data.lstrip().startswith(b"{\\rtf"):
            elements = [paragraph(words) for words in read_rtf(data).text.split("\n") if words.strip()]
        else:
            elements = [paragraph(words) for words in _shown_paragraphs(data)] if data else []
        parent = chunk.getparent()
        at = parent.index(chunk)
        parent[at : at + 1] = elements


def _shown_paragraphs(page: bytes) -> list[str]:
    """Return the words of each block that a web page shows."""
    tree = parse_page(page_source(page))
    keep_visible(tree)
    return [block.words for block in page_blocks(tree)]


def _part(archive: Archive, path: str, kind: str) -> str:
    """Return the name of a part that the document refers to, or the usual one."""
    return next(iter(archive.related(path, kind)), f"word/{kind}.xml")


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
            if is_layout(element):
                for cell in table_cells(element):
                    _write_body(writer, cell, styles)
                continue
            write_table(writer, table_rows(element, _visible_text), header_rows(element, styles), element)
        else:
            _write_paragraph(writer, element, styles)
        for box in _text_boxes(element):
            _write_body(writer, box, styles)


def _body_elements(body: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order."""
    for element in body if body is not None else ():
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element


def _text_boxes(element: Any) -> Iterator[Any]:
    """Yield the text boxes anchored in a paragraph or table, without boxes inside them.

    Word stores each box twice; the copy for old programs (``Fallback``) is skipped.
    """
    for box in element.iter(f"{_W}txbxContent"):
        around = [a.tag for a in takewhile(lambda a: a is not element, box.iterancestors())]
        if f"{_MC}Fallback" not in around and f"{_W}txbxContent" not in around:
            yield box


def _write_paragraph(writer: Writer, element: Any, styles: dict[str, str]) -> None:
    words = _visible_text(element)
    style = element.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(style.get(f"{_W}val", ""), style.get(f"{_W}val", "")) if style is not None else ""
    outline = element.find(f"{_W}pPr/{_W}outlineLvl")
    numbered = element.find(f"{_W}pPr/{_W}numPr")
    if level := _HEADING_STYLE.search(name):
        writer.add("heading", words, level=int(level.group(1)))
    elif name.casefold() in ("title", "titel", "titre", "título", "titolo"):
        writer.add("heading", words, level=1)
    elif name.casefold().startswith(("toc ", "table of figures")):
        writer.add("boilerplate", words)
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
