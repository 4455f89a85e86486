"""FAISS over the passages' vectors: an exact search by cosine. The only module that imports faiss.

An index is never changed once it is made: a newer one is made from it, so that searches go on undisturbed.
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np

from .records import Floats, Ints

faiss.omp_set_num_threads(1)  # one question is answered sooner by one thread than by two


class VectorIndex:
    """Passages by vector."""

    def __init__(self, ids: Ints, vectors: Floats) -> None:
        """
        :param ids: shape (n,).
        :param vectors: shape (n, dimensions), rows of unit length.
        """
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        self._index.add_with_ids(np.ascontiguousarray(vectors), ids)

    def with_changes(self, gone: Ints, ids: Ints, vectors: Floats) -> VectorIndex:
        """An index without some of the passages and with new ones."""
        newer = VectorIndex.__new__(VectorIndex)
        newer._index = faiss.clone_index(self._index)
        if len(gone):
            newer._index.remove_ids(gone)
        if len(ids):
            newer._index.add_with_ids(np.ascontiguousarray(vectors), ids)
        return newer

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def cosines(self, vector: Floats, ids: Ints) -> Floats:
        """Of some passages that it holds, by id: shape (n,)."""
        return np.asarray(self._index.reconstruct_batch(ids) @ vector, np.float32)

    def search(self, vector: Floats, k: int, allowed: Ints | None = None) -> dict[int, float]:
        """The k nearest passages' ids with their cosines, nearest first.

        :param allowed: shape (n,), ids of the passages to search, if not all.
        """
        chosen = None if allowed is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
        cosines, ids = self._index.search(vector.reshape(1, -1), min(k, len(self)), params=chosen)
        return {int(i): float(c) for i, c in zip(ids[0], cosines[0], strict=True) if i >= 0}
