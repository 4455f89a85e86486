"""Checking, healing, backing up and restoring a library; see tests/promises for very many ways of damaging one."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.index.backup import backup, restore
from quoth.index.check import check
from quoth.index.errors import BadBackup, LibraryDamaged, NoArticles
from tests.conftest import WordEncoder

FERRY = "The ferry to Norderney sails at nine. The crossing takes fifty minutes."
QUAY = "The quay is 90 metres long."


@pytest.fixture
def harbour(library: Library, tmp_path: Path) -> Library:
    for name, text in (("ferry", FERRY), ("quay", QUAY)):
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    library.add([tmp_path / "ferry.txt", tmp_path / "quay.txt"])
    return library


def spoil(library: Library, statement: str) -> None:
    with closing(sqlite3.connect(library.folder / "library.sqlite")) as database, database:
        database.execute(statement)


def anew(library: Library) -> Library:
    return Library(library.folder, encoder=WordEncoder())


def quoted(library: Library) -> str:
    return ask("How long is the quay?", library=library).quotes[0].text


SPOILS = (
    "UPDATE texts SET text = replace(text, '90', '99')",
    "UPDATE articles SET title = 'Another'",
    "UPDATE passages SET start = start + 1",
    "UPDATE passages SET article_id = 1",
    "UPDATE vectors SET vector = zeroblob(128)",
    "DELETE FROM vectors WHERE passage_id = 2",
    "DELETE FROM passages WHERE id = 2",
    "DELETE FROM texts WHERE article_id = 2",
)


@pytest.mark.parametrize("statement", SPOILS)
def test_what_was_changed_from_elsewhere_is_never_quoted_is_found_and_is_healed_from_the_files(
    harbour: Library, statement: str
) -> None:
    spoil(harbour, statement)
    with pytest.raises(LibraryDamaged, match="check --repair"):
        quoted(anew(harbour))
    assert check(harbour.folder, encoder=WordEncoder())
    assert all(problem.healed for problem in check(harbour.folder, repair=True, encoder=WordEncoder()))
    assert check(harbour.folder, encoder=WordEncoder()) == ()
    assert quoted(anew(harbour)) == QUAY
    assert len(anew(harbour).catalogue()) == 2


def test_without_its_file_an_article_is_healed_from_its_text_if_that_is_sound(harbour: Library, tmp_path: Path) -> None:
    spoil(harbour, "UPDATE vectors SET vector = zeroblob(128) WHERE passage_id = 2")
    (tmp_path / "quay.txt").unlink()
    assert [p.healed for p in check(harbour.folder, repair=True, encoder=WordEncoder())] == [True]
    assert quoted(anew(harbour)) == QUAY


def test_what_cannot_be_healed_is_taken_out_told_and_kept_beside(harbour: Library, tmp_path: Path) -> None:
    spoil(harbour, "UPDATE texts SET text = replace(text, '90', '99')")
    (tmp_path / "quay.txt").unlink()
    (problem,) = check(harbour.folder, repair=True, encoder=WordEncoder())
    assert (problem.where, problem.healed) == (str(tmp_path / "quay.txt"), False)
    assert "taken out" in problem.what
    assert [Path(a.source).name for a in anew(harbour).catalogue()] == ["ferry.txt"]
    assert check(harbour.folder, encoder=WordEncoder()) == ()
    with closing(sqlite3.connect(harbour.folder / "library.sqlite.damaged")) as kept:
        assert kept.execute("SELECT text FROM texts WHERE article_id = 2").fetchone() == (QUAY.replace("90", "99"),)


def test_a_file_of_the_library_s_own_that_is_no_longer_what_was_read_is_told(library: Library) -> None:
    added = library.folder / "added"
    added.mkdir()
    (added / "quay.txt").write_text(QUAY, "utf-8")
    library.add(added / "quay.txt")
    (added / "quay.txt").write_text("Something else.", "utf-8")
    (problem,) = check(library.folder, encoder=WordEncoder())
    assert (problem.where, "not the file that was read" in problem.what) == (str((added / "quay.txt").resolve()), True)
    assert quoted(library) == QUAY


def test_no_library_is_no_sound_library(tmp_path: Path) -> None:
    with pytest.raises(NoArticles, match="nothing was checked"):
        check(tmp_path)


def test_a_backup_brings_back_what_was_there_also_in_another_place(harbour: Library, tmp_path: Path) -> None:
    added = harbour.folder / "added"
    added.mkdir()
    (added / "lamp.txt").write_text("The lamp is red.", "utf-8")
    harbour.add(added / "lamp.txt")
    assert backup(harbour.folder, tmp_path / "harbour.zip") == 3
    assert restore(tmp_path / "harbour.zip", tmp_path / "other") == 3
    other = Library(tmp_path / "other", encoder=WordEncoder())
    assert quoted(other) == QUAY
    lamp = next(a for a in other.articles() if "lamp" in a.source)
    assert other.file_of(lamp) == (tmp_path / "other" / "added" / "lamp.txt").resolve()
    assert check(tmp_path / "other", encoder=WordEncoder()) == ()
    assert other.add([tmp_path / "ferry.txt"]).embedded == 0


def test_who_has_the_library_open_sees_the_restored_one_and_no_id_means_two_articles(
    harbour: Library, tmp_path: Path
) -> None:
    backup(harbour.folder, tmp_path / "harbour.zip")
    snapshot = harbour.snapshot()
    (tmp_path / "later.txt").write_text("The quay is 95 metres long since the spring.", "utf-8")
    harbour.add(tmp_path / "later.txt")
    later = next(a.id for a in harbour.catalogue() if "later" in a.source)
    harbour.remove(tmp_path / "ferry.txt")
    reader = anew(harbour)
    quoted(reader)
    restore(tmp_path / "harbour.zip", harbour.folder)
    assert sorted(Path(a.source).name for a in reader.catalogue()) == ["ferry.txt", "quay.txt"]
    assert quoted(reader) == QUAY
    (tmp_path / "new.txt").write_text("The lamp is green.", "utf-8")
    reader.add(tmp_path / "new.txt")
    assert max(a.id for a in reader.catalogue()) > later
    assert snapshot.words.holds("quay")


@pytest.mark.parametrize("damage", ["cut", "changed", "another", "gone"])
def test_a_backup_that_is_not_whole_is_refused_and_the_library_stays(
    harbour: Library, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "harbour.zip"
    backup(harbour.folder, file)
    data = bytearray(file.read_bytes())
    if damage == "cut":
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
        restore(file, harbour.folder)
    assert quoted(anew(harbour)) == QUAY


def test_a_damaged_library_is_not_backed_up_over_a_sound_backup(harbour: Library, tmp_path: Path) -> None:
    backup(harbour.folder, tmp_path / "harbour.zip")
    before = (tmp_path / "harbour.zip").read_bytes()
    spoil(harbour, "UPDATE articles SET title = 'Another'")
    with pytest.raises(LibraryDamaged):
        backup(harbour.folder, tmp_path / "harbour.zip")
    assert (tmp_path / "harbour.zip").read_bytes() == before
