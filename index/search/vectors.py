"""FAISS over the passages' vectors: the k nearest by cosine. The only module that imports faiss.

Up to ``EXACT`` passages are compared one by one, in half precision, as they are stored. Beyond that the older ones lie
in a file: an inverted file index (IVF) over vectors quantised to 8 bits, memory-mapped, of which as many lists are read
as it takes to find ``RECALL`` of the ten nearest, measured when the file is written. What it finds is compared again
exactly.

Nothing here is ever changed once it can be searched: newer states are made from older ones,
so searches go on undisturbed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from quoth.index.records import Floats, Halves, Ints, unit
from quoth.index.threads import cores

faiss.omp_set_num_threads(1)  # one question is answered sooner by one thread than by two

EXACT = 30_000
RECALL = 0.98
_TRAINING_PER_LIST = 40
"""Fewer than FAISS warns below give lists no worse."""
_QUERIES = 200
_DRIFT = 3.5
"""Length of the noise that turns a passage's vector into a question's. Questions lie nearer to passages than that (.6,
not .3), but in no random direction: with as many lists, the same share of their neighbours was found
(benchmarks/scale.py)."""

VectorsOf = Callable[[Ints], tuple[Ints, Halves]]
"""Ids in order -> those of the passages that are still there, and their vectors."""


@dataclass(frozen=True, slots=True)
class Base:
    """The passages in the file."""

    index: Any
    nprobe: int
    """How many lists are read for a question."""
    last: int
    """No passage with a higher id is in it."""

    @staticmethod
    def read(file: Path, nprobe: int, last: int) -> Base:
        return Base(faiss.read_index(str(file), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY), nprobe, last)


class VectorIndex:
    """Passages by vector, in one state.

    :param ids: shape (n,), of the passages that are not in the base, in order.
    :param vectors: shape (n, dimensions), rows of unit length.
    :param gone: ids of passages in the base that are no longer there, in order.
    :param vectors_of: where to read exact vectors of passages in the base.
    """

    def __init__(
        self,
        ids: Ints,
        vectors: Halves,
        base: Base | None = None,
        gone: Ints | None = None,
        vectors_of: VectorsOf | None = None,
    ) -> None:
        self.base = base
        self.gone = np.empty(0, np.int64) if gone is None else gone
        self.ids = ids
        self._vectors_of = vectors_of
        self._vectors = vectors
        self._tail: Any = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self._tail.add(vectors.astype(np.float32))  # it needs no training

    def with_changes(self, gone: Ints, ids: Ints, vectors: Halves) -> VectorIndex:
        """An index without some of the passages and with newer ones."""
        stay = ~np.isin(self.ids, gone)
        outside = np.setdiff1d(gone[gone <= self.base.last], self.ids) if self.base else gone[:0]
        return VectorIndex(
            np.concatenate([self.ids[stay], ids]), np.concatenate([self._vectors[stay], vectors]), self.base,
            np.union1d(self.gone, outside), self._vectors_of,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.ids) + (self.base.index.ntotal - len(self.gone) if self.base else 0)

    def search(self, vector: Floats, k: int, allowed: Ints | None = None) -> Ints:
        """Ids of passages among which are the k nearest.

        :param allowed: shape (n,), ids of the passages to search, if not all, in order.
        """
        rows = None if allowed is None else np.flatnonzero(np.isin(self.ids, allowed))
        chosen = (
            None if rows is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(rows))  # type: ignore[call-arg]
        )
        _, found = self._tail.search(vector.reshape(1, -1), max(1, min(k, len(self.ids))), params=chosen)
        tail = self.ids[found[0][found[0] >= 0]]
        return tail if self.base is None else np.concatenate([tail, self._in_base(vector, k, allowed)])

    def _in_base(self, vector: Floats, k: int, allowed: Ints | None) -> Ints:
        assert self.base is not None
        index, nprobe = self.base.index, self.base.nprobe
        selector: Any = faiss.IDSelectorNot(faiss.IDSelectorBatch(self.gone)) if len(self.gone) else None
        if allowed is not None:  # of fewer passages more lists are read, so that as many are compared
            inside = np.setdiff1d(allowed[allowed <= self.base.last], self.gone)
            if not len(inside):
                return inside
            nprobe = min(index.nlist, math.ceil(nprobe * index.ntotal / len(inside)))
            selector = faiss.IDSelectorBatch(inside)
        chosen = faiss.SearchParametersIVF(nprobe=nprobe, sel=selector)  # type: ignore[call-arg]
        _, found = index.search(vector.reshape(1, -1), k, params=chosen)
        return np.asarray(found[0][found[0] >= 0], np.int64)

    def cosines(self, vector: Floats, ids: Ints) -> dict[int, float]:
        """The exact cosines of some passages, by id; those that are no longer there are left out."""
        rows = np.searchsorted(self.ids, ids)
        here = np.zeros(len(ids), bool)
        here[rows < len(self.ids)] = self.ids[rows[rows < len(self.ids)]] == ids[rows < len(self.ids)]
        found = dict(zip(ids[here].tolist(), _cosines(self._vectors[rows[here]], vector), strict=True))
        if self.base is not None and self._vectors_of is not None and not here.all():
            known, vectors = self._vectors_of(ids[~here])
            found |= zip(known.tolist(), _cosines(vectors, vector), strict=True)
        return found


def _cosines(vectors: Halves, vector: Floats) -> list[float]:
    found: list[float] = (vectors.astype(np.float32) @ vector).tolist()
    return found


def lists_for(count: int) -> int:
    """How many lists an index of so many passages is parted into."""
    return int(2 * math.sqrt(count))


def train(sample: Halves, count: int) -> Any:
    """An empty index for about so many passages.

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
    with _all_cores():
        index.train(sample.astype(np.float32))
    return index


def training_size(count: int) -> int:
    """How many vectors ``train`` needs for so many passages."""
    return min(count, _TRAINING_PER_LIST * lists_for(count))


def extended(file: Path, gone: Ints) -> Any:
    """The index in a file, in memory, without some passages, to be added to."""
    index = faiss.read_index(str(file))
    if len(gone):
        index.remove_ids(faiss.IDSelectorBatch(gone))
    return index


def add(index: Any, ids: Ints, vectors: Halves) -> None:
    with _all_cores():
        index.add_with_ids(vectors.astype(np.float32), ids)


def write(index: Any, file: Path) -> None:
    faiss.write_index(index, str(file))


def measured(index: Any, queries: Floats, everything: Iterable[tuple[Ints, Halves]]) -> tuple[int, float]:
    """How many lists must be read to reach ``RECALL``, and the recall@10 then, against comparing everything.

    :param queries: shape (q, dimensions).
    :param everything: all passages' ids and exact vectors, some at a time.
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
        with _all_cores():  # as many as a search fetches, which are compared again exactly
            chosen = faiss.SearchParametersIVF(nprobe=nprobe)  # type: ignore[call-arg]
            _, found = index.search(queries, 50, params=chosen)
        recall = float(np.mean([len(np.intersect1d(a, b)) / len(b) for a, b in zip(found, ids, strict=True)]))
        if recall >= RECALL or nprobe == index.nlist:
            return nprobe, recall


def queries(sample: Halves) -> Floats:
    """Vectors as far from the passages' as questions are, the same for the same sample."""
    rng = np.random.default_rng(0)
    chosen = sample[rng.choice(len(sample), min(_QUERIES, len(sample)), replace=False)].astype(np.float32)
    return unit(chosen + _DRIFT * unit(rng.standard_normal(chosen.shape).astype(np.float32)))


class _all_cores:  # noqa: N801
    """Let FAISS use every core for a while: for writing, not for a question."""

    def __enter__(self) -> None:
        faiss.omp_set_num_threads(cores())

    def __exit__(self, *_: object) -> None:
        faiss.omp_set_num_threads(1)
