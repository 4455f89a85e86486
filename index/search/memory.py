"""Articles in memory, searched as those of a library are, without a database and without files."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from quoth.index.embedding.encoder import Encoder
from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import Article, Passage
from quoth.index.storage.changes import found_by_text
from quoth.index.storage.near_duplicates import LIKE, signature
from quoth.index.storage.rows import Head, NewArticle, Placed, StoredPassage

from .bm25 import WordIndex
from .manifest import Manifest
from .opening import OpenIndexes
from .snapshot import Snapshot
from .vectors import VectorIndex

_HEAD = Head(1, "")


class InMemory:
    """The passages of articles, by their ids; see ``Rows``.

    :param articles: articles with different ids. Those that are near-duplicates of an earlier one become its copies.
    """

    def __init__(self, articles: Sequence[NewArticle]) -> None:
        self.placed: list[Placed] = []
        self.stored: dict[int, tuple[StoredPassage, Article]] = {}
        for new, copy_of in zip(articles, _copies(articles), strict=True):
            article = replace(new.article, copy_of=copy_of)
            self.placed.append(Placed(article.id, len(self.stored) + 1, len(new.passages)))
            for id_, p in enumerate(new.passages, len(self.stored) + 1):
                passage = Passage(id_, article.id, p.start, p.end, article.text[p.start : p.end], p.heading)
                vector = p.vector.astype(np.float16).astype(np.float32)  # as a library stores it
                self.stored[id_] = StoredPassage(passage, p.sentences, vector, p.tokens), article

    def matching(
        self, at: int, sources: Iterable[str] = (), author: str | None = None, since: dt.date | None = None,
        until: dt.date | None = None, tags: Iterable[str] = (), collection: str | None = None,
    ) -> list[Placed]:  # fmt: skip
        """No articles: these are neither filtered nor talked about before."""
        return []

    def places(self, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
        return {id_: (article.source, p.passage.start) for id_ in ids for p, article in [self.stored[id_]]}

    def passages(self, ids: Sequence[int], head: Head | None = None) -> list[tuple[StoredPassage, Article]]:
        return [self.stored[id_] for id_ in ids]


def snapshot_of(name: str, articles: Sequence[NewArticle], encoder: Encoder) -> Snapshot:
    """A snapshot of some articles.

    :param name: the articles as messages name them.
    :param articles: embedded with the encoder, with different ids.
    """
    rows = InMemory(articles)
    found_by: dict[int, list[str]] = {}
    languages: dict[int, str] = {}
    for stored, article in rows.stored.values():
        passage = stored.passage
        text = found_by_text(article, passage.heading, passage.start, passage.end)
        found_by.setdefault(article.id, []).append(text)
        languages[article.id] = article.language or ENGLISH
    index = WordIndex(None)
    index.update([], [(each.id, each.first, languages[each.id], found_by[each.id]) for each in rows.placed])
    matrix = np.array([stored.vector for stored, _ in rows.stored.values()], np.float16)
    vectors = VectorIndex(np.array([*rows.stored], np.int64), matrix)
    opened = OpenIndexes(_HEAD, Manifest(), vectors, index.words())
    return Snapshot(name, rows, lambda: encoder, opened, Counter(languages.values()))


def _copies(articles: Sequence[NewArticle]) -> list[int | None]:
    """For each article that is a near-duplicate of an earlier one, the id of the first such article."""
    marks = [signature(new.article.text, new.layout.blocks) for new in articles]
    copies: list[int | None] = [None] * len(articles)
    known = [number for number, each in enumerate(marks) if each is not None]
    matrix = np.array([marks[number] for number in known])
    for row, number in enumerate(known[1:], 1):
        alike = np.flatnonzero((matrix[:row] == matrix[row]).mean(axis=1) >= LIKE)
        if alike.size:
            first = known[int(alike[0])]
            copies[number] = articles[first].article.id if copies[first] is None else copies[first]
    return copies
