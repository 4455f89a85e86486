"""A library's SQLite file: one connection per thread, consistent reads, and transactions.

The only module that imports sqlite3.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from weakref import WeakSet

from quoth.index.errors import LibraryClosed, LibraryDamaged, LibraryNotWritable

from .tables import checksum


class Connection(sqlite3.Connection):
    """A connection that a WeakSet can hold."""


NotReadable = sqlite3.DatabaseError
"""The database file is corrupt."""
_WAIT_SECONDS = 60.0
_CACHE_KB = 16_000
"""Cache of database pages per thread. Holds the upper levels of all tables of a million passages."""
_PAGE_BYTES = 16384
"""A passage takes about 3 kB, so that few pages have much unused space."""


class Database:
    """A SQLite file, safe to use from several threads: each has a connection of its own."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._local = threading.local()
        self._idle = threading.Condition()
        """Guards the attributes below; notified when a transaction ends."""
        self._connections = WeakSet[Connection]()
        """Connections of all threads. A connection is closed when its thread ends."""
        self._transactions = 0
        """Number of transactions that are running, in all threads."""
        self._closed = False

    @property
    def connection(self) -> Connection:
        """This thread's connection.

        :raises LibraryClosed: the database was closed.
        """
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
        return connection

    def _connect(self) -> Connection:
        with self._idle:
            if self._closed:
                raise LibraryClosed(f"{self.file} was closed. Open the library again.")
            connection = sqlite3.connect(
                self.file, timeout=_WAIT_SECONDS, isolation_level=None, factory=Connection,
                check_same_thread=False,  # another thread may close it
            )  # fmt: skip
            self._connections.add(connection)
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        # otherwise a large article would lock readers out before its commit
        connection.execute("PRAGMA cache_spill = OFF")
        connection.execute("PRAGMA secure_delete = ON")  # deleted text must not stay in the file
        connection.create_function("checksum", -1, checksum, deterministic=True)
        connection.create_function("casefolded", 1, lambda text: text and text.casefold(), deterministic=True)
        return connection

    def close(self) -> None:
        """Close the connections of all threads, after their running transactions. May be called twice.

        A later use raises LibraryClosed.
        """
        with self._idle:
            self._closed = True
            self._idle.wait_for(lambda: not self._transactions)
            for connection in self._connections:
                connection.close()
            self._local = threading.local()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Keep ``close`` waiting."""
        with self._idle:
            if self._closed:
                raise LibraryClosed(f"{self.file} was closed. Open the library again.")
            self._transactions += 1
        try:
            yield
        finally:
            with self._idle:
                self._transactions -= 1
                self._idle.notify_all()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one consistent snapshot.

        :raises LibraryDamaged: the block raises ValueError, or SQLite cannot read the file.
        """
        connection: Connection | None = None
        with self._transaction():
            try:
                connection = self.connection
                connection.execute("BEGIN")
                yield connection
            except (sqlite3.DatabaseError, ValueError) as error:
                raise self.damaged(error) from error
            finally:
                if connection is not None and connection.in_transaction:
                    with suppress(sqlite3.DatabaseError):
                        connection.execute("ROLLBACK")

    def damaged(self, why: object) -> LibraryDamaged:
        """The error to raise for a damaged database."""
        return LibraryDamaged(
            f"{self.file} is damaged: {why}. Quoth quotes nothing from damaged data. Run `quoth check --repair "
            f"--library {self.file.parent}`, restore the library from a backup, or delete its folder and add the "
            "articles again."
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write in one transaction: either all changes of the block are stored, or none.

        :raises LibraryNotWritable: the file cannot be written.
        :raises LibraryDamaged: the block raises ValueError, or SQLite cannot read the file.
        """
        with self._transaction():
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
                    f"{self.file} cannot be written: {error}.{free_space(self.file.parent)} Nothing of this step was "
                    "stored, and everything stored before is unchanged. Check the folder's permissions and the free "
                    "space, and try again."
                ) from error
            except (sqlite3.DatabaseError, ValueError) as error:
                raise self.damaged(error) from error

    def copy_to(self, file: Path) -> None:
        """Write a copy of the newest snapshot while others go on reading and writing.

        :raises LibraryNotWritable: the copy cannot be written, for lack of free space or permission.
        """
        part = file.with_name(f"{file.name}.part")
        try:
            with self._transaction(), closing(sqlite3.connect(part)) as copy:
                self.connection.backup(copy)
            os.replace(part, file)
        except (OSError, sqlite3.Error) as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise LibraryNotWritable(f"{file} cannot be written: {error}.{free_space(file.parent)}") from error

    def overwrite(self, other: Database) -> None:
        """Take over the content of another database in one step.

        :raises LibraryNotWritable: the file cannot be written, for lack of free space or permission. It is unchanged.
        """
        try:
            with self._transaction():
                other.connection.backup(self.connection)
        except sqlite3.Error as error:
            raise LibraryNotWritable(
                f"{self.file} cannot be written: {error}.{free_space(self.file.parent)} The library is unchanged."
            ) from error


def free_space(folder: Path) -> str:
    """A sentence with the free space of a folder's disk; empty if unknown."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return ""
    return f" The disk of {folder} has {free / 2**20:,.1f} MB free."
