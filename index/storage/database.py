"""What a library needs from the database that holds its rows: one protocol, kept by SQLite and by PostgreSQL.

All tables and all queries are written once, in the SQL that both understand, so that the two cannot differ:

- Parameters are ``?`` or ``:name``. A list is a parameter of ``column = ANY(:names)``.
- Types are INTEGER (64 bits), TEXT (compared by bytes), BLOB and REAL.
- Rows are inserted or replaced with ``ON CONFLICT``. Checksums and random tokens are computed in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from quoth.index.errors import LibraryDamaged

Row = Sequence[Any]
Parameters = Sequence[Any] | Mapping[str, Any]
Upgrades = Mapping[str, tuple[str, Sequence[str]]]
"""By format: the next format, and the statements that lead to it."""


class Rows(Protocol):
    """The result of a statement."""

    @property
    def rowcount(self) -> int:
        """Number of rows that a statement changed."""

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection inside a transaction."""

    def execute(self, query: str, parameters: Parameters = (), /) -> Rows: ...

    def executemany(self, query: str, parameters: Iterable[Any], /) -> object: ...

    def stream(self, query: str) -> Iterable[Row]:
        """Rows that need not fit in memory."""

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Insert whole rows, many at once."""


class Database(Protocol):
    """A library's rows, safe to use from several threads."""

    name: str
    """The database as messages name it: its file, or its address without the password."""
    is_shared: bool
    """Whether machines with other local folders use it."""
    own_tables: Sequence[str]
    """Statements that create the tables that this kind of database has beside those of the library."""
    upgrades: Upgrades
    """How to bring libraries of older formats up to date."""

    @property
    def connection(self) -> Connection:
        """The connection of this thread's running transaction."""

    def close(self) -> None:
        """Close all connections, after their running transactions. May be called twice.

        A later use raises LibraryClosed.
        """

    # ---- transactions -------------------------------------------------------------------------------------------

    def reading(self) -> AbstractContextManager[Connection]:
        """Read one consistent snapshot.

        :raises LibraryDamaged: the block raises ValueError, or the database is corrupt.
        :raises LibraryBusy: another process has kept the database locked for a minute.
        :raises LibraryUnavailable: the database cannot be opened or read at present.
        """

    def writing(self) -> AbstractContextManager[Connection]:
        """Write in one transaction: either all changes of the block are stored, or none. Others wait to write.

        :raises LibraryNotWritable: the database cannot be written.
        :raises LibraryUnavailable: the connection to the database was lost.
        :raises LibraryBusy: another process has kept the database locked for a minute.
        :raises LibraryDamaged: the database is corrupt.
        """

    def lock(self, name: str, waiting: Callable[[], None], seconds: float) -> AbstractContextManager[None]:
        """Hold a lock: one thread of one process of one machine at a time.

        Changes of this thread in the block are stored only while the lock is held.

        :param name: "writer" for the lock that changes require, another one for other locks.
        :param waiting: called while others hold it.
        :param seconds: seconds to wait for them.
        :raises LibraryBusy: others have held it for that time.
        """

    # ---- the whole database -------------------------------------------------------------------------------------

    def tables(self) -> set[str]:
        """Names of the tables, in this thread's transaction."""

    def create(self, statements: Sequence[str]) -> None:
        """Create tables and indexes, in this thread's transaction."""

    def upgrade(self, before: str, run: Callable[[], None]) -> None:
        """Bring the library from an older format to the next one.

        :param before: the older format.
        :param run: does it, in one transaction.
        :raises LibraryNotWritable: permission or free space is missing.
        """

    def last_ids(self) -> dict[str, int]:
        """The highest id that was ever used, by table, in this thread's transaction."""

    def keep_ids(self, last: Mapping[str, int]) -> None:
        """Never use ids up to these again."""

    def now(self) -> float:
        """Seconds since 1970, by the clock that all who share the database share. In this thread's transaction."""

    def faults(self) -> list[str]:
        """What the database itself finds wrong with its files."""

    def bytes_elsewhere(self) -> int:
        """Size in bytes of what is stored outside of the library's local folder."""

    def copy_to(self, file: Path) -> None:
        """Write a copy of the newest snapshot to a SQLite file, while others go on reading and writing.

        :raises LibraryNotWritable: the copy cannot be written, for lack of free space or permission.
        """

    def overwrite(self, other: Database) -> None:
        """Take over the content of another database in one step.

        :param other: a SQLite file.
        :raises LibraryNotWritable: this database cannot be written, for lack of free space or permission. It is
            unchanged.
        """

    def damaged(self, why: object) -> LibraryDamaged:
        """The error to raise for a damaged database."""
