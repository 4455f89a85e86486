"""A library's rows in PostgreSQL. The only module that imports psycopg.

All tables are in the schema ``quoth`` of one database. A change is stored on the connection that holds the lock for
changes: a process that lost the connection lost the lock, and cannot store anything more.
"""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from psycopg import Connection as Driver
from psycopg import Error, OperationalError, ProgrammingError, conninfo, errors
from psycopg.pq import TransactionStatus
from psycopg.types import string

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
from quoth.index.storage.database import Parameters, Row, Rows, Upgrades
from quoth.index.storage.disk import free_space
from quoth.index.storage.schema import DESCRIPTIONS, TERM_TABLES
from quoth.index.storage.sqlite.database import SqliteDatabase
from quoth.index.storage.store import Store
from quoth.index.storage.transfer import all_rows, delete_all

from .queries import declaration, escaped, native, unescaped

SCHEMA = "quoth"
_OLDEST = 14
"""The oldest major version of PostgreSQL that is supported."""
_WAIT_SECONDS, _PAUSE_SECONDS = 60, 0.1
_KEY = 0x71756F74
"""The first half of the numbers of advisory locks: "quot"."""
_TRANSACTIONS = zlib.crc32(b"transactions") >> 1
"""The second half, which is another number for each lock."""
_SESSION = {
    "search_path": SCHEMA,
    # the locks of a machine that vanished are released after 25 seconds
    "tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3, "tcp_user_timeout": 25_000,
    "idle_in_transaction_session_timeout": "10min",
}  # fmt: skip
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = f"BEGIN; SET LOCAL lock_timeout = '{_WAIT_SECONDS}s'; SELECT pg_advisory_xact_lock({_KEY}, {_TRANSACTIONS})"
_DAMAGE = (errors.DataCorrupted, errors.IndexCorrupted, errors.UndefinedTable, errors.UndefinedColumn)
_VALUES = (errors.DataError, errors.IntegrityError, errors.ProgramLimitExceeded)
_OWN_TABLES = (
    "CREATE TABLE last_ids (name TEXT PRIMARY KEY, id INTEGER NOT NULL)",
    "CREATE TABLE index_files (name TEXT NOT NULL, part INTEGER NOT NULL, content BLOB NOT NULL, "
    "PRIMARY KEY (name, part))",
    *TERM_TABLES,
)
_SAME_RIGHTS = """
DO $$
DECLARE granted record;
BEGIN
    FOR granted IN
        SELECT privilege_type, CASE grantee WHEN 'PUBLIC' THEN grantee ELSE quote_ident(grantee) END AS role
        FROM information_schema.role_table_grants
        WHERE table_schema = 'quoth' AND table_name = 'articles' AND grantee <> current_user
    LOOP
        EXECUTE 'GRANT ' || granted.privilege_type || ' ON descriptions TO ' || granted.role;
    END LOOP;
END $$
"""
"""Whoever may read the articles may read what is known of them."""
_CREATED = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)")
_PORTS = re.compile(r"[\d,]*")
_MOST = 14
"""Maximum number of connections of a process, besides those that hold a lock. A server of PostgreSQL accepts a hundred
by default."""
_FEW = 8
"""Number of rows up to which INSERT is faster than COPY."""
_AT_ONCE = 2_000


class _Text(string.StrDumperUnknown):
    def dump(self, obj: str) -> Any:
        return super().dump(escaped(obj))


class _BinaryText(string.StrBinaryDumper):
    def dump(self, obj: str) -> Any:
        return super().dump(escaped(obj))


class _TextLoader(string.TextLoader):
    def load(self, data: Any) -> Any:
        return unescaped(str(super().load(data)))


class _BinaryTextLoader(string.TextBinaryLoader):
    def load(self, data: Any) -> Any:
        return unescaped(str(super().load(data)))


class Connection:
    """A connection that takes the store's common SQL.

    :param connect: opens a connection of the driver.
    """

    def __init__(self, connect: Callable[[], Driver[Any]]) -> None:
        self._connect = connect
        self._driver = connect()
        self.locks = 0
        """Number of locks that this connection holds. As long as it holds one, it is not replaced by another."""

    def begin(self, statement: str) -> None:
        """Begin a transaction. A connection that was lost while it was idle is replaced by a new one."""
        try:
            self._driver.execute(statement.encode())
        except OperationalError:
            if self.locks or not self._driver.broken:
                raise
            self._driver.close()
            self._driver = self._connect()
            self._driver.execute(statement.encode())

    def end(self, statement: str) -> None:
        self._driver.execute(statement.encode())

    def roll_back(self) -> None:
        with suppress(Error):
            if self._driver.info.transaction_status != TransactionStatus.IDLE:
                self._driver.execute(b"ROLLBACK")

    @property
    def is_usable(self) -> bool:
        return not self._driver.closed and self._driver.info.transaction_status == TransactionStatus.IDLE

    def close(self) -> None:
        self._driver.close()

    def execute(self, query: str, parameters: Parameters = (), /) -> Rows:
        return self._driver.execute(native(query), parameters, binary=True)

    def executemany(self, query: str, parameters: Iterable[Any], /) -> None:
        with self._driver.cursor() as cursor:
            cursor.executemany(native(query), list(parameters))

    def stream(self, query: str) -> Iterator[Row]:
        with self._driver.cursor("stream") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(native(query), binary=True)
            yield from cursor

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        remaining = iter(rows)
        while some := list(islice(remaining, _AT_ONCE)):
            if len(some) <= _FEW:
                marks = ", ".join("?" * len(some[0]))
                self.executemany(f"INSERT INTO {table} VALUES ({marks})", some)
                continue
            with self._driver.cursor() as cursor:
                columns = cursor.execute(native(f"SELECT * FROM {table} LIMIT 0")).description or []
                with cursor.copy(native(f"COPY {table} FROM STDIN (FORMAT BINARY)")) as copy:
                    copy.set_types([column.type_code for column in columns])
                    for row in some:
                        copy.write_row(row)


class PostgresDatabase(database.Database):
    """The schema ``quoth`` of a PostgreSQL database.

    :param address: its address, as in ``postgresql://user@host:5432/database``.
    :raises LibraryUnavailable: the address is malformed, the server cannot be reached or is too old, or it does not
        accept the user.
    """

    is_shared = True
    own_tables = _OWN_TABLES
    upgrades: Upgrades = MappingProxyType({"6": ("7", (declaration(DESCRIPTIONS.create), _SAME_RIGHTS))})

    def __init__(self, address: str) -> None:
        self._options = options_of(address)
        self.name = name_of(self._options)
        self._connections = Connections(self.name, self._new, lambda connection: connection.is_usable, _MOST)
        with self._reported(), self._connections.lent():
            pass

    def _new(self) -> Connection:
        return Connection(self._connected)

    def _connected(self) -> Driver[Any]:
        session = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
        options: dict[str, Any] = {
            "connect_timeout": 5, "application_name": "quoth", "client_encoding": "utf8",
            "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000,
        } | self._options | {"options": f"{self._options.get('options') or ''} {session}".strip()}  # fmt: skip
        driver = Driver.connect(autocommit=True, **options)
        major, encoding = driver.info.server_version // 10_000, driver.info.parameter_status("server_encoding")
        if major < _OLDEST or encoding != "UTF8":
            driver.close()
            what = f"runs PostgreSQL {major}" if major < _OLDEST else f"stores texts as {encoding}"
            raise LibraryUnavailable(
                f"The server of {self.name} {what}; Quoth needs PostgreSQL {_OLDEST} or later and a database with the "
                "encoding UTF8. Create the library in such a database."
            )
        for dumper in (_BinaryText, _Text):  # the one registered last is the default
            driver.adapters.register_dumper(str, dumper)
        for loader in (_TextLoader, _BinaryTextLoader):
            driver.adapters.register_loader("text", loader)
        return driver

    @property
    def connection(self) -> Connection:
        return self._connections.current

    def close(self) -> None:
        self._connections.close()

    # ---- transactions -------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._reported(), self._connections.lent() as connection:
            connection.begin(_READ)
            try:
                yield connection
            finally:
                connection.roll_back()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._reported(writing=True), self._connections.lent() as connection:
            connection.begin(_WRITE)
            try:
                yield connection
                connection.end("COMMIT")
            except BaseException:
                connection.roll_back()
                raise

    @contextmanager
    def lock(self, name: str, waiting: Callable[[], None], seconds: float) -> Iterator[None]:
        with self._reported(writing=True), self._connections.lent(beyond=True) as connection:
            deadline = time.monotonic() + seconds
            key = f"{_KEY}, {zlib.crc32(name.encode()) >> 1}"  # half an unsigned number fits into a signed one
            while not self._took_lock(connection, key):
                if time.monotonic() > deadline:
                    raise LibraryBusy(
                        f"Another process has been changing the library {self.name} for {seconds / 60:.0f} minutes. "
                        "Wait until it is done and try again."
                    )
                waiting()
                time.sleep(_PAUSE_SECONDS)
            connection.locks += 1
            try:
                yield
            finally:
                connection.locks -= 1
                try:
                    connection.end(f"SELECT pg_advisory_unlock({key})")
                except Error:
                    connection.close()  # which releases the lock

    @staticmethod
    def _took_lock(connection: Connection, key: str) -> bool:
        # it may be idle for long; and this replaces a connection that was lost
        connection.begin("SET idle_session_timeout = 0")
        (took,) = connection.execute(f"SELECT pg_try_advisory_lock({key})").fetchone()
        return bool(took)

    @contextmanager
    def _reported(self, *, writing: bool = False) -> Iterator[None]:
        """Raise the driver's errors as Quoth's."""
        try:
            yield
        except _VALUES:
            raise  # the values are at fault
        except Error as error:
            raise self._error(error, writing=writing) from error
        except ValueError as error:
            if writing:
                raise
            raise (no_text(error) if isinstance(error, UnicodeEncodeError) else self.damaged(error)) from error

    def _error(self, error: Error, *, writing: bool) -> QuothError:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        if isinstance(error, _DAMAGE):
            return self.damaged(reason)
        if isinstance(error, errors.LockNotAvailable):
            return LibraryBusy(
                f"Another program has kept {self.name} locked for {_WAIT_SECONDS} seconds. Close what uses it, and try "
                "again."
            )
        if isinstance(error, (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)) and writing:
            return LibraryNotWritable(
                f"{self.name} cannot be written: {reason}. Use a role that may write, or only read: `quoth chat "
                "--read-only`."
            )
        if isinstance(error, errors.DiskFull) or (writing and not isinstance(error, OperationalError)):
            return LibraryNotWritable(
                f"{self.name} cannot be written: {reason}. Nothing of this step was stored, and everything stored "
                "before is unchanged. Check the server, and try again."
            )
        if isinstance(error, errors.InsufficientPrivilege):
            return self._not_allowed(reason)
        stored = " Everything that was reported as stored is stored; repeat the change for the rest." * writing
        return LibraryUnavailable(
            f"{self.name} cannot be used at present: {reason}. Check that the server runs, and the host, the database, "
            f"the user and the password (in the address, PGPASSWORD or ~/.pgpass).{stored}"
        )

    def _not_allowed(self, reason: str) -> LibraryUnavailable:
        return LibraryUnavailable(
            f"{self.name} cannot be read: {reason}. Grant its role USAGE on the schema {SCHEMA} and SELECT on all "
            "tables in it."
        )

    def damaged(self, why: object) -> LibraryDamaged:
        return LibraryDamaged(
            f"{self.name} is damaged: {why}. Quoth quotes nothing from damaged data. Run `quoth check --repair "
            f"--library {self.name}`, or restore the library from a backup."
        )

    # ---- the whole database -------------------------------------------------------------------------------------

    def tables(self) -> set[str]:
        query = "SELECT tablename, has_schema_privilege(schemaname, 'USAGE') FROM pg_tables WHERE schemaname = ?"
        found = dict(self.connection.execute(query, (SCHEMA,)).fetchall())
        if not all(found.values()):
            raise self._not_allowed(f"permission denied for schema {SCHEMA}")
        return set(found)

    def create(self, statements: Sequence[str]) -> None:
        if not self.connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = ?", (SCHEMA,)).fetchone():
            self.connection.execute(f"CREATE SCHEMA {SCHEMA}")
        for statement in statements:
            self.connection.execute(declaration(statement))
        created = [found[1] for statement in statements if (found := _CREATED.match(statement))]
        columns = self.connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = ? AND data_type = 'bytea' AND table_name = ANY(?)",
            (SCHEMA, created),
        ).fetchall()
        for table, column in columns:  # vectors and packed layouts do not become smaller
            self.connection.execute(f"ALTER TABLE {table} ALTER {column} SET STORAGE EXTERNAL")

    def upgrade(self, before: str, run: Callable[[], None]) -> None:
        """Bring the library to the next format. The first server that arrives does so, and others wait for it."""
        run()

    def last_ids(self) -> dict[str, int]:
        return dict(self.connection.execute("SELECT name, id FROM last_ids").fetchall())

    def keep_ids(self, last: Mapping[str, int]) -> None:
        self.connection.executemany(
            "INSERT INTO last_ids VALUES (?, ?) ON CONFLICT (name) DO UPDATE "
            "SET id = greatest(last_ids.id, excluded.id)",
            last.items(),
        )

    def now(self) -> float:
        (seconds,) = self.connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
        return float(seconds)

    def faults(self) -> list[str]:
        """Return nothing: the server checks its own files."""
        return []

    def bytes_elsewhere(self) -> int:
        with self.reading() as connection:
            (size,) = connection.execute(
                "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class AS c JOIN pg_namespace AS n "
                "ON n.oid = relnamespace WHERE nspname = ? AND relkind = 'r'",
                (SCHEMA,),
            ).fetchone()
        return int(size or 0)

    def copy_to(self, file: Path) -> None:
        part = file.with_name(f"{file.name}.part")
        try:
            part.unlink(missing_ok=True)
            copy = SqliteDatabase(part)
            with closing(Store(copy)), self.reading() as connection:
                with copy.writing() as new:
                    delete_all(new)
                    copy.keep_ids(self.last_ids())
                for table, rows in all_rows(connection):
                    with copy.writing() as new:
                        new.insert(table, rows)
            os.replace(part, file)
        except OSError as error:
            raise LibraryNotWritable(f"{file} cannot be written: {error}.{free_space(file.parent)}") from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def overwrite(self, other: database.Database) -> None:
        with self.writing() as connection, other.reading() as source:
            delete_all(connection)
            connection.execute("DELETE FROM index_files")
            for table, rows in all_rows(source):
                connection.insert(table, rows)
            self.keep_ids(other.last_ids())


def options_of(address: str) -> dict[str, Any]:
    """The parts of an address.

    :raises LibraryUnavailable: it is malformed. The message does not repeat it, as it may hold a password.
    """
    try:
        options = {name: value for name, value in conninfo.conninfo_to_dict(address).items() if value is not None}
    except ProgrammingError:
        options = {"host": "@"}
    # a password that holds @ or / ends too early, and its rest would be shown as the host, the port or the database
    if "@" in f"{options.get('host')}{options.get('dbname')}" or not _PORTS.fullmatch(str(options.get("port", ""))):
        raise LibraryUnavailable(
            "The library's address is malformed. Write it as postgresql://user@host:5432/database, and special "
            "characters of the password as %xx."
        )
    return options


def name_of(options: Mapping[str, Any]) -> str:
    """An address without its password."""
    user = f"{quote(options['user'])}@" if options.get("user") else ""
    host, port, database = options.get("host", ""), options.get("port", ""), quote(options.get("dbname", ""))
    if "/" in host:  # the folder of a socket
        return f"postgresql://{user}/{database}?host={host}{port and f'&port={port}'}"
    return f"postgresql://{user}{f'[{host}]' if ':' in host else host}{port and f':{port}'}/{database}"
