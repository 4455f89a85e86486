"""Common parts of Office and OpenDocument files: tables, paragraphs, headings, properties, the finished article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.archive import Archive, Relation
from quoth.index.reading.document import Block, BlockKind, Metadata, ParsedArticle
from quoth.index.reading.layout.blocks import classify
from quoth.index.reading.layout.grid import Cell, grouped_header_rows, rows_as_shown
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.lines import one_line
from quoth.index.reading.metadata.reference import tags_in
from quoth.index.reading.metadata.stated import metadata_shown

BULLET = "• "
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
"""XML namespace of title, creator and language."""
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_HEADING_STYLE = re.compile(r"(?:heading|berschrift|titre|titolo|kop|t[ií]tulo)\s*(\d)", re.IGNORECASE)


def main_part(archive: Archive, tag: str, what: str) -> tuple[Any, dict[str, Relation]]:
    """Return the root element of an Office file's main part, and its references to other parts by their ids.

    :param tag: the tag that the root element must have.
    :param what: what the file should be, for messages.
    :raises UnreadableFile: it has no such part, is encrypted or damaged.
    """
    path = archive.main_part()
    root = archive.xml(path) if path else None
    if path is None or root is None or root.tag != tag:
        raise UnreadableFile(f"it is not {what}: it has no part that describes one")
    return root, {relation.id: relation for relation in archive.relations(path)}


def write_table(writer: Writer, rows: Sequence[Sequence[Cell]], header_rows: int | None, group: object) -> None:
    """Write a table. If it is unknown whether it has a header, a row with one cell is a frame around text and becomes
    a paragraph; so do all rows of a table with one column.

    :param header_rows: see ``Writer.table``.
    """
    header_rows = max(header_rows or 0, grouped_header_rows(rows) or 0) or header_rows
    cells = rows_as_shown(rows, has_header=None if header_rows is None else header_rows > 0)
    if header_rows is not None and any(len(row) > 1 for row in cells):
        writer.table(cells, header_rows=header_rows, group=group)
        return
    for row in cells:
        if sum(map(bool, row)) > 1:
            writer.table([row], header_rows=None, group=group)
        else:
            write_paragraph(writer, "".join(row))


def write_paragraph(writer: Writer, words: str) -> None:
    """Write a paragraph without a style: boilerplate if its words are, otherwise prose. Only styles mark headings."""
    kind: BlockKind = classify(words, (0, len(words)), prose=True).kind if words.strip() else "prose"
    writer.add("prose" if kind in ("heading", "item", "row") else kind, words)


def heading_level(style: str) -> int | None:
    """Return the level of the headings that have a style of this name; None if it is not a style of headings."""
    match = _HEADING_STYLE.search(style)
    return int(match[1]) if match else None


def properties(root: Any) -> Metadata:
    """Return the title, author and language in a file's properties, which may belong to another document.

    :param root: root element of the part with the properties; None if there is none.
    """
    if root is None:
        return Metadata()

    def stated(name: str) -> str | None:
        return one_line(root.findtext(f".//{name}"))

    return Metadata(
        title=stated(f"{_DUBLIN_CORE}title"),
        author=stated(f"{_META}initial-creator") or stated(f"{_DUBLIN_CORE}creator"),
        language=stated(f"{_DUBLIN_CORE}language"),
        tags=tuple(
            tags_in([e.text for e in root.iter(f"{_META}keyword")]) or tags_in(root.findtext(f".//{_CORE}keywords"))
        ),
    )


def office_article(text: str, blocks: Sequence[Block], stated: Metadata) -> ParsedArticle:
    """Return the article of a text document.

    :param stated: what the file's properties state.
    :raises UnreadableFile: there is no text.
    """
    if not blocks:
        raise UnreadableFile("it contains no text")
    first = blocks[0]
    title = text[first.start : first.end] if first.kind == "heading" and first.level == 1 else None
    return parsed_article(text, blocks, metadata_shown(stated, text, title))
