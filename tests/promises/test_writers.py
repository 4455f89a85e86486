"""One writer, the others wait."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quoth import Library
from quoth.index.check import check
from quoth.ui.server.imports import Imports
from quoth.ui.server.uploads import Uploads
from tests.conftest import WordEncoder
from tests.proof import Proof
from tests.test_intake import up

ADDS = """
import json, sys
from quoth import Library
from tests.conftest import WordEncoder
encoder = WordEncoder()
waited = []
changes = Library(sys.argv[1], encoder=encoder).add(sys.argv[2:], progress=lambda now: waited.append(now.waiting))
print(json.dumps([changes.added, changes.unchanged, changes.rejected, encoder.encoded, any(waited)]))
"""
HOLDS = """
import sys, time
from quoth import Library
with Library(sys.argv[1]).changing():
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.mark.promise("One writer, the others wait")
def test_ten_add_at_once_their_own_files_and_one_of_all(tmp_path: Path, proof: Proof) -> None:
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
        proof.holds(not any(rejected for _, _, rejected, _ in results), f"try {number}: {results}")
        proof.holds(
            sum(str(common) in added for added, *_ in results) == 1, f"try {number}: {common} was added more than once"
        )
        passages = library.status().passages
        proof.holds(
            sum(encoded for *_, encoded in results) == passages,
            f"try {number}: {passages} passages, embedded {[r[3] for r in results]}",
        )
        proof.holds(not check(folder / "library", encoder=WordEncoder()), f"try {number}: damaged")


def add(folder: Path, *paths: Path) -> tuple[list[str], list[str], list[object], int]:
    done = subprocess.run([sys.executable, "-c", ADDS, folder, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    added, unchanged, rejected, encoded, _ = json.loads(done.stdout)
    return added, unchanged, rejected, encoded


@pytest.mark.promise("One writer, the others wait")
def test_pages_and_commands_at_once(tmp_path: Path, proof: Proof) -> None:
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
        proof.holds(len([*(folder / "library" / "added").iterdir()]) == 5, f"try {number}: files stayed behind")


@pytest.mark.promise("One writer, the others wait")
def test_a_dead_writer_keeps_nobody_waiting(tmp_path: Path, proof: Proof) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry sails at nine.", "utf-8")
    for number in proof.times(short=1, long=20):
        folder = tmp_path / f"library-{number}"
        with subprocess.Popen([sys.executable, "-c", HOLDS, folder], stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            holder.kill()
        waited: list[bool] = []
        changes = Library(folder, encoder=WordEncoder()).add(
            tmp_path / "ferry.txt", progress=lambda now, waited=waited: waited.append(now.waiting)
        )
        proof.holds(len(changes.added) == 1 and not any(waited), f"try {number}: {changes}, {waited}")
