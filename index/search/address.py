"""The address of a candidate engine, which is shown without its key."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib.util import find_spec
from urllib.parse import parse_qsl, unquote, urlsplit

from quoth.index.errors import LibraryUnavailable

_NUMBERS = ("shards", "replicas")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a candidate engine is."""

    place: str
    """The URL without key, path and options; or a folder, or ``:memory:``."""
    port: int | None = None
    prefix: str | None = None
    """The path under which a proxy serves the engine."""
    key: str | None = field(default=None, repr=False)
    shards: int | None = None
    """Number of shards of a new collection; the engine's default is one for each of its machines."""
    replicas: int | None = None

    @property
    def is_local(self) -> bool:
        """Whether it is the client's local mode."""
        return "://" not in self.place

    def __str__(self) -> str:
        return self.place + (f"/{self.prefix}" if self.prefix else "")


def parse(text: str) -> Address:
    """The address in a text: ``http://host:6333``, also ``https://key@host/path?shards=6&replicas=2``.

    The key is that of the address, else ``$QDRANT_API_KEY``.

    :raises LibraryUnavailable: it is no address, or qdrant-client is not installed.
    """
    if find_spec("qdrant_client") is None:
        raise LibraryUnavailable("A candidate engine needs qdrant-client. Install it with: pip install 'quoth[qdrant]'")
    if "://" not in text:
        return Address(text)
    try:
        parts = urlsplit(text)
        options = {name: int(number) for name, number in parse_qsl(parts.query, keep_blank_values=True)}
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise _not_an_address() from error
    if parts.scheme not in ("http", "https") or not host or not set(options) <= set(_NUMBERS):
        raise _not_an_address()
    if any(number < 1 for number in options.values()):
        raise _not_an_address()
    port = port or (443 if parts.scheme == "https" else 6333)
    key = unquote(parts.password or parts.username or "") or os.environ.get("QDRANT_API_KEY") or None
    shown = f"[{host}]" if ":" in host else host
    return Address(f"{parts.scheme}://{shown}:{port}", port, parts.path.strip("/") or None, key, **options)


def _not_an_address() -> LibraryUnavailable:
    """The error, without the text, which may hold a key."""
    return LibraryUnavailable(
        "The address of the candidate engine is not understood. Use the form http://host:6333 or https://host, with "
        "?shards=6&replicas=2 for a new collection on several machines."
    )
