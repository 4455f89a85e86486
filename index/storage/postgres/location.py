"""A library in the database of a server, with a local folder for what is derived from it."""

from __future__ import annotations

import os
import re
from contextlib import closing
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from quoth.index.errors import LibraryDamaged
from quoth.index.storage.store import Store

from .database import PostgresDatabase, name_of, options_of


class Server:
    """The address of a library's database; see ``Location``.

    The local folder is in ``$QUOTH_HOME`` if it is set, else in this user's data folder.

    :raises LibraryUnavailable: the address is malformed.
    """

    def __init__(self, address: str) -> None:
        options = options_of(address)
        self.name = self.full_name = name_of(options)
        self.where = address
        self.database = self.name
        home = os.environ.get("QUOTH_HOME") or user_data_path("quoth", appauthor=False)
        self.folder = Path(home) / _folder(options)

    def exists(self) -> bool:
        with closing(PostgresDatabase(self.where)) as database, database.reading():
            return bool(database.tables())

    def identity(self) -> object:
        return None

    def open(self) -> Store:
        return Store(PostgresDatabase(self.where))

    def salvage(self) -> tuple[int, list[str], str]:
        raise LibraryDamaged("Restore the database from its backup")


def _folder(options: dict[str, Any]) -> str:
    """The name of the local folder of a library: its server, port and database."""
    user = options.get("user") or os.environ.get("PGUSER") or "default"
    parts = (
        options.get("host") or os.environ.get("PGHOST") or "localhost",
        options.get("port") or os.environ.get("PGPORT") or 5432,
        options.get("dbname") or os.environ.get("PGDATABASE") or user,
    )
    return "-".join(re.sub(r"[^\w.]+", "-", str(part)).strip("-") for part in parts)
