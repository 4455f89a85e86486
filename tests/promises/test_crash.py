"""Articles reported as added survive a killed process, and readers see the library before or after a change."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from quoth import Library, ask, retrieve
from quoth.index.check import check
from tests.promises.processes import add_rebuild_and_remove, rebuild_with_counts, remaining, running
from tests.proof import Proof
from tests.words import WordEncoder

QUESTION = "What is the count of the votes?"


@pytest.mark.promise("An article reported as added is there after a crash")
def test_killed_at_random_moments_of_add_rebuild_and_remove(tmp_path: Path, proof: Proof) -> None:
    folder, articles = tmp_path / "library", tmp_path / "articles"
    articles.mkdir()
    rng = random.Random(0)
    reported: set[str] = set()
    for number in proof.times(short=8, long=200):
        with running(add_rebuild_and_remove, folder, articles, number) as (writer, reports):
            reports.recv()
            time.sleep(rng.random() * 0.6)  # waits for nothing: the moment of the kill is random
            writer.kill()
            for what, *names in remaining(reports):
                reported |= set(names) if what in ("added", "rebuilt") else set()
                reported -= set(names) if what == "removing" else set()
        encoder = WordEncoder()
        library = Library(folder, encoder=encoder)
        held = {article.source: article for article in library.articles()}
        for name in reported & {str(path) for path in articles.iterdir()}:
            proof.holds(name in held, f"try {number}: {name} was reported as added and is missing")
            proof.holds(
                name not in held or held[name].text == Path(name).read_text("utf-8"),
                f"try {number}: the text of {name} differs from the file",
            )
        if held:
            quotes = ask("How long is the quay?", library=library).quotes
            proof.holds(
                all(q.text == q.article.text[q.start : q.end] for q in quotes), f"try {number}: a quote is not verbatim"
            )
        problems = check(folder, encoder=encoder)
        proof.holds(not problems, f"try {number}: {problems}")
        missing = {str(p) for p in articles.iterdir()} - held.keys()
        changes = library.add(articles)
        embedded = set(changes.added) | set(changes.changed)
        proof.holds(embedded <= missing, f"try {number}: embedded again: {embedded - missing}")
        reported = {a.source for a in library.articles()}
    assert library.folders() == [str(articles)]


@pytest.mark.promise("A reader sees the library before or after a change, never a mixture")
def test_asked_while_a_folder_is_rebuilt_and_the_writer_is_killed(tmp_path: Path, proof: Proof) -> None:
    folder, articles = tmp_path / "library", tmp_path / "articles"
    articles.mkdir()
    rng = random.Random(0)
    library = Library(folder, encoder=WordEncoder())
    counts = set[str]()
    first = 1000
    for number in proof.times(short=6, long=100):
        with running(rebuild_with_counts, folder, articles, first) as (_, reports):
            reports.recv()
            until = time.monotonic() + 0.3 + rng.random()
            while time.monotonic() < until:
                seen = counts_in(library)
                counts |= set(seen)
                proof.holds(len(seen) == 6 and len(set(seen)) == 1, f"try {number}: {seen}")
                if number % 2:
                    seen = counts_in(Library(folder, encoder=WordEncoder()))
                    proof.holds(len(seen) == 6 and len(set(seen)) == 1, f"try {number}, just opened: {seen}")
        first += 10_000
    assert len(counts) > 5


def counts_in(library: Library) -> list[str]:
    """The number that each of the articles found states."""
    texts = [hit.passage.text for hit in retrieve(QUESTION, 20, library=library)]
    return [text.split("votes is ")[1].split()[0] for text in texts]
