"""Where libraries are: in a folder, or in the database of a server with a local folder for what is derived from it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Protocol

from quoth.index.errors import LibraryUnavailable

from .sqlite.location import Folder
from .store import Store

_ADDRESS = re.compile(r"postgres(?:ql)?://")
_LIKE_AN_ADDRESS = re.compile(r"postgres(?:ql)?[+\w]*:", re.IGNORECASE)
"""What nobody means as a folder; it may hold a password."""


class Location(Protocol):
    """Where one library is."""

    name: str
    """How messages and commands name it; without a password."""
    full_name: str
    """Its absolute path, or its address without a password: for messages that it is not there."""
    where: str
    """What ``locate`` finds it by, from any working directory."""
    database: str
    """How ``check`` names its database."""
    folder: Path
    """The local folder for its indexes and for the files that were given to it."""

    def exists(self) -> bool:
        """Whether there is a library."""

    def identity(self) -> object:
        """What differs if another library takes its place; None if that cannot be known without opening it."""

    def open(self) -> Store:
        """Open the library's database; see ``Store`` for the errors. The folder must exist."""

    def salvage(self) -> tuple[int, list[str], str]:
        """Move what is intact to a new database, and keep the old one.

        :returns: number of articles that were moved, the files of the others, and where the old database is.
        :raises LibraryDamaged: nothing can be moved.
        """


def locate(library: str | os.PathLike[str]) -> Location:
    """Where a library is.

    :param library: its folder, or the address of a PostgreSQL database.
    """
    if isinstance(library, str) and _ADDRESS.match(library):
        try:
            from .postgres.location import Server
        except ImportError as error:
            raise LibraryUnavailable(
                "A library in PostgreSQL needs the package psycopg, which is not installed. Install it with "
                "`pip install 'quoth[postgres]'`."
            ) from error
        return Server(library)
    if isinstance(library, str) and _LIKE_AN_ADDRESS.match(library):
        raise LibraryUnavailable(
            "The library's address is malformed. Write it as postgresql://user@host:5432/database."
        )
    return Folder(Path(library))
