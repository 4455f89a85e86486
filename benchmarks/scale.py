"""How a library behaves as it grows: 1 k, 10 k, 100 k and 1 M passages, beside what any such program must do.

    python -m benchmarks.scale squad-dev.json [--sizes 1000 10000 ...] [--keep FOLDER]

The passages are made of real sentences of the file's articles: five drawn at random from some twelve that follow each
other, five such passages an article. Embedding a million would take hours: every sentence is embedded once, and a
passage's vectors are put together from its sentences' (the mean of theirs, and the signs of their word pieces), with
some noise, so that no two passages are the same. Questions are the file's own. Each size is measured in a fresh
process; the floor is the question's embedding, FAISS alone and tantivy alone, in the same run.
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
from nupunkt import sent_spans

from quoth import Article, Library
from quoth.index.embedding.encoder import load_encoder
from quoth.index.records import Encoded, unit
from quoth.index.search.late_interaction import PackedTokens, pack
from quoth.index.search.snapshot import Snapshot
from quoth.index.storage.rows import NewArticle, NewPassage

from .tables import table

HERE = Path(__file__).parent / "performance"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
SENTENCES, WINDOW, PASSAGES = 5, 12, 5
NOISE = 0.3
QUESTIONS = 200
AT_ONCE = 2_000
WORD = "Quothmark"
"""Stands in the one article that is added and removed, and nowhere else."""


def sentences_of(file: Path) -> list[str]:
    texts = [p["context"] for a in json.loads(file.read_text("utf-8"))["data"] for p in a["paragraphs"]]
    found = [text[a:b].strip() for text in texts for a, b in sent_spans(text)]
    return [s for s in dict.fromkeys(found) if 30 <= len(s) <= 250]


def questions_of(file: Path) -> list[str]:
    articles = json.loads(file.read_text("utf-8"))["data"]
    found = [q["question"].strip() for a in articles for p in a["paragraphs"] for q in p["qas"]]
    random.Random(0).shuffle(found)
    return found[:QUESTIONS]


def articles_of(sentences: list[str], encoded: list[Encoded], first: int) -> Iterator[NewArticle]:
    """Articles without end, the same for the same ``first``."""
    packed = [pack(e.tokens) for e in encoded]
    number = first
    while True:
        rng, noise = random.Random(number), np.random.default_rng(number)
        text, passages = "", []
        for _ in range(PASSAGES):
            window = rng.randrange(len(sentences) - WINDOW)
            chosen = rng.sample(range(window, window + WINDOW), SENTENCES)
            start, places, spans = len(text), [], []
            for i in chosen:
                places.append((len(text), len(text) + len(sentences[i])))
                spans.append(encoded[i].spans + len(text))
                text += sentences[i] + " "
            vector = unit(np.mean([encoded[i].vector for i in chosen], axis=0))
            vector = unit(vector + NOISE * unit(noise.standard_normal(len(vector)).astype(np.float32)))
            tokens = PackedTokens(np.concatenate(spans), np.concatenate([packed[i] for i in chosen]))
            passages.append(NewPassage(start, len(text) - 1, None, tuple(places), vector, tokens))
            text += "\n\n"
        day = dt.date(2020, 1, 1) + dt.timedelta(rng.randrange(2000))
        name = f"{number}.txt"
        article = Article(0, name, f"Article {number}", None, day, str(number), text, dt.datetime(2025, 1, 1))
        yield NewArticle(f"/nowhere/{name}", "", article, tuple(passages))
        number += 1


def grow(library: Library, articles: Iterator[NewArticle], size: int) -> dict[str, float]:
    """Store articles until there are so many passages; seconds that storing and indexing took."""
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
    """What a fresh process sees of a library: opening, questions, floor, recall, memory."""
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
    open_indexes = snapshot.open_indexes
    assert open_indexes is not None
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
    """Medians of the steps of a question, in milliseconds, on questions whose passages were read just before."""
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
    """Seconds of taking in the file's own articles, and of embedding their passages and nothing else."""
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
    """recall@10 of the vector search against comparing everything: of all articles,
    and of those of half of the days."""
    snapshot = library.snapshot()
    open_indexes = snapshot.open_indexes
    assert open_indexes is not None
    half = snapshot.matching(since=dt.date(2022, 9, 27))
    from quoth.index.search.opening import passages_of

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


def resident() -> float:
    """Resident memory of this process in MB, mapped files included."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def watch(folder: Path) -> None:
    """Say when the added article can be found, and when it is gone; as another process would see it."""
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
    """Seconds, beyond embedding, until another process finds an article that was added, and no longer one removed."""
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
    parser.add_argument("--keep", type=Path, help="where the library is to lie; else it is deleted")
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
    draw(results)


def draw(results: dict[str, Any]) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "quoth"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(12, 4))
    sizes = [int(size) for size in results["sizes"]]
    shown = [
        ("a question, ms", ["floor_p50_ms", "retrieve_p50_ms", "retrieve_p95_ms", "ask_p50_ms", "ask_p95_ms"]),
        ("seconds", ["open_s", "cold_ask_s", "add_one_s", "remove_one_s"]), ("size", ["disk_GB", "rss_MB"]),
    ]  # fmt: skip
    for axis, (title, names) in zip(axes, shown, strict=True):
        for name in names:
            axis.plot(sizes, [found[name] for found in results["sizes"].values()], "o-", label=name)
        axis.set(xscale="log", yscale="log", xlabel="passages", title=title)
        axis.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(HERE / "scale.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
