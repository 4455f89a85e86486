"""What one division of the passages among shards finds, and takes."""

from __future__ import annotations

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from quoth.index.records import Floats, Ints

from ..scale import building, questions_of, resident
from .data import Corpus
from .engine import DEFAULT_GRAPH, EF, GRAPH, MODES, K, build, measure
from .merging import merged, recall, slowest, top

SEED = 25
CANDIDATES = (2, 5, 10, 20, 50)
"""How many candidates each shard gives."""


def divided(topics: Ints, division: str) -> list[Ints]:
    """Return the passages of each shard: drawn at random as Qdrant does, or neighbours in the file together.

    :param division: the number of shards, and perhaps "by topic".
    """
    order = np.random.default_rng(SEED).permutation(len(topics))
    if "by topic" in division:
        order = np.argsort(topics, kind="stable")
    return [np.sort(rows) for rows in np.array_split(order, int(division.split()[0]))]


def simulate(data: Path, folder: Path, division: str) -> dict[str, Any]:
    """Write, search and judge the shards of one division; their graph is Qdrant's default if its name says so."""
    graph = DEFAULT_GRAPH if "default" in division else GRAPH
    corpus = Corpus.read(data)
    shards = divided(corpus.topics, division)
    with fresh() as process:
        built = process.submit(build, folder, data, shards, graph).result()
        found = process.submit(measure, folder, data, shards).result()
    disk = sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file())
    each = [found["ms"][MODES.index(mode)] for mode in ("ef400", "idf_of_all")]
    took = each[0] + each[1]
    some = [n for n in (1, 2, 4, 8, 16, 32) if n <= len(shards)]
    return {
        "shards": len(shards),
        "passages_each": len(corpus) // len(shards),
        "build_cpu_ms": 1000 * built / len(corpus),
        "memory_B": 2**20 * found["rss_MiB"] / len(corpus),
        "anonymous_B": 2**20 * found["anonymous_MiB"] / len(corpus),
        "disk_B": disk / len(corpus),
        "search_cpu_ms": found["cpu_ms"]["ef400"] + found["cpu_ms"]["idf_of_all"],
        "dense_p50_ms": float(np.median(each[0])),
        "words_p50_ms": float(np.median(each[1])),
        "shard_p50_ms": float(np.median(took)),
        "shard_p95_ms": float(np.quantile(took, 0.95)),
        "slowest_p50_ms": float(np.median(took.max(axis=1))),
        "slowest_p95_ms": float(np.quantile(took.max(axis=1), 0.95)),
        "slowest_p95_of": {n: float(np.quantile(took[:, :n].max(axis=1), 0.95)) for n in some},
        "slowest_p95_of_independent": {n: slowest(took, n) for n in some},
        "recall@50": recalls(found["ids"], found["scores"], corpus),
    }


def recalls(ids: Ints, scores: Floats, corpus: Corpus) -> dict[str, dict[int, float]]:
    """Return recall@50 of the merged lists, by the number of candidates of each shard."""
    exact = {True: corpus.cosines(), False: corpus.bm25()}
    ways = {mode: (ids[m], scores[m], exact[mode in EF]) for m, mode in enumerate(MODES)}
    own, _, truth = ways["own_idf"]
    again = np.take_along_axis(truth, own.reshape(len(own), -1), 1).reshape(own.shape)
    ways["own_idf_scored_by_quoth"] = own, again, truth
    best = {kind: [top(row, K) for row in rows] for kind, rows in exact.items()}
    return {
        name: {
            c: float(np.mean([
                recall(row[merged(i[:, :c], s[:, :c], K)], b)
                for i, s, row, b in zip(listed, of, truth, best[name in EF], strict=True)
            ])) for c in CANDIDATES
        } for name, (listed, of, truth) in ways.items()
    }  # fmt: skip


def answering(file: Path, folder: Path) -> dict[str, float]:
    """Return figures of adding the articles of the file, and of asking about them on one core."""
    folder.mkdir()
    with fresh() as process:
        return building(file, folder) | process.submit(asking, file, folder / "built").result()


def asking(file: Path, folder: Path) -> dict[str, float]:
    """Return CPU milliseconds of a question, and memory, of a process that has one core."""
    from quoth import Library, ask

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    asked = questions_of(file)
    with Library(folder) as library:
        for question in asked[:20]:
            ask(question, library=library)
        start = time.process_time()
        for question in asked[20:]:
            ask(question, library=library)
        return {"ask_cpu_ms": 1000 * (time.process_time() - start) / (len(asked) - 20), "rss_MiB": resident()}


def fresh() -> ProcessPoolExecutor:
    """Return an executor that runs each task in a new process."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1)
