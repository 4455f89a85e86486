"""Shards of Qdrant's core in this process: written, searched and measured.

A shard holds vectors in half precision on disk, the same in 8 bits in memory with a graph (HNSW) over them, BM25 values
of Quoth's own stems as sparse vectors, and what Quoth filters by: article, stems, and the generations that added and
removed the passage. It has one segment and is searched by one thread.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import qdrant_edge as qdrant

from quoth.index.records import Floats, Ints

from ..scale import resident
from ..synthetic import PASSAGES
from .data import Corpus, idf

K = 50
EF = {"int8": 400, "ef100": 100, "ef400": 400, "ef800": 800}
"""How many candidates a search by vector keeps while it walks the graph (``hnsw_ef``), by mode. "int8" ranks by 8 bits
alone; the others take twice as many by 8 bits and rank them by half precision. 100 is Qdrant's default."""
MODES = (*EF, "own_idf", "idf_of_all")
"""The last two are searches by words, with the IDF of the shard or of all passages."""
GRAPH, DEFAULT_GRAPH = (32, 200), (16, 100)
"""Links of a passage (``m``) and candidates for them (``ef_construct``)."""
_GENERATION = qdrant.IntegerIndexParams(lookup=False, range=True, enable_hnsw=False)
_FIELDS: dict[str, qdrant.IntegerIndexParams | qdrant.KeywordIndexParams] = {
    "article": qdrant.IntegerIndexParams(lookup=True, range=False),
    "added": _GENERATION,
    "removed": _GENERATION,
    "words": qdrant.KeywordIndexParams(memory=qdrant.Memory.Cold, enable_hnsw=False),
}
_ONE = qdrant.RangeFloat(lte=1)
_NOW = qdrant.Filter(
    must=[qdrant.FieldCondition("added", range=_ONE)], must_not=[qdrant.FieldCondition("removed", range=_ONE)]
)
"""The filter of a generation, which each question has."""
_BATCH = 2_000


def settings(dimensions: int, graph: tuple[int, int]) -> qdrant.EdgeConfig:
    """Return the settings of a shard."""
    m, ef = graph
    dense = qdrant.EdgeVectorParams(
        dimensions,
        qdrant.Distance.Dot,
        datatype=qdrant.VectorStorageDatatype.Float16,
        memory=qdrant.Memory.Cold,
        quantization_config=qdrant.ScalarQuantizationConfig(qdrant.ScalarType.Int8, memory=qdrant.Memory.Pinned),
        hnsw_config=qdrant.HnswIndexConfig(m, ef, full_scan_threshold=1000, max_indexing_threads=1),
    )
    one = qdrant.EdgeOptimizersConfig(default_segment_number=1, max_segment_size=10**9, indexing_threshold=1000)
    words = {"words": qdrant.EdgeSparseVectorParams()}
    return qdrant.EdgeConfig({"dense": dense}, words, optimizers=one, max_search_threads=1, wal_enabled=False)


def build(folder: Path, data: Path, shards: list[Ints], graph: tuple[int, int]) -> float:
    """Write shards; return the CPU seconds.

    :param shards: rows of the passages of each.
    :param graph: ``m`` and ``ef_construct``.
    """
    corpus = Corpus.read(data)
    start = time.process_time()
    for number, rows in enumerate(shards):
        place = folder / str(number)
        place.mkdir(parents=True)
        shard = qdrant.EdgeShard.create(str(place), settings(corpus.vectors.shape[1], graph))
        for field, schema in _FIELDS.items():
            shard.update(qdrant.UpdateOperation.create_field_index(field, schema))
        points = points_of(corpus, rows)
        while some := list(islice(points, _BATCH)):
            shard.update(qdrant.UpdateOperation.upsert_points(some))
        shard.optimize()
        shard.flush()
        shard.close()
    return time.process_time() - start


def points_of(corpus: Corpus, rows: Ints) -> Iterator[qdrant.Point]:
    """Yield passages as points."""
    for row in rows.tolist():
        part = slice(corpus.starts[row], corpus.starts[row + 1])
        words = qdrant.SparseVector(corpus.terms[part].tolist(), corpus.values[part].tolist())
        payload = {"article": row // PASSAGES, "added": 1, "words": corpus.vocabulary[corpus.terms[part]].tolist()}
        yield qdrant.Point(row, {"dense": corpus.vectors[row].tolist(), "words": words}, payload)


def by_vector(vector: Floats, mode: str) -> qdrant.QueryRequest:
    """Search by vector in one of the modes."""
    again = mode != "int8"
    quantised = qdrant.QuantizationSearchParams(rescore=again, oversampling=2.0 if again else None)
    nearest = qdrant.Query.Nearest(vector.tolist(), using="dense")
    return qdrant.QueryRequest(
        K, query=nearest, filter=_NOW, params=qdrant.SearchParams(EF[mode], quantization=quantised)
    )


def by_words(stems: Ints, weights: Floats) -> qdrant.QueryRequest:
    """Search by BM25. The question carries the IDF, which Qdrant's own modifier would compute from its shard alone.

    :param stems: of the question; negative ones are left out.
    :param weights: IDF of each stem.
    """
    known = stems[stems >= 0]
    sparse = qdrant.SparseVector(known.tolist(), weights[known].tolist())
    return qdrant.QueryRequest(K, query=qdrant.Query.Nearest(sparse, using="words"), filter=_NOW)


def measure(folder: Path, data: Path, shards: list[Ints]) -> dict[str, Any]:
    """Return ids, scores and milliseconds of each search, and memory. Call it in a fresh process.

    ``ids`` and ``scores`` have the shape (modes, questions, shards, K), ``ms`` (modes, questions, shards).
    """
    corpus = Corpus.read(data)
    of_all = idf(corpus.frequencies(), len(corpus))
    own = [idf(corpus.frequencies(rows), len(rows)) for rows in shards]
    questions, asked = corpus.questions, corpus.asked
    del corpus
    memory, anonymous = resident(), resident("RssAnon")
    opened = [qdrant.EdgeShard.load(str(folder / str(number))) for number in range(len(shards))]
    shape = len(MODES), len(questions), len(shards), K
    ids, scores = np.full(shape, -1, np.int64), np.zeros(shape, np.float32)
    ms, cpu = np.zeros(shape[:3], np.float32), {}
    for m, mode in enumerate(MODES):
        cpu[mode] = 0.0
        for s, shard in enumerate(opened):
            weights = own[s] if mode == "own_idf" else of_all
            if mode in EF:
                requests = [by_vector(vector, mode) for vector in questions]
            else:
                requests = [by_words(stems, weights) for stems in asked]
            for request in requests:  # reads what is on disk
                shard.query(request)
            started = time.process_time()
            for q, request in enumerate(requests):
                start = time.perf_counter()
                found = shard.query(request)
                ms[m, q, s] = 1000 * (time.perf_counter() - start)
                ids[m, q, s, : len(found)] = [hit.id for hit in found]
                scores[m, q, s, : len(found)] = [hit.score for hit in found]
            cpu[mode] += 1000 * (time.process_time() - started) / len(questions) / len(shards)
    memory, anonymous = resident() - memory, resident("RssAnon") - anonymous
    return {"ids": ids, "scores": scores, "ms": ms, "cpu_ms": cpu, "rss_MiB": memory, "anonymous_MiB": anonymous}
