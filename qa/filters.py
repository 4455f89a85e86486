"""Filters: the articles that may answer, by source, author, date of publication, tags and collection."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from quoth.index.errors import NoArticles
from quoth.index.records import Record
from quoth.index.search.snapshot import Snapshot
from quoth.index.storage.rows import Placed


@dataclass(frozen=True, slots=True)
class Filter(Record):
    """Matches the articles that meet all of its conditions; a condition with its default value matches all articles."""

    sources: frozenset[str] = frozenset()
    author: str | None = None
    """Part of the author's name; case does not matter."""
    since: dt.date | None = None
    until: dt.date | None = None
    """First and last day of publication; an article without a date does not match."""
    tags: frozenset[str] = frozenset()
    """Tags that an article has, all of them; case does not matter, and "a" is also a tag of what has "a/b"."""
    collection: str | None = None
    """Name of the article's collection, mailbox, feed or site, or of one that it is in; case does not matter."""

    def placed(self, snapshot: Snapshot) -> list[Placed] | None:
        """The articles that match; None if the filter has no condition.

        :raises NoArticles: no article matches.
        """
        if self == EVERYTHING:
            return None
        found = snapshot.matching(
            sources=self.sources, author=self.author, since=self.since, until=self.until, tags=self.tags,
            collection=self.collection,
        )  # fmt: skip
        if not found:
            raise NoArticles(
                "No article matches these filters. Use fewer filters, or check the author, the dates, the tags and the "
                "collection."
            )
        return found


EVERYTHING = Filter()
"""The filter that matches all articles."""
