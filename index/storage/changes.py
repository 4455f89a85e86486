"""The change feed for the search indexes: articles added and removed since a generation, their texts and vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import Article, Halves, Ints
from quoth.index.text.tables import header_above

from .codec import LISTED, WHOLE, as_article, placed, unpack_vectors
from .part import Part
from .rows import Placed
from .schema import AT, CURRENT, PASSAGES, REMOVALS, VECTORS

_AFTER = (
    "id > coalesce((SELECT article_id FROM passages WHERE id <= :passage ORDER BY id DESC LIMIT 1), 0) "
    "AND first_passage > :passage"
)
"""Condition on ``articles``: the ids of its passages exceed ``:passage``. Articles and passages are numbered in the
same order."""


class Changes(Part):
    """Reads what an index needs to become up to date."""

    def added(self, since: int, until: int) -> list[Placed]:
        """Articles of a generation that were added after an earlier one, in the order of their ids."""
        query = (
            f"{LISTED} WHERE generation > :since AND generation <= :until AND (removed IS NULL OR removed > :until) "
            "ORDER BY id"
        )
        with self.database.reading() as connection:
            return placed(connection.execute(query, {"since": since, "until": until}))

    def removed(self, since: int, until: int) -> list[Placed]:
        """Articles that were removed after a generation, up to another."""
        query = f"SELECT {REMOVALS.select} FROM removals WHERE generation > ? AND generation <= ?"
        with self.database.reading() as connection:
            rows = [REMOVALS.checked(row) for row in connection.execute(query, (since, until))]
        return [Placed(row.article_id, row.first_passage, row.passages) for row in rows]

    def texts(self, article: Placed) -> tuple[str, list[str]]:
        """An article's language, and the text that each passage is found by, in order."""
        query = f"SELECT {PASSAGES.select} FROM passages WHERE article_id = ? ORDER BY id"
        with self.database.reading() as connection:
            row = connection.execute(f"{WHOLE} WHERE id = ?", (article.id,)).fetchone()
            if row is None:
                return ENGLISH, []
            whole = as_article(row)
            passages = [PASSAGES.checked(row) for row in connection.execute(query, (article.id,))]
        found_by = [found_by_text(whole, p.heading, p.start, p.end) for p in passages]
        return whole.language or ENGLISH, found_by

    def vectors(self, dimensions: int, at: int, after: int = 0, at_once: int = 20_000) -> Iterator[tuple[Ints, Halves]]:
        """Ids and vectors, shape (n, dimensions), of a generation's passages, in the order of their ids.

        :param at: the generation.
        :param after: only passages with a higher id.
        :param at_once: maximum number of passages to yield at once.
        :raises LibraryDamaged: vectors are missing.
        """
        seen, first = 0, after
        while True:
            with self.database.reading() as connection:
                rows = connection.execute(
                    f"SELECT {VECTORS.select} FROM vectors WHERE passage_id > ? ORDER BY passage_id LIMIT ?",
                    (after, at_once),
                ).fetchall()
                ids, vectors = unpack_vectors(rows, dimensions)
                others = connection.execute(
                    "SELECT first_passage, passages FROM articles WHERE generation > :at UNION ALL "
                    "SELECT first_passage, passages FROM sources JOIN articles ON id = article_id WHERE removed <= :at",
                    {"at": at},
                ).fetchall()
                if not rows:
                    break
            after = int(ids[-1])
            own = ~np.isin(ids, np.concatenate([np.empty(0, np.int64), *(np.arange(a, a + n) for a, n in others)]))
            seen += int(own.sum())
            yield ids[own], vectors[own]
        with self.database.reading() as connection:
            (expected,) = connection.execute(
                f"SELECT coalesce(sum(passages), 0) FROM articles WHERE {AT} AND {_AFTER}",
                {"at": at, "passage": first},
            ).fetchone()
            if expected > seen:
                raise ValueError(f"{expected - seen} of its vectors are missing")

    def vectors_of(self, ids: Sequence[int], dimensions: int) -> tuple[Ints, Halves]:
        """Ids, in order, and vectors of those of the passages that are still stored."""
        query = f"SELECT {VECTORS.select} FROM vectors WHERE passage_id = ANY(?) ORDER BY passage_id"
        with self.database.reading() as connection:
            return unpack_vectors(connection.execute(query, (list(ids),)).fetchall(), dimensions)

    def count_after(self, passage: int) -> int:
        """Number of current passages with a higher id."""
        with self.database.reading() as connection:
            (count,) = connection.execute(
                f"SELECT coalesce(sum(passages), 0) FROM articles WHERE {CURRENT} AND {_AFTER}", {"passage": passage}
            ).fetchone()
        return int(count)


def found_by_text(article: Article, heading: str | None, start: int, end: int) -> str:
    """The text that a passage is found by: title, heading and words, and the header of the table that it begins in."""
    parts = (article.title, heading, *header_above(article.text, start), article.text[start:end])
    return "\n".join(part for part in parts if part)
