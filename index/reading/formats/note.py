"""Notes that a program keeps in HTML: all of it is the article, without menus or a page around it."""

from __future__ import annotations

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import Metadata, ParsedArticle
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article

from .html import parse_page
from .html_blocks import write_page


def read_note(data: bytes) -> ParsedArticle:
    """Read a note.

    :raises UnreadableFile: it contains no text.
    """
    writer = Writer()
    write_page(writer, parse_page(decode(data)))
    if not writer.blocks:
        raise UnreadableFile("the note contains no text")
    return parsed_article(writer.text, writer.blocks, Metadata(), has_header=False)
