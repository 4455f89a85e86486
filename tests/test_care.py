"""Checking, repairing, backing up and restoring a library; tests/promises damages one in many more ways."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.index.backup import backup, copy, restore
from quoth.index.check import check
from quoth.index.errors import BadBackup, LibraryDamaged, NoArticles
from tests.conftest import WordEncoder

pytestmark = pytest.mark.every_store

FERRY = "The ferry to Norderney sails at nine. The crossing takes fifty minutes."
QUAY = "The quay is 90 metres long."


@pytest.fixture
def harbour(library: Library, tmp_path: Path) -> Library:
    for name, text in (("ferry", FERRY), ("quay", QUAY)):
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    library.add([tmp_path / "ferry.txt", tmp_path / "quay.txt"])
    return library


def spoil(library: Library, statement: str) -> None:
    with library._store.database.writing() as connection:
        connection.execute(statement.replace("zeros", "?"), [bytes(128)] * statement.count("zeros"))


def reopened(library: Library) -> Library:
    return Library(library._where, encoder=WordEncoder())


def quoted(library: Library) -> str:
    return ask("How long is the quay?", library=library).quotes[0].text


SPOILS = (
    "UPDATE texts SET text = replace(text, '90', '99')",
    "UPDATE articles SET title = 'Another'",
    "UPDATE sources SET source = 'Another'",
    "UPDATE sources SET name = 'another' WHERE article_id = 2",
    "UPDATE passages SET start = start + 1",
    "UPDATE passages SET article_id = 1",
    "UPDATE vectors SET vector = zeros",
    "DELETE FROM vectors WHERE passage_id = 2",
    "DELETE FROM passages WHERE id = 2",
    "DELETE FROM texts WHERE article_id = 2",
)


@pytest.mark.parametrize("statement", SPOILS)
def test_a_corrupt_row_is_never_quoted_and_is_found_and_repaired_from_the_files(
    harbour: Library, statement: str
) -> None:
    spoil(harbour, statement)
    with pytest.raises(LibraryDamaged, match="check --repair"):
        quoted(reopened(harbour))
    assert check(harbour._where, encoder=WordEncoder())
    assert all(problem.repaired for problem in check(harbour._where, repair=True, encoder=WordEncoder()))
    assert check(harbour._where, encoder=WordEncoder()) == ()
    assert quoted(reopened(harbour)) == QUAY
    assert len(reopened(harbour).catalogue()) == 2


def test_without_its_file_an_article_is_repaired_from_its_intact_text(harbour: Library, tmp_path: Path) -> None:
    spoil(harbour, "UPDATE vectors SET vector = zeros WHERE passage_id = 2")
    (tmp_path / "quay.txt").unlink()
    assert [p.repaired for p in check(harbour._where, repair=True, encoder=WordEncoder())] == [True]
    assert quoted(reopened(harbour)) == QUAY


def test_an_article_that_cannot_be_repaired_is_removed_and_kept_in_a_copy(harbour: Library, tmp_path: Path) -> None:
    spoil(harbour, "UPDATE texts SET text = replace(text, '90', '99')")
    (tmp_path / "quay.txt").unlink()
    (problem,) = check(harbour._where, repair=True, encoder=WordEncoder())
    assert (problem.where, problem.repaired) == (str(tmp_path / "quay.txt"), False)
    assert "removed from the library" in problem.what
    assert [Path(a.source).name for a in reopened(harbour).catalogue()] == ["ferry.txt"]
    assert check(harbour._where, encoder=WordEncoder()) == ()
    with closing(sqlite3.connect(harbour.folder / "library.sqlite.damaged")) as kept:
        assert kept.execute("SELECT text FROM texts WHERE article_id = 2").fetchone() == (QUAY.replace("90", "99"),)


def test_an_article_without_its_place_is_removed_and_can_be_added_again(harbour: Library, tmp_path: Path) -> None:
    spoil(harbour, "DELETE FROM sources WHERE article_id = 2")
    (problem,) = check(harbour._where, repair=True, encoder=WordEncoder())
    assert (problem.repaired, "its place is missing" in problem.what) == (False, True)
    assert check(harbour._where, encoder=WordEncoder()) == ()
    reopened(harbour).add(tmp_path / "quay.txt")
    assert quoted(reopened(harbour)) == QUAY


@pytest.mark.only_sqlite
def test_a_database_that_cannot_be_read_gives_its_intact_articles_to_a_new_one(
    harbour: Library, tmp_path: Path
) -> None:
    (tmp_path / "ferry.txt").unlink()
    spoil(harbour, "UPDATE sources SET file = 'Another' WHERE article_id = 2")
    spoil(harbour, "INSERT INTO removals VALUES (9, 1, 9, 9, 9)")
    database, index = check(harbour._where, repair=True, encoder=WordEncoder())
    assert (database.repaired, index.repaired) == (True, True)
    assert "1 intact articles were moved" in database.what
    assert [Path(a.source).name for a in reopened(harbour).catalogue()] == ["ferry.txt"]
    assert check(harbour._where, encoder=WordEncoder()) == ()
    reopened(harbour).add(tmp_path / "quay.txt")
    assert quoted(reopened(harbour)) == QUAY


@pytest.mark.only_sqlite
@pytest.mark.parametrize("table", ["descriptions", "signatures", "bands", "refusals"])
def test_what_can_be_made_again_is_not_needed_to_move_the_articles(
    library: Library, tmp_path: Path, table: str
) -> None:
    """The articles keep their ids; what is known of them comes from their files."""
    words = " ".join(f"The quay {number} is long." for number in range(20))
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(f"---\ntags: [{name}]\n---\n{words}\n", "utf-8")
    library.add([tmp_path / "a.md", tmp_path / "b.md"])
    with library._store.database.reading() as connection:
        query = "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = ?"
        root, size = connection.execute(query, (table,)).fetchone()
    library.close()
    with (library.folder / "library.sqlite").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(bytes([255]) * size)
    database, *_ = check(library._where, repair=True, encoder=WordEncoder())
    assert "2 intact articles were moved" in database.what
    assert check(library._where, encoder=WordEncoder()) == ()
    with reopened(library) as repaired:
        first, second = sorted(repaired.articles(), key=lambda article: article.id)
        assert [(first.id, first.tags), (second.id, second.tags, second.copy_of)] == [
            (1, ("a",)), (2, ("b",), 1),
        ]  # fmt: skip
        (tmp_path / "c.md").write_text(words, "utf-8")
        repaired.add(tmp_path / "c.md")
        assert next(article for article in repaired.articles() if article.id == 3).copy_of == 1


def test_a_changed_file_in_the_library_s_own_folder_is_reported(library: Library) -> None:
    added = library.folder / "added"
    added.mkdir()
    (added / "quay.txt").write_text(QUAY, "utf-8")
    library.add(added / "quay.txt")
    (added / "quay.txt").write_text("Something else.", "utf-8")
    (problem,) = check(library._where, encoder=WordEncoder())
    assert (problem.where, "not the file that was added" in problem.what) == (str((added / "quay.txt").resolve()), True)
    assert quoted(library) == QUAY


def test_a_folder_without_a_library_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoArticles, match="nothing was checked"):
        check(tmp_path)


def test_a_backup_can_be_restored_in_another_place(harbour: Library, tmp_path: Path) -> None:
    added = harbour.folder / "added"
    added.mkdir()
    (added / "lamp.txt").write_text("The lamp is red.", "utf-8")
    harbour.add(added / "lamp.txt")
    assert backup(harbour._where, tmp_path / "harbour.zip") == 3
    assert restore(tmp_path / "harbour.zip", tmp_path / "other") == 3
    other = Library(tmp_path / "other", encoder=WordEncoder())
    assert quoted(other) == QUAY
    lamp = next(a for a in other.articles() if "lamp" in a.source)
    assert other.file_of(lamp) == (tmp_path / "other" / "added" / "lamp.txt").resolve()
    assert check(tmp_path / "other", encoder=WordEncoder()) == ()
    assert other.add([tmp_path / "ferry.txt"]).embedded == 0


def test_an_open_library_sees_the_restored_one_and_no_id_is_used_twice(harbour: Library, tmp_path: Path) -> None:
    backup(harbour._where, tmp_path / "harbour.zip")
    snapshot = harbour.snapshot()
    (tmp_path / "later.txt").write_text("The quay is 95 metres long since the spring.", "utf-8")
    harbour.add(tmp_path / "later.txt")
    later = next(a.id for a in harbour.catalogue() if "later" in a.source)
    harbour.remove(tmp_path / "ferry.txt")
    reader = reopened(harbour)
    quoted(reader)
    restore(tmp_path / "harbour.zip", harbour._where)
    assert sorted(Path(a.source).name for a in reader.catalogue()) == ["ferry.txt", "quay.txt"]
    assert quoted(reader) == QUAY
    (tmp_path / "new.txt").write_text("The lamp is green.", "utf-8")
    reader.add(tmp_path / "new.txt")
    assert max(a.id for a in reader.catalogue()) > later
    assert snapshot.words.holds("quay")


@pytest.mark.parametrize("damage", ["truncated", "changed", "another", "deleted"])
def test_an_incomplete_backup_is_rejected_and_the_library_is_unchanged(
    harbour: Library, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "harbour.zip"
    backup(harbour._where, file)
    data = bytearray(file.read_bytes())
    if damage == "truncated":
        file.write_bytes(data[: len(data) // 2])
    elif damage == "changed":
        data[len(data) // 2] ^= 255
        file.write_bytes(data)
    elif damage == "another":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("backup.json", '{"format": 1, "sha256": {"library.sqlite": "", "../../evil": ""}}')
    else:
        file.unlink()
    with pytest.raises(BadBackup, match=r"harbour\.zip"):
        restore(file, harbour._where)
    assert quoted(reopened(harbour)) == QUAY


def test_a_damaged_library_does_not_replace_an_intact_backup(harbour: Library, tmp_path: Path) -> None:
    backup(harbour._where, tmp_path / "harbour.zip")
    before = (tmp_path / "harbour.zip").read_bytes()
    spoil(harbour, "UPDATE articles SET title = 'Another'")
    with pytest.raises(LibraryDamaged):
        backup(harbour._where, tmp_path / "harbour.zip")
    assert (tmp_path / "harbour.zip").read_bytes() == before


def rezipped(file: Path, to: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> Path:
    """Write a copy of a backup with other contents."""
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(to, "w") as after:
        for name in before.namelist():
            after.writestr(*change(name, before.read(name)))
    return to


@pytest.mark.parametrize("kind", ["encrypted", "no articles", "no folder", "a list", "no list", "another database"])
def test_an_unusual_zip_file_is_rejected_and_the_library_is_unchanged(
    harbour: Library, tmp_path: Path, kind: str
) -> None:
    backup(harbour._where, tmp_path / "harbour.zip")
    before = {path.name: path.read_bytes() for path in harbour.folder.glob("*.sqlite")}

    def change(name: str, data: bytes) -> tuple[str, bytes]:
        if name == "library.sqlite" and kind == "another database":
            return name, b"nothing"
        if name != "backup.json":
            return name, data
        manifest = json.loads(data)
        if kind == "another database":
            manifest["sha256"]["library.sqlite"] = hashlib.sha256(b"nothing").hexdigest()
        elif kind in ("no articles", "no folder"):
            del manifest["articles" if kind == "no articles" else "added"]
        return ("other.json" if kind == "no list" else name), json.dumps([] if kind == "a list" else manifest).encode()

    file = rezipped(tmp_path / "harbour.zip", tmp_path / "odd.zip", change)
    if kind == "encrypted":
        data = bytearray(file.read_bytes())
        at = data.index(b"PK\x01\x02")
        while at >= 0:  # the flag "encrypted" in the directory of the archive, and before each part
            data[at + 8] |= 1
            at = data.find(b"PK\x01\x02", at + 1)
        at = data.find(b"PK\x03\x04")
        while at >= 0:
            data[at + 6] |= 1
            at = data.find(b"PK\x03\x04", at + 1)
        file.write_bytes(data)
    with pytest.raises(BadBackup, match=r"odd\.zip is not a complete backup"):
        restore(file, harbour._where)
    assert {path.name: path.read_bytes() for path in harbour.folder.glob("*.sqlite")} == before
    assert quoted(reopened(harbour)) == QUAY


def test_restoring_elsewhere_leaves_folders_whose_names_only_begin_alike(harbour: Library, tmp_path: Path) -> None:
    for name in ("added", "added2"):
        (harbour.folder / name).mkdir()
        (harbour.folder / name / "lamp.txt").write_text(f"The lamp of {name} is red.", "utf-8")
        harbour.add(harbour.folder / name / "lamp.txt")
    backup(harbour._where, tmp_path / "harbour.zip")
    restore(tmp_path / "harbour.zip", tmp_path / "other")
    other = Library(tmp_path / "other", encoder=WordEncoder())
    assert {str(tmp_path / "other" / "added" / "lamp.txt"), str(harbour.folder / "added2" / "lamp.txt")} <= {
        entry.source for entry in other.catalogue()
    }


@pytest.mark.only_sqlite
def test_a_folder_without_a_library_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for use in (check, lambda folder: backup(folder, "a.zip"), lambda folder: copy(folder, "other")):
        with pytest.raises(NoArticles, match=re.escape(f"There is no library in {tmp_path / 'nothing'}")):
            use("nothing")
