"""The derived indexes: rebuilt if damaged, stale, foreign or missing; a large one still finds the nearest passages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from quoth import Library, ask, retrieve
from quoth.index.errors import LibraryNotWritable
from quoth.index.search import manifest, vectors
from quoth.index.search.bm25 import WordIndex
from quoth.index.search.indexes import Indexes
from quoth.index.search.manifest import MANIFEST_FILE
from quoth.index.storage.rows import Head
from quoth.index.sync.writer import Writer
from quoth.qa.filters import Filter
from tests.conftest import WordEncoder

pytestmark = pytest.mark.every_store

NAMES = ("herring", "salmon", "carp", "pike", "perch", "trout", "eel", "cod", "tuna", "bass")


@pytest.fixture
def fishes(library: Library, tmp_path: Path) -> Library:
    folder = tmp_path / "fishes"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.txt").write_text(
            f"Published: 3 May 2024\n\nThe {name} swims in the {name} river.\n", "utf-8"
        )
    library.add(folder)
    return library


def reopened(library: Library) -> Library:
    return Library(library._where, encoder=WordEncoder())


def found(library: Library, question: str = "Where does the pike swim?") -> list[tuple[str, float]]:
    return [(hit.passage.text, hit.score) for hit in retrieve(question, library=library)]


def files(library: Library) -> list[Path]:
    return sorted(p for p in library.folder.rglob("*") if p.is_file() and p.suffix not in (".sqlite", ".lock"))


@pytest.mark.parametrize("damage", ["flipped", "truncated", "emptied", "deleted"])
def test_a_damaged_file_is_detected_and_rebuilt(fishes: Library, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    monkeypatch.setattr(vectors, "EXACT", 4)
    (fishes.folder / MANIFEST_FILE).unlink()
    expected = found(reopened(fishes))
    kinds = {path.suffix for path in files(fishes) if not path.name.startswith(".")}
    assert {".idx", ".term", ".json", ".faiss"} <= kinds
    for kind in sorted(kinds):
        path = next(path for path in files(fishes) if path.suffix == kind)
        content = path.read_bytes()
        path.unlink()  # a file of its own: the old one is still mapped here
        if damage == "deleted":
            pass
        elif damage == "flipped":
            middle = len(content) // 2
            path.write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
        else:
            path.write_bytes(content[: len(content) // 2] if damage == "truncated" else b"")
        assert found(reopened(fishes)) == expected, path


@pytest.mark.only_sqlite
def test_indexes_of_another_library_s_generations_are_not_used(fishes: Library, tmp_path: Path) -> None:
    before = tmp_path / "before.sqlite"
    shutil.copy(fishes.folder / "library.sqlite", before)
    (tmp_path / "shark.txt").write_text("The shark swims in the sea.", "utf-8")
    fishes.add(tmp_path / "shark.txt")
    shutil.copy(before, fishes.folder / "library.sqlite")
    (tmp_path / "whale.txt").write_text("The whale swims in the ocean.", "utf-8")
    restored = reopened(fishes)
    restored.add(tmp_path / "whale.txt")
    assert restored.snapshot().words.holds("whale")
    assert not restored.snapshot().words.holds("shark")


def test_an_article_whose_writer_died_before_indexing_is_indexed_by_the_next_process(
    fishes: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shark.txt").write_text("The shark swims in the sea.", "utf-8")

    def dies(*_: object, quick: bool = False) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(fishes._writer.indexes, "update", dies)
    with pytest.raises(KeyboardInterrupt):
        fishes.add(tmp_path / "shark.txt")
    other = reopened(fishes)
    assert retrieve("Where does the shark swim?", library=other)[0].passage.text == "The shark swims in the sea."
    assert other.snapshot().words.holds("shark")


def test_no_question_waits_until_the_file_of_vectors_is_rewritten(
    fishes: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "EXACT", 4)
    (tmp_path / "whale.txt").write_text("The whale swims in the ocean.", "utf-8")
    fishes.add(tmp_path / "whale.txt")
    before = manifest.read(fishes.folder).vectors
    assert before is not None
    monkeypatch.setattr(fishes._writer.indexes, "update", lambda *_, quick=False: True)
    for number in range(9):
        (tmp_path / f"{number}.txt").write_text(f"The shark number {number} swims in the sea.", "utf-8")
    fishes.add([tmp_path / f"{number}.txt" for number in range(9)])
    other, proceed, rebuild = reopened(fishes), threading.Event(), Indexes._rebuild
    monkeypatch.setattr(Indexes, "_rebuild", lambda self, *rest: proceed.wait() and rebuild(self, *rest))
    assert retrieve("Where does the shark number 7 swim?", library=other)[0].passage.text.startswith("The shark number")
    assert manifest.read(fishes.folder).vectors == before
    proceed.set()
    assert other._snapshots.finishing is not None
    other._snapshots.finishing.join()
    after = manifest.read(fishes.folder).vectors
    assert after is not None
    assert after.count == before.count + 9


def test_a_question_waits_a_moment_while_another_one_opens_the_newest_articles(
    fishes: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = reopened(fishes)
    reader.refresh()
    (tmp_path / "shark.txt").write_text("The shark swims in the sea.", "utf-8")
    fishes.add(tmp_path / "shark.txt")
    opening, proceed, lock = threading.Event(), threading.Event(), reader._snapshots._opening
    is_outdated = Writer.is_outdated

    def slowly(self: Writer) -> bool:
        opening.set()
        return proceed.wait() and is_outdated(self)

    class Waiting:
        def acquire(self, *blocking: bool, **options: float) -> bool:
            proceed.set()  # the other thread goes on once this one waits for it
            return lock.acquire(*blocking, **options)

        def release(self) -> None:
            lock.release()

    monkeypatch.setattr(Writer, "is_outdated", slowly)
    other = threading.Thread(target=reader.refresh)
    other.start()
    opening.wait()
    monkeypatch.setattr(reader._snapshots, "_opening", Waiting())
    assert retrieve("Where does the shark swim?", library=reader)[0].passage.text == "The shark swims in the sea."
    other.join()


def test_a_read_only_library_without_indexes_is_searched_in_memory(
    fishes: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = found(fishes)
    for path in files(fishes):
        path.unlink()

    def refused(self: Writer, **_: object) -> bool:
        raise LibraryNotWritable("read-only")

    monkeypatch.setattr(Writer, "update_indexes", refused)
    assert found(reopened(fishes)) == expected
    assert files(fishes) == []


def test_a_library_with_a_file_of_vectors_finds_the_same_passages(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(60):
        (folder / f"{i}.txt").write_text(f"The {NAMES[i % 10]} number {i} swims in river {i % 7}.", "utf-8")
    library.add(folder)
    question = "Where does the pike swim?"
    (folder / "60.txt").write_text("The pike number 60 swims in river 4.", "utf-8")
    library.add(folder)
    exact = retrieve(question, 10, library=library)
    monkeypatch.setattr(vectors, "EXACT", 20)
    (library.folder / MANIFEST_FILE).unlink()
    base = reopened(library)
    hits = retrieve(question, 10, library=base)
    open_indexes = base.snapshot().candidates
    assert open_indexes is not None
    assert open_indexes.state.vectors is not None
    assert open_indexes.state.vectors.recall >= vectors.RECALL
    assert (len(open_indexes.vectors), open_indexes.state.vectors.count) == (61, 61)
    assert [h.passage for h in hits] == [h.passage for h in exact]
    assert [h.score for h in hits] == pytest.approx([h.score for h in exact])

    (folder / "61.txt").write_text("The pike number 61 swims in river 5.", "utf-8")
    (folder / "60.txt").unlink()
    library.rebuild(folder)
    texts = [hit.passage.text for hit in retrieve(question, 10, library=base)]
    assert any("number 61" in text for text in texts)
    assert not any("number 60" in text for text in texts)
    where = Filter(sources=frozenset([str(folder / "13.txt")]))
    assert [h.passage.text for h in retrieve(question, library=base, where=where)] == [
        "The pike number 13 swims in river 6."
    ]


def test_enough_lists_are_read_to_reach_the_recall(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    everything = vectors.unit(rng.standard_normal((500, 64)).astype(np.float32)).astype(np.float16)
    ids = np.arange(1, 501)
    index = vectors.train(everything[:300], 300)
    vectors.add(index, ids[:300], everything[:300])
    nprobe, recall = vectors.measured(index, vectors.queries(everything[:300]), [(ids[:300], everything[:300])])
    assert recall >= vectors.RECALL
    assert 1 <= nprobe <= index.nlist


def test_the_statistics_of_a_small_library_are_exact_after_a_removal(fishes: Library) -> None:
    fishes.remove([a.source for a in fishes.catalogue() if "cod" in a.source])
    rare = fishes.snapshot().words.rarity(["cod", "never"])
    assert rare["cod"] == rare["never"]


def test_a_head_belongs_to_one_library(fishes: Library) -> None:
    head = fishes._store.head()
    assert fishes._store.is_past(head)
    assert not fishes._store.is_past(Head(head.generation, "another"))
    assert not fishes._store.is_past(Head(head.generation + 1, head.token))


def test_a_word_index_without_its_list_of_segments_is_an_error(tmp_path: Path) -> None:
    index = WordIndex(tmp_path / "words", new=True)
    index.update([], [(1, 1, "en", ["The pike swims."])])
    assert WordIndex(tmp_path / "words").words().holds("pike")
    (tmp_path / "words" / "meta.json").unlink()
    with pytest.raises(ValueError, match=r"meta\.json"):
        WordIndex(tmp_path / "words")


def test_deleting_the_indexes_does_not_change_an_answer(fishes: Library) -> None:
    before = ask("Where does the pike swim?", library=fishes)
    for path in files(fishes):
        path.unlink()
    assert not (fishes.folder / MANIFEST_FILE).exists()
    assert ask("Where does the pike swim?", library=reopened(fishes)) == before


def test_searching_leaves_the_number_of_threads_to_the_program(fishes: Library) -> None:
    code = (
        "import sys, threading; import quoth.index.search.vectors, faiss; from quoth import Library\n"
        "from tests.words import WordEncoder\n"
        "seen = [faiss.omp_get_max_threads()]\n"
        "library = Library(sys.argv[1], encoder=WordEncoder())\n"
        "def ask(): library.retrieve('Where do herring swim?'); seen.append(faiss.omp_get_max_threads())\n"
        "thread = threading.Thread(target=ask); thread.start(); thread.join(); ask(); print(seen)\n"
    )
    root = Path(__file__).parent.parent
    environment = {**os.environ, "OMP_NUM_THREADS": "3", "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", code, fishes._where]
    assert subprocess.run(command, env=environment, capture_output=True, text=True).stdout == "[3, 3, 3]\n"
