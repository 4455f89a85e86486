"""Which collection of a candidate engine a library is searched in: its own, complete, and no other library's."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from quoth.index.errors import LibraryBusy, LibraryNotWritable, LibraryUnavailable
from quoth.index.sync.writer import Writer
from tests.edge import EdgeClient
from tests.engines import collection_of, engine_of, opened
from tests.made import write

QUESTION = "Where does the pike swim?"


@pytest.fixture
def pikes(tmp_path: Path) -> Path:
    """A library of one article."""
    write(tmp_path, "pike.txt", "The pike swims in the river.")
    opened(tmp_path / "library").add(tmp_path / "pike.txt")
    return tmp_path / "library"


def test_a_copy_of_a_library_does_not_write_to_its_collection(pikes: Path, tmp_path: Path) -> None:
    client = EdgeClient()
    first = opened(pikes, client)
    assert first.find("pike").total == 1
    shutil.copytree(pikes, tmp_path / "copy")
    write(tmp_path, "eel.txt", "The eel swims in the lake.")
    first.add(tmp_path / "eel.txt")
    second = opened(tmp_path / "copy", client)
    write(tmp_path, "cod.txt", "The cod swims in the sea.")
    second.add(tmp_path / "cod.txt")
    assert collection_of(first) != collection_of(second)
    for library, own, other in ((first, "eel", "cod"), (second, "cod", "eel")):
        assert (library.find(own).total, library.find(other).total, library.find("swims").total) == (1, 0, 2)
        assert {hit.passage.text for hit in library.retrieve(QUESTION)} == {
            article.text for article in library.articles()
        }


def test_a_collection_of_another_library_is_refused(
    pikes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = EdgeClient()
    first = opened(pikes, client)
    assert first.find("pike").total == 1
    before = collection_of(first)
    marker = engine_of(first)._qdrant().marker(before)
    assert marker is not None
    for other in (marker._replace(library="ANOTHER"), marker._replace(model="another")):
        name = collection_of(first)
        engine_of(first)._qdrant().mark(name, other)
        with monkeypatch.context() as patched:
            patched.setattr(Writer, "update_indexes", _read_only)
            with pytest.raises(LibraryUnavailable, match="Start a server that may write to the library"):
                opened(pikes, client).retrieve(QUESTION)
        assert opened(pikes, client).retrieve(QUESTION)  # filled another one
        assert engine_of(first)._qdrant().marker(name) == other  # and left this one alone
        assert collection_of(first) != name


def _read_only(*_: Any, **__: Any) -> None:
    raise LibraryNotWritable("read-only")


def test_a_lost_collection_is_an_error_and_filled_again(pikes: Path) -> None:
    client = EdgeClient()
    library = opened(pikes, client)
    assert library.retrieve(QUESTION)
    client.delete_collection(collection_of(library))
    with pytest.raises(LibraryUnavailable, match="has lost the library's collection"):
        library.retrieve(QUESTION)
    assert library.retrieve(QUESTION)
    assert library.find("pike").total == 1


def test_an_emptied_collection_is_an_error(pikes: Path) -> None:
    client = EdgeClient()
    library = opened(pikes, client)
    assert library.retrieve(QUESTION)
    engine_of(library)._qdrant().forget(collection_of(library), [1], 0)
    with pytest.raises(LibraryUnavailable, match="found nothing"):
        library.retrieve(QUESTION)


def test_the_database_decides_what_was_removed(pikes: Path, tmp_path: Path) -> None:
    client = EdgeClient()
    library = opened(pikes, client)
    write(tmp_path, "eel.txt", "The eel swims in the lake.")
    library.add(tmp_path / "eel.txt")
    library.remove(tmp_path / "eel.txt")
    assert library.find("eel").total == 0
    engine_of(library)._qdrant().forget(collection_of(library), [2], 99)  # the engine takes it for current
    assert [hit.passage.text for hit in library.retrieve("Where does the eel swim?")] == [
        "The pike swims in the river."
    ]
    assert library.find("swims").by_article[0][0].text == "The pike swims in the river."
    assert len(library.find("swims").by_article) == 1


def test_two_processes_do_not_fill_an_engine_at_once(pikes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = EdgeClient()
    library = opened(pikes, client)

    def taken(*_: Any, **__: Any) -> None:
        raise LibraryBusy("another process holds it")

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "update_indexes", taken)
        with pytest.raises(LibraryBusy, match="Another process is filling it"):
            library.retrieve(QUESTION)
    assert library.retrieve(QUESTION)


def test_a_restored_library_is_searched_in_a_collection_of_its_own(pikes: Path, tmp_path: Path) -> None:
    client = EdgeClient()
    library = opened(pikes, client)
    assert library.find("pike").total == 1
    shutil.copy(pikes / "library.sqlite", tmp_path / "before.sqlite")
    write(tmp_path, "eel.txt", "The eel swims in the lake.")
    library.add(tmp_path / "eel.txt")
    with library.changing():
        library.become(tmp_path / "before.sqlite", "/nowhere/", "/nowhere/")
    assert (library.find("eel").total, library.find("pike").total) == (0, 1)
    assert [hit.passage.text for hit in library.retrieve("Where does the eel swim?")] == [
        "The pike swims in the river."
    ]
