"""Candidates from an engine on other machines: it proposes, Quoth scores.

The engine's distances may be quantised, and its statistics those of a shard. So its results only name passages: their
cosines and BM25 are computed here, from their rows and from one table of document frequencies (storage/terms.py).

A library has a collection of its own, which its settings name with the generation that it holds. Whoever changed the
library brings it up to date, and so does a server that finds it lagging, one at a time. A
collection that is missing, or that another library or a copy of this one has written to, is not used and not deleted:
another one is filled from the articles.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from quoth.index.errors import LibraryBusy, LibraryUnavailable
from quoth.index.storage import terms
from quoth.index.storage.rows import Head, Placed
from quoth.index.storage.store import Store
from quoth.index.storage.terms import PASSAGES, STEMS, Applied, Terms
from quoth.index.text.analysis import stems

from . import address, scoring
from .candidates import Candidates
from .proposed import EngineCandidates
from .qdrant_points import Marker, Point
from .words import abbreviation_terms, spelled_terms

if TYPE_CHECKING:
    from .qdrant import Qdrant

STEP_PASSAGES = 10_000
"""An engine is brought up to date in steps of about so many passages."""
_PUT_PASSAGES, _QUICK_PASSAGES = 256, 1_000
_LONGEST = 500
"""Maximum length of a word that is known by its spelling. No database indexes much longer ones."""
_LOG = logging.getLogger("quoth")


class Engine:
    """Keeps a library's collection up to date, and opens it.

    :param name: the library as messages name it.
    :param store: the library's database.
    :param place: the engine's address; see ``address.parse``.
    """

    def __init__(self, name: str, store: Store, place: str) -> None:
        self._name = name
        self._store = store
        self.address = address.parse(place)
        self._connecting = threading.Lock()
        self._connection: Qdrant | None = None
        self._closed = False

    @property
    def published(self) -> Hashable:
        return terms.applied(self._store), self._connection.missing if self._connection else 0

    def close(self) -> None:
        """Close the connection, and end an update after its step. May be called twice."""
        self._closed = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def state(self) -> Head | None:
        applied = self._usable()
        return applied.head if applied and applied.complete else None

    def behind(self) -> int:
        """Number of generations that the engine lags behind the database; the engine is not asked."""
        applied = terms.applied(self._store)
        held = applied.head.generation if applied and applied.complete else -1
        return self._store.head().generation - held

    def open(self, dimensions: int, before: Candidates | None, *, writable: bool) -> EngineCandidates:
        applied = self._usable()
        if applied is None or not applied.complete:
            yet = f"The candidate engine at {self.address} does not hold the library in {self._name} yet."
            if writable:
                raise LibraryBusy(f"{yet} Another process is filling it. Ask again later.")
            raise LibraryUnavailable(f"{yet} Start a server that may write to the library, with the same engine.")
        return EngineCandidates(self._name, self._store, self._qdrant, applied)

    def update(self, dimensions: int, waiting: Callable[[], None], seconds: float, *, quick: bool = False) -> bool:
        """Bring the collection up to date with the database; see ``Keeper.update``.

        :raises LibraryUnavailable: the engine is down or refuses. The articles are stored all the same.
        """
        usable = self._usable()
        if quick and self._is_far(usable.head.generation if usable else -1):
            return False
        with self._store.database.lock("candidates", waiting, seconds):
            usable = self._usable()
            state, is_new = usable or self._begin(dimensions), usable is None
            while not self._closed and (not state.complete or state.head != self._store.head()):
                state, is_new = self._step(state, dimensions, is_new=is_new), False
        return True

    def share(self) -> None:
        """Do nothing: all machines use the same engine."""

    def _is_far(self, generation: int) -> bool:
        """Whether the database is so far ahead of a generation that catching up takes long."""
        return terms.next_head(self._store, generation, _QUICK_PASSAGES) != self._store.head()

    def _qdrant(self) -> Qdrant:
        """The connection, opened at first use."""
        from .qdrant import Qdrant  # imports the client, which takes a second

        with self._connecting:
            if self._connection is None:
                self._connection = Qdrant(self.address)
            return self._connection

    def _usable(self) -> Applied | None:
        """What the engine holds; None if it must be filled again."""
        applied = terms.applied(self._store)
        if applied is None or not self._is_past(applied.head):
            return None
        marker = self._qdrant().marker(applied.collection)
        if marker is None:
            why = "is missing"
        elif marker[:2] != self._marker(applied.head)[:2]:
            why = "belongs to another library"
        elif not self._is_past(marker.head):
            why = "was changed by a copy of this library, or before this library was restored from a backup"
        elif marker.head.generation < applied.head.generation:
            why = "is older than it was"
        else:
            return applied
        _LOG.warning(
            "The collection %s at %s %s. It is not searched; another one is filled.", applied.collection, self.address,
            why,
        )  # fmt: skip
        return None

    def _is_past(self, head: Head) -> bool:
        return head.generation < 0 or self._store.is_past(head)

    def _marker(self, head: Head) -> Marker:
        return Marker(terms.origin(self._store), self._store.setting("fingerprint") or "", head)

    def _begin(self, dimensions: int) -> Applied:
        """Create a collection."""
        collection = f"quoth-{terms.origin(self._store)[:8].lower()}-{secrets.token_hex(4)}"
        self._qdrant().create(collection, dimensions, self._marker(Head(-1, "")))
        return terms.begin(self._store, collection)

    def _step(self, state: Applied, dimensions: int, *, is_new: bool) -> Applied:
        """Bring the collection to a newer generation. A step that was interrupted is done again.

        :param is_new: nothing was ever written to the collection.
        """
        store, engine, since = self._store, self._qdrant(), state.head.generation
        head = terms.next_head(store, since, STEP_PASSAGES)
        self._mark(state.collection, head)
        engine.delete(state.collection, terms.settled(store, state))
        generations, removed = terms.generations(store, since, head.generation)
        for generation, ids in removed.items() if not is_new else ():
            engine.forget(state.collection, ids, generation)
        added: dict[int, Terms] = {}
        totals = Counter(terms.counts(store, "total", (PASSAGES, STEMS), since))
        for articles in _batches(store.added(since, head.generation)):
            texts = {article: store.texts(article) for article in articles}
            # without those whose rows were deleted meanwhile
            texts = {article: text for article, text in texts.items() if len(text[1]) == article.passages}
            counted = {article: _counted(language, some) for article, (language, some) in texts.items()}
            for article, passages in counted.items():
                added[article.id] = _terms(passages, texts[article][1])
                totals.update(added[article.id]["total"])
            mean = totals[STEMS] / max(1, totals[PASSAGES])
            found, vectors = store.vectors_of([id_ for article in texts for id_ in _passages(article)], dimensions)
            vector_of = dict(zip(found.tolist(), vectors.astype(np.float32), strict=True))
            engine.put(state.collection, [
                Point(id_, article.id, generations[article.id], vector_of[id_], scoring.shares(passage, mean))
                for article, passages in counted.items()
                for id_, passage in zip(_passages(article), passages, strict=True)
            ])  # fmt: skip
        self._mark(state.collection, head)
        complete = state.complete or head == store.head()
        gone = [id_ for ids in removed.values() for id_ in ids]
        return terms.advance(store, state, head, added, gone, complete=complete)

    def _mark(self, collection: str, head: Head) -> None:
        """Note in a collection which generation it is brought to.

        :raises LibraryBusy: another library, as a copy of this one may, writes to it.
        """
        before, now = self._qdrant().marker(collection), self._marker(head)
        if before is None or before[:2] != now[:2] or not self._is_past(before.head):
            raise LibraryBusy(
                f"Another library writes to the collection {collection} at {self.address}, as a copy of this one may. "
                "Try again; another collection is filled then."
            )
        if before.head.generation < head.generation:
            self._qdrant().mark(collection, now)


def _batches(articles: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Articles with about as many passages as are put at once."""
    batch: list[Placed] = []
    for article in articles:
        batch.append(article)
        if sum(placed.passages for placed in batch) >= _PUT_PASSAGES:
            yield batch
            batch = []
    if batch:
        yield batch


def _passages(article: Placed) -> range:
    return range(article.first, article.first + article.passages)


def _counted(language: str, texts: Sequence[str]) -> list[Counter[str]]:
    return [Counter(stems(text, language)) for text in texts]


def _terms(passages: Sequence[Counter[str]], texts: Sequence[str]) -> Terms:
    """What an article counts for."""
    return {
        "text": Counter(stem for passage in passages for stem in passage),
        "spelled": Counter(term for text in texts for term in spelled_terms(text) if len(term) <= _LONGEST),
        "abbreviations": Counter(term for text in texts for term in abbreviation_terms(text) if len(term) <= _LONGEST),
        "total": {PASSAGES: len(passages), STEMS: sum(passage.total() for passage in passages)},
    }
