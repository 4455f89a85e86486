"""Damage is noticed."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from quoth import Answer, Library, ask
from quoth.index.check import check
from quoth.index.errors import QuothError
from quoth.index.search import vectors
from tests.conftest import WordEncoder
from tests.proof import Proof

FISHES = ("herring", "salmon", "carp", "pike", "perch", "trout", "eel", "cod")
QUESTIONS = ("Where does the pike swim?", "How long is the eel?", "Who caught the cod?")


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(vectors, "EXACT", 4)
    folder = tmp_path / "fishes"
    folder.mkdir()
    for number, name in enumerate(FISHES):
        text = (
            f"The {name}\n\nThe {name} swims in river {number}.\n\nThe {name} is {number + 10} inches long. "
            f"Its colour is grey.\n\nMr. Quay caught the {name}.\n"
        )
        (folder / f"{name}.txt").write_text(text, "utf-8")
    Library(tmp_path / "sound", encoder=WordEncoder()).add(folder)
    return tmp_path / "sound"


def answers(folder: Path) -> list[Answer]:
    library = Library(folder, encoder=WordEncoder())
    return [ask(question, library=library) for question in QUESTIONS]


def damage(path: Path, rng: random.Random) -> str:
    """Change a few bytes of a file, or cut it."""
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
def test_bytes_of_a_library_are_changed_or_cut_off(sound: Path, tmp_path: Path, proof: Proof) -> None:
    expected = answers(sound)
    rng = random.Random(0)
    for number in proof.times(short=60, long=1500):
        folder = tmp_path / str(number)
        shutil.copytree(sound, folder)
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
        weighed = [path for path in files for _ in range(20 if path.suffix == ".sqlite" else 1)]
        told = damage(rng.choice(weighed), rng)
        before = problems(folder)
        try:
            given = answers(folder)
        except QuothError as error:
            proof.holds(before, f"{told}: answered with {error}, but the check found nothing")
            proof.holds(
                "`quoth" in str(error) or "built" in str(error) or "format" in str(error),
                f"{told}: {error} says nothing to do",
            )
        else:
            proof.holds(given == expected, f"{told}: other answers, without a word; the check says {before}")
        for problem in check_and_repair(folder, proof, told):
            proof.holds("is readable" in problem or "settings" in problem, f"{told}: not healed: {problem}")
        shutil.rmtree(folder, ignore_errors=True)  # the word index may still be closing files


def problems(folder: Path) -> list[str]:
    try:
        return [problem.what for problem in check(folder, encoder=WordEncoder())]
    except QuothError as error:
        return [str(error)]


def check_and_repair(folder: Path, proof: Proof, told: str) -> list[str]:
    """What could not be healed; where all could be, the answers are those of before but for ids."""
    try:
        unhealed = [problem.what for problem in check(folder, repair=True, encoder=WordEncoder()) if not problem.healed]
    except QuothError as error:
        return [str(error)]
    if not unhealed:
        given = [[(q.text, q.article.source, q.start) for q in a.quotes] for a in answers(folder)]
        for one, other in zip(given, expected_of(folder), strict=True):
            proof.holds(one == other, f"{told}: after repairing {one} instead of {other}")
        proof.holds(not problems(folder), f"{told}: still wrong after repairing: {problems(folder)}")
    return unhealed


def expected_of(folder: Path) -> list[list[tuple[str, str, int]]]:
    return [[(q.text, q.article.source, q.start) for q in a.quotes] for a in answers(folder.parent / "sound")]
