"""Reading of Word files (DOCX) from their XML.

The text is what a reader of the document sees: tracked insertions without tracked deletions, text boxes, and notes at
the end. Headers, footers, comments and field instructions are left out. The format stores no pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.archive import Archive, reference
from quoth.index.reading.document import ParsedArticle, Refused
from quoth.index.reading.formats.html import page_source, parse_page
from quoth.index.reading.formats.html_blocks import page_blocks
from quoth.index.reading.formats.html_visible import keep_visible
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.parts import one_part

from .attributes import whole
from .common import BULLET, heading_level, office_article, properties, write_paragraph, write_table
from .docx_tables import header_rows, is_layout, table_cells, table_rows
from .docx_tree import W as _W
from .docx_tree import clean, looks_of, number_notes, paragraph
from .rtf import read_rtf

_NO_TEXT = frozenset((f"{_W}pPr", f"{_W}rPr", f"{_W}txbxContent"))


def read_docx(data: bytes) -> Iterator[ParsedArticle | Refused]:
    """Yield the document as one article, and a refusal for its notes or a document in it that cannot be read.

    :raises UnreadableFile: the file is not a Word document, is encrypted or damaged, or contains no text.
    """
    archive = Archive(data)
    path = archive.main_part() or "word/document.xml"
    root = archive.xml(path)
    if root is None:
        raise UnreadableFile(f"it is not a Word document: its part {path} is missing")
    sheet = archive.xml(_part(archive, path, "styles"))
    styles, looks = _style_names(sheet), looks_of(sheet)
    refused: list[Refused] = []
    _insert_chunks(archive, path, root, refused)
    clean(root, looks)
    number_notes(root)
    writer = Writer()
    _write_body(writer, root.find(f"{_W}body"), styles)
    for kind in ("footnote", "endnote"):
        with one_part(f"{kind}s", refused):
            notes = archive.xml(_part(archive, path, f"{kind}s"))
            if notes is not None:
                clean(notes, looks)
            for note in notes.iter(f"{_W}{kind}") if notes is not None else ():
                if note.get(f"{_W}type") in (None, "normal"):
                    writer.add("prose", _visible_text(note))
    if refused and not writer.blocks:
        raise UnreadableFile(refused[0].reason)
    yield office_article(writer.text, writer.blocks, properties(archive.xml("docProps/core.xml")))
    yield from refused


def _insert_chunks(archive: Archive, path: str, root: Any, refused: list[Refused]) -> None:
    """Replace references to documents that Word merges when it opens the file by the paragraphs of these documents.

    :param refused: gets a refusal for each of them that cannot be read.
    """
    targets = {relation.id: relation.target for relation in archive.relations(path)}
    for chunk in [*root.iter(f"{_W}altChunk")]:
        target, elements = targets.get(reference(chunk), ""), list[Any]()
        with one_part(target, refused):
            elements = list(_chunk_elements(archive, target))
        parent = chunk.getparent()
        at = parent.index(chunk)
        parent[at : at + 1] = elements


def _chunk_elements(archive: Archive, target: str) -> Iterator[Any]:
    """Yield the paragraphs and tables of a document within the file, which may be a Word file, rich text or HTML.

    :raises UnreadableFile: the document cannot be read.
    """
    data = archive.part(target)
    if data.startswith(b"PK"):
        inner = Archive(data, within=archive)
        root = inner.xml(inner.main_part() or "word/document.xml")
        yield from root.iterfind(f"{_W}body/*") if root is not None else ()
    elif data.lstrip().startswith(b"{\\rtf"):
        yield from (paragraph(words) for words in read_rtf(data).text.split("\n") if words.strip())
    elif data:
        yield from (paragraph(words) for words in _shown_paragraphs(data))


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
    """Yield the text boxes anchored in a paragraph or table, without boxes inside them."""
    for box in element.iter(f"{_W}txbxContent"):
        around = takewhile(lambda a: a is not element, box.iterancestors())
        if not any(parent.tag == f"{_W}txbxContent" for parent in around):
            yield box


def _write_paragraph(writer: Writer, element: Any, styles: dict[str, str]) -> None:
    words = _visible_text(element)
    style = element.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(style.get(f"{_W}val", ""), style.get(f"{_W}val", "")) if style is not None else ""
    outline = element.find(f"{_W}pPr/{_W}outlineLvl")
    outline_level = whole(outline.get(f"{_W}val"), 9) + 1 if outline is not None else 10
    numbered = element.find(f"{_W}pPr/{_W}numPr")
    if level := heading_level(name):
        writer.add("heading", words, level=level)
    elif name.casefold() in ("title", "titel", "titre", "título", "titolo"):
        writer.add("heading", words, level=1)
    elif name.casefold().startswith(("toc ", "table of figures")):
        writer.add("boilerplate", words)
    elif outline_level < 10:
        writer.add("heading", words, level=outline_level)
    elif numbered is not None or "list" in name.casefold():
        key = numbered.find(f"{_W}numId") if numbered is not None else None
        writer.add("item", words, bullet=BULLET, group=("list", key.get(f"{_W}val") if key is not None else name))
    else:
        write_paragraph(writer, words)


def _visible_text(element: Any) -> str:
    """Return the text of a cleaned element, without anchored text boxes."""
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
            elif tag not in _NO_TEXT:
                walk(child)

    walk(element)
    return "".join(parts).strip()
