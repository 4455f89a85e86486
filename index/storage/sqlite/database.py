"""A library's SQLite file: consistent reads and transactions. The only module that imports sqlite3."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from quoth.index.errors import (
    LibraryBusy,
    LibraryDamaged,
    LibraryNotWritable,
    LibraryUnavailable,
    QuothError,
    no_text,
)
from quoth.index.storage import database
from quoth.index.storage.connections import Connections
from quoth.index.storage.database import Row
from quoth.index.storage.disk import free_space
from quoth.index.storage.file_lock import file_lock
from quoth.index.storage.tables import checksum

from .upgrade import UPGRADES

Failed = sqlite3.DatabaseError
"""SQLite could not do what it was asked."""
_WAIT_SECONDS = 60.0
_CACHE_KB = 8_000
"""Cache of database pages per connection. Holds the upper levels of all tables of a million passages."""
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


_IN_LIST = re.compile(r"= ANY\((\?|:\w+)\)")


@lru_cache(256)
def _native(query: str) -> tuple[str, bool]:
    """A query as SQLite understands it, and whether lists are among its parameters."""
    changed = _IN_LIST.sub(r"IN (SELECT value FROM json_each(\1))", query)
    return changed, changed != query


def _value(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list) else value


class Connection(sqlite3.Connection):
    """A connection that takes lists as parameters."""

    identity: tuple[int, int] | None = None
    """Device and inode of the file; None before it was used."""

    def execute(self, query: str, parameters: Any = (), /) -> sqlite3.Cursor:
        native, has_lists = _native(query)
        if has_lists and isinstance(parameters, Mapping):
            parameters = {name: _value(value) for name, value in parameters.items()}
        elif has_lists:
            parameters = [_value(value) for value in parameters]
        return super().execute(native, parameters)

    def stream(self, query: str) -> Iterable[Row]:
        return self.execute(query)

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        for row in rows:
            super().execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)


class SqliteDatabase(database.Database):
    """A SQLite file. If it was replaced by another one, the next transaction uses that.

    :param file: created if absent.
    """

    is_shared = False
    own_tables = ()
    upgrades = UPGRADES

    def __init__(self, file: Path) -> None:
        self.file = file
        self.name = str(file)
        self._connections = Connections(self.name, self._connected, self._is_usable)
        self._was_there = False

    @property
    def connection(self) -> Connection:
        return self._connections.current

    def close(self) -> None:
        self._connections.close()

    def lent(self) -> AbstractContextManager[Connection]:
        """Lend a connection to this thread. Inside another such block, it is the same connection.

        :raises LibraryClosed: the database was closed.
        :raises LibraryUnavailable: the file was deleted after it was opened.
        """
        return self._connections.lent()

    def _identity(self) -> tuple[int, int] | None:
        """Device and inode of the file; None if it was never there.

        :raises LibraryUnavailable: the file was deleted after it was opened.
        """
        try:
            status = os.stat(self.file)
        except OSError as error:
            if not self._was_there:
                return None
            raise LibraryUnavailable(
                f"{self.file} cannot be opened any more ({error.strerror}). If the library was deleted, add the "
                "articles again; if its drive was disconnected, connect it again."
            ) from error
        self._was_there = True
        return status.st_dev, status.st_ino

    def _is_usable(self, connection: Connection) -> bool:
        """Whether a connection leads to the file that is there now."""
        try:
            now = self._identity()
        except LibraryUnavailable:
            return False
        connection.identity = connection.identity or now
        return connection.identity == now

    def _connected(self) -> Connection:
        identity = self._identity()
        connection = sqlite3.connect(
            self.file, timeout=_WAIT_SECONDS, isolation_level=None, factory=Connection,
            check_same_thread=False,  # one thread at a time
        )  # fmt: skip
        connection.identity = identity
        try:
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            # otherwise a large article would lock readers out before its commit
            connection.execute("PRAGMA cache_spill = OFF")
            connection.execute("PRAGMA secure_delete = ON")  # deleted text must not stay in the file
            connection.create_function("checksum", -1, checksum, deterministic=True)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
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
        except UnicodeEncodeError as error:
            raise no_text(error) from error
        except ValueError as error:
            raise self.damaged(error) from error

    def damaged(self, why: object) -> LibraryDamaged:
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

    def lock(self, name: str, waiting: Callable[[], None], seconds: float) -> AbstractContextManager[None]:
        return file_lock(self.file.with_name(f"{name}.lock"), waiting, seconds)

    def tables(self) -> set[str]:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        return {row[0] for row in self.connection.execute(query)}

    def create(self, statements: Sequence[str]) -> None:
        for statement in statements:
            self.connection.execute(statement)

    def upgrade(self, before: str, run: Callable[[], None]) -> None:
        """Bring the library to the next format, and keep a copy of the older one beside it."""
        copy = self.file.with_name(f"{self.file.name}.format-{before}")
        try:
            with self.writing(), closing(self._connected()) as source:  # others that upgrade it wait
                if not copy.exists():
                    _copy(source, copy)
            with self.lent() as connection:
                # otherwise dropping a table would delete the rows that refer to it
                connection.execute("PRAGMA foreign_keys = OFF")
                try:
                    run()
                finally:
                    connection.execute("PRAGMA foreign_keys = ON")
        except LibraryNotWritable as error:
            raise LibraryNotWritable(
                f"{self.file} was written by an older version of Quoth (format {before}) and must be upgraded. This "
                f"needs permission to write in its folder, and as much free space as the file takes: {error}"
            ) from error

    def last_ids(self) -> dict[str, int]:
        return dict(self.connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def keep_ids(self, last: Mapping[str, int]) -> None:
        for name, seq in last.items():
            changed = self.connection.execute(
                "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (seq, name)
            )
            if not changed.rowcount:
                self.connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, seq))

    def now(self) -> float:
        return time.time()

    def faults(self) -> list[str]:
        with self.reading() as connection:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            return (
                problems if problems != ["ok"] else [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
            )

    def bytes_elsewhere(self) -> int:
        return 0

    def copy_to(self, file: Path) -> None:
        with self.lent() as connection:
            _copy(connection, file)

    def overwrite(self, other: database.Database) -> None:
        assert isinstance(other, SqliteDatabase)
        try:
            with self.lent() as connection, other.lent() as source:
                source.backup(connection)
        except sqlite3.Error as error:
            raise LibraryNotWritable(
                f"{self.file} cannot be written: {error}.{free_space(self.file.parent)} The library is unchanged."
            ) from error


def _copy(connection: Connection, file: Path) -> None:
    """Copy a database to a file.

    :raises LibraryNotWritable: the copy cannot be written, for lack of free space or permission.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        with closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
        os.replace(part, file)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise LibraryNotWritable(f"{file} cannot be written: {error}.{free_space(file.parent)}") from error
