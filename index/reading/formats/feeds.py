"""Feeds (RSS, Atom) -> their articles, one an entry; feedparser tells the dialects apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Metadata, ParsedArticle, Refused
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.fields import finished, one_line

from .html import parsed, write_leaves


def read_feed(data: bytes) -> Iterator[ParsedArticle | Refused]:
    """Each entry that has a text; its id, address or title is its name.

    :raises UnreadableFile: it is no feed.
    """
    import feedparser  # takes a while

    feed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    if not feed.get("version"):
        raise UnreadableFile(f"it is no RSS or Atom feed ({feed.get('bozo_exception', 'nothing in it says so')})")
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
    write_leaves(writer, parsed(page))
    if not writer.blocks:
        raise UnreadableFile("it says nothing in words")
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    facts = Metadata(
        title=one_line(entry.get("title")), author=one_line(entry.get("author")),
        published=dt.date(*when[:3]) if when else None, language=one_line(language), url=one_line(entry.get("link")),
    )  # fmt: skip
    return finished(writer.text, writer.blocks, facts, name=name, headed=False)
