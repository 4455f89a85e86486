"""What is added, changed, removed and rejected; closing; several threads; indexes that stay up to date."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quoth import Changes, Library, ask, retrieve
from quoth.index.errors import LibraryBusy, LibraryClosed, LibraryDamaged, NoArticles, SettingsMismatch
from quoth.index.records import Progress
from tests.conftest import WordEncoder

pytestmark = pytest.mark.every_store

TRUCE = "The truce lasts one year and was signed in Busan."
FISH = "Herring swim in the Baltic sea during the long winter."


def settle(folder: Path) -> None:
    """Make the files old enough that a change shows in their times."""
    for path in folder.iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))


def contents(folder: Path) -> dict[Path, tuple[int, bytes]]:
    return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "truce.txt").write_text(TRUCE, "utf-8")
    (folder / "fish.txt").write_text(FISH, "utf-8")
    return folder


def test_a_second_rebuild_of_an_unchanged_folder_embeds_and_writes_nothing(
    library: Library, encoder: WordEncoder, articles: Path
) -> None:
    settle(articles)
    assert library.add([articles]).embedded == 2
    before, encoded = contents(library.folder), encoder.encoded
    changes = library.rebuild(articles)
    assert (len(changes.unchanged), changes.embedded, encoder.encoded) == (2, 0, encoded)
    assert contents(library.folder) == before


def test_a_changed_article_replaces_its_old_version_and_a_deleted_one_is_removed(
    library: Library, articles: Path
) -> None:
    library.add([articles])
    (articles / "truce.txt").write_text("The truce lasts two years.", "utf-8")
    (articles / "fish.txt").unlink()
    changes = library.rebuild(articles)
    assert changes.changed == (str(articles / "truce.txt"),)
    assert changes.removed == (str(articles / "fish.txt"),)
    assert [hit.passage.text for hit in retrieve("truce", library=library)] == ["The truce lasts two years."]


def test_one_bad_file_never_stops_the_others(library: Library, articles: Path) -> None:
    (articles / "empty.txt").write_bytes(b"")
    (articles / "binary.txt").write_bytes(bytes(range(256)) * 4)
    (articles / "menu.txt").write_text("Home\n\nSubscribe\n\nSearch\n", "utf-8")
    (articles / 'it\'s "50%" 🙂 off.txt').write_text(TRUCE, "utf-8")
    (articles / "picture.png").write_bytes(b"x")
    changes = library.add([articles])
    assert {Path(r.source).name for r in changes.rejected} == {"empty.txt", "binary.txt", "menu.txt"}
    assert all(r.reason for r in changes.rejected)
    assert len(changes.added) == 3
    assert len(changes.ignored) == 1


def test_a_huge_file_is_rejected_unread(library: Library, articles: Path) -> None:
    with (articles / "huge.txt").open("wb") as file:
        file.truncate(200 * 2**20)
    assert "200 MB" in library.add([articles]).rejected[0].reason


def test_an_endless_line_is_split_into_passages_that_fit(library: Library, articles: Path) -> None:
    (articles / "line.txt").write_text("word " * 20_000, "utf-8")
    assert library.add([articles / "line.txt"]).embedded > 100


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs Unix permissions")
def test_a_folder_without_permission_is_reported_and_keeps_its_articles(library: Library, articles: Path) -> None:
    inner = articles / "inner"
    inner.mkdir()
    (inner / "more.txt").write_text(FISH, "utf-8")
    library.add([articles])
    inner.chmod(0)
    root = os.geteuid() == 0
    if root:
        for path in (articles.parent, *articles.parents):
            path.chmod(path.stat().st_mode | 0o055) if str(path).startswith("/tmp/") else None
        for path in (library.folder, *library.folder.iterdir()):
            path.chmod(0o777)
        os.seteuid(65534)
    try:
        changes = library.rebuild(articles)
    finally:
        if root:
            os.seteuid(0)
        inner.chmod(0o755)
    assert [r.source for r in changes.rejected] == [str(inner)]
    assert changes.removed == ()


@pytest.mark.parametrize("path", ["missing", "empty"])
def test_a_missing_path_and_an_empty_folder_change_nothing(
    library: Library, articles: Path, tmp_path: Path, path: str
) -> None:
    library.add([articles])
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoArticles, match=path):
        library.rebuild(tmp_path / path)
    assert len(library.articles()) == 2


def test_another_process_s_changes_are_seen_without_a_restart(library: Library, articles: Path) -> None:
    library.add([articles / "fish.txt"])
    reader = Library(library._where, encoder=WordEncoder())
    assert len(retrieve("truce", library=reader)) == 1
    library.add([articles / "truce.txt"])
    assert retrieve("truce Busan", library=reader)[0].passage.text == TRUCE
    library.remove([articles / "fish.txt"])
    assert len(retrieve("truce", library=reader)) == 1


def test_scores_after_changes_are_those_of_a_newly_opened_library(library: Library, articles: Path) -> None:
    library.add([articles])
    (articles / "third.txt").write_text("The sea is long and the truce is signed.", "utf-8")
    library.add([articles])
    library.remove([articles / "fish.txt"])
    reopened = Library(library._where, encoder=WordEncoder())
    assert [(h.passage, h.score) for h in retrieve("truce sea", library=library)] == [
        (h.passage, h.score) for h in retrieve("truce sea", library=reopened)
    ]


def test_models_are_not_mixed(library: Library, articles: Path) -> None:
    library.add([articles])
    with pytest.raises(SettingsMismatch, match=r"words-64.*another place"):
        Library(library._where, model="other")


@pytest.mark.only_sqlite
def test_a_damaged_database_is_reported(library: Library, articles: Path) -> None:
    library.add([articles])
    (library.folder / "library.sqlite").write_bytes(b"not a database at all" * 500)
    with pytest.raises(LibraryDamaged, match=r"library\.sqlite"):
        Library(library._where, encoder=WordEncoder())


def test_a_second_writer_waits_for_the_lock_reports_it_and_stops_in_the_end(
    library: Library, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, waiting = Library(library._where, encoder=WordEncoder()), list[bool]()
    holding = other.changing()
    holding.__enter__()

    def report(now: Progress) -> None:
        waiting.append(now.waiting)
        if now.waiting:
            holding.__exit__(None, None, None)

    assert len(library.add([articles], progress=report).added) == 2
    assert any(waiting)
    monkeypatch.setattr("quoth.index.sync.writer.PATIENCE_SECONDS", -1.0)
    with other.changing(), pytest.raises(LibraryBusy, match="try again"):
        library.remove([articles])


def test_same_content_is_quoted_once_with_both_sources(library: Library, articles: Path) -> None:
    (articles / "copy.txt").write_text(TRUCE, "utf-8")
    library.add([articles])
    first = ask("truce one year signed Busan", library=library).quotes[0]
    assert {Path(q.article.source).name for q in (first, *first.also)} == {"truce.txt", "copy.txt"}


def test_outdated_reports_what_differs_in_the_folders_and_changes_nothing(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("same", "changed", "removed"):
        (folder / f"{name}.txt").write_text(f"The truce of {name}.", "utf-8")
    library.add([folder])
    assert library.folders() == [str(folder)]
    assert library.outdated() == Changes()
    (folder / "changed.txt").write_text("The truce has ended.", "utf-8")
    (folder / "removed.txt").unlink()
    (folder / "added.txt").write_text("A truce begins.", "utf-8")
    before = library.status()
    outdated = library.outdated()
    assert [Path(s).stem for (s,) in (outdated.added, outdated.changed, outdated.removed)] == [
        "added",
        "changed",
        "removed",
    ]
    assert library.status() == before
    library.rebuild(folder)
    assert library.outdated() == Changes()


@pytest.mark.parametrize(
    "use",
    [
        lambda library, articles: library.add(articles),
        lambda library, articles: library.rebuild(articles),
        lambda library, articles: library.remove(articles),
        lambda library, articles: library.outdated(),
        lambda library, articles: library.catalogue(),
        lambda library, articles: library.article(1),
        lambda library, articles: library.status(),
        lambda library, articles: library.snapshot(),
        lambda library, articles: library.prepare(),
        lambda library, articles: library.encoder,
        lambda library, articles: ask("How long does the truce last?", library=library),
    ],
)
def test_a_closed_library_raises_an_error_that_says_so(
    library: Library, articles: Path, use: Callable[[Library, Path], object]
) -> None:
    library.add(articles)
    library.close()
    with pytest.raises(LibraryClosed, match=r"is closed\. Open it again"):
        use(library, articles)


def test_a_with_block_closes_the_library_and_closing_it_again_does_nothing(tmp_path: Path, articles: Path) -> None:
    with Library(tmp_path / "library", encoder=WordEncoder()) as library:
        library.add(articles)
        assert retrieve("truce Busan", library=library)[0].passage.text == TRUCE
    library.close()
    with pytest.raises(LibraryClosed):
        library.articles()
    with Library(tmp_path / "library", encoder=WordEncoder()) as again:
        assert len(again.articles()) == 2


def test_prepare_raises_the_error_of_opening_the_indexes(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise LibraryDamaged("corrupt")

    monkeypatch.setattr(library, "refresh", fail)
    with pytest.raises(LibraryDamaged, match="corrupt"):
        library.prepare()


def test_eight_threads_ask_and_add_at_once(library: Library, articles: Path, tmp_path: Path) -> None:
    library.add(articles)

    def work(number: int) -> None:
        for step in range(4):
            file = tmp_path / f"{number}-{step}.txt"
            file.write_text(f"Writer {number} signed the report number {step}.", "utf-8")
            assert library.add(file).added == (str(file),)
            hits = retrieve(f"writer {number} report {step}", 50, library=library)
            assert {hit.article.text[hit.passage.start : hit.passage.end] for hit in hits} == {
                hit.passage.text for hit in hits
            }
            assert TRUCE in {quote.text for quote in ask("Where was the truce signed?", library=library).quotes}

    with ThreadPoolExecutor(8) as threads:
        for result in [threads.submit(work, number) for number in range(8)]:
            result.result()
    assert len(library.catalogue()) == 2 + 8 * 4
    hits = retrieve("writer signed report", 50, library=library)
    assert sum(hit.passage.text.startswith("Writer") for hit in hits) == 32
