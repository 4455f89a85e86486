"""Common parts of Office and OpenDocument files: tables, paragraphs without a style, titles, the finished article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import BlockKind, Metadata, ParsedArticle
from quoth.index.reading.layout.blocks import classify
from quoth.index.reading.layout.grid import Cell, grouped_header_rows, rows_as_shown
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.fields import one_line
from quoth.index.reading.metadata.stated import metadata_shown

DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
"""XML namespace of title, creator and language."""
BULLET = "• "


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


def stated_title(properties: Any, text: str) -> Metadata:
    """Return the title and language in a file's properties; a title that the text lacks is another document's.

    :param properties: root element of the part with the properties; None if there is none.
    """
    if properties is None:
        return Metadata()
    title = one_line(properties.findtext(f".//{DUBLIN_CORE}title"))
    is_in_text = title is not None and title.casefold() in " ".join(text.split()).casefold()
    return Metadata(
        title=title if is_in_text else None, language=one_line(properties.findtext(f".//{DUBLIN_CORE}language"))
    )


def office_article(writer: Writer, metadata: Metadata) -> ParsedArticle:
    """Return the article that was written.

    :raises UnreadableFile: nothing was written.
    """
    if not writer.blocks:
        raise UnreadableFile("it contains no text")
    first = writer.blocks[0]
    title = writer.text[first.start : first.end] if first.kind == "heading" and first.level == 1 else None
    return parsed_article(writer.text, writer.blocks, metadata_shown(metadata, writer.text, title))
