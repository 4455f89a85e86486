"""Two processes change a library at the same time: what one has read is not stored over what the other has changed.

The other one is a second library on the same folder, which acts while the first one embeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from quoth import Changes, Library
from quoth.index.check import check
from quoth.index.errors import LibraryBusy
from quoth.index.records import Encoded, Progress
from quoth.index.sync import storing
from tests.made import FERRY, QUAY, write
from tests.words import WordEncoder


class Meanwhile(WordEncoder):
    """While it embeds its first texts, something else happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens = happens

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        if not self.encoded:
            self.encoded += len(texts)
            self._happens()
            self.encoded -= len(texts)
        return super().encode(texts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    return tmp_path / "articles"


@pytest.fixture
def other(tmp_path: Path) -> Library:
    """The library as another process sees it."""
    return Library(tmp_path / "library", encoder=WordEncoder())


def library(other: Library, happens: Callable[[], object]) -> Library:
    return Library(other.folder, encoder=Meanwhile(happens))


def texts(library: Library) -> dict[str, str]:
    """The texts of all articles by the names of their files; every file has one article here."""
    articles = library.articles()
    assert len({a.source for a in articles}) == len(articles)
    assert check(library.folder, encoder=WordEncoder()) == ()
    return {Path(a.source).name: a.text for a in articles}


def mailbox(folder: Path, *names: str) -> Path:
    mails = [f"From x@y Sun Nov  3 08:00:00 2019\nMessage-ID: <{n}@y>\n\nMail {n}: {FERRY}\n" for n in names]
    return write(folder, "a.mbox", "\n".join(mails))


def names(library: Library) -> list[str]:
    """The names of the mails in a library."""
    return [article.source.partition("#")[2].removesuffix("@y") for article in library.catalogue()]


def test_an_article_that_another_process_has_added_is_unchanged_and_keeps_its_id(folder: Path, other: Library) -> None:
    ferry, quay = write(folder, "ferry.txt", FERRY), write(folder, "quay.txt", QUAY)
    ids = dict[str, int]()

    def add() -> None:
        other.add(ferry)
        ids.update({a.source: a.id for a in other.catalogue()})

    changes = library(other, add).add(folder)
    assert (changes.added, changes.changed, changes.unchanged) == ((str(quay),), (), (str(ferry),))
    assert texts(other) == {"ferry.txt": FERRY, "quay.txt": QUAY}
    assert {a.source: a.id for a in other.catalogue()}.items() >= ids.items()


def test_a_newer_version_that_another_process_has_added_stays(folder: Path, other: Library) -> None:
    ferry = write(folder, "ferry.txt", FERRY)
    other.add(ferry)
    write(folder, "ferry.txt", "The ferry sails at ten.")
    changes = library(other, lambda: other.add(write(folder, "ferry.txt", "The ferry sails at noon."))).add(folder)
    assert (changes.added, changes.changed, changes.unchanged) == ((), (), (str(ferry),))
    assert texts(other) == {"ferry.txt": "The ferry sails at noon."}


def test_a_file_that_changed_once_more_is_read_again(folder: Path, other: Library) -> None:
    ferry = write(folder, "ferry.txt", FERRY)

    def change() -> None:
        other.add(write(folder, "ferry.txt", "The ferry sails at ten."))
        write(folder, "ferry.txt", "The ferry sails at noon.")

    changes = library(other, change).add(folder)
    assert (changes.added, changes.changed) == ((), (str(ferry),))
    assert texts(other) == {"ferry.txt": "The ferry sails at noon."}


def test_a_file_that_another_process_has_removed_meanwhile_is_added(folder: Path, other: Library) -> None:
    ferry = write(folder, "ferry.txt", FERRY)
    other.add(ferry)
    write(folder, "ferry.txt", "The ferry sails at ten.")
    assert library(other, lambda: other.remove(ferry)).add(folder).added == (str(ferry),)
    assert texts(other) == {"ferry.txt": "The ferry sails at ten."}


def test_a_file_that_was_deleted_after_another_process_read_a_newer_version_is_rejected(
    folder: Path, other: Library
) -> None:
    ferry = write(folder, "ferry.txt", FERRY)

    def change() -> None:
        other.add(write(folder, "ferry.txt", "The ferry sails at ten."))
        ferry.unlink()

    changes = library(other, change).add(folder)
    assert [(r.source, "its earlier version stays" in r.reason) for r in changes.rejected] == [(str(ferry), True)]
    assert texts(other) == {"ferry.txt": "The ferry sails at ten."}


def test_a_file_that_another_process_has_moved_is_neither_removed_nor_added_again(folder: Path, other: Library) -> None:
    ferry = write(folder, "ferry.txt", FERRY)
    other.add(folder)
    (article,) = other.catalogue()
    ferry.rename(folder / "old.txt")
    write(folder, "quay.txt", QUAY)
    rebuilt: list[Changes] = []

    def report(now: Progress) -> None:
        if now.file.endswith("quay.txt") and not rebuilt:  # the moved file was found and is not stored yet
            rebuilt.append(other.rebuild(folder))

    changes = Library(other.folder, encoder=WordEncoder()).rebuild(folder, progress=report)
    assert (len(rebuilt[0].moved), len(rebuilt[0].added)) == (1, 1)
    assert (len(changes.unchanged), changes.removed, changes.moved, changes.added) == (2, (), (), ())
    assert texts(other) == {"quay.txt": QUAY, "old.txt": FERRY}
    assert article.id in [a.id for a in other.catalogue()]


def test_mails_that_another_process_has_removed_meanwhile_are_added_again(folder: Path, other: Library) -> None:
    box = mailbox(folder, "one", "two")
    other.add(box)
    mailbox(folder, "one", "two", "three")
    changes = library(other, lambda: other.remove(f"{box}#one@y")).add(box)
    assert [source.partition("#")[2] for source in changes.added] == ["one@y", "three@y"]
    assert sorted(names(other)) == ["one", "three", "two"]
    assert other.add(box).unchanged == (str(box),)


def test_mails_that_are_in_the_newest_version_of_a_mailbox_only_are_neither_lost_nor_added_twice(
    folder: Path, other: Library
) -> None:
    box = mailbox(folder, "one", "two", "three")
    other.add(box)
    mailbox(folder, "one", "four")  # without two and three
    library(other, lambda: other.add(mailbox(folder, "one", "three", "five"))).add(box)
    assert sorted(names(other)) == ["five", "one", "three"]
    assert other.add(box).unchanged == (str(box),)


def test_a_mailbox_that_is_stored_in_parts_is_stored_once(
    folder: Path, other: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "_COMMIT_PASSAGES", 3)
    box = mailbox(folder, *map(str, range(200)))
    encoder = WordEncoder()
    assert len(Library(other.folder, encoder=encoder).add(box).added) == encoder.encoded == 200
    assert other.add(box).unchanged == (str(box),)


def test_what_waits_for_another_process_says_so_and_how_far_it_is(folder: Path, other: Library) -> None:
    write(folder, "ferry.txt", FERRY)
    holding = other._writer.lock()
    reports: list[Progress] = []

    def report(now: Progress) -> None:
        reports.append(now)
        if now.waiting:
            holding.__exit__(None, None, None)

    library(other, holding.__enter__).add(folder, progress=report)
    (waiting,) = [now for now in reports if now.waiting]
    assert (waiting.files, waiting.passages, waiting.bytes) == (1, 1, len(FERRY))
    assert texts(other) == {"ferry.txt": FERRY}


def test_what_was_stored_before_another_process_held_the_lock_for_too_long_stays(
    folder: Path, other: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "_COMMIT_PASSAGES", 1)
    monkeypatch.setattr("quoth.index.sync.writer.PATIENCE_SECONDS", -1.0)
    for i in range(200):
        write(folder, f"{i:03}.txt", f"The truce number {i} lasts {i} years.")
    holding = other._writer.lock()

    def report(now: Progress) -> None:
        if now.passages == 100:
            holding.__enter__()

    with pytest.raises(LibraryBusy, match="try again"):
        other.add(folder, progress=report)
    holding.__exit__(None, None, None)
    held = len(other.catalogue())
    assert 0 < held <= 100
    assert len(other.add(folder).added) == 200 - held
