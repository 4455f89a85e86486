"""Word (DOCX) and OpenDocument (ODT) files -> their article, from the document's own nodes.

What a reader of the document sees: insertions that are tracked, not what they delete; text in boxes; notes behind the
text. Headers and footers of pages, comments and fields' instructions are left out. There are no pages in these formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.archive import Archive
from quoth.index.reading.document import BlockKind, Metadata, ParsedArticle
from quoth.index.reading.layout.blocks import classify
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.fields import finished, one_line

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_OFFICE, _TEXT, _TABLE = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "text", "table")
)
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_LEVEL = re.compile(r"(?:heading|berschrift|titre|titolo|kop|t[ií]tulo)\s*(\d)", re.IGNORECASE)
_UNSEEN = frozenset(f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "txbxContent"))
_UNSEEN |= {f"{_MC}Fallback"}
_BULLET = "• "


def read_docx(data: bytes) -> ParsedArticle:
    """One article.

    :raises UnreadableFile: it is no Word file, encrypted or damaged, or holds no words.
    """
    archive = Archive(data)
    root = archive.xml("word/document.xml")
    if root is None:
        raise UnreadableFile("it is no Word document: it has no word/document.xml")
    styles = _styles(archive.xml("word/styles.xml"))
    writer = Writer()
    _word_body(writer, root.find(f"{_W}body"), styles)
    for kind in ("footnote", "endnote"):
        notes = archive.xml(f"word/{kind}s.xml")
        for note in notes.iter(f"{_W}{kind}") if notes is not None else ():
            if note.get(f"{_W}type") is None:
                writer.add("prose", _said_in_word(note))
    return _finished(writer, _core(archive.xml("docProps/core.xml")))


def _styles(root: Any) -> dict[str, str]:
    """Names of styles by their ids: those that are told apart go by their names."""
    names = {}
    for style in root.iter(f"{_W}style") if root is not None else ():
        name = style.find(f"{_W}name")
        if name is not None:
            names[style.get(f"{_W}styleId", "")] = name.get(f"{_W}val", "")
    return names


def _word_body(writer: Writer, body: Any, styles: dict[str, str]) -> None:
    for element in _flow(body):
        if element.tag == f"{_W}tbl":
            rows = [[_said_in_word(cell) for cell in row.findall(f"{_W}tc")] for row in element.findall(f"{_W}tr")]
            _write_table(writer, rows, element)
        else:
            _word_paragraph(writer, element, styles)
        for box in _boxes(element):
            _word_body(writer, box, styles)


def _flow(body: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those in content controls and in insertions that are tracked."""
    for element in body if body is not None else ():
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
            yield from _flow(element)


def _boxes(element: Any) -> Iterator[Any]:
    """Text boxes that hang on a paragraph or table, not those in them; each is written down twice,
    for old programs as well."""
    for box in element.iter(f"{_W}txbxContent"):
        around = [a.tag for a in takewhile(lambda a: a is not element, box.iterancestors())]
        if f"{_MC}Fallback" not in around and f"{_W}txbxContent" not in around:
            yield box


def _word_paragraph(writer: Writer, paragraph: Any, styles: dict[str, str]) -> None:
    words = _said_in_word(paragraph)
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(style.get(f"{_W}val", ""), style.get(f"{_W}val", "")) if style is not None else ""
    outline = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    numbered = paragraph.find(f"{_W}pPr/{_W}numPr")
    if level := _LEVEL.search(name):
        writer.add("heading", words, level=int(level.group(1)))
    elif name.casefold() in ("title", "titel", "titre", "título", "titolo"):
        writer.add("heading", words, level=1)
    elif outline is not None and outline.get(f"{_W}val", "9").isdigit() and int(outline.get(f"{_W}val", "9")) < 9:
        writer.add("heading", words, level=int(outline.get(f"{_W}val")) + 1)
    elif numbered is not None or "list" in name.casefold():
        key = numbered.find(f"{_W}numId") if numbered is not None else None
        writer.add("item", words, bullet=_BULLET, group=("list", key.get(f"{_W}val") if key is not None else name))
    else:
        _write_paragraph(writer, words)


def _said_in_word(element: Any) -> str:
    """What a reader sees of it; nothing of what is deleted, of fields' instructions,
    or of text boxes that hang on it."""
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
            elif tag not in _UNSEEN:
                walk(child)

    walk(element)
    return "".join(parts).strip()


def _core(root: Any) -> Metadata:
    if root is None:
        return Metadata()
    return Metadata(
        title=one_line(root.findtext(f"{_DC}title")), author=one_line(root.findtext(f"{_DC}creator")),
        published=as_date(root.findtext(f"{_TERMS}created")), language=one_line(root.findtext(f"{_DC}language")),
    )  # fmt: skip


def read_odt(data: bytes) -> ParsedArticle:
    """One article.

    :raises UnreadableFile: it is no OpenDocument text, encrypted or damaged, or holds no words.
    """
    archive = Archive(data)
    root = archive.xml("content.xml")
    body = root.find(f"{_OFFICE}body/{_OFFICE}text") if root is not None else None
    if body is None:
        raise UnreadableFile("it is no OpenDocument text: it has no text in a content.xml")
    writer = Writer()
    notes: list[str] = []
    _open_body(writer, body, notes)
    for note in notes:
        writer.add("prose", note)
    meta = archive.xml("meta.xml")
    meta = meta.find(f"{_OFFICE}meta") if meta is not None else None
    facts = Metadata()
    if meta is not None:
        facts = Metadata(
            title=one_line(meta.findtext(f"{_DC}title")),
            author=one_line(meta.findtext(f"{_META}initial-creator") or meta.findtext(f"{_DC}creator")),
            published=as_date(meta.findtext(f"{_META}creation-date")),
            language=one_line(meta.findtext(f"{_DC}language")),
        )  # fmt: skip
    return _finished(writer, facts)


def _open_body(writer: Writer, body: Any, notes: list[str], group: object = None) -> None:
    for element in body:
        if element.tag == f"{_TEXT}h":
            level = element.get(f"{_TEXT}outline-level", "1")
            writer.add("heading", _said_in_open(element, notes), level=int(level) if level.isdigit() else 1)
        elif element.tag == f"{_TEXT}p":
            words = _said_in_open(element, notes)
            if group is None:
                _write_paragraph(writer, words)
            else:
                writer.add("item", words, bullet=_BULLET, group=group)
        elif element.tag == f"{_TEXT}list":
            _open_body(writer, element, notes, group if group is not None else element)
        elif element.tag == f"{_TABLE}table":
            rows = [
                [_said_in_open(cell, notes) for cell in row if cell.tag == f"{_TABLE}table-cell"]
                for row in element.iter(f"{_TABLE}table-row")
            ]
            _write_table(writer, rows, element)
        elif element.tag in (f"{_TEXT}section", f"{_TEXT}list-item", f"{_TEXT}list-header", f"{_TEXT}index-body"):
            _open_body(writer, element, notes, group)


def _said_in_open(element: Any, notes: list[str]) -> str:
    """What a reader sees of it; white space as the format says: runs of it are one blank, ``s``,
    ``tab`` and ``line-break`` are more."""
    parts: list[str] = []

    def walk(node: Any) -> None:
        parts.append(_single(node.text))
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
                    notes.append(_said_in_open(body, notes))
            elif tag not in (f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}bookmark-ref"):
                if tag == f"{_TEXT}p" and parts and parts[-1] and not parts[-1].endswith("\n"):
                    parts.append("\n")
                walk(child)
            parts.append(_single(child.tail))

    walk(element)
    return "".join(parts).strip()


def _single(words: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", words or "")


def _write_table(writer: Writer, rows: list[list[str]], group: object) -> None:
    for cells in rows:
        if len(cells) == 1:  # a frame around text
            _write_paragraph(writer, cells[0])
        else:
            writer.row(cells, group)


def _write_paragraph(writer: Writer, words: str) -> None:
    """Of a paragraph without a style it is seen from its words what it is, but for headings, which styles tell."""
    kind: BlockKind = classify(words, (0, len(words)), prose=True).kind if words.strip() else "prose"
    writer.add("prose" if kind in ("heading", "item", "row") else kind, words)


def _finished(writer: Writer, facts: Metadata) -> ParsedArticle:
    if not writer.blocks:
        raise UnreadableFile("it has no words in it")
    return finished(writer.text, writer.blocks, facts)
