"""Libraries in PostgreSQL: several servers with local folders of their own, as on several machines; lost connections,
roles, moving in and out, and what is wrong with an address or a database."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoth import Library, ask
from quoth.index.backup import backup, copy, restore
from quoth.index.check import check
from quoth.index.errors import (
    LibraryBusy,
    LibraryDamaged,
    LibraryNotWritable,
    LibraryUnavailable,
    NoArticles,
    SettingsMismatch,
)
from quoth.index.storage.location import locate
from quoth.qa.find import find
from tests.made import write
from tests.postgres import Databases
from tests.words import WordEncoder

psycopg = pytest.importorskip("psycopg")
queries = pytest.importorskip("quoth.index.storage.postgres.queries")

FERRY = "The ferry to Norderney sails at nine. The crossing takes fifty minutes."
LATER = "The ferry to Norderney sails at ten. The crossing takes fifty minutes."
QUAY = "The quay is 90 metres long."
Opener = Callable[..., Library]


@pytest.fixture
def address(postgres: Databases) -> str:
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


def answer(library: Library, question: str = "When does the ferry to Norderney sail?") -> str:
    return ask(question, library=library).quotes[0].text


def name_of(address: str) -> str:
    """The database in an address."""
    return address.rpartition("/")[2].partition("?")[0]


def cut(postgres: Databases, address: str) -> None:
    """End all connections to a database."""
    postgres.run(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name_of(address)}'")


# ---- several servers ------------------------------------------------------------------------------------------------


def test_what_one_server_changes_the_others_show_at_the_next_question(server: Opener, tmp_path: Path) -> None:
    servers = [server(), server(), server()]
    assert len({library.folder for library in servers}) == 3
    ferry = write(tmp_path, "ferry.txt", FERRY)
    servers[0].add([ferry, write(tmp_path, "quay.txt", QUAY)])
    assert [answer(library) for library in servers] == ["The ferry to Norderney sails at nine."] * 3
    ferry.write_text(LATER, "utf-8")
    servers[1].add(ferry)
    assert [answer(library) for library in servers] == ["The ferry to Norderney sails at ten."] * 3
    servers[2].remove(ferry)
    assert [answer(library) for library in servers] == [QUAY] * 3
    assert [[entry.id for entry in library.catalogue()] for library in servers] == [[2]] * 3


def test_a_question_that_began_before_a_change_sees_the_articles_of_then(server: Opener, tmp_path: Path) -> None:
    writing, asking = server(), server()
    ferry = write(tmp_path, "ferry.txt", FERRY)
    writing.add(ferry)
    snapshot = asking.snapshot()
    scored = snapshot.search("ferry", snapshot.encode("ferry"), 5)
    ferry.write_text(LATER, "utf-8")
    writing.add(ferry)
    assert [candidate.stored.passage.text for candidate in snapshot.load(scored)] == [FERRY]
    assert asking.retrieve("ferry")[0].passage.text == LATER


def test_an_index_of_an_older_generation_gets_the_articles_of_that_generation(server: Opener, tmp_path: Path) -> None:
    writing, asking = server(), server()
    ferry = write(tmp_path, "ferry.txt", FERRY)
    writing.add([ferry, write(tmp_path, "quay.txt", QUAY)])
    before = asking._store.head().generation
    ferry.write_text(LATER, "utf-8")
    writing.add(ferry)
    writing.add(write(tmp_path, "lamp.txt", "The lamp is red."))
    after = asking._store.head().generation
    assert [article.id for article in asking._store.added(-1, before)] == [1, 2]
    assert [article.id for article in asking._store.added(before, after)] == [3, 4]
    assert [article.id for article in asking._store.added(-1, after)] == [2, 3, 4]


def test_a_writer_waits_for_a_writer_on_another_machine_and_says_so(server: Opener, tmp_path: Path) -> None:
    first, second = server(), server()
    ferry, waiting = write(tmp_path, "ferry.txt", FERRY), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with first.changing():
            adding = pool.submit(second.add, ferry, progress=lambda now: waiting.set() if now.waiting else None)
            assert waiting.wait(30)
            assert first.catalogue() == []
        assert len(adding.result(30).added) == 1
    with (
        first.changing(),
        pytest.raises(LibraryBusy, match="Another process has been changing the library"),
    ):
        second._writer.lock(seconds=0).__enter__()


def test_a_writer_whose_connection_is_cut_cannot_store_anything_more(
    server: Opener, postgres: Databases, address: str, tmp_path: Path
) -> None:
    cut_off, other = server(), server()
    cut_off.add(write(tmp_path, "ferry.txt", FERRY))
    waited: list[bool] = []
    quay = write(tmp_path, "quay.txt", QUAY)
    with pytest.raises(LibraryUnavailable, match=r"cannot be used at present.*repeat the change"), cut_off.changing():  # noqa: PT012
        cut(postgres, address)
        other.add(quay, progress=lambda now: waited.append(now.waiting))
        cut_off._store.replace([], [1])
    assert not any(waited)  # the lock was free
    assert [entry.id for entry in cut_off.catalogue()] == [1, 2]
    assert len(cut_off.remove(quay).removed) == 1


def test_lost_connections_are_replaced(server: Opener, postgres: Databases, address: str, tmp_path: Path) -> None:
    library = server()
    library.add(write(tmp_path, "ferry.txt", FERRY))
    with ThreadPoolExecutor(4) as pool:
        for _ in range(2):
            assert {*pool.map(answer, [library] * 8)} == {"The ferry to Norderney sails at nine."}
            cut(postgres, address)
    assert len(library.add(write(tmp_path, "quay.txt", QUAY)).added) == 1


def test_a_server_says_that_the_database_is_away_and_answers_when_it_is_back(server: Opener, tmp_path: Path) -> None:
    database = Databases(tmp_path / "database", durable=True)
    try:
        library = server(database.new())
        library.add(write(tmp_path, "ferry.txt", FERRY))
        quay = write(tmp_path, "quay.txt", QUAY)
        for _ in range(2):
            database.kill()
            for do in (answer, Library.status, Library.catalogue, lambda library: library.add(quay)):
                with pytest.raises(LibraryUnavailable, match=r"^postgresql://\S+ cannot be used at present: .* Check"):
                    do(library)
            database.start()
            assert answer(library) == "The ferry to Norderney sails at nine."
        assert len(library.add(quay).added) == 1
    finally:
        database.stop()


def test_servers_that_start_at_once_create_one_library(
    postgres: Databases, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_HOME", str(tmp_path))
    start = threading.Barrier(8)

    def opened(_: int) -> None:
        start.wait()
        Library(address, encoder=WordEncoder()).close()

    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(opened, range(8))] == [None] * 8
    assert postgres.run("SELECT count(*) FROM quoth.generations", name_of(address)) == [(1,)]


@pytest.mark.every_store
def test_an_upgrade_runs_once_while_others_wait(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library(place, encoder=WordEncoder()) as library:
        library._store.set_settings({"format": "made up"})
        steps = ("CREATE TABLE steps (step INTEGER)", "INSERT INTO steps VALUES (1)")
        monkeypatch.setattr(type(library._store.database), "upgrades", {"made up": ("6", steps)})
        start = threading.Barrier(8)

        def opened(_: int) -> None:
            start.wait()
            Library(place, encoder=WordEncoder()).close()

        with ThreadPoolExecutor(8) as pool:
            assert [*pool.map(opened, range(8))] == [None] * 8
        with library._store.database.reading() as connection:
            assert [*connection.execute("SELECT step FROM steps")] == [(1,)]


# ---- roles ----------------------------------------------------------------------------------------------------------

_ROLES = itertools.count(1)


def role(postgres: Databases, address: str, *rights: str) -> str:
    """The address of a database for a new role with some rights."""
    name = f"role{next(_ROLES)}"
    postgres.run(f"CREATE ROLE {name} LOGIN")
    for right in rights:
        postgres.run(f"GRANT {right} TO {name}", name_of(address))
    return postgres.address(name_of(address), name)


def test_a_read_only_server_needs_a_read_only_role(
    server: Opener, postgres: Databases, address: str, tmp_path: Path
) -> None:
    writing, ferry = server(), write(tmp_path, "ferry.txt", FERRY)
    writing.add(ferry)
    reader = role(postgres, address, "USAGE ON SCHEMA quoth", "SELECT ON ALL TABLES IN SCHEMA quoth")
    reading = server(reader)
    assert answer(reading) == "The ferry to Norderney sails at nine."
    assert find("crossing", library=reading).total == 1
    assert reading.status().articles == 1
    assert check(reader, encoder=WordEncoder()) == ()
    quay = write(tmp_path, "quay.txt", QUAY)
    for change in (lambda: reading.add(quay), lambda: reading.remove(ferry), lambda: reading.add(tmp_path)):
        with pytest.raises(LibraryNotWritable, match=r"cannot be written: permission denied .*Use a role that"):
            change()
    writing.add(quay)
    assert len(reading.catalogue()) == 2


def test_a_writing_server_needs_a_role_that_may_change_rows(
    server: Opener, postgres: Databases, address: str, tmp_path: Path
) -> None:
    server()
    rows = "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA quoth"
    library = server(role(postgres, address, "USAGE ON SCHEMA quoth", rows))
    ferry = write(tmp_path, "ferry.txt", "\n\n".join([FERRY * 20] * 20))
    assert len(library.add(ferry).added) == len(library.remove(ferry).removed) == 1


def test_a_role_without_rights_is_told_which_it_needs(server: Opener, postgres: Databases, address: str) -> None:
    with pytest.raises(LibraryNotWritable, match="permission denied for database"):
        server(role(postgres, address))
    server()
    for rights in ([], ["USAGE ON SCHEMA quoth"]):
        with pytest.raises(LibraryUnavailable, match=r"permission denied for \w+ \w+. Grant its role USAGE on the"):
            server(role(postgres, address, *rights))


# ---- texts ----------------------------------------------------------------------------------------------------------


@given(st.text(st.sampled_from("\0\ufdd001a")) | st.text())
def test_any_text_survives_being_stored(text: str) -> None:
    assert "\0" not in queries.escaped(text)
    assert queries.unescaped(queries.escaped(text)) == text


def test_characters_that_postgresql_cannot_hold_survive(server: Opener, tmp_path: Path) -> None:
    text = "The ferry\0 to \ufdd0\ufdd00 Norderney sails at \ufdd01 nine.\r\nIt is \U0001f6a2 red."
    library = server()
    file = write(tmp_path, "a\ufdd0.jsonl", b'{"text": "It is red.", "title": "The \\ufdd0 lamp", "id": 1}\n')
    library.add([file, write(tmp_path, "b.txt", QUAY)])
    entry = next(entry for entry in library.catalogue() if entry.title != "b")
    assert (entry.title, entry.source) == ("The \ufdd0 lamp", f"{file}#1")
    with library._store.database.writing() as connection:
        for rows in ([(f"first{n}", text) for n in range(3)], [(f"more{n}", text) for n in range(30)]):
            connection.insert("meta", rows)
        found = connection.execute("SELECT value FROM meta WHERE value = ? AND key LIKE '%e%'", (text,)).fetchall()
        assert found == [(text,)] * 30
        assert connection.execute("SELECT value FROM meta WHERE key = 'first1'").fetchone() == (text,)
        assert [row[1] for row in connection.stream("SELECT * FROM meta")].count(text) == 33


# ---- moving in and out ----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A library in a folder, with an article from its folder and without one that had the highest ids."""
    with Library(tmp_path / "library", encoder=WordEncoder()) as library:
        (library.folder / "added").mkdir()
        ferry = write(library.folder / "added", "ferry.txt", FERRY)
        lamp = write(tmp_path, "lamp.txt", "The lamp is red.")
        library.add([write(tmp_path, "quay.txt", QUAY), ferry, lamp])
        library.remove(lamp)
    return str(tmp_path / "library")


def quotes(library: Library) -> list[tuple[object, ...]]:
    asked = ("When does the ferry to Norderney sail?", "How long is the quay?")
    return [
        (quote.text, quote.start, quote.end, quote.article.id, quote.passage and quote.passage.id)
        for question in asked
        for quote in ask(question, library=library).quotes
    ]


def test_a_library_is_copied_to_a_database_and_back(server: Opener, address: str, folder: str, tmp_path: Path) -> None:
    with Library(folder, encoder=WordEncoder()) as original:
        before = quotes(original)
    library = server()
    assert copy(folder, address) == 2
    assert quotes(library) == before
    assert library.article_from(str(library.folder / "added" / "ferry.txt")) == library.article(2)
    lamp = write(tmp_path, "lamp.txt", "The lamp is green.")
    library.add(lamp)
    assert [(entry.id, entry.source) for entry in library.catalogue()] == [
        (1, str(tmp_path / "quay.txt")), (2, str(library.folder / "added" / "ferry.txt")), (4, str(lamp)),
    ]  # fmt: skip
    library.remove(lamp)
    assert copy(address, tmp_path / "back") == 2
    with Library(tmp_path / "back", encoder=WordEncoder()) as back:
        assert quotes(back) == before
        assert answer(back, "What colour is the lamp?") != "The lamp is green."
        back.add(lamp)
        assert [entry.id for entry in back.catalogue()] == [1, 2, 5]
        assert back.article_from(str(tmp_path / "back" / "added" / "ferry.txt")) == back.article(2)
    for place in (address, tmp_path / "back"):
        assert check(place, encoder=WordEncoder()) == ()


def test_a_copy_replaces_no_articles(server: Opener, address: str, folder: str, tmp_path: Path) -> None:
    library = server()
    library.add(tmp_path / "lamp.txt")
    with pytest.raises(LibraryNotWritable, match="already holds 1 articles; nothing was copied"):
        copy(folder, address)
    with pytest.raises(LibraryNotWritable, match="already holds 2 articles; nothing was copied"):
        copy(address, folder)
    assert [entry.source for entry in library.catalogue()] == [str(tmp_path / "lamp.txt")]


def test_a_backup_of_one_kind_is_restored_to_the_other(
    server: Opener, address: str, folder: str, tmp_path: Path
) -> None:
    with Library(folder, encoder=WordEncoder()) as original:
        before = quotes(original)
        library = server()
        library.add(tmp_path / "lamp.txt")
        assert answer(library, "What colour is the lamp?") == "The lamp is red."
        assert backup(folder, tmp_path / "backup.zip") == restore(tmp_path / "backup.zip", address) == 2
        assert quotes(library) == before
        assert library.file_of(library.articles()[1]) == library.folder / "added" / "ferry.txt"
        library.add(tmp_path / "lamp.txt")
        assert backup(address, tmp_path / "backup.zip") == restore(tmp_path / "backup.zip", folder) == 3
        assert [article.id for article in original.articles()] == [article.id for article in library.articles()]
        assert quotes(original) == quotes(library)
    assert check(folder, encoder=WordEncoder()) == check(address, encoder=WordEncoder()) == ()


# ---- what is wrong with an address or a database --------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann:sesame%zz@localhost/library",
        "postgresql://ann:open@sesame@localhost/library",
        "postgresql://ann:open/sesame@localhost/library",
        "postgresql://ann:open/se/same@localhost/library",
        "postgresql://localhost:port/library?password=sesame",
        "postgresql://localhost/library?passwort=sesame",
    ],
)
def test_a_malformed_address_is_not_repeated(address: str) -> None:
    with pytest.raises(LibraryUnavailable) as raised:
        Library(address)
    assert str(raised.value) == (
        "The library's address is malformed. Write it as postgresql://user@host:5432/database, and special characters "
        "of the password as %xx."
    )
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("postgresql://ann:sesame@[::1]:1/library", "postgresql://ann@[::1]:1/library"),
        ("postgres://ann@/library?password=sesame&host=/nowhere", "postgresql://ann@/library?host=/nowhere"),
        ("postgresql://ann%40b:%40sesame@localhost:1/a%20b", "postgresql://ann%40b@localhost:1/a%20b"),
    ],
)
def test_a_library_is_named_by_its_address_without_the_password(address: str, name: str) -> None:
    assert locate(address).name == name == locate(name).name
    with pytest.raises(LibraryUnavailable, match="cannot be used at present") as raised:
        Library(address)
    assert str(raised.value).startswith(f"{name} cannot be used at present: connection")
    assert "sesame" not in f"{raised.value} {locate(address)!r}"


def test_a_password_is_needed_and_never_shown(
    server: Opener, postgres: Databases, address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server()
    reader = role(postgres, address, "USAGE ON SCHEMA quoth", "SELECT ON ALL TABLES IN SCHEMA quoth")
    user = reader.removeprefix("postgresql://").partition("@")[0]
    postgres.require_password(user, "open sesame")
    right, wrong = (reader.replace(f"{user}@", f"{user}:{word}@") for word in ("open%20sesame", "sesam%20wrong"))
    for place, why in ((reader, "no password supplied"), (wrong, "password authentication failed")):
        with pytest.raises(LibraryUnavailable, match=f"cannot be used at present: .*{why}") as raised:
            server(place)
        assert "sesam" not in str(raised.value)
    library = server(right)
    shown = f"{library!r} {library.name} {library.folder} {library.status()} {library._store.database!r} {caplog.text}"
    assert "sesam" not in shown
    monkeypatch.setenv("PGPASSWORD", "open sesame")
    assert server(reader).status().articles == 0


def test_a_wrong_database_is_named(server: Opener, postgres: Databases) -> None:
    with pytest.raises(LibraryUnavailable, match=r'database "nothing" does not exist.*Check that the server runs'):
        server(postgres.address("nothing"))
    for use in (check, lambda place: backup(place, "backup.zip"), lambda place: copy(place, "copy")):
        with pytest.raises(LibraryUnavailable, match='database "nothing" does not exist'):
            use(postgres.address("nothing"))


def test_a_database_without_a_library_is_not_changed_by_reading(postgres: Databases, address: str) -> None:
    for use in (check, lambda place: backup(place, "backup.zip"), lambda place: copy(place, "copy")):
        with pytest.raises(NoArticles, match="There is no library in postgresql://"):
            use(address)
    assert postgres.run("SELECT 1 FROM pg_namespace WHERE nspname = 'quoth'", name_of(address)) == []


def test_a_database_of_another_encoding_is_refused(server: Opener, postgres: Databases) -> None:
    postgres.run("CREATE DATABASE ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    with pytest.raises(LibraryUnavailable, match="stores texts as SQL_ASCII; Quoth needs PostgreSQL 14 or later"):
        server(postgres.address("ascii"))


def test_an_older_server_is_refused(server: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quoth.index.storage.postgres.database._OLDEST", 99)
    with pytest.raises(LibraryUnavailable, match=r"runs PostgreSQL \d+; Quoth needs PostgreSQL 99 or later"):
        server()


def test_tables_of_another_program_are_not_touched(server: Opener, postgres: Databases, address: str) -> None:
    postgres.run("CREATE SCHEMA quoth CREATE TABLE boats (name TEXT)", name_of(address))
    with pytest.raises(LibraryDamaged, match=r"is not a Quoth library: it has other tables \(boats\)"):
        server()
    assert postgres.run("SELECT tablename FROM pg_tables WHERE schemaname = 'quoth'", name_of(address)) == [("boats",)]


def test_another_model_is_refused(server: Opener, address: str, tmp_path: Path) -> None:
    server().add(write(tmp_path, "ferry.txt", FERRY))
    with pytest.raises(SettingsMismatch, match=r"The library in postgresql://\S+ was built with the model words-64"):
        Library(address, model="another")


@pytest.mark.parametrize("table", ["passages", "vectors", "texts", "sources"])
def test_a_row_that_was_deleted_by_hand_is_damage(
    server: Opener, postgres: Databases, address: str, tmp_path: Path, table: str
) -> None:
    server().add(write(tmp_path, "ferry.txt", FERRY))
    postgres.run(f"DELETE FROM quoth.{table}", name_of(address))
    with pytest.raises(LibraryDamaged, match=r"is damaged: .* missing. Quoth quotes nothing from damaged data"):
        answer(server())
    assert "missing" in check(address, encoder=WordEncoder())[0].what


def test_a_missing_driver_is_named() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from quoth import Library; from quoth.index.errors import QuothError\n"
        "try: Library('postgresql://ann:sesame@localhost/library')\n"
        "except QuothError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'quoth[postgres]'" in done.stdout
    assert "sesame" not in done.stdout + done.stderr
