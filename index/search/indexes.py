"""The two derived indexes of a library, in files beside its database, and how they are kept up to date.

Only the process that holds their lock does so, in small steps: it applies the articles that were added and
removed since the generation of an index. An index that is damaged, or of a generation that does not belong to the
library's past, is rebuilt.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

import numpy as np

from quoth.index.embedding.model_files import sha256_of
from quoth.index.errors import LibraryNotWritable
from quoth.index.records import Halves
from quoth.index.search import vectors as v
from quoth.index.storage.disk import free_space
from quoth.index.storage.file_lock import file_lock
from quoth.index.storage.rows import Head

from . import manifest
from .bm25 import IndexNotWritten, WordIndex
from .manifest import Manifest, VectorState, WordState
from .opening import SMALL, Opening, passages_of
from .sharing import fetch

_STALE = 0.1
"""Share of removed passages from which an index is rebuilt."""
_GROWTH = 1 / 16
"""The file of vectors is rewritten when this share of its passages, and more than ``EXACT``, was added since."""
_LOG = logging.getLogger("quoth")


class Indexes(Opening):
    """Opens the indexes in one folder, and brings them up to date."""

    def lock(self, waiting: Callable[[], None], seconds: float) -> AbstractContextManager[None]:
        """Hold the lock of the folder's indexes; see ``Keeper.lock``."""
        return file_lock(self._folder / "index.lock", waiting, seconds)

    def update(self, dimensions: int) -> None:
        """Bring both indexes up to date with the database. The caller holds the lock of the indexes.

        :param dimensions: number of dimensions of the vectors.
        :raises LibraryNotWritable: they cannot be written, for lack of free space or permission. The articles are
            stored all the same.
        """
        try:
            self._update(dimensions)
        except (OSError, IndexNotWritten) as error:
            raise LibraryNotWritable(
                f"The search index in {self._folder} cannot be written: {error}.{free_space(self._folder)} "
                "The articles are stored; the index is rebuilt from them as soon as it can be written."
            ) from error

    def _update(self, dimensions: int) -> None:
        state = self.usable()
        if state.words is None and fetch(self._folder, self._store):
            state = self.usable()
        words = self._updated_words(state.words)
        state = Manifest(words, state.vectors)
        # before the file of vectors, which may take minutes; the newest passages are searched without it
        manifest.publish(self._folder, state)
        vectors = self._updated_vectors(state.vectors, dimensions, words.head)
        if vectors != state.vectors:
            state = Manifest(state.words, vectors)
            manifest.publish(self._folder, state)
        self._delete_unused(state)

    def _updated_words(self, state: WordState | None) -> WordState:
        head = self._store.head()
        if state is not None and state.head == head:
            return state
        index = self._word_index(state) if state else None
        if state is not None and index is not None:
            since = state.head.generation
            removed = self._store.removed(since, head.generation)
            added = self._store.added(since, head.generation)
            if not removed and not added:  # files were moved
                return WordState(state.folder, head, state.stamp)
            _, passages = self._store.counts()
            # a small index is rebuilt after removals, so that its statistics are exact
            if not removed or (passages > SMALL and index.deleted() < _STALE):
                index.update([article.id for article in removed], self._texts(added))
                return WordState(state.folder, head, index.stamp())
        folder = f"words-{head.generation}-{head.token[:8]}"
        shutil.rmtree(self._folder / folder, ignore_errors=True)
        index = WordIndex(self._folder / folder, new=True)
        index.update([], self._texts(self._store.added(-1, head.generation)))
        self._open_words = folder, index
        return WordState(folder, head, index.stamp())

    def _updated_vectors(self, state: VectorState | None, dimensions: int, head: Head) -> VectorState | None:
        """The file of vectors: rewritten if many passages were added or removed; None if there are few passages."""
        _, count = self._store.counts()
        if count <= v.EXACT:
            return None
        removed = np.empty(0, np.int64)
        if state is not None:
            removed = passages_of(self._store.removed(state.head.generation, head.generation))
            removed = np.unique(removed[removed <= state.last])
            added = self._store.count_after(state.last)
            if added <= max(v.EXACT, _GROWTH * state.count) and len(removed) <= _STALE * state.count:
                return state
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
        v.write(index, self._folder / file)
        _LOG.info(
            "Vector index of %d passages written: %d lists of %d read, recall@10 %.3f", index.ntotal, nprobe,
            index.nlist, recall,
        )  # fmt: skip
        return VectorState(file, head, sha256_of(self._folder / file), last, int(index.ntotal), trained, nprobe, recall)

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
        for path in self._folder.glob("words-*"):
            if path.name not in used:
                shutil.rmtree(path, ignore_errors=True)
        for path in self._folder.glob("vectors-*.faiss"):
            if path.name not in used:
                with suppress(OSError):  # Windows does not delete open files; the next update tries again
                    path.unlink()
