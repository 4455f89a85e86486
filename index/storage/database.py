"""A library's SQLite file: connections, complete states to read, steps that are stored whole or not at all.
The only module that imports sqlite3."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from quoth.index.errors import LibraryDamaged, LibraryNotWritable

from .rows import checksum

Connection = sqlite3.Connection
NotReadable = sqlite3.DatabaseError
"""What is there cannot be what was written."""
_WAIT_SECONDS = 60.0
_CACHE_KB = 16_000
"""Of database pages, for each thread: room for the upper levels of all tables of a million passages."""
_PAGE_BYTES = 16384
"""Of the database; a passage takes some 3 kB, so that few pages are left with much room."""


class Database:
    """Every thread gets a connection of its own."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._local = threading.local()

    @property
    def connection(self) -> Connection:
        """This thread's."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.file, timeout=_WAIT_SECONDS, isolation_level=None)
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            # or a large article would lock readers out before its commit
            connection.execute("PRAGMA cache_spill = OFF")
            connection.execute("PRAGMA secure_delete = ON")  # what was forgotten is not to be found in the file
            connection.create_function("checksum", -1, checksum, deterministic=True)
            connection.create_function("casefolded", 1, lambda text: text and text.casefold(), deterministic=True)
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            del self._local.connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent state for all that is read inside."""
        connection: Connection | None = None
        try:
            connection = self.connection
            connection.execute("BEGIN")
            yield connection
        except (sqlite3.DatabaseError, ValueError) as error:  # ValueError: what was read cannot be what was written
            raise self.damaged(error) from error
        finally:
            if connection is not None and connection.in_transaction:
                with suppress(sqlite3.DatabaseError):
                    connection.execute("ROLLBACK")

    def damaged(self, why: object) -> LibraryDamaged:
        """The error that says so."""
        return LibraryDamaged(
            f"{self.file} is damaged: {why}. Nothing is quoted from what is damaged. `quoth check --repair --library "
            f"{self.file.parent}` heals what can be healed; or restore it from a backup, or delete its folder and add "
            "the articles again."
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        try:
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            raise LibraryNotWritable(
                f"{self.file} cannot be written: {error}.{room(self.file.parent)} Nothing of this step was stored, "
                "and what was stays as it was; see to the folder's permissions and the free space, and try again."
            ) from error
        except (sqlite3.DatabaseError, ValueError) as error:
            raise self.damaged(error) from error

    def copy_to(self, file: Path) -> None:
        """Write a copy of the database, in its newest state, while others go on reading and writing it.

        :raises LibraryNotWritable: there is no room for it, or no leave.
        """
        part = file.with_name(f"{file.name}.part")
        try:
            with closing(sqlite3.connect(part)) as to:
                self.connection.backup(to)
            os.replace(part, file)
        except (OSError, sqlite3.Error) as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise LibraryNotWritable(f"{file} cannot be written: {error}.{room(file.parent)}") from error

    def overwrite(self, other: Database) -> None:
        """Become what another database is, in one step.

        :raises LibraryNotWritable: there is no room for it, or no leave; this one is as it was then.
        """
        try:
            other.connection.backup(self.connection)
        except sqlite3.Error as error:
            raise LibraryNotWritable(
                f"{self.file} cannot be written: {error}.{room(self.file.parent)} The library is as it was."
            ) from error


def room(folder: Path) -> str:
    """How much room there is, where it may be that there is none."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return ""
    return f" The disk that {folder} lies on has {free / 2**20:,.1f} MB free."
