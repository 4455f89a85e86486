"""Libraries whose candidates come from files, from the local mode of Qdrant's client, or from Qdrant's own core."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qdrant_client import QdrantClient

from quoth import Library
from quoth.index.search.address import Address
from quoth.index.search.engine import Engine
from quoth.index.search.qdrant import Qdrant
from tests.edge import EdgeClient
from tests.words import WordEncoder

ADDRESS = Address("http://engine:6333")
CLIENTS: dict[str, Callable[[], Any]] = {"local": lambda: QdrantClient(":memory:"), "core": EdgeClient}


def opened(place: str | Path, client: Any = None) -> Library:
    """A library that is searched in an engine, or in its files without one.

    :param client: the engine's client. Several libraries may share it, as they share a server.
    """
    if client is None:
        return Library(place, encoder=WordEncoder())
    library = Library(place, encoder=WordEncoder(), candidates=":memory:")
    engine = engine_of(library)
    is_server = isinstance(client, EdgeClient)  # the local mode warns about payload indexes
    engine.address = ADDRESS if is_server else engine.address
    engine._connection = Qdrant(engine.address, client)
    return library


def engine_of(library: Library) -> Engine:
    assert library._engine is not None
    return library._engine


def collection_of(library: Library) -> str:
    """The name of the collection that a library is searched in."""
    from quoth.index.storage import terms

    applied = terms.applied(library._store)
    assert applied is not None
    return applied.collection
