"""Common parts of Word and OpenDocument files: tables, paragraphs without a style, the finished article."""

from __future__ import annotations

from collections.abc import Sequence

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import BlockKind, Metadata, ParsedArticle
from quoth.index.reading.layout.blocks import classify
from quoth.index.reading.layout.grid import Cell, rows_as_shown
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article

DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
"""XML namespace of title, creator and language."""
BULLET = "• "


def write_table(writer: Writer, rows: Sequence[Sequence[Cell]], header_rows: int | None, group: object) -> None:
    """Write a table. If it is unknown whether it has a header, a row with one cell is a frame around text and becomes
    a paragraph; so do all rows of a table with one column.

    :param header_rows: see ``Writer.table``.
    """
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


def office_article(writer: Writer, metadata: Metadata) -> ParsedArticle:
    """Return the article that was written.

    :raises UnreadableFile: nothing was written.
    """
    if not writer.blocks:
        raise UnreadableFile("it contains no text")
    return parsed_article(writer.text, writer.blocks, metadata)
