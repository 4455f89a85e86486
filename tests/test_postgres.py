"""Several servers with one library in PostgreSQL: each has a local folder of its own, as on machines of their own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quoth import Library
from quoth.index.errors import (
    LibraryBusy,
    LibraryUnavailable,
)
from quoth.index.storage.schema import FORMAT
from tests.made import write
from tests.postgres import Databases, Opener, answer, database_in
from tests.words import WordEncoder

FERRY = "The ferry to Norderney sails at nine. The crossing takes fifty minutes."
LATER = "The ferry to Norderney sails at ten. The crossing takes fifty minutes."
QUAY = "The quay is 90 metres long."


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
        postgres.cut(address)
        other.add(quay, progress=lambda now: waited.append(now.waiting))
        cut_off._store.replace([], [1])
    assert not any(waited)  # the lock was free
    assert [entry.id for entry in cut_off.catalogue()] == [1, 2]
    assert len(cut_off.remove(quay).removed) == 1


def test_a_writer_keeps_the_lock_although_the_database_ends_idle_connections(
    server: Opener, postgres: Databases, address: str, tmp_path: Path
) -> None:
    postgres.run(f"ALTER DATABASE {database_in(address)} SET idle_session_timeout = 50")
    writing, asking = server(), server()
    writing.add(write(tmp_path, "ferry.txt", FERRY))
    with writing.changing():
        idle = "SELECT 1 FROM pg_stat_activity WHERE datname = '{}' AND state_change < now() - interval '0.3 s'"
        while not postgres.run(idle.format(database_in(address))):  # for longer than it may
            assert asking.catalogue()
        writing._store.replace([], [1])
    assert asking.catalogue() == []


def test_lost_connections_are_replaced(server: Opener, postgres: Databases, address: str, tmp_path: Path) -> None:
    library = server()
    library.add(write(tmp_path, "ferry.txt", FERRY))
    with ThreadPoolExecutor(4) as pool:
        for _ in range(2):
            assert {*pool.map(answer, [library] * 8)} == {"The ferry to Norderney sails at nine."}
            postgres.cut(address)
    assert len(library.add(write(tmp_path, "quay.txt", QUAY)).added) == 1


def test_many_questions_at_once_share_few_connections(
    server: Opener, postgres: Databases, address: str, tmp_path: Path
) -> None:
    postgres.run("CREATE ROLE busy LOGIN CONNECTION LIMIT 16")
    postgres.run(f"GRANT CREATE ON DATABASE {database_in(address)} TO busy")
    library = server(postgres.address(database_in(address), "busy"))
    library.add(write(tmp_path, "ferry.txt", FERRY))
    with library.changing(), ThreadPoolExecutor(60) as pool:
        assert {*pool.map(answer, [library] * 120)} == {"The ferry to Norderney sails at nine."}


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
    assert postgres.run("SELECT count(*) FROM quoth.generations", database_in(address)) == [(1,)]


@pytest.mark.every_store
def test_an_upgrade_runs_once_while_others_wait(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library(place, encoder=WordEncoder()) as library:
        library._store.set_settings({"format": "made up"})
        steps = ("CREATE TABLE steps (step INTEGER)", "INSERT INTO steps VALUES (1)")
        monkeypatch.setattr(type(library._store.database), "upgrades", {"made up": (str(FORMAT), steps)})
        start = threading.Barrier(8)

        def opened(_: int) -> None:
            start.wait()
            Library(place, encoder=WordEncoder()).close()

        with ThreadPoolExecutor(8) as pool:
            assert [*pool.map(opened, range(8))] == [None] * 8
        with library._store.database.reading() as connection:
            assert [*connection.execute("SELECT step FROM steps")] == [(1,)]


@pytest.mark.every_store
def test_folders_that_are_added_at_once_are_all_remembered(place: str, tmp_path: Path) -> None:
    folders, start = [tmp_path / f"folder-{number}" for number in range(8)], threading.Barrier(8)
    for folder in folders:
        folder.mkdir()
        write(folder, "ferry.txt", FERRY)

    def add(folder: Path) -> int:
        with Library(place, encoder=WordEncoder()) as library:
            start.wait()
            return len(library.add(folder).added)

    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(add, folders)] == [1] * 8
    with Library(place, encoder=WordEncoder()) as library:
        assert sorted(library.folders()) == sorted(map(str, folders))
