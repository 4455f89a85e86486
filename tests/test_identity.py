"""An article is identified by its real path, wherever the command runs; a changed or refused file is shown as what it
is."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quoth import Filter, Library
from quoth.index.records import Changes, Rejected
from quoth.index.storage.tables import checksum
from quoth.qa.verify import Saved, places, verify
from quoth.ui.cli.main import app
from quoth.ui.page.library_pane import library_html
from tests.made import write
from tests.words import WordEncoder

pytestmark = pytest.mark.every_store

NORTH, SOUTH = "The ferry in the north sails at nine.", "The ferry in the south sails at six."


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two folders that both have articles/n.txt."""
    for place, text in (("x", NORTH), ("y", SOUTH)):
        (tmp_path / place / "articles").mkdir(parents=True)
        write(tmp_path / place / "articles", "n.txt", text)
    return tmp_path


def texts(library: Library) -> list[str]:
    return sorted(article.text for article in library.articles())


def test_a_rebuild_leaves_the_articles_of_a_folder_of_the_same_name_elsewhere(
    two: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(two / "x")
    library.add("articles")
    monkeypatch.chdir(two / "y")
    changes = library.rebuild("articles")
    assert (changes.removed, changes.missing, len(changes.added)) == ((), (), 1)
    assert texts(library) == [NORTH, SOUTH]
    monkeypatch.chdir(two)
    assert library.rebuild("x/articles").unchanged == ("x/articles/n.txt",)


def test_only_the_file_that_a_path_leads_to_is_removed(
    two: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("x", "y"):
        monkeypatch.chdir(two / place / "articles")
        library.add("n.txt")
    monkeypatch.chdir(two)
    (refused,) = library.remove("n.txt").rejected
    assert str(two / "x" / "articles" / "n.txt") in refused.reason
    monkeypatch.chdir(two / "y" / "articles")
    assert len(library.remove("n.txt").removed) == 1
    assert texts(library) == [NORTH]


def test_no_two_articles_share_a_source(two: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    write(two / "x" / "articles", "t.csv", "id,text\n1,The lamp in the north is red.\n")
    write(two / "y" / "articles", "t.csv", "id,text\n1,The lamp in the south is green.\n2,The buoy is red.\n")
    for place in ("x", "y"):
        monkeypatch.chdir(two / place / "articles")
        library.add(["n.txt", "t.csv"])
    south = two / "y" / "articles"
    assert [entry.source for entry in library.catalogue()] == [
        "n.txt", "t.csv#1", str(south / "n.txt"), f"{south / 't.csv'}#1", f"{south / 't.csv'}#2"
    ]  # fmt: skip
    monkeypatch.chdir(two)
    for source, text in (
        ("n.txt", NORTH),
        (str(south / "n.txt"), SOUTH),
        (os.path.join("y", "articles", "n.txt"), SOUTH),
    ):
        article = library.article_from(source)
        assert article is not None
        assert article.text == text
        found = library.ask("When does the ferry sail?", where=Filter(sources=frozenset({source})), min_confidence=0)
        assert {quote.article.id for quote in found.quotes} == {article.id}
        assert verify(Saved(text, source, 0, len(text)), library).article == article
    moved = south / "m.txt"
    (south / "n.txt").rename(moved)
    monkeypatch.chdir(south)
    assert library.add("m.txt").moved == ("m.txt",)
    assert [e.source for e in library.catalogue()][2] == "m.txt"


def test_removing_an_article_by_its_id_leaves_others_of_its_file(library: Library, tmp_path: Path) -> None:
    library.add(write(tmp_path, "t.csv", "id,text\n1,The lamp is red.\n2,The buoy is green.\n"))
    first = library.catalogue()[0]
    assert library.remove_articles([first.id, 99]).removed == (first.source,)
    assert texts(library) == ["The buoy is green."]
    assert library.remove(f"{tmp_path / 't.csv'}#2").removed == (f"{tmp_path / 't.csv'}#2",)


def test_many_moved_files_are_moved_in_few_steps(library: Library, tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    for number in range(1_200):
        write(tmp_path / "before", f"{number}.txt", f"Ship number {number} sails.")
    library.add(tmp_path / "before")
    generation = library.status().generation
    (tmp_path / "before").rename(tmp_path / "after")
    changes = library.add(tmp_path / "after")
    assert (len(changes.moved), changes.embedded) == (1_200, 0)
    assert library.status().generation <= generation + 2


def test_a_quote_from_a_file_that_was_replaced_is_not_confirmed(library: Library, tmp_path: Path) -> None:
    file = write(tmp_path, "ferry.txt", NORTH)
    os.utime(file, (10**9, 10**9))
    library.add(file)
    saved = Saved(NORTH, str(file), 0, len(NORTH))
    assert (verify(saved, library).file, places(NORTH, library)[0].file) == ("same", "same")
    file.write_text(NORTH.replace("nine", "five"), "utf-8")
    os.utime(file, (10**9, 10**9))
    assert (verify(saved, library).file, places(NORTH, library)[0].file) == ("changed", "changed")
    said = CliRunner().invoke(app, ["verify", NORTH, "-l", str(library._where)])
    assert said.exit_code == 1
    assert "word for word in the text as it was read, but its file has changed since" in said.output
    file.unlink()
    assert places(NORTH, library)[0].file == "missing"


def test_a_refused_file_is_neither_new_nor_forgotten(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder, "good.txt", NORTH)
    bad = write(folder, "bad.pdf", "not a PDF")
    reason = library.add(folder).rejected[0].reason
    refused = (Rejected(str(bad), reason),)
    assert library.rejected() == refused
    assert library.outdated() == Changes(rejected=refused)
    said = CliRunner().invoke(app, ["status", "-l", str(library._where)])
    assert f"Not added: {bad}: {reason}" in " ".join(said.output.split("\n"))
    html = library_html(library.catalogue(), library.outdated(), changeable=True)
    assert "1 file could not be added" in html
    assert "bad.pdf" in html
    assert "Changed files" not in html
    bad.write_text("still not a PDF", "utf-8")
    assert library.outdated().added == (str(bad),)
    library.rebuild(folder)
    assert library.outdated().added == ()
    bad.unlink()
    library.rebuild(folder)
    assert (library.rejected(), library.outdated()) == ((), Changes())


def test_a_later_version_that_is_refused_is_not_shown_as_changed(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    file = write(folder, "a.txt", NORTH)
    library.add(folder)
    file.write_bytes(b"")
    assert "earlier version stays" in library.rebuild(folder).rejected[0].reason
    assert (library.outdated().changed, len(library.outdated().rejected)) == ((), 1)
    file.write_text(NORTH, "utf-8")
    library.rebuild(folder)
    assert (library.outdated(), library.rejected()) == (Changes(), ())


def test_sources_that_two_files_share_in_an_older_library_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "library.sqlite")) as database:
        database.executescript((Path(__file__).parent / "data" / "format-5.sql").read_text("utf-8"))
    with closing(sqlite3.connect(folder / "library.sqlite")) as database, database:
        values = (4, "/elsewhere/ferry.txt", "", "articles/ferry.txt", None)
        database.execute(
            "UPDATE sources SET file = ?, name = ?, source = ?, removed = ?, sum = ? WHERE article_id = 4",
            (*values[1:], checksum(*values)),
        )
    library = Library(folder, encoder=WordEncoder())
    assert [e.source for e in library.catalogue() if "ferry" in e.source] == [
        "articles/ferry.txt",
        "/elsewhere/ferry.txt",
    ]


def test_a_collection_of_which_every_article_is_refused_is_not_new(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder, "good.txt", NORTH)
    write(folder, "none.jsonl", '{"id": "a", "text": ""}\n{"id": "b", "text": " "}\n')
    changes = library.add(folder)
    assert len(changes.added) == 1
    assert changes.rejected
    assert library.outdated() == Changes(rejected=library.rejected())


def test_a_rejected_part_of_a_file_is_listed_with_the_name_of_the_file() -> None:
    changes = Changes(rejected=(Rejected("b/book.epub#text/one.xhtml", "it is empty"), Rejected("a#b/c", "no")))
    html = library_html((), changes, changeable=True)
    assert '<li dir="auto">book.epub#text/one.xhtml: it is empty</li>' in html
    assert '<li dir="auto">c: no</li>' in html
