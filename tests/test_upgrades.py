"""Libraries of older formats. data/format-N.sql is one of each, as written by the version of Quoth that used it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.index.check import check
from quoth.index.errors import LibraryNotWritable, SettingsMismatch
from quoth.index.storage.sqlite.database import SqliteDatabase
from quoth.index.storage.store import Store
from tests.conftest import WordEncoder

DATA = Path(__file__).parent / "data"
CURRENT = 7


def written(folder: Path, number: int = 4) -> Path:
    """A library of an older format."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / "library.sqlite")) as database:
        database.executescript((DATA / f"format-{number}.sql").read_text("utf-8"))
    return folder


def spoil(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "library.sqlite", isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        database.execute(statement)


def columns(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Name, type, nullability and key of every table's columns."""
    with closing(sqlite3.connect(folder / "library.sqlite")) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: [(c[1:4], c[5]) for c in database.execute(f"PRAGMA table_info({table})")] for table in sorted(tables)
        }


@pytest.mark.parametrize("number", range(4, CURRENT))
def test_an_older_library_is_upgraded_and_a_copy_of_it_is_kept(tmp_path: Path, number: int) -> None:
    folder = written(tmp_path / "library", number)
    before = (folder / "library.sqlite").read_bytes()
    encoder = WordEncoder()
    library = Library(folder, encoder=encoder)
    quote = ask("How long does the crossing take?", library=library).quotes[0]
    assert quote.text == "The crossing takes fifty minutes."
    assert quote.article.source == "articles/ferry.txt"
    assert encoder.encoded == 1  # the question
    assert check(folder, encoder=encoder) == ()
    with closing(sqlite3.connect(folder / f"library.sqlite.format-{number}")) as copy:
        assert copy.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() == (str(number),)
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.deserialize(before)
        texts = memory.execute("SELECT text FROM texts").fetchall()
    with closing(sqlite3.connect(folder / "library.sqlite")) as after:
        assert after.execute("SELECT text FROM texts").fetchall() == texts


def test_an_upgraded_library_holds_every_field_of_its_articles(tmp_path: Path) -> None:
    folder = written(tmp_path / "library")
    library = Library(folder, encoder=WordEncoder())
    ferry, lamp, buoy, quay, story, again = library.articles()
    assert (ferry.id, ferry.title, ferry.author) == (1, "The ferry to Norderney", "Anna Quay")
    assert (str(ferry.published), ferry.added.isoformat()[:2]) == ("2024-05-03", "20")
    assert [a.source for a in (lamp, buoy)] == ["articles/harbour.csv#lamp", "articles/harbour.csv#buoy"]
    assert (lamp.author, buoy.author) == ("Ben Mole", None)
    assert (quay.id, quay.text) == (5, "The quay is 90 metres long.\n")
    assert (story.copy_of, again.copy_of) == (None, story.id)
    known = library._store.known()
    assert known["/home/reader/articles/harbour.csv"].articles == {"lamp": 2, "buoy": 3}
    assert known["/home/reader/articles/ferry.txt"].digest == ferry.digest
    assert library.folders() == []
    Library(tmp_path / "new", encoder=WordEncoder())
    assert columns(folder) == columns(tmp_path / "new")


def test_ids_of_articles_that_were_deleted_long_ago_are_not_used_again(tmp_path: Path) -> None:
    folder = written(tmp_path / "library")
    spoil(folder, "DELETE FROM articles")
    library = Library(folder, encoder=WordEncoder())
    (tmp_path / "new.txt").write_text("The quay is long.", "utf-8")
    library.add(tmp_path / "new.txt")
    assert [a.id for a in library.catalogue()] == [8]


def test_an_upgrade_does_not_hide_damage(tmp_path: Path) -> None:
    folder = written(tmp_path / "library")
    spoil(folder, "UPDATE articles SET title = 'Another' WHERE id = 1")
    spoil(folder, "UPDATE gone SET passages = 2")
    with pytest.raises(Exception, match="removals"):
        Store(SqliteDatabase(folder / "library.sqlite")).removed(-1, 9)
    spoil(folder, "DELETE FROM removals")
    assert {problem.where for problem in check(folder, encoder=WordEncoder())} == {"articles/ferry.txt"}


@pytest.mark.parametrize("number", [3, CURRENT + 1])
def test_a_format_that_cannot_be_upgraded_is_reported_and_left_unchanged(tmp_path: Path, number: int) -> None:
    folder = written(tmp_path / "library")
    spoil(folder, f"UPDATE meta SET value = '{number}' WHERE key = 'format'")
    spoil(folder, "DELETE FROM meta WHERE key = 'sum'")
    before = (folder / "library.sqlite").read_bytes()
    with pytest.raises(SettingsMismatch, match=rf"format {number}.*format {CURRENT}.*add the articles again: articles"):
        Library(folder, encoder=WordEncoder())
    assert (folder / "library.sqlite").read_bytes() == before


def test_without_free_space_for_the_copy_nothing_is_changed(tmp_path: Path) -> None:
    folder = written(tmp_path / "library")
    before = (folder / "library.sqlite").read_bytes()
    (folder / "library.sqlite.format-4.part").mkdir()  # so that it cannot be written
    with pytest.raises(LibraryNotWritable, match="format 4"):
        Store(SqliteDatabase(folder / "library.sqlite"))
    assert (folder / "library.sqlite").read_bytes() == before


def test_indexes_of_an_older_version_are_no_damage(tmp_path: Path) -> None:
    folder = written(tmp_path / "library")
    (folder / "index.json").write_text('{"format": 1, "words": null, "vectors": null}', "utf-8")
    assert check(folder, encoder=WordEncoder()) == ()
