"""The part of qdrant-client's interface that Quoth uses, on Qdrant's own core in this process (qdrant-edge-py)."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import qdrant_edge as edge
from qdrant_client import models

_GRAPH_KB = 1_000
"""Size of the vectors from which ``optimize`` builds a graph; a server's default is larger."""


class EdgeClient:
    """Each collection is a shard of its own, in a folder.

    :param folder: the folder; by default a temporary one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._scratch = tempfile.TemporaryDirectory(dir=folder)
        self._shards: dict[str, Any] = {}
        self._created = 0

    def info(self) -> Any:
        return SimpleNamespace(version="1.20.0")

    def close(self) -> None:
        for shard in self._shards.values():
            shard.close()
        self._shards.clear()

    def create_collection(
        self, name: str, vectors_config: dict[str, models.VectorParams], sparse_vectors_config: Any, **_: Any
    ) -> None:
        self._created += 1
        dense = {key: _dense(params) for key, params in vectors_config.items()}
        sparse = {key: edge.EdgeSparseVectorParams() for key in sparse_vectors_config}
        place = Path(self._scratch.name) / str(self._created)
        place.mkdir()
        self._shards[name] = edge.EdgeShard.create(
            str(place),
            edge.EdgeConfig(dense, sparse, optimizers=edge.EdgeOptimizersConfig(indexing_threshold=_GRAPH_KB)),
        )

    def delete_collection(self, name: str) -> None:
        if name in self._shards:
            self._shards.pop(name).close()

    def create_payload_index(self, name: str, field: str, **_: Any) -> None:
        kind = edge.PayloadSchemaType.Keyword if field == "words" else edge.PayloadSchemaType.Integer
        self._shard(name).update(edge.UpdateOperation.create_field_index(field, kind))

    def upsert(self, name: str, points: Sequence[models.PointStruct], **_: Any) -> None:
        self._shard(name).update(edge.UpdateOperation.upsert_points([
            edge.Point(point.id, _vectors(point.vector), point.payload)
            for point in points
        ]))  # fmt: skip

    def set_payload(self, name: str, payload: dict[str, Any], points: models.Filter, **_: Any) -> None:
        self._shard(name).update(edge.UpdateOperation.set_payload_by_filter(_condition(points), payload))

    def delete(self, name: str, selector: models.FilterSelector, **_: Any) -> None:
        self._shard(name).update(edge.UpdateOperation.delete_points_by_filter(_condition(selector.filter)))

    def retrieve(self, name: str, ids: list[int], **_: Any) -> list[Any]:
        return list(self._shard(name).retrieve(ids, True, False))

    def count(self, name: str, count_filter: models.Filter, exact: bool) -> Any:
        return SimpleNamespace(count=self._shard(name).count(edge.CountRequest(exact, _condition(count_filter))))

    def query_batch_points(self, name: str, requests: Sequence[models.QueryRequest], **_: Any) -> list[Any]:
        queries = [
            edge.QueryRequest(
                request.limit or 10, query=edge.Query.Nearest(_vector(request.query), request.using),
                filter=_condition(request.filter), with_payload=False, with_vector=False,
                params=_search(request.params) if request.params else None,
            )
            for request in requests
        ]  # fmt: skip
        found = self._shard(name).query_batch(edge.QueryBatchRequest(queries))
        return [SimpleNamespace(points=points) for points in found]

    def optimize(self) -> None:
        """Build the graphs of all collections now, as a server does in the background."""
        for shard in self._shards.values():
            shard.optimize()

    def _shard(self, name: str) -> Any:
        if name not in self._shards:
            raise ValueError(f"Collection {name} not found")
        return self._shards[name]


def _dense(params: models.VectorParams) -> Any:
    graph = params.hnsw_config
    assert graph is not None
    return edge.EdgeVectorParams(
        params.size, edge.Distance.Cosine, datatype=edge.VectorStorageDatatype.Float16,
        quantization_config=edge.ScalarQuantizationConfig(edge.ScalarType.Int8, memory=edge.Memory.Pinned),
        hnsw_config=edge.HnswIndexConfig(graph.m or 16, graph.ef_construct or 100, full_scan_threshold=1000),
    )  # fmt: skip


def _search(params: models.SearchParams) -> Any:
    assert params.quantization is not None
    again = edge.QuantizationSearchParams(
        rescore=params.quantization.rescore, oversampling=params.quantization.oversampling
    )
    return edge.SearchParams(params.hnsw_ef, quantization=again)


def _vectors(named: Any) -> dict[str, Any]:
    return {name: _vector(value) for name, value in named.items()}


def _vector(value: Any) -> Any:
    return edge.SparseVector(value.indices, value.values) if isinstance(value, models.SparseVector) else value


def _condition(condition: Any) -> Any:
    if isinstance(condition, models.Filter):
        parts = (condition.must, condition.should, condition.must_not)
        must, should, must_not = ([_condition(one) for one in part] if part else None for part in parts)
        return edge.Filter(must, should, must_not)
    if condition.range is not None:
        return edge.FieldCondition(condition.key, range=edge.RangeFloat(lte=condition.range.lte))
    return edge.FieldCondition(condition.key, match=edge.MatchAny(condition.match.any))
