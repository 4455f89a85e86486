"""Which articles may answer: all of them, or some by source, author and date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from index import Library
from index.errors import NoArticles


@dataclass(frozen=True, slots=True)
class Only:
    """Articles that fit everything that is given; what is left out does not restrict."""

    sources: frozenset[str] = frozenset()
    author: str | None = None
    """Part of the author's name, in any case."""
    since: dt.date | None = None
    until: dt.date | None = None
    """Days of publication, both included; an article without a date fits no span."""

    def ids(self, library: Library) -> frozenset[int] | None:
        """Ids of the articles that fit; None where nothing restricts.

        :raises NoArticles: none fits.
        """
        if self == EVERYTHING:
            return None
        found = frozenset(
            a.id
            for a in library.articles()
            if (not self.sources or a.source in self.sources)
            and (self.author is None or self.author.casefold() in (a.author or "").casefold())
            and (self.since is None or (a.published is not None and a.published >= self.since))
            and (self.until is None or (a.published is not None and a.published <= self.until))
        )
        if not found:
            raise NoArticles("None of the library's articles is by that author, of those days and among those chosen. Widen what is asked of.")
        return found


EVERYTHING = Only()
