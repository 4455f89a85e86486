"""Copies of the indexes in a database that several machines share."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Library, retrieve
from quoth.index.backup import backup, restore
from quoth.index.search import manifest
from tests.made import write
from tests.postgres import Databases
from tests.words import WordEncoder


@pytest.fixture
def first(postgres: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library of four articles on one machine."""
    monkeypatch.setattr("quoth.index.search.sharing.SMALL", 3)
    monkeypatch.setenv("QUOTH_HOME", str(tmp_path / "first"))
    library = Library(postgres.new(), encoder=WordEncoder())
    (tmp_path / "articles").mkdir()
    for name in ("herring", "salmon", "carp", "pike"):
        write(tmp_path, f"articles/{name}.txt", f"The {name} swims in the river.")
    library.add(tmp_path / "articles")
    return library


def on_another_machine(library: Library, home: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("QUOTH_HOME", str(home))
    return Library(library._where, encoder=WordEncoder())


def index_files(library: Library) -> dict[str, bytes]:
    return {
        path.relative_to(library.folder).as_posix(): path.read_bytes()
        for path in library.folder.glob("words-*/*")
        if path.suffix != ".lock"
    }


def test_a_new_machine_fetches_the_indexes_and_follows_the_library_from_there(
    first: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = index_files(first)
    second = on_another_machine(first, tmp_path / "second", monkeypatch)
    assert retrieve("Where does the salmon swim?", library=second)[0].passage.text == "The salmon swims in the river."
    assert index_files(second) == copied
    first.add(write(tmp_path, "articles/shark.txt", "The shark swims in the sea."))
    assert retrieve("Where does the shark swim?", library=second)[0].passage.text == "The shark swims in the sea."
    assert manifest.read(second.folder).words == manifest.read(first.folder).words


def test_the_copies_are_renewed_when_the_library_has_grown_by_an_eighth(
    first: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = first._store.shared_manifest()
    first.add(write(tmp_path, "articles/shark.txt", "The shark swims in the sea."))  # one of five passages is new
    assert first._store.shared_manifest() != before
    monkeypatch.setattr("quoth.index.search.sharing._GROWTH", 0.5)
    before = first._store.shared_manifest()
    first.add(write(tmp_path, "articles/whale.txt", "The whale swims in the sea."))
    assert first._store.shared_manifest() == before


def test_damaged_copies_and_those_of_another_past_are_not_used(
    first: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with first._store.database.writing() as connection:
        connection.execute("UPDATE index_files SET content = ? WHERE name LIKE '%.term'", (b"nothing",))
    second = on_another_machine(first, tmp_path / "second", monkeypatch)
    assert retrieve("Where does the salmon swim?", library=second)[0].passage.text == "The salmon swims in the river."
    with first._store.database.writing() as connection:
        connection.execute("UPDATE generations SET token = 'another'")
    third = on_another_machine(first, tmp_path / "third", monkeypatch)
    assert retrieve("Where does the pike swim?", library=third)[0].passage.text == "The pike swims in the river."


def test_a_copy_cannot_be_written_outside_of_the_folder(
    first: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with first._store.database.reading() as connection:
        (name,) = connection.execute("SELECT name FROM index_files WHERE name LIKE '%.term'").fetchone()
    prefix = name[: name.index("/") + 1]
    with first._store.database.writing() as connection:
        connection.execute("UPDATE index_files SET name = ? WHERE name LIKE '%.term'", (f"{prefix}../../evil",))
    second = on_another_machine(first, tmp_path / "second", monkeypatch)
    assert retrieve("Where does the pike swim?", library=second)[0].passage.text == "The pike swims in the river."
    assert not list(tmp_path.rglob("evil"))


def test_a_restored_library_is_shared_again_and_fetched_over_what_is_there(
    first: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(first._where, tmp_path / "fishes.zip")
    second = on_another_machine(first, tmp_path / "second", monkeypatch)
    second.refresh()
    first.add(write(tmp_path, "articles/shark.txt", "The shark swims in the sea."))
    restore(tmp_path / "fishes.zip", first._where)
    third = on_another_machine(first, tmp_path / "third", monkeypatch)
    assert not third.find("shark").total
    (second.folder / manifest.MANIFEST_FILE).unlink()
    again = on_another_machine(first, tmp_path / "second", monkeypatch)
    for library in (first, second, third, again):
        hit = retrieve("Where does the salmon swim?", library=library)[0]
        assert hit.passage.text == "The salmon swims in the river."
        assert len(library.snapshot().words) == 4
    third.add(write(tmp_path, "articles/whale.txt", "The whale swims in the sea."))
    assert again.find("whale").total == 1
