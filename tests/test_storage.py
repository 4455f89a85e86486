"""The database: moved files, connections of several threads, and one declaration for each table."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from quoth import Library, retrieve
from quoth.index.check import check
from quoth.index.errors import LibraryBusy, LibraryClosed, LibraryUnavailable
from quoth.index.search import manifest
from quoth.index.storage.schema import ARTICLES, SOURCES, SourceRow
from quoth.index.storage.sqlite.database import SqliteDatabase
from quoth.index.storage.store import Store
from quoth.qa.opening import open_library
from tests.conftest import WordEncoder
from tests.made import write

pytestmark = pytest.mark.every_store

FERRY = "The ferry to Norderney sails at nine. The crossing takes fifty minutes."


@pytest.fixture
def harbour(library: Library, tmp_path: Path) -> Library:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "ferry.txt").write_text(FERRY, "utf-8")
    (tmp_path / "articles" / "lamps.csv").write_text("id,text\nred,The lamp is red.\nwest,It is green.\n", "utf-8")
    library.add(tmp_path / "articles")
    return library


def sources(library: Library) -> dict[str, int]:
    return {article.source: article.id for article in library.catalogue()}


def test_a_moved_file_keeps_the_ids_passages_and_index_of_its_articles(harbour: Library, tmp_path: Path) -> None:
    reader = Library(harbour._where, encoder=WordEncoder())
    hit = retrieve("When does the ferry sail?", library=reader)[0]
    before, words = sources(harbour), manifest.read(harbour.folder).words
    head = harbour._store.head()
    (tmp_path / "articles").rename(tmp_path / "moved")
    changes = harbour.add(tmp_path / "moved")
    assert len(changes.moved) == 2
    assert sources(harbour) == {
        source.replace(str(tmp_path / "articles"), str(tmp_path / "moved")): id_ for source, id_ in before.items()
    }
    moved = retrieve("When does the ferry sail?", library=reader)[0]
    assert (moved.passage, moved.article.source) == (hit.passage, str(tmp_path / "moved" / "ferry.txt"))
    assert harbour.file_of(moved.article) == tmp_path / "moved" / "ferry.txt"
    after = manifest.read(harbour.folder).words
    assert words is not None
    assert after is not None
    assert (after.folder, after.stamp) == (words.folder, words.stamp)
    assert after.head == harbour._store.head() != head
    assert harbour.add(tmp_path / "moved").unchanged == changes.moved
    assert check(harbour._where, encoder=WordEncoder()) == ()


def test_a_snapshot_taken_before_a_move_still_loads_its_passages(harbour: Library, tmp_path: Path) -> None:
    snapshot = harbour.snapshot()
    question = "When does the ferry sail?"
    scored = snapshot.search(question, snapshot.encode(question), 3)
    (tmp_path / "articles").rename(tmp_path / "moved")
    harbour.add(tmp_path / "moved")
    assert {candidate.article.source for candidate in snapshot.load(scored)} == set(sources(harbour))


@pytest.mark.only_sqlite
def test_closing_closes_the_connections_of_all_threads(harbour: Library) -> None:
    store = harbour._store
    thread = threading.Thread(target=store.counts)
    thread.start()
    thread.join()
    with store.database.lent() as connection:
        pass
    store.close()
    store.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
    with pytest.raises(LibraryClosed, match=r"library\.sqlite was closed"):
        store.counts()
    with pytest.raises(LibraryClosed, match=r"library\.sqlite was closed"):
        store.set_settings({"a": "b"})


def test_closing_waits_for_running_transactions(harbour: Library) -> None:
    store, reading, proceed = harbour._store, threading.Event(), threading.Event()
    counts = []

    def read() -> None:
        with store.database.reading() as connection:
            reading.set()
            proceed.wait()
            counts.append(connection.execute("SELECT count(*) FROM articles").fetchone())

    threads = [threading.Thread(target=read), threading.Thread(target=store.close)]
    threads[0].start()
    reading.wait()
    threads[1].start()
    proceed.set()
    for thread in threads:
        thread.join()
    assert counts == [(3,)]


def test_a_table_s_statements_derive_from_its_row(tmp_path: Path) -> None:
    assert "id INTEGER PRIMARY KEY AUTOINCREMENT, generation INTEGER NOT NULL, title TEXT," in ARTICLES.create
    with closing(Store(SqliteDatabase(tmp_path / "library.sqlite"))) as store, store.database.writing() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        row = SourceRow(1, "/a.txt", "/a.txt", "", "a.txt", None)
        connection.insert("sources", [SOURCES.values(row)])
        assert SOURCES.checked(connection.execute(f"SELECT {SOURCES.select} FROM sources").fetchone()) == row
        SOURCES.change(connection, "file = ?", ("/a.txt",), lambda row: row._replace(file="/b/a.txt"))
        values = connection.execute(f"SELECT {SOURCES.select} FROM sources").fetchone()
        assert SOURCES.checked(values) == row._replace(file="/b/a.txt")
        with pytest.raises(ValueError, match="row 1 of the table sources is corrupt"):
            SOURCES.checked([*values[:-1], 0])
        connection.execute("DELETE FROM sources")


def test_an_open_library_that_was_deleted_and_built_anew_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    first, second = write(tmp_path, "a.txt", "The ferry sails at six."), write(tmp_path, "b.txt", "The ferry is sold.")
    opened = Library(folder, encoder=WordEncoder())
    opened.add(first)
    assert opened.ask("What about the ferry?").quotes[0].text == "The ferry sails at six."
    assert open_library(folder).catalogue()[0].source == str(first)
    shutil.rmtree(folder)
    with pytest.raises(LibraryUnavailable, match="cannot be opened any more"):
        opened.articles()
    with Library(folder, encoder=WordEncoder()) as new:
        new.add(second)
    assert opened.ask("What about the ferry?").quotes[0].text == "The ferry is sold."
    assert [entry.source for entry in open_library(folder).catalogue()] == [str(second)]


@pytest.mark.only_sqlite
def test_a_locked_library_is_busy_and_not_damaged(harbour: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quoth.index.storage.sqlite.database._WAIT_SECONDS", 0.01)
    harbour.close()
    with closing(sqlite3.connect(harbour.folder / "library.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LibraryBusy, match="locked"):
            Library(harbour._where, encoder=WordEncoder())
        with pytest.raises(LibraryBusy, match="locked"):
            check(harbour._where, repair=True, encoder=WordEncoder())
    assert not (harbour.folder / "library.sqlite.damaged").exists()
    assert check(harbour._where, encoder=WordEncoder()) == ()


@pytest.mark.only_sqlite
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are not listed here")
def test_many_threads_share_a_few_connections(harbour: Library) -> None:
    together = threading.Barrier(40)

    def read() -> None:
        with harbour._store.database.reading() as connection:
            connection.execute("SELECT count(*) FROM articles").fetchone()
            together.wait()

    threads = [threading.Thread(target=read) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    links = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert sum(link == str(harbour.folder / "library.sqlite") for link in links) <= 8


def test_values_that_cannot_be_stored_are_no_damage(harbour: Library) -> None:
    with pytest.raises(UnicodeEncodeError):
        harbour._store.set_settings({"note": "\ud800"})
    with pytest.raises(Exception, match=r"too large|out of range"), harbour._store.database.writing() as connection:
        connection.execute("INSERT INTO generations VALUES (?, 'x', 0)", (2**70,))
    assert check(harbour._where, encoder=WordEncoder()) == ()
