"""Libraries of every format that there ever was. data/format-N.sql is one of each,
as the version of Quoth that wrote it left it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.index.check import check
from quoth.index.errors import LibraryNotWritable, SettingsMismatch
from quoth.index.storage.store import Store
from tests.conftest import WordEncoder

DATA = Path(__file__).parent / "data"
CURRENT = 4


def written(folder: Path, number: int) -> Path:
    folder.mkdir()
    with closing(sqlite3.connect(folder / "library.sqlite")) as database:
        database.executescript((DATA / f"format-{number}.sql").read_text("utf-8"))
    return folder


@pytest.mark.parametrize("number", range(2, CURRENT))
def test_an_older_library_is_brought_up_to_date_and_a_copy_of_it_stays(tmp_path: Path, number: int) -> None:
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
    assert [(a.text,) for a in library.articles()] == texts


def test_ids_of_articles_that_were_forgotten_long_ago_are_not_used_again(tmp_path: Path) -> None:
    folder = written(tmp_path / "library", 3)
    with closing(sqlite3.connect(folder / "library.sqlite", isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("DELETE FROM articles")
    library = Library(folder, encoder=WordEncoder())
    (tmp_path / "new.txt").write_text("The quay is long.", "utf-8")
    library.add(tmp_path / "new.txt")
    assert [a.id for a in library.catalogue()] == [3]


@pytest.mark.parametrize("number", [1, CURRENT + 1])
def test_a_format_that_cannot_be_brought_up_to_date_says_what_to_do_and_is_left_alone(
    tmp_path: Path, number: int
) -> None:
    folder = written(tmp_path / "library", min(number, 3))
    with closing(sqlite3.connect(folder / "library.sqlite")) as database, database:
        database.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(number),))
    before = (folder / "library.sqlite").read_bytes()
    with pytest.raises(SettingsMismatch, match=rf"format {number}.*format {CURRENT}.*add the articles again: articles"):
        Library(folder, encoder=WordEncoder())
    assert (folder / "library.sqlite").read_bytes() == before


def test_without_room_for_the_copy_nothing_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(tmp_path / "library", 3)
    before = (folder / "library.sqlite").read_bytes()
    (folder / "library.sqlite.format-3.part").mkdir()  # so that it cannot be written
    with pytest.raises(LibraryNotWritable, match="format 3"):
        Store(folder / "library.sqlite")
    assert (folder / "library.sqlite").read_bytes() == before


def test_indexes_of_an_older_version_are_no_damage(tmp_path: Path) -> None:
    folder = written(tmp_path / "library", 3)
    (folder / "index.json").write_text('{"format": 1, "words": null, "vectors": null}', "utf-8")
    assert check(folder, encoder=WordEncoder()) == ()
