"""Moving a library from a folder to a database and back, with all texts, ids and uploaded files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoth import Library, ask
from quoth.index.backup import backup, copy, restore
from quoth.index.check import check
from quoth.index.errors import LibraryNotWritable
from quoth.index.storage.postgres.queries import escaped, unescaped
from tests.made import write
from tests.postgres import Opener, answer
from tests.words import WordEncoder

FERRY = "The ferry to Norderney sails at nine. The crossing takes fifty minutes."
QUAY = "The quay is 90 metres long."


@given(st.text(st.sampled_from("\0\ufdd001a")) | st.text())
def test_any_text_survives_being_stored(text: str) -> None:
    assert "\0" not in escaped(text)
    assert unescaped(escaped(text)) == text


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
