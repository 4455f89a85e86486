"""Adding files: one stream that reports its progress, can be interrupted at any time, and reads no file in vain."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from quoth import Library
from quoth.index.reading.provided import Provided
from quoth.index.records import Encoded, Progress
from quoth.index.sync import storing
from quoth.index.sync.compare import Look, look_at
from tests.conftest import WordEncoder

OLD = (1_700_000_000, 1_700_000_000)


class Tiring(WordEncoder):
    """Raises an interrupt instead of embedding more than a number of texts."""

    def __init__(self, texts: int) -> None:
        super().__init__()
        self._left = texts

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        self._left -= len(texts)
        if self._left < 0:
            raise KeyboardInterrupt
        return super().encode(texts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    for i in range(200):
        (made / f"{i:03}.txt").write_text(f"The truce number {i} lasts {i} years.", "utf-8")
        os.utime(made / f"{i:03}.txt", OLD)
    return made


def test_what_was_embedded_before_an_interruption_is_not_embedded_again(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "_COMMIT_PASSAGES", 10)
    with pytest.raises(KeyboardInterrupt):
        Library(tmp_path / "library", encoder=Tiring(150)).add(folder)
    encoder = WordEncoder()
    library = Library(tmp_path / "library", encoder=encoder)
    held = len(library.catalogue())
    assert 0 < held < 200
    changes = library.add(folder)
    assert (len(changes.unchanged), len(changes.added), encoder.encoded) == (held, 200 - held, 200 - held)
    assert len(library.catalogue()) == 200


def test_progress_only_grows_and_ends_with_everything(library: Library, folder: Path) -> None:
    reports: list[Progress] = []
    library.add(folder, progress=reports.append)
    for before, after in pairwise(reports):
        assert before.files <= after.files
        assert before.passages <= after.passages
        assert before.bytes <= after.bytes
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert reports[-1] == Progress(200, 200, 200, reports[-1].bytes, size, file=str(folder / "199.txt"))
    assert reports[-1].bytes == pytest.approx(size, abs=1)


def test_progress_names_each_file_before_it_is_read(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: list[Progress] = []
    read: list[str] = []

    def look(path: str, provided: Provided) -> Look:
        assert (reports[-1].file, reports[-1].files) == (path, len(read))
        read.append(path)
        return look_at(path, provided)

    monkeypatch.setattr("quoth.index.sync.compare.look_at", look)
    library.add(folder, progress=reports.append)
    assert read == [str(folder / f"{i:03}.txt") for i in range(200)]
    assert [*dict.fromkeys(now.file for now in reports)] == read


def test_a_file_that_was_replaced_by_one_of_the_same_size_and_time_is_read_again(
    library: Library, folder: Path
) -> None:
    library.add(folder)
    (folder / "007.txt").write_text("The truce number 7 lasts 8 years.", "utf-8")
    os.utime(folder / "007.txt", OLD)
    assert library.outdated().changed == (str(folder / "007.txt"),)
    assert library.changed_files() == (str(folder / "007.txt"),)
    assert library.rebuild(folder).changed == (str(folder / "007.txt"),)
    assert library.changed_files() == ()


def test_an_unchanged_file_is_read_again_only_if_asked(
    library: Library, encoder: WordEncoder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(folder)
    read: list[str] = []
    monkeypatch.setattr("quoth.index.sync.compare.look_at", lambda path, _: read.append(path) or look_at(path))
    before = encoder.encoded
    assert len(library.rebuild(folder).unchanged) == 200
    assert read == []
    assert len(library.rebuild(folder, thorough=True).unchanged) == 200
    assert (len(read), encoder.encoded) == (200, before)


def test_a_file_changed_just_after_it_was_read_is_read_again(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "truce.txt"
    file.write_text("The truce lasts one year.", "utf-8")
    library.add(file)
    stamp = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    file.write_text("The truce lasts two days.", "utf-8")
    os.utime(file, ns=stamp)
    assert library.add(file).changed == (str(file),)


def test_a_touched_file_is_recognised_by_its_digest(library: Library, encoder: WordEncoder, folder: Path) -> None:
    library.add(folder)
    before, head = encoder.encoded, library._store.head()
    for path in folder.iterdir():
        os.utime(path, (1_600_000_000, 1_600_000_000))
    assert len(library.rebuild(folder).unchanged) == 200
    assert (encoder.encoded, library._store.head()) == (before, head)


def test_an_article_of_many_passages_is_stored_whole(library: Library, tmp_path: Path) -> None:
    sentences = [
        f"In the year {year} the truce was signed once more, by all that had signed it before."
        for year in range(1000, 1900)
    ]
    (tmp_path / "long.txt").write_text("\n\n".join(sentences), "utf-8")
    library.add(tmp_path / "long.txt")
    placed = library.snapshot().matching()[0]
    passages = library._store.passages(range(placed.first, placed.first + placed.passages))
    assert placed.passages == library.status().passages > 100
    stored = [p.passage.text[a - p.passage.start : b - p.passage.start] for p, _ in passages for a, b in p.sentences]
    assert stored == sentences
