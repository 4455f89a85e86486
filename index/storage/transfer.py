"""All rows of a library, table by table, to be stored in another database."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from .database import Connection, Row

_TABLES = (
    "meta", "generations", "articles", "sources", "texts", "descriptions", "removals", "layouts", "signatures", "bands",
    "passages", "vectors", "files", "refusals",
)  # fmt: skip
"""Tables, those that others refer to first."""
_AT_ONCE = 2_000


def all_rows(connection: Connection) -> Iterator[tuple[str, list[Row]]]:
    """Yield tables and some of their rows, in an order in which they can be inserted."""
    for table in _TABLES:
        rows = iter(connection.stream(f"SELECT * FROM {table}"))
        while some := list(islice(rows, _AT_ONCE)):
            yield table, some


def delete_all(connection: Connection) -> None:
    """Delete all rows of a library."""
    for table in reversed(_TABLES):
        connection.execute(f"DELETE FROM {table}")
