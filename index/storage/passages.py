"""Reading passages with their articles, for re-ranking and quoting."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from quoth.index.embedding.late_interaction import PackedTokens
from quoth.index.records import Article, Passage

from .codec import WHOLE, as_article, unpack_spans
from .database import Connection, Database
from .rows import Head, StoredPassage
from .schema import PASSAGES, VECTORS
from .settings import is_past

_CACHED_ARTICLES = 512
"""Number of articles that stay in memory between questions."""
_QUERY = (
    f"SELECT {PASSAGES.select}, {VECTORS.select}, articles.sum, sources.sum FROM passages "
    "JOIN vectors ON passage_id = passages.id "
    "LEFT JOIN articles ON articles.id = passages.article_id "
    "LEFT JOIN sources ON sources.article_id = passages.article_id"
)


class Passages(Database):
    """Reads passages by id."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self._article = lru_cache(_CACHED_ARTICLES)(self._load_article)

    def passages(self, ids: Sequence[int], head: Head | None = None) -> list[tuple[StoredPassage, Article]]:
        """The passages, in the order of ``ids``. Passages of deleted articles are left out.

        :param head: the generation that was searched. No passage is returned if it does not belong to the library's
            past, because a backup was restored.
        :raises LibraryDamaged: a passage is missing although its article was not removed.
        """
        with self.reading() as connection:
            rows = connection.execute(f"{_QUERY} WHERE passages.id IN ({_marks(ids)})", list(ids)).fetchall()
            if head is not None and not is_past(connection, head):
                return []
            stored = {row[0]: self._stored(row) for row in rows}
            if missing := [id_ for id_ in ids if id_ not in stored and not _was_removed(connection, id_)]:
                raise ValueError(f"passage {missing[0]} is missing")
        return [stored[id_] for id_ in ids if id_ in stored]

    def places(self, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
        """Source and start of passages, by id."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT passages.id, source, start FROM passages JOIN sources USING (article_id) "
                f"WHERE passages.id IN ({_marks(ids)})",
                list(ids),
            ).fetchall()
        return {id_: (source, start) for id_, source, start in rows}

    def _stored(self, row: Sequence[Any]) -> tuple[StoredPassage, Article]:
        """A row of ``_QUERY``.

        :raises ValueError: a checksum does not match.
        """
        passage = PASSAGES.checked(row[: PASSAGES.width])
        vector = VECTORS.checked(row[PASSAGES.width : PASSAGES.width + VECTORS.width]).vector
        article = self._article(passage.article_id, *row[-2:])
        pieces = unpack_spans(passage.pieces, passage.start)
        text = article.text[passage.start : passage.end]
        stored = StoredPassage(
            Passage(passage.id, passage.article_id, passage.start, passage.end, text, passage.heading),
            tuple(map(tuple, unpack_spans(passage.sentences, passage.start).tolist())),
            np.frombuffer(vector, np.float16).astype(np.float32),
            PackedTokens(pieces, np.frombuffer(passage.bits, np.uint8).reshape(len(pieces), -1)),
        )
        return stored, article

    def _load_article(self, id_: int, _article_sum: int, _source_sum: int) -> Article:
        """Read an article in the running transaction. The cache's key includes both checksums, because a restored
        backup may use the id for another article, and a moved article has another source."""
        row = self.connection.execute(f"{WHOLE} WHERE id = ?", (id_,)).fetchone()
        if row is None:
            raise ValueError(f"the text of article {id_} is missing")
        return as_article(row)


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _was_removed(connection: Connection, passage: int) -> bool:
    query = "SELECT 1 FROM removals WHERE ? BETWEEN first_passage AND first_passage + passages - 1"
    return connection.execute(query, (passage,)).fetchone() is not None
