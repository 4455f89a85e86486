"""Simulate a library that is divided among n shards, each of them a shard of Qdrant's core in this process.

    python -m benchmarks.shards squad-dev.json [--passages 200000] [--shards "1" "32 by topic" ...] [--keep FOLDER]
    python -m benchmarks.shards --plan

Passages are synthetic (see synthetic.py), questions are those of the file. The lists of all shards are merged by score
and compared with an exhaustive search. The same file gives the same passages and the same division, from the seed 25.
With ``--keep``, a simulation that was stopped continues. ``--plan`` prints the tables of docs/scale.md, computed from
the committed results.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from ..scale import HERE
from ..tables import table
from .data import corpus_of
from .plan import tables
from .plot import draw
from .simulation import SEED, answering, simulate

DIVISIONS = ("1", "2", "4", "8", "16", "32", "32 by topic", "1 default")


def once(file: Path, compute: Callable[[], Any]) -> Any:
    """Return the result that a file keeps; compute it if there is none."""
    if not file.exists():
        shutil.rmtree(file.with_suffix(""), ignore_errors=True)
        file.write_text(json.dumps(compute()), "utf-8")
        shutil.rmtree(file.with_suffix(""), ignore_errors=True)
    return json.loads(file.read_text("utf-8"))


def run(file: Path, folder: Path, passages: int, divisions: list[str]) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    data = folder / "corpus.npz"
    if not data.exists():
        corpus_of(file, passages, SEED).write(data)
    answered = once(folder / "answering.json", lambda: answering(file, folder / "answering"))
    runs = {}
    for division in divisions:
        place = folder / division.replace(" ", "-")
        runs[division] = once(place.with_suffix(".json"), partial(simulate, data, place, division))
        print(division, json.dumps(runs[division]), flush=True)
    return {
        "date": dt.date.today().isoformat(), "seed": SEED, "passages": passages, "answering": answered, "runs": runs,
    }  # fmt: skip


def write(results: dict[str, Any]) -> None:
    text = re.sub(r"(\.\d{4})\d+", r"\1", json.dumps(results, indent=1))
    (HERE / "shards.json").write_text(text + "\n", "utf-8")
    runs = results["runs"]
    shares = {
        division: {f"{way}, {c} each": share for way, of in found["recall@50"].items() for c, share in of.items()}
        for division, found in runs.items()
    }
    (HERE / "shards.md").write_text(
        "# Passages divided among shards\n\n" + table("shards", runs) + "\n" + table("recall@50", shares), "utf-8"
    )
    draw(runs, HERE / "shards.svg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", help="a file in SQuAD's format")
    parser.add_argument("--passages", type=int, default=200_000)
    parser.add_argument("--shards", nargs="+", default=DIVISIONS)
    parser.add_argument("--keep", type=Path, help="folder in which to keep intermediate results")
    parser.add_argument("--plan", action="store_true")
    args = parser.parse_args()
    if args.plan:
        print("\n\n".join(tables()))
    elif not args.data:
        parser.error("name a file in SQuAD's format, or --plan")
    else:
        with tempfile.TemporaryDirectory() as scratch:
            write(run(args.data, args.keep or Path(scratch), args.passages, args.shards))


if __name__ == "__main__":
    main()
