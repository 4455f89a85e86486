"""Common parts of Word and OpenDocument files: tables, paragraphs without a style, the finished article."""

from __future__ import annotations

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import BlockKind, Metadata, ParsedArticle
from quoth.index.reading.layout.blocks import classify
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.stated import metadata_shown

DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
"""XML namespace of title, creator and language."""
BULLET = "• "


def write_table(writer: Writer, rows: list[list[str]], group: object) -> None:
    """Write a table, given as rows of cells; a row with one cell is a frame around text and becomes a paragraph."""
    for cells in rows:
        if len(cells) == 1:
            write_paragraph(writer, cells[0])
        else:
            writer.table([cells], header_rows=None, group=group)


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
    first = writer.blocks[0]
    title = writer.text[first.start : first.end] if first.kind == "heading" and first.level == 1 else None
    return parsed_article(writer.text, writer.blocks, metadata_shown(metadata, writer.text, title))
