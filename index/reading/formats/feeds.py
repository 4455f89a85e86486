"""Reading of feeds (RSS, Atom) with feedparser, one article per entry."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from hashlib import sha256
from html import unescape
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Metadata, ParsedArticle, Refused
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.lines import one_line
from quoth.index.reading.metadata.reference import tags_in
from quoth.index.reading.parts import one_part, unique_name

from .html import parse_page
from .html_blocks import write_page

_BEFORE_DECLARATION = re.compile(rb"\A(?:\xef\xbb\xbf|\s|<!--(?:(?!-->).)*-->)+(?=<\?xml)", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|br|div|a|b|i|em|strong|ul|ol|li|img|span|h[1-6])\b", re.IGNORECASE)


def read_feed(data: bytes) -> Iterator[ParsedArticle | Refused]:
    """Yield the entries that have a text, named by their id, address or title.

    :raises UnreadableFile: the file is not a feed.
    """
    import feedparser  # slow import

    feed = feedparser.parse(_BEFORE_DECLARATION.sub(b"", data), sanitize_html=False, resolve_relative_uris=False)
    if not feed.get("version"):
        raise UnreadableFile(f"it is not an RSS or Atom feed ({feed.get('bozo_exception', 'unknown version')})")
    name_counts: dict[str, int] = {}
    for entry in feed.entries:
        page = _longest_text(entry)
        stated = (
            one_line(entry.get("id") or entry.get("link") or entry.get("title"))
            or sha256(page.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        )
        if page:
            name = unique_name(stated, name_counts)
            refused: list[Refused] = []
            with one_part(name, refused):
                yield _article(entry, page, name, feed.feed)
            yield from refused


def _longest_text(entry: Any) -> str:
    """Return the content of an entry, or its description if that is longer, in HTML; empty if it has neither."""
    values = [*(content.get("value") for content in entry.get("content", ())), entry.get("summary")]
    pages = [_once_escaped(value) for value in values if value]
    return max(pages, key=lambda page: len(_TAG.sub("", page).strip()), default="").strip()


def _once_escaped(page: str) -> str:
    """Return HTML that may be escaped twice or hold a CDATA section as text, without either."""
    page = _CDATA.sub("", page)
    return unescape(page) if _ESCAPED_TAG.search(page) and not _TAG.search(page) else page


def _article(entry: Any, page: str, name: str, feed: Any) -> ParsedArticle:
    language = feed.get("language")
    writer = Writer()
    write_page(writer, parse_page(page))
    if not writer.blocks:
        raise UnreadableFile("the entry contains no text")
    metadata = Metadata(
        title=one_line(unescape(_TAG.sub("", _once_escaped(entry.get("title") or "")))),
        author=one_line(entry.get("author")), published=_published(entry, language), language=one_line(language),
        url=one_line(entry.get("link")), tags=tuple(tags_in([tag.get("term") for tag in entry.get("tags", ())])),
        collection=one_line(unescape(_TAG.sub("", feed.get("title") or ""))),
    )  # fmt: skip
    return parsed_article(writer.text, writer.blocks, metadata, name=name, has_header=False)


def _published(entry: Any, language: str | None) -> dt.date | None:
    """Return the day on which an entry was published, in the time zone of its author."""
    stated = entry.get("published") or entry.get("updated") or ""
    try:
        return parsedate_to_datetime(stated).date()
    except ValueError:
        pass
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    return as_date(stated, language) or (dt.date(*parsed[:3]) if parsed else None)
