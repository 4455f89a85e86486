"""Rich text (RTF) -> its article, by striprtf; what it gives is read as plain text."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Metadata, ParsedArticle
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.fields import finished, one_line

from .text import plain_blocks

_INFO = re.compile(r"\{\\(title|author)\s+((?:[^{}\\]|\\'[0-9a-f]{2}|\\u-?\d+.?)*)\}")
_MADE = re.compile(r"\{\\creatim\\yr(\d+)\\mo(\d+)\\dy(\d+)")


def read_rtf(data: bytes) -> ParsedArticle:
    """One article.

    :raises UnreadableFile: it is no RTF, or holds no words.
    """
    source = data.decode("latin-1")
    if not source.lstrip().startswith("{\\rtf"):
        raise UnreadableFile("it is no RTF: it does not begin as one")
    try:
        text = rtf_to_text(source, errors="strict")
    except (UnicodeDecodeError, ValueError, IndexError) as error:
        raise UnreadableFile(f"it is an RTF that cannot be read ({error})") from error
    if not text.strip():
        raise UnreadableFile("it has no words in it")
    info = {key: one_line(rtf_to_text("{\\rtf1 " + value + "}")) for key, value in _INFO.findall(source[:20_000])}
    made = _MADE.search(source[:20_000])
    published = as_date(f"{int(made[1]):04}-{int(made[2]):02}-{int(made[3]):02}") if made else None
    return finished(text, plain_blocks(text), Metadata(info.get("title"), info.get("author"), published))
