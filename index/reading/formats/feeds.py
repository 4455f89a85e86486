"""Reading of feeds (RSS, Atom) with feedparser, one article per entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Metadata, ParsedArticle, Refused
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.fields import one_line

from .html import parse_page
from .html_blocks import write_page


def read_feed(data: bytes) -> Iterator[ParsedArticle | Refused]:
    """Yield the entries that have a text, named by their id, address or title.

    :raises UnreadableFile: the file is not a feed.
    """
    import feedparser  # slow import

    feed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    if not feed.get("version"):
        raise UnreadableFile(f"it is not an RSS or Atom feed ({feed.get('bozo_exception', 'unknown version')})")
    for entry in feed.entries:
        contents = sorted((c.get("value", "") for c in entry.get("content", ())), key=len)
        page = contents[-1] if contents else entry.get("summary", "")
        name = (
            one_line(entry.get("id") or entry.get("link") or entry.get("title"))
            or sha256(page.encode()).hexdigest()[:16]
        )
        if page.strip():
            try:
                yield _article(entry, page, name, feed.feed.get("language"))
            except UnreadableFile as error:
                yield Refused(name, str(error))


def _article(entry: Any, page: str, name: str, language: str | None) -> ParsedArticle:
    writer = Writer()
    write_page(writer, parse_page(page))
    if not writer.blocks:
        raise UnreadableFile("the entry contains no text")
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    metadata = Metadata(
        title=one_line(entry.get("title")), author=one_line(entry.get("author")),
        published=dt.date(*when[:3]) if when else None, language=one_line(language), url=one_line(entry.get("link")),
    )  # fmt: skip
    return parsed_article(writer.text, writer.blocks, metadata, name=name, has_header=False)
