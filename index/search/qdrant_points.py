"""What is stored in a collection of an engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from quoth.index.records import Floats
from quoth.index.storage.rows import Head


class Marker(NamedTuple):
    """Whose collection it is."""

    library: str
    """The token of the library's first generation."""
    model: str
    """The fingerprint of the model."""
    head: Head
    """The generation that it was brought to, or is being brought to."""


class Point(NamedTuple):
    """A passage to store."""

    id: int
    article: int
    added: int
    """The generation that added it."""
    vector: Floats
    values: Mapping[str, float]
    """What each stem contributes to BM25, before it is multiplied with its idf."""
