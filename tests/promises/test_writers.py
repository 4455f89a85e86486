"""One process stores at a time and the others wait for it; reading and embedding go on at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quoth import Library
from quoth.index.check import check
from quoth.ui.server.imports import Imports
from quoth.ui.server.uploads import Uploads
from tests.promises import processes
from tests.promises.processes import hold_the_lock, running
from tests.proof import Proof
from tests.test_intake import up
from tests.words import WordEncoder


@pytest.mark.promise("One writer, the others wait")
def test_ten_processes_add_their_own_files_and_a_common_one_at_once(tmp_path: Path, proof: Proof) -> None:
    for number in proof.times(short=1, long=30):
        folder = tmp_path / str(number)
        folder.mkdir()
        common = folder / "common.txt"
        common.write_text(
            "The ferry sails at nine.\n\n" + "\n\n".join(f"Sentence {i} is about the quay." for i in range(30)), "utf-8"
        )
        own = [folder / f"{i}.txt" for i in range(10)]
        for path in own:
            path.write_text(f"Writer {path.stem} says that the ferry sails at ten.", "utf-8")
        with ThreadPoolExecutor(10) as pool:
            results = [*pool.map(lambda path, folder=folder, common=common: add(folder / "library", path, common), own)]
        library = Library(folder / "library", encoder=WordEncoder())
        sources = sorted(Path(a.source).name for a in library.catalogue())
        proof.holds(sources == sorted(p.name for p in (*own, common)), f"try {number}: {sources}")
        proof.holds(not any(rejected for _, rejected, _ in results), f"try {number}: {results}")
        proof.holds(
            sum(str(common) in added for added, *_ in results) == 1, f"try {number}: {common} was added more than once"
        )
        passages = library.status().passages
        once = Library(folder / "once", encoder=WordEncoder()).add([common, *own]).embedded
        proof.holds(passages == once, f"try {number}: {passages} passages, {once} if added once")
        proof.holds(not check(folder / "library", encoder=WordEncoder()), f"try {number}: damaged")


def add(folder: Path, *paths: Path) -> tuple[tuple[str, ...], int, int]:
    """Add files in another process: the sources added, the number of files rejected, and of texts embedded."""
    with running(processes.add, folder, [*paths]) as (process, reports):
        added, rejected, encoded = reports.recv()
        process.join()
    return added, rejected, encoded


@pytest.mark.promise("One writer, the others wait")
@pytest.mark.parametrize("same", [True, False], ids=["the same folder", "two folders"])
def test_two_processes_embed_at_the_same_time(tmp_path: Path, proof: Proof, same: bool) -> None:
    for number in proof.times(short=1, long=20):
        folder = tmp_path / str(number)
        folders = [folder / name for name in ("one", "one" if same else "other")]
        for articles in {*folders}:
            articles.mkdir(parents=True)
            for i in range(20):
                (articles / f"{i}.txt").write_text(f"Article {i} of {articles.name} is about the quay.", "utf-8")
        both = processes.barrier(2)
        with (
            running(processes.add_embedding_with_others, folder / "library", folders[0], both) as (_, first),
            running(processes.add_embedding_with_others, folder / "library", folders[1], both) as (_, second),
        ):
            added = [*first.recv(), *second.recv()]
        sources = sorted(str(path) for articles in {*folders} for path in articles.iterdir())
        library = Library(folder / "library", encoder=WordEncoder())
        proof.holds(sorted(added) == sources, f"try {number}: reported as added: {added}")
        held = [article.source for article in library.catalogue()]
        proof.holds(sorted(held) == sources, f"try {number}: the library has {held}")
        problems = check(folder / "library", encoder=WordEncoder())
        proof.holds(not problems, f"try {number}: {problems}")


@pytest.mark.promise("One writer, the others wait")
def test_pages_and_commands_add_at_once(tmp_path: Path, proof: Proof) -> None:
    for number in proof.times(short=1, long=30):
        folder = tmp_path / str(number)
        folder.mkdir()
        files = [folder / f"{i}.txt" for i in range(5)]
        for path in files:
            path.write_text(f"Writer {path.stem} says that the ferry sails at ten.", "utf-8")
        library = Library(folder / "library", encoder=WordEncoder())
        with Uploads() as uploads, ThreadPoolExecutor(10) as pool:
            intake = Imports(library, uploads)
            tokens = [
                up(uploads, f"page-{i}.txt", f"Visitor {i} says that the ferry sails at eleven.") for i in range(5)
            ]
            commands = [pool.submit(add, folder / "library", path) for path in files]
            pages = [pool.submit(intake.add, [token], None) for token in tokens]
            for page in pages:
                changes, known = page.result()
                proof.holds(
                    changes is not None and len(changes.added) == 1 and not known, f"try {number}: {changes}, {known}"
                )
            for command in commands:
                proof.holds(command.result()[0], f"try {number}: {command.result()}")
        sources = sorted(Path(a.source).name for a in library.catalogue())
        proof.holds(
            sources == sorted([*(p.name for p in files), *(f"page-{i}.txt" for i in range(5))]),
            f"try {number}: {sources}",
        )
        proof.holds(len([*(folder / "library" / "added").iterdir()]) == 5, f"try {number}: uploads were left over")


@pytest.mark.promise("One writer, the others wait")
def test_a_killed_writer_keeps_nobody_waiting(tmp_path: Path, proof: Proof) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry sails at nine.", "utf-8")
    for number in proof.times(short=1, long=20):
        folder = tmp_path / f"library-{number}"
        with running(hold_the_lock, folder) as (_, reports):
            assert reports.recv() == "held"
        waited: list[bool] = []
        changes = Library(folder, encoder=WordEncoder()).add(
            tmp_path / "ferry.txt", progress=lambda now, waited=waited: waited.append(now.waiting)
        )
        proof.holds(len(changes.added) == 1 and not any(waited), f"try {number}: {changes}, {waited}")
