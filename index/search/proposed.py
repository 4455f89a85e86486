"""Passages that an engine proposes, scored from their rows as the indexes beside the database would score them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from quoth.index.errors import LibraryBusy, LibraryUnavailable
from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import Article, Floats
from quoth.index.storage import terms
from quoth.index.storage.changes import found_by_text
from quoth.index.storage.rows import Placed, StoredPassage
from quoth.index.storage.store import Store
from quoth.index.storage.terms import PASSAGES, STEMS, Applied
from quoth.index.text.analysis import stems

from . import scoring
from .candidates import Scored
from .words import Kind, Words

if TYPE_CHECKING:
    from .qdrant import Qdrant

_MORE = 20
"""Passages to ask for by words beyond those that are wanted: the engine's order is almost that of BM25."""


class StoredWords(Words):
    """The words of the passages in one generation, counted in the database.

    :param store: the library's database.
    :param generation: the generation.
    """

    def __init__(self, store: Store, generation: int) -> None:
        self._store = store
        self._generation = generation
        self._known: dict[str, int] = {}
        totals = terms.counts(store, "total", (PASSAGES, STEMS), generation)
        self._passages = totals[PASSAGES]
        self.mean = totals[STEMS] / max(1, totals[PASSAGES])
        """Mean number of stems of a passage."""

    def __len__(self) -> int:
        return self._passages

    def frequencies(self, words: Collection[str]) -> dict[str, int]:
        if unknown := set(words) - self._known.keys():
            self._known.update(terms.counts(self._store, "text", unknown, self._generation))
        return {word: self._known[word] for word in words}

    def terms(self, kind: Kind, keys: Collection[str], limit: int | None = None) -> dict[str, list[tuple[str, int]]]:
        found = terms.beginning_with(self._store, kind, keys, self._generation)
        ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return {key: [item for item in ordered if item[0].startswith(key)][:limit] for key in keys}


class EngineCandidates:
    """The passages of one generation, in an engine's collection.

    :param name: the library as messages name it.
    :param store: the library's database.
    :param engine: returns the engine.
    :param state: the collection and its generation.
    """

    def __init__(self, name: str, store: Store, engine: Callable[[], Qdrant], state: Applied) -> None:
        self.collection, self.head = state.collection, state.head
        self.words = StoredWords(store, state.head.generation)
        self._name = name
        self._store = store
        self._engine = engine

    def propose(
        self, text: str, vector: Floats, k: int, within: Sequence[Placed] | None, languages: Collection[str]
    ) -> list[Scored]:
        if not len(self.words) or (within is not None and not within):
            return []
        asked = self._idf({stem for language in languages for stem in stems(text, language)})
        near, worded = self._engine().propose(
            self.collection, self.head.generation, vector, k, asked, k + _MORE, _ids(within)
        )
        if not near:
            raise LibraryUnavailable(
                f"The candidate engine found nothing in its collection {self.collection}, which holds "
                f"{len(self.words)} passages of the library in {self._name}. Delete the collection; it is filled "
                "again from the articles."
            )
        nearest = set(near)
        rows = self._rows(nearest.union(worded))
        bm25 = _best({id_: self._bm25(rows[id_], [asked]) for id_ in worded if id_ in rows}, k)
        ids = [id_ for id_ in rows if id_ in bm25 or id_ in nearest]
        cosines = (np.stack([rows[id_][0].vector for id_ in ids]) @ vector).tolist() if ids else []
        return [Scored(id_, cosine, bm25.get(id_, 0.0)) for id_, cosine in zip(ids, cosines, strict=True)]

    def holding(
        self, text: str, k: int, within: Sequence[Placed] | None, languages: Collection[str]
    ) -> tuple[dict[int, float], int]:
        groups = {tuple(sorted(set(found))) for language in languages if (found := stems(text, language))}
        asked = [self._idf(group) for group in sorted(groups)]
        asked = [idf for group, idf in zip(sorted(groups), asked, strict=True) if len(idf) == len(group)]
        if not asked or (within is not None and not within):
            return {}, 0
        together: dict[str, float] = {}
        for idf in asked:
            for stem, value in idf.items():
                together[stem] = together.get(stem, 0.0) + value
        ids, total = self._engine().holding(self.collection, self.head.generation, asked, together, k, _ids(within))
        rows = self._rows(ids)
        return _best({id_: self._bm25(row, asked, in_full=True) for id_, row in rows.items()}, k), total

    def _idf(self, wanted: Collection[str]) -> dict[str, float]:
        """The idf of those of the stems that any passage has."""
        total = len(self.words)
        return {stem: scoring.idf(total, n) for stem, n in self.words.frequencies(wanted).items() if n}

    def _rows(self, ids: Collection[int]) -> dict[int, tuple[StoredPassage, Article]]:
        """The passages' rows, by id, without those that the database says are not in the generation.

        :raises LibraryBusy: the library was replaced by a backup meanwhile.
        """
        found = self._store.passages([*ids], self.head)
        if ids and not found:
            raise LibraryBusy(f"The library in {self._name} changed during the question. Ask again.")
        held = terms.held(self._store, {article.id for _, article in found}, self.head.generation)
        return {stored.passage.id: (stored, article) for stored, article in found if article.id in held}

    def _bm25(
        self, row: tuple[StoredPassage, Article], asked: Sequence[dict[str, float]], *, in_full: bool = False
    ) -> float:
        """BM25 of a passage: the sum over groups of stems.

        :param in_full: leave out groups of which the passage lacks a stem.
        """
        stored, article = row
        passage = stored.passage
        text = found_by_text(article, passage.heading, passage.start, passage.end)
        counts = scoring.counted(text, article.language or ENGLISH)
        return sum(
            scoring.bm25(idf, counts, self.words.mean) for idf in asked if not in_full or idf.keys() <= counts.keys()
        )


def _best(scores: dict[int, float], k: int) -> dict[int, float]:
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:k])


def _ids(articles: Sequence[Placed] | None) -> list[int] | None:
    return None if articles is None else [article.id for article in articles]
