"""Reading of rich text (RTF): striprtf extracts the text, which is then read as plain text."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Metadata, ParsedArticle
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.fields import one_line

from .text import plain_blocks

_INFO_FIELD = re.compile(r"\{\\(title|author)\s+((?:[^{}\\]|\\'[0-9a-f]{2}|\\u-?\d+.?)*)\}")
_CREATED = re.compile(r"\{\\creatim\\yr(\d+)\\mo(\d+)\\dy(\d+)")
_INFO_CHARS = 20_000
"""Number of characters at the start of the file that are searched for metadata."""


def read_rtf(data: bytes) -> ParsedArticle:
    """Read a rich text.

    :raises UnreadableFile: the file is not valid RTF, or contains no text.
    """
    source = data.decode("latin-1")
    if not source.lstrip().startswith("{\\rtf"):
        raise UnreadableFile("it is not an RTF file: it does not begin with {\\rtf")
    try:
        text = rtf_to_text(source, errors="strict")
    except (UnicodeDecodeError, ValueError, IndexError) as error:
        raise UnreadableFile(f"its RTF is not valid ({error}); save it as DOCX and add that") from error
    if not text.strip():
        raise UnreadableFile("it contains no text")
    head = source[:_INFO_CHARS]
    fields = {key: one_line(rtf_to_text("{\\rtf1 " + value + "}")) for key, value in _INFO_FIELD.findall(head)}
    created = _CREATED.search(head)
    published = as_date(f"{int(created[1]):04}-{int(created[2]):02}-{int(created[3]):02}") if created else None
    metadata = Metadata(title=fields.get("title"), author=fields.get("author"), published=published)
    return parsed_article(text, plain_blocks(text), metadata)
