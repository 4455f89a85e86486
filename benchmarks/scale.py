"""Measure a library as it grows from 1 k to 1 M passages, beside the least that any such program must do.

    python -m benchmarks.scale squad-dev.json [--sizes 1000 10000 ...] [--keep FOLDER]

The articles are synthetic (see synthetic.py); the questions are those of the file. Each size is measured in a fresh
process. The floor is the embedding of the question and the searches by FAISS and tantivy, in the same run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from quoth import Library
from quoth.index.embedding.encoder import load_encoder
from quoth.index.search.opening import OpenIndexes, passages_of
from quoth.index.search.snapshot import Snapshot
from quoth.index.storage.rows import NewArticle

from .scale_plot import draw
from .synthetic import PASSAGES, articles_of, sentences_of
from .tables import table

HERE = Path(__file__).parent / "performance"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
QUESTIONS = 200
AT_ONCE = 2_000
WORD = "Quothmark"
"""Occurs only in the one article that is added and removed."""


def questions_of(file: Path) -> list[str]:
    articles = json.loads(file.read_text("utf-8"))["data"]
    found = [q["question"].strip() for a in articles for p in a["paragraphs"] for q in p["qas"]]
    random.Random(0).shuffle(found)
    return found[:QUESTIONS]


def grow(library: Library, articles: Iterator[NewArticle], size: int) -> dict[str, float]:
    """Store articles until the library has this number of passages; return the seconds of storing and indexing."""
    stored = 0.0
    library._writer.remember_settings()
    while (missing := size - library.status().passages) > 0:
        batch = [next(articles) for _ in range(min(AT_ONCE, missing) // PASSAGES or 1)]
        start = time.perf_counter()
        library._store.replace(batch)
        stored += time.perf_counter() - start
    start = time.perf_counter()
    with library._writer.lock():
        library._writer.update_indexes()
    return {"store_s": stored, "index_s": time.perf_counter() - start}


def milliseconds(call: Callable[[str], object], asked: list[str]) -> list[float]:
    took = []
    for question in asked:
        start = time.perf_counter()
        call(question)
        took.append(1000 * (time.perf_counter() - start))
    return sorted(took)


def spread(name: str, took: list[float]) -> dict[str, float]:
    return {f"{name}_p50_ms": statistics.median(took), f"{name}_p95_ms": took[int(0.95 * len(took))]}


def measure(folder: Path, file: Path) -> dict[str, Any]:
    """Measure a library in a fresh process: opening, questions, floor, recall and memory."""
    from quoth import ask, retrieve

    asked = questions_of(file)
    start = time.perf_counter()
    library = Library(folder)
    snapshot = library.snapshot()
    found: dict[str, Any] = {"open_s": time.perf_counter() - start}
    start = time.perf_counter()
    retrieve(asked[0], library=library)
    found["first_retrieve_s"] = time.perf_counter() - start
    for question in asked[-20:]:
        ask(question, library=library)
    open_indexes = snapshot.candidates
    assert isinstance(open_indexes, OpenIndexes)
    vectors = {question: snapshot.encode(question).vector for question in asked}

    def floor(question: str) -> None:
        vector = snapshot.encode(question).vector
        open_indexes.vectors.search(vector, 50)
        open_indexes.words.search(question, 50)

    found |= spread("embed", milliseconds(snapshot.encode, asked))
    found |= spread("floor", milliseconds(floor, asked))
    found |= spread("retrieve", milliseconds(lambda q: retrieve(q, library=library), asked))
    found |= spread("ask", milliseconds(lambda q: ask(q, library=library), asked))
    found |= stages(snapshot, asked)
    found["rss_MB"] = resident()
    found |= recalls(library, [vectors[q] for q in asked])
    return found


def stages(snapshot: Snapshot, asked: list[str]) -> dict[str, float]:
    """Median milliseconds of the steps of a question, for questions whose passages have just been read."""
    from quoth.qa.question.understand import understand
    from quoth.qa.ranking.rerank import rerank
    from quoth.qa.ranking.retrieve import CANDIDATES, retrieve_candidates

    took: dict[str, list[float]] = {name: [] for name in ("understand", "search", "load", "rank")}
    for text in asked:
        start = time.perf_counter()
        question = understand(text, snapshot)
        understood = time.perf_counter()
        scored = snapshot.search(question.text, question.encoded, 50)
        searched = time.perf_counter()
        snapshot.load(scored[:CANDIDATES])
        loaded = time.perf_counter()
        candidates = retrieve_candidates(question, snapshot)
        retrieved = time.perf_counter()
        rerank(question, candidates)
        ranked = time.perf_counter()
        took["understand"].append(understood - start)
        took["search"].append(searched - understood)
        took["load"].append(loaded - searched)
        took["rank"].append(ranked - retrieved)
    return {f"step_{name}_ms": 1000 * statistics.median(of) for name, of in took.items()}


def building(file: Path, folder: Path) -> dict[str, float]:
    """Seconds to add the file's own articles, and seconds only to embed their passages."""
    source = folder / "articles"
    source.mkdir()
    for article in json.loads(file.read_text("utf-8"))["data"]:
        (source / f"{article['title']}.txt").write_text(
            "\n\n".join(p["context"] for p in article["paragraphs"]), "utf-8"
        )
    library = Library(folder / "built")
    library.encoder.encode(["ready"])
    start = time.perf_counter()
    library.add(source)
    whole = time.perf_counter() - start
    texts = [text for placed in library.snapshot().matching() for text in library._store.texts(placed)[1]]
    start = time.perf_counter()
    library.encoder.encode(texts)
    return {"passages": len(texts), "build_s": whole, "embed_s": time.perf_counter() - start}


def recalls(library: Library, vectors: list[np.ndarray]) -> dict[str, float]:
    """recall@10 of the vector search against an exhaustive comparison, for all articles and for those of half of the
    days."""
    snapshot = library.snapshot()
    open_indexes = snapshot.candidates
    assert isinstance(open_indexes, OpenIndexes)
    half = snapshot.matching(since=dt.date(2022, 9, 27))
    allowed = passages_of(half)
    questions = np.array(vectors)
    best: dict[str, list[list[tuple[float, int]]]] = {
        "recall@10": [[] for _ in vectors],
        "recall@10_filtered": [[] for _ in vectors],
    }
    for ids, matrix in library._store.vectors(library._writer.settings.dimensions, open_indexes.head.generation):
        cosines = questions @ matrix.astype(np.float32).T
        inside = np.isin(ids, allowed)
        for name, columns in (("recall@10", slice(None)), ("recall@10_filtered", inside)):
            some, of = cosines[:, columns], ids[columns]
            top = (
                np.argsort(-some, axis=1)[:, :10] if some.shape[1] <= 10 else np.argpartition(-some, 10, axis=1)[:, :10]
            )
            for row, kept in enumerate(best[name]):
                kept += [(float(some[row, c]), int(of[c])) for c in top[row]]
    result = {}
    for name, within in (("recall@10", None), ("recall@10_filtered", allowed)):
        shares = []
        for vector, kept in zip(vectors, best[name], strict=True):
            true = {id_ for _, id_ in sorted(kept, reverse=True)[:10]}
            shares.append(len(true & set(open_indexes.vectors.search(vector, 50, within).tolist())) / len(true))
        result[name] = statistics.mean(shares)
    return result


def resident(kind: str = "VmRSS") -> float:
    """Resident memory of this process in MB: ``VmRSS`` includes mapped files, ``RssAnon`` does not."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(kind):
            return int(line.split()[1]) / 1024
    return float("nan")


def watch(folder: Path) -> None:
    """Print the times at which this process finds the added article, and no longer finds it."""
    library = Library(folder)
    library.prepare()
    print("ready", flush=True)
    for expected in (True, False):
        while True:
            if library.snapshot().words.holds(WORD) is expected:
                break
            time.sleep(0.02)
        print(time.time(), flush=True)


def change(library: Library, folder: Path) -> dict[str, float]:
    """Seconds until another process finds an added article (without embedding), and misses it after its removal."""
    file = folder.parent / "one.txt"
    file.write_text(f"{WORD} is a word that stands here for the first time.\n\nIt was added on a quiet day.\n", "utf-8")
    start = time.perf_counter()
    library.encoder.encode([file.read_text("utf-8")])
    embedding = time.perf_counter() - start
    command = [sys.executable, "-m", "benchmarks.scale", "--watch", str(folder), "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        watching.stdout.readline()
        start = time.time()
        library.add(file)
        returned = time.time() - start
        added = float(watching.stdout.readline()) - start - embedding
        start = time.time()
        library.remove(file)
        removed = float(watching.stdout.readline()) - start
    return {"add_one_s": added, "add_one_returned_s": returned, "remove_one_s": removed}


def cold(folder: Path, question: str) -> float:
    """Median seconds of `quoth ask` in a fresh process."""
    took = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "quoth", "ask", question, "--library", str(folder)], stdout=subprocess.DEVNULL
        )
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def disk(folder: Path) -> dict[str, float]:
    parts = {"sqlite_GB": "library.sqlite", "words_GB": "words-*/*", "vectors_GB": "vectors-*"}
    found = {name: sum(p.stat().st_size for p in folder.glob(pattern)) / 1e9 for name, pattern in parts.items()}
    return found | {"disk_GB": sum(found.values())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--keep", type=Path, help="folder in which to keep the library; it is deleted by default")
    parser.add_argument("--watch", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.watch:
        watch(args.watch)
    elif args.measure:
        print(json.dumps(measure(args.measure, args.data)))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            write(run(args.data, args.keep or Path(scratch), args.sizes))


def run(data: Path, folder: Path, sizes: list[int]) -> dict[str, Any]:
    sentences, encoder = sentences_of(data), load_encoder()
    start = time.perf_counter()
    encoded = encoder.encode(sentences)
    results: dict[str, Any] = {"date": dt.date.today().isoformat(), "sentences": len(sentences), "sizes": {}}
    results["embed_pieces_per_s"] = sum(len(e.spans) for e in encoded) / (time.perf_counter() - start)
    with tempfile.TemporaryDirectory() as scratch:
        results["build"] = building(data, Path(scratch))
    library = Library(folder / "library", encoder=encoder)
    articles = articles_of(sentences, encoded, library.status().articles)
    for size in sizes:
        built = grow(library, articles, size)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scale", "--measure", str(library.folder), str(data)],
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        found = built | json.loads(done.stdout) | change(library, library.folder) | disk(library.folder)
        found["cold_ask_s"] = cold(library.folder, questions_of(data)[0])
        results["sizes"][str(size)] = found
        print(size, json.dumps(found), flush=True)
    return results


def write(results: dict[str, Any]) -> None:
    HERE.mkdir(exist_ok=True)
    (HERE / "scale.json").write_text(re.sub(r"(\.\d{4})\d+", r"\1", json.dumps(results, indent=1)) + "\n", "utf-8")
    (HERE / "scale.md").write_text(
        table("passages", {f"{int(n):,}": of for n, of in results["sizes"].items()}), "utf-8"
    )
    draw(results["sizes"], HERE / "scale.svg")


if __name__ == "__main__":
    main()
