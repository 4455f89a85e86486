"""Damaged files of a library are noticed, and repaired where possible."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from quoth import Answer, Library, ask
from quoth.index.check import check
from quoth.index.errors import QuothError
from quoth.index.search import vectors
from tests.proof import Proof
from tests.words import WordEncoder

FISHES = ("herring", "salmon", "carp", "pike", "perch", "trout", "eel", "cod")
QUESTIONS = ("Where does the pike swim?", "How long is the eel?", "Who caught the cod?")


@pytest.fixture
def intact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(vectors, "EXACT", 4)
    folder = tmp_path / "fishes"
    folder.mkdir()
    for number, name in enumerate(FISHES):
        text = (
            f"The {name}\n\nThe {name} swims in river {number}.\n\nThe {name} is {number + 10} inches long. "
            f"Its colour is grey.\n\nMr. Quay caught the {name}.\n"
        )
        (folder / f"{name}.txt").write_text(text, "utf-8")
    Library(tmp_path / "intact", encoder=WordEncoder()).add(folder)
    return tmp_path / "intact"


def answers(folder: Path) -> list[Answer]:
    library = Library(folder, encoder=WordEncoder())
    return [ask(question, library=library) for question in QUESTIONS]


def damage(path: Path, rng: random.Random) -> str:
    """Change a few bytes of a file, or cut it off; say which file and where."""
    content = bytearray(path.read_bytes())
    place = rng.randrange(len(content))
    if rng.random() < 0.25:
        path.write_bytes(content[:place])
        return f"{path.name} cut at {place}"
    for i in range(place, min(place + rng.choice((1, 1, 4, 512)), len(content))):
        content[i] ^= rng.randrange(1, 256)
    path.write_bytes(content)
    return f"{path.name} changed at {place}"


@pytest.mark.promise("Damage is noticed")
def test_bytes_of_a_library_are_changed_or_cut_off(intact: Path, tmp_path: Path, proof: Proof) -> None:
    expected = answers(intact)
    rng = random.Random(0)
    for number in proof.times(short=30, long=1500):
        folder = tmp_path / str(number)
        shutil.copytree(intact, folder)
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
        weighed = [path for path in files for _ in range(20 if path.suffix == ".sqlite" else 1)]
        what = damage(rng.choice(weighed), rng)
        before = problems(folder)
        try:
            actual = answers(folder)
        except QuothError as error:
            proof.holds(before, f"{what}: answered with {error}, but the check found nothing")
            proof.holds(
                "`quoth" in str(error) or "built" in str(error) or "format" in str(error),
                f"{what}: {error} does not say what to do",
            )
        else:
            proof.holds(actual == expected, f"{what}: other answers without an error; the check reports {before}")
        for problem in check_and_repair(folder, proof, what):
            proof.holds("is readable" in problem or "settings" in problem, f"{what}: not repaired: {problem}")
        shutil.rmtree(folder, ignore_errors=True)  # the word index may still be closing files


def problems(folder: Path) -> list[str]:
    try:
        return [problem.what for problem in check(folder, encoder=WordEncoder())]
    except QuothError as error:
        return [str(error)]


def check_and_repair(folder: Path, proof: Proof, what: str) -> list[str]:
    """The problems that could not be repaired; if there are none, the answers equal those before, except for ids."""
    try:
        reported = check(folder, repair=True, encoder=WordEncoder())
    except QuothError as error:
        return [str(error)]
    unrepaired = [problem.what for problem in reported if not problem.repaired]
    if not unrepaired:
        actual = [[(q.text, q.article.source, q.start) for q in a.quotes] for a in answers(folder)]
        for one, other in zip(actual, expected_of(folder), strict=True):
            proof.holds(one == other, f"{what}: after repairing: {one} instead of {other}")
        proof.holds(not problems(folder), f"{what}: still damaged after repairing: {problems(folder)}")
    return unrepaired


def expected_of(folder: Path) -> list[list[tuple[str, str, int]]]:
    return [[(q.text, q.article.source, q.start) for q in a.quotes] for a in answers(folder.parent / "intact")]
