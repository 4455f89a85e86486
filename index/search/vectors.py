"""FAISS over the passages' vectors: the k nearest by cosine. The only module that imports faiss.

Up to ``EXACT`` passages are compared one by one, in half precision, as they are stored. Beyond that, a file holds the
older ones: a memory-mapped inverted file index (IVF) over vectors quantised to 8 bits. A search reads as many of its
lists as it takes to find ``RECALL`` of the ten nearest, measured when the file is written. Its results are compared
again exactly.

An index never changes once it can be searched. A newer one is derived from it, so that running searches are not
disturbed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from quoth.index.records import Floats, Halves, Ints, unit
from quoth.index.threads import cores

EXACT = 30_000
"""Maximum number of passages that are compared one by one."""
RECALL = 0.98
"""Minimum recall@10 of the file of vectors."""
_TRAINING_PER_LIST = 40
"""FAISS warns about so few, but the lists are no worse."""
_QUERIES = 200
_DRIFT = 3.5
"""Length of the noise that turns a passage's vector into a simulated question's. Real questions are nearer to passages
(cosine .6, not .3), but not in a random direction: with as many lists, the same share of their neighbours was found
(benchmarks/scale.py)."""

VectorsOf = Callable[[Ints], tuple[Ints, Halves]]
"""Ids in order -> ids and vectors of those of the passages that are still stored."""


@dataclass(frozen=True, slots=True)
class Base:
    """The passages in the file."""

    index: Any
    nprobe: int
    """Number of lists to read for a question."""
    last: int
    """No passage with a higher id is in it."""

    @staticmethod
    def read(file: Path, nprobe: int, last: int) -> Base:
        return Base(faiss.read_index(str(file), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY), nprobe, last)


class VectorIndex:
    """Passages by vector, at one generation.

    :param ids: ids of the passages that are not in the base, shape (n,), in order.
    :param vectors: their vectors, shape (n, dimensions), rows of unit length.
    :param base: the passages in the file, if there is one.
    :param removed: ids of passages in the base that were removed, in order.
    :param vectors_of: reads exact vectors of passages in the base.
    """

    def __init__(
        self,
        ids: Ints,
        vectors: Halves,
        base: Base | None = None,
        removed: Ints | None = None,
        vectors_of: VectorsOf | None = None,
    ) -> None:
        self.base = base
        self.removed = np.empty(0, np.int64) if removed is None else removed
        self.ids = ids
        self._vectors_of = vectors_of
        self._vectors = vectors
        self._tail: Any = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self._tail.add(vectors.astype(np.float32))  # this quantiser needs no training

    def with_changes(self, removed: Ints, ids: Ints, vectors: Halves) -> VectorIndex:
        """An index without the removed passages and with added ones.

        :param removed: ids of removed passages.
        :param ids: ids of added passages, shape (n,), in order.
        :param vectors: their vectors, shape (n, dimensions).
        """
        stay = ~np.isin(self.ids, removed)
        in_base = np.setdiff1d(removed[removed <= self.base.last], self.ids) if self.base else removed[:0]
        return VectorIndex(
            np.concatenate([self.ids[stay], ids]), np.concatenate([self._vectors[stay], vectors]), self.base,
            np.union1d(self.removed, in_base), self._vectors_of,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.ids) + (self.base.index.ntotal - len(self.removed) if self.base else 0)

    def search(self, vector: Floats, k: int, allowed: Ints | None = None) -> Ints:
        """Ids of passages that include the k nearest.

        :param allowed: ids of the passages to search, shape (n,), in order; None searches all.
        """
        rows = None if allowed is None else np.flatnonzero(np.isin(self.ids, allowed))
        chosen = (
            None if rows is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(rows))  # type: ignore[call-arg]
        )
        with _threads(1):  # a question is answered faster by one thread than by two
            _, nearest = self._tail.search(vector.reshape(1, -1), max(1, min(k, len(self.ids))), params=chosen)
            tail = self.ids[nearest[0][nearest[0] >= 0]]
            return tail if self.base is None else np.concatenate([tail, self._in_base(vector, k, allowed)])

    def _in_base(self, vector: Floats, k: int, allowed: Ints | None) -> Ints:
        assert self.base is not None
        index, nprobe = self.base.index, self.base.nprobe
        selector: Any = faiss.IDSelectorNot(faiss.IDSelectorBatch(self.removed)) if len(self.removed) else None
        if allowed is not None:  # read more lists, so that as many passages are compared as without a filter
            inside = np.setdiff1d(allowed[allowed <= self.base.last], self.removed)
            if not len(inside):
                return inside
            nprobe = min(index.nlist, math.ceil(nprobe * index.ntotal / len(inside)))
            selector = faiss.IDSelectorBatch(inside)
        chosen = faiss.SearchParametersIVF(nprobe=nprobe, sel=selector)  # type: ignore[call-arg]
        _, nearest = index.search(vector.reshape(1, -1), k, params=chosen)
        return np.asarray(nearest[0][nearest[0] >= 0], np.int64)

    def cosines(self, vector: Floats, ids: Ints) -> dict[int, float]:
        """The exact cosines of passages, by id. Deleted passages are left out."""
        rows = np.searchsorted(self.ids, ids)
        here = np.zeros(len(ids), bool)
        here[rows < len(self.ids)] = self.ids[rows[rows < len(self.ids)]] == ids[rows < len(self.ids)]
        cosines = dict(zip(ids[here].tolist(), _cosines(self._vectors[rows[here]], vector), strict=True))
        if self.base is not None and self._vectors_of is not None and not here.all():
            stored, vectors = self._vectors_of(ids[~here])
            cosines |= zip(stored.tolist(), _cosines(vectors, vector), strict=True)
        return cosines


def _cosines(vectors: Halves, vector: Floats) -> list[float]:
    cosines: list[float] = (vectors.astype(np.float32) @ vector).tolist()
    return cosines


def lists_for(count: int) -> int:
    """Number of lists of an index of ``count`` passages."""
    return int(2 * math.sqrt(count))


def train(sample: Halves, count: int) -> Any:
    """An empty index for about ``count`` passages.

    :param sample: vectors of some of them, shape (n, dimensions).
    """
    dimensions = sample.shape[1]
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimensions),
        dimensions,
        lists_for(count),
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.cp.niter = 8
    index.cp.min_points_per_centroid = 1
    with _threads(cores()):
        index.train(sample.astype(np.float32))
    return index


def training_size(count: int) -> int:
    """Number of vectors that ``train`` needs for ``count`` passages."""
    return min(count, _TRAINING_PER_LIST * lists_for(count))


def extended(file: Path, removed: Ints) -> Any:
    """The index in a file, loaded into memory without the removed passages, to add passages to."""
    index = faiss.read_index(str(file))
    if len(removed):
        index.remove_ids(faiss.IDSelectorBatch(removed))
    return index


def add(index: Any, ids: Ints, vectors: Halves) -> None:
    """Add passages to an index."""
    with _threads(cores()):
        index.add_with_ids(vectors.astype(np.float32), ids)


def write(index: Any, file: Path) -> None:
    """Write an index to a file."""
    faiss.write_index(index, str(file))


def measured(index: Any, queries: Floats, everything: Iterable[tuple[Ints, Halves]]) -> tuple[int, float]:
    """The number of lists to read to reach ``RECALL``, and the recall@10 then, against an exhaustive comparison.

    :param queries: shape (q, dimensions).
    :param everything: ids and exact vectors of all passages, in batches.
    """
    ids = np.empty((len(queries), 0), np.int64)
    best = np.empty((len(queries), 0), np.float32)
    for some, vectors in everything:
        cosines = queries @ vectors.astype(np.float32).T
        ids = np.concatenate([ids, np.broadcast_to(some, cosines.shape)], axis=1)
        best = np.concatenate([best, cosines], axis=1)
        order = np.argpartition(-best, min(10, best.shape[1] - 1), axis=1)[:, :10]
        ids, best = np.take_along_axis(ids, order, axis=1), np.take_along_axis(best, order, axis=1)
    nprobe = 4
    while True:
        nprobe = min(math.ceil(1.4 * nprobe), index.nlist)
        with _threads(cores()):  # 50: a search compares as many again exactly
            chosen = faiss.SearchParametersIVF(nprobe=nprobe)  # type: ignore[call-arg]
            _, nearest = index.search(queries, 50, params=chosen)
        recall = float(np.mean([len(np.intersect1d(a, b)) / len(b) for a, b in zip(nearest, ids, strict=True)]))
        if recall >= RECALL or nprobe == index.nlist:
            return nprobe, recall


def queries(sample: Halves) -> Floats:
    """Vectors as far from the passages' as questions are. The same sample gives the same vectors."""
    rng = np.random.default_rng(0)
    chosen = sample[rng.choice(len(sample), min(_QUERIES, len(sample)), replace=False)].astype(np.float32)
    return unit(chosen + _DRIFT * unit(rng.standard_normal(chosen.shape).astype(np.float32)))


@contextmanager
def _threads(number: int) -> Iterator[None]:
    """Let FAISS use this number of threads. OpenMP keeps the number for each thread that calls, so it is set there."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(number)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
