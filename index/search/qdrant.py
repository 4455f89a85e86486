"""Collections of a Qdrant server, or of its client's local mode. The only module that imports qdrant_client.

A point is a passage: its vector, its stems with their share of BM25 as a sparse vector, and in its payload the id of
its article, its stems, the generation that added it and, later, the one that removed it. A search filters by both
generations, so that it sees one state whatever is written meanwhile. The point 0 is the marker: whose collection it is,
and which generation it was brought to.
"""

from __future__ import annotations

import hashlib
import threading
import time
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any, TypeVar

from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from quoth.index.errors import LibraryUnavailable
from quoth.index.records import Floats
from quoth.index.storage.rows import Head

from .address import Address
from .qdrant_points import Marker, Point

OLDEST = (1, 17)
"""The oldest version of Qdrant that has all that is used here: payload indexes without links in the graph."""
_PAUSES = (0.1, 0.4, 0.0)
"""Seconds to wait after each attempt; their number is that of the attempts."""
_SECONDS = 20
_AT_ONCE = 256
_GRAPH = models.HnswConfigDiff(m=32, ef_construct=200)
_BYTES = models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
_SEARCH = models.SearchParams(hnsw_ef=400, quantization=models.QuantizationSearchParams(rescore=True, oversampling=2.0))
"""Vectors of 8 bits in memory; twice as many as wanted are compared again in half precision, from the disk. Of the 50
nearest of 200,000 passages, these settings find .964, and Qdrant's own .788 (docs/scale.md)."""
_MARKER = 0
_DENSE, _SPARSE = "dense", "words"
_Result = TypeVar("_Result")


class CollectionMissing(LibraryUnavailable):
    """The collection does not exist."""


class Qdrant:
    """The collections at an address.

    :param address: of a server, or a folder or ``:memory:`` for the client's local mode, which one process can use.
    :param client: a client to use instead.
    """

    def __init__(self, address: Address, client: Any = None) -> None:
        self._address = address
        # the local mode is not safe to use from several threads
        self._turn: AbstractContextManager[object] = threading.RLock() if address.is_local else nullcontext()
        # the local mode compares all points, and warns about parameters
        self._params = None if address.is_local else _SEARCH
        self.missing = 0
        """Number of times that a collection was found missing."""
        self._client = client or self._connected()
        if not address.is_local and client is None:
            self._check_version()

    def close(self) -> None:
        self._client.close()

    # ---- collections --------------------------------------------------------------------------------------------

    def create(self, collection: str, dimensions: int, marker: Marker) -> None:
        """Create a collection."""
        address = self._address
        self._call(
            self._client.create_collection, collection,
            vectors_config={_DENSE: models.VectorParams(
                size=dimensions, distance=models.Distance.COSINE, datatype=models.Datatype.FLOAT16, on_disk=True,
                hnsw_config=_GRAPH, quantization_config=models.ScalarQuantization(scalar=_BYTES),
            )},
            sparse_vectors_config={_SPARSE: models.SparseVectorParams()},
            on_disk_payload=True, shard_number=address.shards, replication_factor=address.replicas,
        )  # fmt: skip
        if not address.is_local:  # it has no indexes of payloads, and warns about them
            number, keyword = models.IntegerIndexType.INTEGER, models.KeywordIndexType.KEYWORD
            generation = models.IntegerIndexParams(type=number, lookup=False, range=True, enable_hnsw=False)
            for field, schema in (
                ("article", models.IntegerIndexParams(type=number, lookup=True, range=False)),
                ("added", generation),
                ("removed", generation),
                ("words", models.KeywordIndexParams(type=keyword, on_disk=True, enable_hnsw=False)),
            ):
                self._call(self._client.create_payload_index, collection, field, field_schema=schema, wait=True)
        self.mark(collection, marker)

    def marker(self, collection: str) -> Marker | None:
        """The marker of a collection; None if the collection does not exist or has none."""
        try:
            found = self._call(self._client.retrieve, collection, [_MARKER], with_payload=True)
        except CollectionMissing:
            return None
        payload = found[0].payload if found else {}
        try:
            return Marker(payload["library"], payload["model"], Head(payload["generation"], payload["token"]))
        except KeyError:
            return None

    def mark(self, collection: str, marker: Marker) -> None:
        """Write the marker."""
        head = marker.head
        payload = {
            "library": marker.library, "model": marker.model, "generation": head.generation, "token": head.token,
        }  # fmt: skip
        self._upsert(collection, [models.PointStruct(id=_MARKER, vector={}, payload=payload)])

    # ---- changes ------------------------------------------------------------------------------------------------

    def put(self, collection: str, points: Sequence[Point]) -> None:
        """Store passages; those that are stored already are replaced."""
        for start in range(0, len(points), _AT_ONCE):
            self._upsert(collection, [
                models.PointStruct(
                    id=point.id, vector={_DENSE: point.vector.tolist(), _SPARSE: _sparse(point.values)},
                    payload={"article": point.article, "added": point.added, "words": [*point.values]},
                ) for point in points[start : start + _AT_ONCE]
            ])  # fmt: skip

    def forget(self, collection: str, articles: Sequence[int], generation: int) -> None:
        """Note that a generation removed articles."""
        for start in range(0, len(articles), _AT_ONCE):
            some = models.Filter(must=[_any_of("article", articles[start : start + _AT_ONCE])])
            self._call(
                self._client.set_payload, collection, {"removed": generation}, points=some, wait=True,
            )  # fmt: skip

    def delete(self, collection: str, generation: int) -> None:
        """Delete the points of articles that were removed up to a generation; -1 deletes nothing."""
        if generation < 0:
            return
        gone = models.Filter(must=[_up_to("removed", generation)])
        self._call(self._client.delete, collection, models.FilterSelector(filter=gone), wait=True)

    def _upsert(self, collection: str, points: list[models.PointStruct]) -> None:
        self._call(self._client.upsert, collection, points, wait=True)

    # ---- searching ----------------------------------------------------------------------------------------------

    def propose(
        self, collection: str, generation: int, vector: Floats, near: int, idf: Mapping[str, float], worded: int,
        articles: Sequence[int] | None,
    ) -> tuple[list[int], list[int]]:  # fmt: skip
        """Ids of passages of a generation: about the nearest by vector, and about the best by BM25.

        :param near: number of passages by vector.
        :param idf: stems and their idf.
        :param worded: number of passages by stems.
        :param articles: ids of the articles to search; None searches all.
        """
        among = _at(generation, articles)
        requests = [models.QueryRequest(
            query=vector.tolist(), using=_DENSE, filter=among, limit=near, params=self._params,
        )]  # fmt: skip
        if idf:
            requests.append(models.QueryRequest(query=_sparse(idf), using=_SPARSE, filter=among, limit=worded))
        found = self._call(self._client.query_batch_points, collection, requests)
        ids = [[int(point.id) for point in response.points] for response in found]
        return ids[0], ids[1] if idf else []

    def holding(
        self, collection: str, generation: int, groups: Collection[Collection[str]], idf: Mapping[str, float], k: int,
        articles: Sequence[int] | None,
    ) -> tuple[list[int], int]:  # fmt: skip
        """Ids of passages of a generation that hold all stems of one of the groups, about the k best by BM25, and the
        number of all of them."""
        all_of: list[models.Condition] = [
            models.Filter(must=[_any_of("words", [stem]) for stem in group]) for group in groups
        ]
        among = _at(generation, articles, models.Filter(should=all_of))
        request = models.QueryRequest(query=_sparse(idf), using=_SPARSE, filter=among, limit=k)
        (found,) = self._call(self._client.query_batch_points, collection, [request])
        total = self._call(self._client.count, collection, count_filter=among, exact=True)
        return [int(point.id) for point in found.points], int(total.count)

    # ---- the connection -----------------------------------------------------------------------------------------

    def _connected(self) -> QdrantClient:
        address = self._address
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that a key is sent without TLS
                if address.place == ":memory:":
                    return QdrantClient(":memory:", force_disable_check_same_thread=True)
                if address.is_local:
                    return QdrantClient(path=address.place, force_disable_check_same_thread=True)
                return QdrantClient(
                    url=address.place, port=address.port, prefix=address.prefix, api_key=address.key,
                    timeout=_SECONDS, check_compatibility=False,
                )  # fmt: skip
        except (OSError, RuntimeError, ValueError) as error:
            raise self._unavailable(f"cannot be opened: {error}") from error

    def _check_version(self) -> None:
        version = str(self._call(self._client.info).version)
        numbers = version.split(".")[:2]
        if not all(number.isdecimal() for number in numbers) or tuple(map(int, numbers)) < OLDEST:
            needed = ".".join(map(str, OLDEST))
            raise self._unavailable(f"has version {version}; Quoth needs {needed} or newer. Install a newer one")

    def _call(self, function: Callable[..., _Result], *args: Any, **options: Any) -> _Result:
        """Call the client. What may succeed later is tried again, a few times.

        :raises CollectionMissing: the collection does not exist.
        :raises LibraryUnavailable: the engine is down, or refuses what it was asked.
        """
        reason = ""
        for pause in _PAUSES:
            try:
                with self._turn:
                    return function(*args, **options)
            except ResponseHandlingException as error:
                how = " as Qdrant does" if isinstance(error.source, ValueError) else ""
                reason = f"does not answer{how} ({type(error.source).__name__}). Start it, or check the address"
            except ResourceExhaustedResponse:
                reason = "has too many requests. Ask again later"
            except UnexpectedResponse as error:
                status = error.status_code or 0
                if status in (401, 403):
                    raise self._unavailable(
                        "refuses the key. Set $QDRANT_API_KEY to one that may read and write"
                    ) from error
                if status == 404:
                    raise self._missing() from error
                reason = f"refused a request ({status} {error.reason_phrase}): {self._said(error)}"
                if status < 500 and status != 429:
                    raise self._unavailable(reason) from error
            except ApiException as error:
                raise self._unavailable(f"failed: {type(error).__name__}") from error
            except ValueError as error:
                if "not found" in str(error):  # the local mode
                    raise self._missing() from error
                if self._address.is_local:
                    raise
                reason = f"does not answer as Qdrant does ({type(error).__name__}). Check the address"
            time.sleep(pause)
        raise self._unavailable(reason)

    def _missing(self) -> CollectionMissing:
        self.missing += 1
        return CollectionMissing(
            f"The candidate engine at {self._address} has lost the library's collection. Ask again: a server that may "
            "write to the library fills another one from the articles."
        )

    def _said(self, error: UnexpectedResponse) -> str:
        """What the engine said about an error, without the key."""
        said = error.content.decode("utf-8", "replace")[:300]
        return said.replace(self._address.key, "…") if self._address.key else said

    def _unavailable(self, reason: str) -> LibraryUnavailable:
        return LibraryUnavailable(
            f"The candidate engine at {self._address} {reason}. The articles are unharmed; nothing can be searched "
            "until it works again."
        )


def _at(generation: int, articles: Sequence[int] | None, *further: models.Filter) -> models.Filter:
    """The filter of the points of a generation."""
    among = [] if articles is None else [_any_of("article", articles)]
    return models.Filter(must=[_up_to("added", generation), *among, *further], must_not=[_up_to("removed", generation)])


def _up_to(field: str, generation: int) -> models.FieldCondition:
    return models.FieldCondition(key=field, range=models.Range(lte=generation))


def _any_of(field: str, values: Sequence[int] | Sequence[str]) -> models.FieldCondition:
    return models.FieldCondition(key=field, match=models.MatchAny(any=[*values]))


def _sparse(values: Mapping[str, float]) -> models.SparseVector:
    numbers: dict[int, float] = {}
    for stem, value in values.items():
        number = _number(stem)
        numbers[number] = numbers.get(number, 0.0) + value
    return models.SparseVector(indices=[*numbers], values=[*numbers.values()])


@lru_cache(100_000)
def _number(stem: str) -> int:
    """The dimension of a stem. Two stems may share one: their passages are proposed together, and scored apart."""
    return int.from_bytes(hashlib.blake2b(stem.encode(), digest_size=4).digest(), "big")
