"""The same articles give the same answers, however the library was built."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from quoth import Library, ask, retrieve
from quoth.index.sync import embed
from tests.conftest import SEEDS
from tests.proof import Proof
from tests.words import WordEncoder

QUESTIONS = (
    "How long will the truce last?", "What share of rare earth processing does China control?",
    "When was the 90-day tariff truce reached?", "Was Taiwan discussed at the meeting?", "Who met in Busan?",
    "What is Nvidia worth?", "Which minerals does China restrict?",
)  # fmt: skip


def results(library: Library) -> list[object]:
    """The answers as a person sees them and the passages retrieved for them, with all digits of the scores."""
    collected: list[object] = []
    for question in QUESTIONS:
        answer = ask(question, library=library)
        quotes = [
            (
                Path(q.article.source).name, q.start, q.end, q.score, q.highlights,
                [Path(o.article.source).name for o in q.also],
            )
            for q in answer.quotes
        ]  # fmt: skip
        sides = [[(Path(q.article.source).name, q.start) for q in d.quotes] for d in answer.disagreements]
        hits = [
            (Path(h.article.source).name, h.passage.start, h.passage.end, h.score)
            for h in retrieve(question, 10, library=library)
        ]
        collected.append((answer.found, answer.confidence, quotes, sides, hits, answer.why))
    return collected


@pytest.mark.model
@pytest.mark.promise("Same input, same answers")
def test_built_in_another_order_with_other_batches_and_threads(
    tmp_path: Path, seed_library: Library, proof: Proof, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, rng = results(seed_library), random.Random(0)
    for number in proof.times(short=1, long=12):
        monkeypatch.setattr(embed, "_AT_ONCE", rng.choice((1, 3, 17, 200)))
        monkeypatch.setenv("OMP_NUM_THREADS", str(rng.choice((1, 2, 4))))
        library = Library(tmp_path / str(number))
        files = sorted(Path(os.path.relpath(SEEDS)).iterdir())
        rng.shuffle(files)
        for file in files:
            library.add(file)
            if rng.random() < 0.3:  # adding and removing leaves no trace
                library.remove(file)
                library.add(file)
        for question, one, other in zip(QUESTIONS, results(library), expected, strict=True):
            proof.holds(one == other, f"try {number}, {[f.name for f in files]}, {question}: {one} instead of {other}")
        shutil.rmtree(tmp_path / str(number))


@pytest.mark.promise("Same input, same answers")
def test_similar_articles_added_in_another_order(tmp_path: Path, proof: Proof) -> None:
    """Equal scores are ordered by something other than the order in which articles were added."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(12):
        text = (
            f"The ferry sails at {number % 3 + 8} o'clock from the quay.\n\nIt is grey."
            + f"\n\nCaptain number {number} is proud." * (number % 2)
        )
        (folder / f"{number}.txt").write_text(text, "utf-8")
    rng = random.Random(1)
    seen = set()
    for number in proof.times(short=4, long=60):
        library = Library(tmp_path / str(number), encoder=WordEncoder())
        files = sorted(folder.iterdir())
        rng.shuffle(files)
        for file in files:
            library.add(file)
        answer = ask("When does the ferry sail from the quay?", library=library)
        hits = retrieve("When does the ferry sail from the quay?", 12, library=library)
        seen.add(repr((
            answer.found, answer.confidence,
            [
                (Path(q.article.source).name, q.start, q.score, [Path(o.article.source).name for o in q.also])
                for q in answer.quotes
            ],
            [[Path(q.article.source).name for q in d.quotes] for d in answer.disagreements],
            [(Path(h.article.source).name, h.passage.start, h.score) for h in hits],
        )))  # fmt: skip
    proof.holds(len(seen) == 1, "\n".join(sorted(seen)))
