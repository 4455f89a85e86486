"""A library's SQLite file: a few connections that all threads share, consistent reads, and transactions.

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

from quoth.index.errors import (
    LibraryBusy,
    LibraryClosed,
    LibraryDamaged,
    LibraryNotWritable,
    LibraryUnavailable,
    QuothError,
)

from .tables import checksum

Connection = sqlite3.Connection
Failed = sqlite3.DatabaseError
"""SQLite could not do what it was asked."""
_WAIT_SECONDS = 60.0
_CACHE_KB = 8_000
"""Cache of database pages per connection. Holds the upper levels of all tables of a million passages."""
_IDLE = 8
"""Number of connections that stay open between transactions. More are open while more threads read at once."""
_PAGE_BYTES = 16384
"""A passage takes about 3 kB, so that few pages have much unused space."""
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_OTHER = {
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY,
}  # fmt: skip
"""Result codes that say nothing about the file's content."""
_CUT_OFF = sqlite3.SQLITE_IOERR_SHORT_READ


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error means that the file is corrupt, and not that it is in use, or that the disk is full or gone."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)  # without a code: a text is not UTF-8
    return code == _CUT_OFF or code & 0xFF not in _BUSY | _OTHER


class _Lent(threading.local):
    """The connection that this thread uses at present."""

    connection: Connection | None = None


class Database:
    """A SQLite file, safe to use from several threads: a connection belongs to one transaction at a time.

    If the file was replaced by another one, the next transaction uses that.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lent = _Lent()
        self._free = threading.Condition()
        """Guards the attributes below; notified when a transaction ends."""
        self._idle: list[Connection] = []
        """Connections that no thread uses, all to the file ``_identity``."""
        self._identity: tuple[int, int] | None = None
        """Device and inode of the file; None before it was opened."""
        self._transactions = 0
        """Number of transactions that are running, in all threads."""
        self._closed = False

    @property
    def connection(self) -> Connection:
        """The connection of this thread's running transaction."""
        assert self._lent.connection is not None
        return self._lent.connection

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """Lend a connection to this thread. Inside another such block, it is the same connection.

        :raises LibraryClosed: the database was closed.
        :raises LibraryUnavailable: the file was deleted after it was opened.
        """
        if self._lent.connection is not None:
            yield self._lent.connection
            return
        with self._free:
            if self._closed:
                raise LibraryClosed(f"{self.file} was closed. Open the library again.")
            self._transactions += 1
        connection: Connection | None = None
        usable = False
        try:
            self._notice_another_file()
            identity = self._identity
            with self._free:
                connection = self._idle.pop() if self._idle else None
            connection = self._lent.connection = connection or self._connected()
            yield connection
            usable = identity == self._identity or identity is None
        finally:
            self._lent.connection = None
            with self._free:
                if connection is not None and usable and not self._closed and len(self._idle) < _IDLE:
                    self._idle.append(connection)
                elif connection is not None:
                    connection.close()
                self._transactions -= 1
                self._free.notify_all()

    def _notice_another_file(self) -> None:
        """Close the connections to a file that was deleted or replaced since."""
        try:
            status = os.stat(self.file)
        except OSError as error:
            if self._identity is None:
                return
            raise LibraryUnavailable(
                f"{self.file} cannot be opened any more ({error.strerror}). If the library was deleted, add the "
                "articles again; if its drive was disconnected, connect it again."
            ) from error
        identity = status.st_dev, status.st_ino
        with self._free:
            if self._identity not in (None, identity):
                while self._idle:
                    self._idle.pop().close()
            self._identity = identity

    def _connected(self) -> Connection:
        connection = sqlite3.connect(
            self.file, timeout=_WAIT_SECONDS, isolation_level=None,
            check_same_thread=False,  # one thread at a time
        )  # fmt: skip
        try:
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            # otherwise a large article would lock readers out before its commit
            connection.execute("PRAGMA cache_spill = OFF")
            connection.execute("PRAGMA secure_delete = ON")  # deleted text must not stay in the file
            connection.create_function("checksum", -1, checksum, deterministic=True)
            connection.create_function("casefolded", 1, lambda text: text and text.casefold(), deterministic=True)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close all connections, after their running transactions. May be called twice.

        A later use raises LibraryClosed.
        """
        with self._free:
            self._closed = True
            self._free.wait_for(lambda: not self._transactions)
            while self._idle:
                self._idle.pop().close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one consistent snapshot.

        :raises LibraryDamaged: the block raises ValueError, or the file is corrupt.
        :raises LibraryBusy: another process has kept the file locked for a minute.
        :raises LibraryUnavailable: the file cannot be opened or read.
        """
        try:
            with self.lent() as connection:
                connection.execute("BEGIN")
                try:
                    yield connection
                finally:
                    if connection.in_transaction:
                        with suppress(sqlite3.DatabaseError):
                            connection.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            raise self._error(error) from error
        except ValueError as error:
            raise self.damaged(error) from error

    def damaged(self, why: object) -> LibraryDamaged:
        """The error to raise for a damaged database."""
        return LibraryDamaged(
            f"{self.file} is damaged: {why}. Quoth quotes nothing from damaged data. Run `quoth check --repair "
            f"--library {self.file.parent}`, restore the library from a backup, or delete its folder and add the "
            "articles again."
        )

    def _error(self, error: sqlite3.Error) -> QuothError:
        """The error to raise where SQLite failed."""
        if is_damage(error):
            return self.damaged(error)
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
            return LibraryBusy(
                f"Another program has kept {self.file} locked for {_WAIT_SECONDS:.0f} seconds ({error}). Close what "
                "uses it, such as a tool that shows databases or a copy in progress, and try again."
            )
        return LibraryUnavailable(
            f"{self.file} cannot be read at present: {error}.{free_space(self.file.parent)} Nothing was changed. Check "
            "that its drive is connected, that you may read the folder, and how many files are open, and try again."
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write in one transaction: either all changes of the block are stored, or none.

        :raises LibraryNotWritable: the file cannot be written.
        :raises LibraryBusy: another process has kept the file locked for a minute.
        :raises LibraryDamaged: the file is corrupt.
        """
        try:
            with self.lent() as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        except sqlite3.DatabaseError as error:
            if isinstance(error, (sqlite3.DataError, sqlite3.InterfaceError, sqlite3.IntegrityError)):
                raise  # the values are at fault, not the file
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            if code & 0xFF in _OTHER and code != _CUT_OFF:
                raise LibraryNotWritable(
                    f"{self.file} cannot be written: {error}.{free_space(self.file.parent)} Nothing of this step was "
                    "stored, and everything stored before is unchanged. Check the folder's permissions and the free "
                    "space, and try again."
                ) from error
            raise self._error(error) from error

    def copy_to(self, file: Path) -> None:
        """Write a copy of the newest snapshot while others go on reading and writing.

        :raises LibraryNotWritable: the copy cannot be written, for lack of free space or permission.
        """
        part = file.with_name(f"{file.name}.part")
        try:
            with self.lent() as connection, closing(sqlite3.connect(part)) as copy:
                connection.backup(copy)
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
            with self.lent() as connection, other.lent() as source:
                source.backup(connection)
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
