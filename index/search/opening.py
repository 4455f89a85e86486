"""Opening both indexes of a library for searching, at one generation.

An index is used only if its files are intact and its generation belongs to the library's past. The indexes may lag
behind the database: then the generation of the word index is searched, and never two generations at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quoth.index.embedding.model_files import sha256_of
from quoth.index.errors import LibraryBusy
from quoth.index.records import Floats, Halves, Ints
from quoth.index.search import vectors as v
from quoth.index.storage.rows import Head, Placed
from quoth.index.storage.store import Store

from . import manifest
from .bm25 import WordIndex, WordSearcher
from .candidates import Candidates, Scored
from .manifest import MANIFEST_FILE, Manifest, VectorState, WordState
from .vectors import Base, VectorIndex

SMALL = 2_000
"""Maximum number of passages for which building the word index in memory is quick."""
_PATIENCE_SECONDS, _PAUSE_SECONDS = 5.0, 0.02
_LOG = logging.getLogger("quoth")


@dataclass(frozen=True, slots=True)
class OpenIndexes:
    """Both indexes, to be searched at the generation of ``head``."""

    head: Head
    state: Manifest
    vectors: VectorIndex
    words: WordSearcher

    def propose(
        self, text: str, vector: Floats, k: int, within: Sequence[Placed] | None, languages: Collection[str]
    ) -> list[Scored]:
        near = self.vectors.search(vector, k, None if within is None else passages_of(within))
        worded = self.words.search(text, k, _ids(within), languages)
        cosines = self.vectors.cosines(vector, np.union1d(near, np.array([*worded], np.int64)))
        return [Scored(id_, cosine, worded.get(id_, 0.0)) for id_, cosine in cosines.items()]

    def holding(
        self, text: str, k: int, within: Sequence[Placed] | None, languages: Collection[str]
    ) -> tuple[dict[int, float], int]:
        return self.words.holding(text, k, _ids(within), languages)


class Opening:
    """Opens the indexes in one folder.

    :param folder: the library's folder.
    :param store: the library's database.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._open_words: tuple[str, WordIndex] | None = None
        self._intact_vectors: set[str] = set()

    @property
    def published(self) -> int:
        try:
            return (self._folder / MANIFEST_FILE).stat().st_mtime_ns
        except OSError:
            return 0

    def state(self) -> Head | None:
        words = self.usable().words
        return words.head if words else None

    def usable(self) -> Manifest:
        """The usable part of the manifest: indexes that are intact and of this library's past."""
        state = manifest.read(self._folder)
        words, vectors = state.words, state.vectors
        return Manifest(
            words if words and self._store.is_past(words.head) and self._word_index(words) else None,
            vectors if vectors and self._store.is_past(vectors.head) and self._is_intact(vectors) else None,
        )

    def damaged(self) -> list[tuple[str, str]]:
        """Index files that are corrupt or do not hold the passages of their generation, and what is wrong."""
        if not (self._folder / MANIFEST_FILE).exists() or manifest.is_older(self._folder):
            return []  # the next question rebuilds them
        state, problems = self.usable(), []
        words = self._words(state.words) if state.words and state.words.head == self._store.head() else None
        _, passages = self._store.counts()
        if state.words is None:
            problems.append((MANIFEST_FILE, "the word index is corrupt"))
        elif words is not None and len(words) != passages:
            problems.append((state.words.folder, f"the word index holds {len(words)} passages, the library {passages}"))
        if state.vectors is None and passages > v.EXACT:
            problems.append((MANIFEST_FILE, "the vector index is corrupt"))
        return problems

    def open(self, dimensions: int, before: Candidates | None, *, writable: bool) -> OpenIndexes:
        """The newest generation that can be searched.

        :raises LibraryBusy: another process takes long to write the word index.
        """
        known = before if isinstance(before, OpenIndexes) else None
        return self._open_files(dimensions, known) if writable else self.in_memory(dimensions, known)

    def _open_files(self, dimensions: int, before: OpenIndexes | None) -> OpenIndexes:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            state = self.usable()
            if state.words is not None:
                words = before.words if before and before.state.words == state.words else self._words(state.words)
                if words is not None:
                    return self._open(state.words.head, state, words, dimensions, before)
                if before is not None:  # the next question finds what is being written
                    return before
            elif self._store.counts()[1] <= SMALL:
                return self.in_memory(dimensions, before)
            if time.monotonic() > deadline:
                raise LibraryBusy(
                    f"Another process is writing the word index of {self._folder}. Ask again in a moment."
                )
            time.sleep(_PAUSE_SECONDS)

    def in_memory(self, dimensions: int, before: OpenIndexes | None = None) -> OpenIndexes:
        """The newest generation, with a word index in memory: for read-only libraries, and before the first index is
        written."""
        head, index = self._store.head(), WordIndex(None)
        index.update([], self._texts(self._store.added(-1, head.generation)))
        return self._open(head, Manifest(None, self.usable().vectors), index.words(), dimensions, before)

    def _word_index(self, state: WordState) -> WordIndex | None:
        """The word index in a folder; None if it is damaged."""
        if self._open_words is None or self._open_words[0] != state.folder:
            try:
                self._open_words = state.folder, WordIndex(self._folder / state.folder)
            except (OSError, ValueError) as error:
                _LOG.warning("The word index is damaged and will be rebuilt: %s", error)
                return None
        return self._open_words[1]

    def _is_intact(self, state: VectorState) -> bool:
        """Whether the file of vectors matches its digest."""
        if state.file not in self._intact_vectors:
            try:
                if sha256_of(self._folder / state.file) != state.sha256:
                    raise ValueError(f"{state.file} is corrupt (checksum mismatch)")
            except (OSError, ValueError) as error:
                _LOG.warning("The vector index is damaged and will be rebuilt: %s", error)
                return False
            self._intact_vectors.add(state.file)
        return True

    def _words(self, state: WordState) -> WordSearcher | None:
        """The words of the published generation; None if the folder holds a newer one, or was deleted."""
        index = self._word_index(state)
        try:
            words = index.words() if index else None
            return words if index and index.stamp() == state.stamp else None
        except ValueError:
            # a newer index replaced it, or it is damaged: opening it again distinguishes the two
            self._open_words = None
            return None

    def _open(
        self, head: Head, state: Manifest, words: WordSearcher, dimensions: int, before: OpenIndexes | None
    ) -> OpenIndexes:
        if state.vectors is not None and state.vectors.head.generation > head.generation:
            state = Manifest(state.words, None)
        is_like = before and before.state.vectors == state.vectors and before.head.generation <= head.generation
        if before and is_like and self._store.is_past(before.head):
            removed = passages_of(self._store.removed(before.head.generation, head.generation))
            newest = max(int(before.vectors.ids.max(initial=0)), state.vectors.last if state.vectors else 0)
            added = self._vectors_after(newest, dimensions, head)
            return OpenIndexes(head, state, before.vectors.with_changes(removed, *added), words)
        return OpenIndexes(head, state, self._vectors(state.vectors, dimensions, head), words)

    def _vectors(self, state: VectorState | None, dimensions: int, head: Head) -> VectorIndex:
        if state is None:
            return VectorIndex(*self._vectors_after(0, dimensions, head))
        removed = passages_of(self._store.removed(state.head.generation, head.generation))
        base = Base.read(self._folder / state.file, state.nprobe, state.last)
        return VectorIndex(
            *self._vectors_after(state.last, dimensions, head), base, np.unique(removed[removed <= state.last]),
            lambda ids: self._store.vectors_of(ids.tolist(), dimensions),
        )  # fmt: skip

    def _vectors_after(self, passage: int, dimensions: int, head: Head) -> tuple[Ints, Halves]:
        """Ids and vectors, shape (n, dimensions), of passages with a higher id."""
        parts = list(self._store.vectors(dimensions, head.generation, passage))
        ids = np.concatenate([np.empty(0, np.int64), *(ids for ids, _ in parts)])
        return ids, np.concatenate([np.empty((0, dimensions), np.float16), *(matrix for _, matrix in parts)])

    def _texts(self, articles: list[Placed]) -> Iterator[tuple[int, int, str, list[str]]]:
        """What ``WordIndex.update`` takes."""
        for article in articles:
            yield article.id, article.first, *self._store.texts(article)


def _ids(articles: Sequence[Placed] | None) -> list[int] | None:
    return None if articles is None else [article.id for article in articles]


def passages_of(articles: Sequence[Placed]) -> Ints:
    """Ids of the articles' passages, shape (n,)."""
    return np.concatenate([np.empty(0, np.int64), *(np.arange(a.first, a.first + a.passages) for a in articles)])
