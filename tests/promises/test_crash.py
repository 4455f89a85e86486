"""What is reported as added is there, whoever is killed when; and who reads meanwhile sees one state or the next."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from quoth import Library, ask, retrieve
from quoth.index.check import check
from tests.conftest import WordEncoder
from tests.proof import Proof

WORKER = """
import json, random, sys
from pathlib import Path
from quoth import Library
from tests.conftest import WordEncoder
folder, articles, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
rng = random.Random(seed)
library = Library(folder, encoder=WordEncoder())
print(json.dumps(["started"]), flush=True)
for step in range(1000):
    name = articles / f"{seed}-{step}.txt"
    paragraphs = [f"Article {name.stem} says in sentence {i} that the quay is {rng.randrange(1000)} metres long."\
 for i in range(rng.randrange(1, 40))]
    name.write_text("\\n\\n".join(paragraphs), "utf-8")
    if step % 7 == 5:
        victim = rng.choice(sorted(articles.iterdir()))
        victim.unlink()
        print(json.dumps(["removing", str(victim)]), flush=True)
        library.remove(victim)
    elif step % 3:
        library.add(name)
        print(json.dumps(["added", str(name)]), flush=True)
    else:
        library.rebuild(articles, forget_missing=True)
        print(json.dumps(["rebuilt", *[str(p) for p in articles.iterdir()]]), flush=True)
"""
TOGGLE = """
import sys
from pathlib import Path
from quoth import Library
from tests.conftest import WordEncoder
folder, articles, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
library = Library(folder, encoder=WordEncoder())
for count in range(first, first + 10_000):
    for number in range(6):
        (articles / f"{number}.txt").write_text(f"Report {number} says that the count of the votes is {count} today.",\
 "utf-8")
    library.rebuild(articles)
    print(count, flush=True)
"""


@contextmanager
def running(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A program, to be killed."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.promise("An article reported as added is there after a crash")
def test_killed_at_random_moments_of_add_rebuild_and_remove(tmp_path: Path, proof: Proof) -> None:
    folder, articles = tmp_path / "library", tmp_path / "articles"
    articles.mkdir()
    rng = random.Random(0)
    reported: set[str] = set()
    for number in proof.times(short=8, long=200):
        with running(WORKER, folder, articles, number) as worker:
            assert worker.stdout is not None
            worker.stdout.readline()
            time.sleep(rng.random() * 0.6)  # the moment is what is tried, nothing is waited for
            worker.kill()
            for line in worker.stdout:
                what, *names = json.loads(line) if line.endswith("\n") else ["cut"]
                reported |= set(names) if what in ("added", "rebuilt") else set()
                reported -= set(names) if what == "removing" else set()
        encoder = WordEncoder()
        library = Library(folder, encoder=encoder)
        held = {article.source: article for article in library.articles()}
        for name in reported & {str(path) for path in articles.iterdir()}:
            proof.holds(name in held, f"try {number}: {name} was reported and is not there")
            proof.holds(
                name not in held or held[name].text == Path(name).read_text("utf-8"),
                f"try {number}: {name} has another text",
            )
        if held:
            quotes = ask("How long is the quay?", library=library).quotes
            proof.holds(
                all(q.text == q.article.text[q.start : q.end] for q in quotes), f"try {number}: a quote is not verbatim"
            )
        found = check(folder, encoder=encoder)
        proof.holds(not found, f"try {number}: {found}")
        before = {str(p) for p in articles.iterdir()} - held.keys()
        changes = library.add(articles)
        again = set(changes.added) | set(changes.changed)
        proof.holds(again <= before, f"try {number}: embedded again: {again - before}")
        reported = {a.source for a in library.articles()}
    assert library.folders() == [str(articles)]


@pytest.mark.promise("A reader sees the state before or after, never a mixture")
def test_asked_all_the_time_while_a_folder_is_rebuilt_and_the_writer_killed(tmp_path: Path, proof: Proof) -> None:
    folder, articles = tmp_path / "library", tmp_path / "articles"
    articles.mkdir()
    rng = random.Random(0)
    library = Library(folder, encoder=WordEncoder())
    counts = set[str]()
    first = 1000
    for number in proof.times(short=6, long=100):
        with running(TOGGLE, folder, articles, first) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            until = time.monotonic() + 0.3 + rng.random()
            while time.monotonic() < until:
                hits = retrieve("What is the count of the votes?", 20, library=library)
                said = [hit.passage.text.split("votes is ")[1].split()[0] for hit in hits]
                counts |= set(said)
                proof.holds(len(hits) == 6 and len(set(said)) == 1, f"try {number}: {said}")
                if number % 2:
                    anew = retrieve(
                        "What is the count of the votes?", 20, library=Library(folder, encoder=WordEncoder())
                    )
                    proof.holds(
                        len(anew) == 6 and len({hit.passage.text.split("votes is ")[1] for hit in anew}) == 1,
                        f"try {number}, opened anew: {len(anew)}",
                    )
        first += 10_000
    assert len(counts) > 5
