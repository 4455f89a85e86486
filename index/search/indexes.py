"""The two derived indexes of a library, in files beside its database, and how they are kept up to date.

Only the process that holds their lock does so, in small steps: it applies the articles that were added and
removed since the generation of an index. An index that is damaged, or of a generation that does not belong to the
library's past, is rebuilt.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from quoth.index.embedding.model_files import sha256_of
from quoth.index.errors import LibraryNotWritable
from quoth.index.records import Halves, Ints
from quoth.index.search import vectors as v
from quoth.index.storage.disk import free_space
from quoth.index.storage.file_lock import file_lock
from quoth.index.storage.rows import Head

from . import manifest
from .bm25 import IndexNotWritten, WordIndex
from .manifest import Manifest, VectorState, WordState
from .opening import SMALL, Opening, passages_of
from .sharing import fetch, share

_PATIENCE_SECONDS = 3600.0
_UNFINISHED = ".unfinished"
"""Suffix of an index that is not searched yet."""
_STALE = 0.1
"""Share of removed passages from which an index is rebuilt."""
_GROWTH = 1 / 16
"""The file of vectors is rewritten when this share of its passages, and more than ``EXACT``, was added since."""
_LOG = logging.getLogger("quoth")


class Indexes(Opening):
    """Opens the indexes in one folder, and brings them up to date."""

    def update(self, dimensions: int, waiting: Callable[[], None], seconds: float, *, quick: bool = False) -> bool:
        """Bring both indexes up to date with the database; see ``Keeper.update``."""
        try:
            with file_lock(self._folder / "index.lock", waiting, seconds):
                quick = quick and self.usable().words is not None  # else nothing can be searched
                is_due = self._follow()
            if is_due and not quick:
                with file_lock(self._folder / "rebuild.lock", waiting, seconds):
                    self._rebuild(dimensions, waiting)
            return not is_due or not quick
        except (OSError, IndexNotWritten) as error:
            raise LibraryNotWritable(
                f"The search index in {self._folder} cannot be written: {error}.{free_space(self._folder)} "
                "The articles are stored; the index is rebuilt from them as soon as it can be written."
            ) from error

    def share(self) -> None:
        """Store copies of the indexes in a shared database, for other machines."""
        with file_lock(self._folder / "index.lock", lambda: None, _PATIENCE_SECONDS):
            share(self._folder, self._store)

    def _follow(self) -> bool:
        """Apply what was added and removed to the word index, and build it if there is none.

        The newest passages are searched without the file of vectors.

        :returns: whether one of the indexes should be rebuilt.
        """
        state = self.usable()
        if state.words is None and fetch(self._folder, self._store):
            state = self.usable()
        words = self._updated_words(state.words)
        _, count = self._store.counts()
        vectors = state.vectors if count > v.EXACT else None
        manifest.publish(self._folder, Manifest(words, vectors))
        self._delete_unused(Manifest(words, vectors))
        return self._is_stale(words, count) or self._is_due(vectors, count, self._removed_since(vectors, words.head))

    def _rebuild(self, dimensions: int, waiting: Callable[[], None]) -> None:
        """Rebuild what must be, beside what is searched meanwhile. Needs the lock of rebuilding."""
        self._delete_unfinished()
        state = self.usable()
        _, count = self._store.counts()
        words = vectors = None
        if state.words and self._is_stale(state.words, count):
            words = self._built_words(_UNFINISHED)
        head = state.words.head if state.words else self._store.head()
        removed = self._removed_since(state.vectors, head)
        if self._is_due(state.vectors, count, removed):
            vectors = self._new_vectors(state.vectors, count, removed, dimensions, head)
        with file_lock(self._folder / "index.lock", waiting, _PATIENCE_SECONDS):
            state = self.usable()
            if words:
                os.replace(self._folder / f"{words.folder}{_UNFINISHED}", self._folder / words.folder)
                self._open_words = None
            if vectors:
                os.replace(self._folder / f"{vectors.file}{_UNFINISHED}", self._folder / vectors.file)
            state = Manifest(self._updated_words(words or state.words), vectors or state.vectors)
            manifest.publish(self._folder, state)
            self._delete_unused(state)

    def _is_stale(self, words: WordState, count: int) -> bool:
        """Whether so many passages were removed that the word index should be rebuilt."""
        index = self._word_index(words)
        return index is not None and count > SMALL and index.deleted() >= _STALE

    def _updated_words(self, state: WordState | None) -> WordState:
        """The word index of the newest generation."""
        head = self._store.head()
        index = self._word_index(state) if state else None
        if state is not None and index is not None:
            since = state.head.generation
            removed = self._store.removed(since, head.generation)
            added = self._store.added(since, head.generation)
            if not removed and not added:  # nothing, or files were moved
                return WordState(state.folder, head, state.stamp)
            # a small index is rebuilt after removals, so that its statistics are exact
            if not removed or self._store.counts()[1] > SMALL:
                index.update([article.id for article in removed], self._texts(added))
                return WordState(state.folder, head, index.stamp())
        return self._built_words()

    def _built_words(self, suffix: str = "") -> WordState:
        """A new word index, in a folder with this suffix."""
        head = self._store.head()
        folder = f"words-{head.generation}-{head.token[:8]}"
        shutil.rmtree(self._folder / f"{folder}{suffix}", ignore_errors=True)
        index = WordIndex(self._folder / f"{folder}{suffix}", new=True)
        index.update([], self._texts(self._store.added(-1, head.generation)))
        if not suffix:
            self._open_words = folder, index
        return WordState(folder, head, index.stamp())

    def _removed_since(self, state: VectorState | None, head: Head) -> Ints:
        """Ids of passages in the file of vectors that were removed."""
        if state is None:
            return np.empty(0, np.int64)
        removed = passages_of(self._store.removed(state.head.generation, head.generation))
        return np.unique(removed[removed <= state.last])

    def _is_due(self, state: VectorState | None, count: int, removed: Ints) -> bool:
        """Whether the file of vectors must be rewritten, because many passages were added or removed."""
        if state is None or count <= v.EXACT:
            return count > v.EXACT
        added = self._store.count_after(state.last)
        return added > max(v.EXACT, _GROWTH * state.count) or len(removed) > _STALE * state.count

    def _new_vectors(
        self, state: VectorState | None, count: int, removed: Ints, dimensions: int, head: Head
    ) -> VectorState:
        """Write a file of vectors, whose name says that it is not finished."""
        sample = self._sample(count, dimensions, head)
        if state is not None and count < 2 * state.trained:
            index, last, trained = v.extended(self._folder / state.file, removed), state.last, state.trained
        else:
            index, last, trained = v.train(sample, count), 0, count
        for ids, matrix in self._store.vectors(dimensions, head.generation, last):
            v.add(index, ids, matrix)
            last = int(ids[-1])
        nprobe, recall = v.measured(index, v.queries(sample), self._store.vectors(dimensions, head.generation))
        file = f"vectors-{head.generation}-{head.token[:8]}.faiss"
        written = self._folder / f"{file}{_UNFINISHED}"
        v.write(index, written)
        _LOG.info(
            "Vector index of %d passages written: %d lists of %d read, recall@10 %.3f", index.ntotal, nprobe,
            index.nlist, recall,
        )  # fmt: skip
        return VectorState(file, head, sha256_of(written), last, int(index.ntotal), trained, nprobe, recall)

    def _sample(self, count: int, dimensions: int, head: Head) -> Halves:
        """Vectors to train with, from all over the library. The same library gives the same sample."""
        wanted = v.training_size(count)
        rng = np.random.default_rng(0)
        parts = [
            m[rng.random(len(m)) < 1.02 * wanted / count] for _, m in self._store.vectors(dimensions, head.generation)
        ]
        return np.concatenate(parts)[:wanted]

    def _delete_unused(self, state: Manifest) -> None:
        """Delete index files that the manifest does not name. A process that still searches them keeps them open."""
        used = {state.words and state.words.folder, state.vectors and state.vectors.file}
        self._delete(path for path in self._index_files() if path.name not in used and path.suffix != _UNFINISHED)

    def _delete_unfinished(self) -> None:
        """Delete what a process that died has left."""
        self._delete(path for path in self._index_files() if path.suffix == _UNFINISHED)

    def _index_files(self) -> Iterator[Path]:
        yield from self._folder.glob("words-*")
        yield from self._folder.glob("vectors-*")

    @staticmethod
    def _delete(paths: Iterable[Path]) -> None:
        for path in paths:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):  # Windows does not delete open files; the next update tries again
                    path.unlink()
