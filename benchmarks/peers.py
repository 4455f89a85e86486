"""Compare Quoth with three other systems: the same model, the same passages and the same questions, in one run.

    python -m benchmarks.peers squad-dev.json --env FOLDER

FOLDER gets an environment with txtai, LangChain and Haystack, unless it exists. Every system is a process that waits
while the others work. The systems take turns with each batch of questions, so that a noisy machine affects all of them.
The figures are written to performance/peers.json. Takes about five minutes on two cores.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from quoth import Library
from quoth.index.embedding.model_files import DEFAULT_MODEL, model_folder

from .quality.squad import Asked, inside, read
from .tables import table

HERE = Path(__file__).parent / "performance"
WORKER = Path(__file__).parent / "peers_worker.py"
NAMES = ("quoth", "txtai", "langchain", "haystack")
NEEDED = [
    "txtai==9.14.0", "langchain-community", "langchain-huggingface", "haystack-ai", "faiss-cpu",
    "sentence-transformers>=5.2,<7", "torch>=2.6,<2.14",
]  # fmt: skip
QUESTIONS, BATCH, ROUNDS = 400, 20, 1
Place = tuple[str, int, int]


class System:
    """The process of one system, which takes orders."""

    def __init__(self, name: str, python: Path, folder: Path) -> None:
        self.command = [str(python), "-m", "benchmarks.peers_worker"] if name == "quoth" else [str(python), str(WORKER)]
        self.command += [name, str(folder), str(model_folder(DEFAULT_MODEL))]
        self._process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._answer()

    def order(self, **what: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(self.command[:4])} ended without an answer")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def start(self, question: str) -> float:
        """Seconds from the start of a process to its first answer from the stored index, median of three."""
        took = []
        for _ in range(3):
            begin = time.perf_counter()
            subprocess.run([*self.command, question], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            took.append(time.perf_counter() - begin)
        return statistics.median(took)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def environment(folder: Path) -> Path:
    """The Python of the peers' environment, which is created if it does not exist."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *NEEDED], check=True)
    return python


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--env", type=Path, required=True)
    args = parser.parse_args()
    python = environment(args.env)
    texts, asked, _ = read(args.data)
    asked = asked[:QUESTIONS]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        articles = folder / "articles"
        articles.mkdir()
        for name, text in texts.items():
            (articles / name).write_text(text, "utf-8")
        passages, places = cut(folder / "cut", articles)
        results = compared(folder, python, passages, places, articles, asked)
    results |= {"date": dt.date.today().isoformat(), "passages": len(passages), "questions": len(asked)}
    HERE.mkdir(exist_ok=True)
    (HERE / "peers.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (HERE / "peers.md").write_text(table("system", results["systems"]), "utf-8")
    print(json.dumps(results, indent=1))


def cut(library: Path, articles: Path) -> tuple[list[str], list[Place]]:
    """The passages into which Quoth cuts the articles, which all systems use, and their places."""
    made = Library(library)
    made.add(articles)
    found = [p for a in made.snapshot().matching() for p in made._store.passages(range(a.first, a.first + a.passages))]
    texts = [stored.passage.text for stored, _ in found]
    return texts, [(Path(a.source).name, s.passage.start, s.passage.end) for s, a in found]


def compared(
    folder: Path, python: Path, passages: list[str], places: list[Place], articles: Path, asked: list[Asked]
) -> dict[str, Any]:
    builds: dict[str, list[float]] = {name: [] for name in NAMES}
    for number in range(ROUNDS):
        systems = {}
        for name in NAMES:
            where = folder / f"{name}-{number}"
            where.mkdir()
            systems[name] = System(name, Path(sys.executable) if name == "quoth" else python, where)
            builds[name].append(systems[name].order(do="build", passages=passages, articles=str(articles))["build_s"])
            if number < ROUNDS - 1:
                systems[name].close()
    took: dict[str, list[float]] = {name: [] for name in NAMES}
    found: dict[str, list[Any]] = {name: [] for name in NAMES}
    memory: dict[str, float] = {}
    for first in range(0, len(asked), BATCH):
        for name, system in systems.items():
            done = system.order(do="ask", questions=[q.text for q in asked[first : first + BATCH]])
            took[name] += done["took_ms"]
            found[name] += done["found"]
            memory[name] = done["rss_MB"]
    results: dict[str, Any] = {}
    for name, system in systems.items():
        system.close()
        ranks = [
            next((r for r, hit in enumerate(hits) if right(q, places[hit] if isinstance(hit, int) else tuple(hit))), 99)
            for q, hits in zip(asked, found[name], strict=True)
        ]
        ordered = sorted(took[name])
        results[name] = {
            "build_s": statistics.median(builds[name]), "builds_s": builds[name],
            "passages_per_s": len(passages) / statistics.median(builds[name]),
            "question_p50_ms": statistics.median(ordered), "question_p95_ms": ordered[int(0.95 * len(ordered))],
            "rss_MB": memory[name], "start_s": system.start(asked[0].text),
            **{f"R@{k}": statistics.mean(r < k for r in ranks) for k in (1, 5, 10)},
        }  # fmt: skip
    return {"systems": results}


def right(asked: Asked, place: Place) -> bool:
    return place[0] == asked.article and inside(asked.gold, place[1], place[2])


if __name__ == "__main__":
    main()
