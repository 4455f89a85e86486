"""Reading of web pages that a browser saved as a single file (MHTML)."""

from __future__ import annotations

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.metadata.lines import one_line

from .html import read_page
from .mail.mail import parse_message, part_text


def read_mhtml(data: bytes) -> ParsedArticle:
    """Read a saved web page.

    :raises UnreadableFile: the file contains no web page, or the page has no article.
    """
    message = parse_message(data)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            address = one_line(part.get("Content-Location") or message.get("Snapshot-Content-Location"))
            return read_page(part_text(part), address=address)
    raise UnreadableFile("it contains no web page")
