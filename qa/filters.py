"""Which articles may answer: all of them, or some by source, author and date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from quoth.index.errors import NoArticles
from quoth.index.search.snapshot import Snapshot
from quoth.index.storage.rows import Placed


@dataclass(frozen=True, slots=True)
class Filter:
    """Articles that fit everything that is given; what is left out does not restrict."""

    sources: frozenset[str] = frozenset()
    author: str | None = None
    """Part of the author's name, in any case."""
    since: dt.date | None = None
    until: dt.date | None = None
    """Days of publication, both included; an article without a date fits no span."""

    def placed(self, snapshot: Snapshot) -> list[Placed] | None:
        """The articles that fit; None where nothing restricts.

        :raises NoArticles: none fits.
        """
        if self == EVERYTHING:
            return None
        found = snapshot.matching(sources=self.sources, author=self.author, since=self.since, until=self.until)
        if not found:
            raise NoArticles(
                "None of the library's articles is by that author, of those days and among those chosen. "
                "Widen what is asked of."
            )
        return found


EVERYTHING = Filter()
