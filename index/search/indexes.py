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
from quoth.index.records import Halves, Ints
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

    def update(self, dimensions: int, *, quick: bool = False) -> bool:
        """Bring both indexes up to date with the database; see ``Keeper.update``. The caller holds their lock.

        :param dimensions: number of dimensions of the vectors.
        :raises LibraryNotWritable: they cannot be written, for lack of free space or permission. The articles are
            stored all the same.
        """
        try:
            return self._update(dimensions, quick)
        except (OSError, IndexNotWritten) as error:
            raise LibraryNotWritable(
                f"The search index in {self._folder} cannot be written: {error}.{free_space(self._folder)} "
                "The articles are stored; the index is rebuilt from them as soon as it can be written."
            ) from error

    def _update(self, dimensions: int, quick: bool) -> bool:
        state = self.usable()
        if state.words is None and fetch(self._folder, self._store):
            state = self.usable()
        quick = quick and state.words is not None  # without a word index nothing can be searched
        words, is_stale = self._updated_words(state.words, quick)
        state = Manifest(words, state.vectors)
        # before the file of vectors, which may take minutes; the newest passages are searched without it
        manifest.publish(self._folder, state)
        _, count = self._store.counts()
        removed = self._removed_since(state.vectors, words.head)
        if not self._is_due(state.vectors, count, removed):
            vectors = state.vectors if count > v.EXACT else None
        elif quick:
            return False
        else:
            vectors = self._new_vectors(state.vectors, count, removed, dimensions, words.head)
        if vectors != state.vectors:
            state = Manifest(state.words, vectors)
            manifest.publish(self._folder, state)
        self._delete_unused(state)
        return not is_stale

    def _updated_words(self, state: WordState | None, quick: bool) -> tuple[WordState, bool]:
        """The word index, and whether so many passages were removed that it should be rebuilt."""
        head = self._store.head()
        index = self._word_index(state) if state else None
        if state is not None and index is not None:
            _, passages = self._store.counts()
            is_stale = passages > SMALL and index.deleted() >= _STALE
            since = state.head.generation
            removed = self._store.removed(since, head.generation)
            added = self._store.added(since, head.generation)
            if quick or not is_stale:
                if not removed and not added:  # nothing, or files were moved
                    return WordState(state.folder, head, state.stamp), is_stale
                # a small index is rebuilt after removals, so that its statistics are exact
                if not removed or passages > SMALL:
                    index.update([article.id for article in removed], self._texts(added))
                    return WordState(state.folder, head, index.stamp()), is_stale
        folder = f"words-{head.generation}-{head.token[:8]}"
        shutil.rmtree(self._folder / folder, ignore_errors=True)
        index = WordIndex(self._folder / folder, new=True)
        index.update([], self._texts(self._store.added(-1, head.generation)))
        self._open_words = folder, index
        return WordState(folder, head, index.stamp()), False

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
        """Write a file of vectors."""
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
