"""Reading passages with their articles, for re-ranking and quoting."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from quoth.index.embedding.late_interaction import PackedTokens
from quoth.index.records import Article, Passage

from .codec import WHOLE, as_article, unpack_spans
from .database import Connection, Database
from .part import Part
from .rows import Head, StoredPassage
from .schema import PASSAGES, VECTORS
from .settings import is_past

_CACHED_ARTICLES = 512
"""Number of articles that stay in memory between questions."""
_QUERY = (
    f"SELECT {PASSAGES.select}, {VECTORS.select}, articles.sum, sources.sum, descriptions.sum "
    "FROM passages "
    "JOIN vectors ON passage_id = passages.id "
    "LEFT JOIN articles ON articles.id = passages.article_id "
    "LEFT JOIN sources ON sources.article_id = passages.article_id "
    "LEFT JOIN descriptions ON descriptions.article_id = passages.article_id"
)


class _Version(NamedTuple):
    """An article's id, and the checksums of its row, its place and its description: a restored backup may use the id
    for another article, a moved article has another source, and tags may change."""

    id: int
    article_sum: int | None
    source_sum: int | None
    description_sum: int | None


class Passages(Part):
    """Reads passages by id."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._articles: dict[_Version, Article] = {}
        """Articles that were read lately, the last one last."""
        self._remembering = threading.Lock()

    def passages(self, ids: Sequence[int], head: Head | None = None) -> list[tuple[StoredPassage, Article]]:
        """The passages, in the order of ``ids``. Passages of deleted articles are left out.

        :param head: the generation that was searched. No passage is returned if it does not belong to the library's
            past, because a backup was restored.
        :raises LibraryDamaged: a passage is missing although its article was not removed.
        """
        with self.database.reading() as connection:
            rows = connection.execute(f"{_QUERY} WHERE passages.id = ANY(?)", (list(ids),)).fetchall()
            if head is not None and not is_past(connection, head):
                return []
            articles = self._of_versions(connection, {_Version(row[1], *row[-3:]) for row in rows})
            stored = {row[0]: _stored(row, articles[row[1]]) for row in rows}
            if missing := [id_ for id_ in ids if id_ not in stored and not _was_removed(connection, id_)]:
                raise ValueError(f"passage {missing[0]} is missing")
        return [stored[id_] for id_ in ids if id_ in stored]

    def places(self, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
        """Source and start of passages, by id."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT passages.id, source, start FROM passages JOIN sources USING (article_id) "
                "WHERE passages.id = ANY(?)",
                (list(ids),),
            ).fetchall()
        return {id_: (source, start) for id_, source, start in rows}

    def _of_versions(self, connection: Connection, versions: set[_Version]) -> dict[int, Article]:
        """Articles by id, from memory or with one query.

        :raises ValueError: an article is missing, or a checksum does not match.
        """
        known = {version: article for version in versions if (article := self._articles.get(version))}
        if unknown := {version.id: version for version in versions - known.keys()}:
            rows = connection.execute(f"{WHOLE} WHERE id = ANY(?)", (sorted(unknown),)).fetchall()
            known |= {unknown[row[0]]: as_article(row) for row in rows}
        if missing := versions - known.keys():
            raise ValueError(f"the text of article {min(missing).id} is missing")
        with self._remembering:
            for version, article in known.items():
                self._articles.pop(version, None)
                self._articles[version] = article
            for version in list(self._articles)[:-_CACHED_ARTICLES]:
                del self._articles[version]
        return {version.id: article for version, article in known.items()}


def _stored(row: Sequence[Any], article: Article) -> tuple[StoredPassage, Article]:
    """A row of ``_QUERY``.

    :raises ValueError: a checksum does not match.
    """
    passage = PASSAGES.checked(row[: PASSAGES.width])
    vector = VECTORS.checked(row[PASSAGES.width : PASSAGES.width + VECTORS.width]).vector
    pieces = unpack_spans(passage.pieces, passage.start)
    text = article.text[passage.start : passage.end]
    stored = StoredPassage(
        Passage(passage.id, passage.article_id, passage.start, passage.end, text, passage.heading),
        tuple(map(tuple, unpack_spans(passage.sentences, passage.start).tolist())),
        np.frombuffer(vector, np.float16).astype(np.float32),
        PackedTokens(pieces, np.frombuffer(passage.bits, np.uint8).reshape(len(pieces), -1)),
    )
    return stored, article


def _was_removed(connection: Connection, passage: int) -> bool:
    query = "SELECT 1 FROM removals WHERE ? BETWEEN first_passage AND first_passage + passages - 1"
    return connection.execute(query, (passage,)).fetchone() is not None
