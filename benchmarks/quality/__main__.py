"""Measure the quality of answers, and what each ingredient adds to it; write both down.

    python -m benchmarks.quality [DATA]

DATA holds squad-dev-a.json (SQuAD 2.0's form), excerpts/ (Chroma's evaluation of chunking) and conflicts.jsonl. Asked
are the questions of those articles of SQuAD that the reader has not seen, in a library of all, the newsrooms' and the
documents'. Written are results.json, results.md and reliability.svg, beside this file. Takes about half an hour on two
cores. Without DATA, only the documents are asked (a minute), and the other results are kept.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import json
import platform
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.reader.examples import HELD_OUT
from quoth import Library, ask
from quoth.index.sync.chunk import MAX_CHARS, MERGE_CHARS
from quoth.qa.answer import claims, confidence, disagreement, quotes
from quoth.qa.ranking import features, read, rerank, retrieve, spans
from quoth.qa.ranking.reader import LEAST
from quoth.qa.ranking.weights import CONFIDENCE, SENTENCE, SPAN

from . import documents, figures
from .newsrooms import Newsrooms, figures_of, newsrooms
from .squad import Asked
from .squad import read as read_squad

HERE = Path(__file__).parent
PACKAGES = ("faiss-cpu", "numpy", "sentence-transformers", "tantivy", "tokenizers", "torch", "transformers")
ABLATION = 40
"""Questions, and as many tricks, that each ingredient is left out for, and every other newsroom."""
BINS = 10
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument(
        "--sample", type=int, default=500, help="answerable questions (default 500), and as many tricks"
    )
    args = parser.parse_args()
    if args.data:
        results = measured(args.data, args.sample)
        draw(results["reliability"], HERE / "reliability.svg")
    else:
        results = json.loads((HERE / "results.json").read_text("utf-8"))
    report = documents.report_of(documents.QUESTIONS, documents.FILES)
    results["documents"] = documents.figures_of(report, documents.kinds_of(documents.QUESTIONS))
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (HERE / "results.md").write_text(markdown(results), "utf-8")


def measured(data: Path, sample: int) -> dict[str, Any]:
    """All results but the documents'.

    :param sample: number of answerable questions of SQuAD's form, and of tricks.
    """
    texts, answerable, tricks = read_squad(data / "squad-dev-a.json")
    unseen = {f"{name}.txt" for name in HELD_OUT}
    asked, tricks = ([q for q in of if q.article in unseen][:sample] for of in (answerable, tricks))
    results: dict[str, Any] = {"date": dt.date.today().isoformat(), "settings": settings(sample)}
    with figures.library_of(texts) as library, newsrooms() as stories:
        squad = figures.Squad.of(library, asked)
        tricked = [ask(q.text, library=library) for q in tricks]
        results["squad"] = (
            squad.figures()
            | {"trick_auroc": figures.auroc(squad.answers, tricked)}
            | figures.absent(texts, answerable[: 2 * sample])
        )
        results["newsrooms"] = figures_of(stories)
        results["speed"] = speed(library, asked[:200])
        results["reliability"] = reliability(squad, texts, answerable[: 2 * sample])
        results["excerpts"] = figures.excerpts(data / "excerpts")
        results["conflicts"] = figures.conflicts(data / "conflicts.jsonl")
        some = dict(list(stories.items())[::2])
        results["ablation"] = {
            name: cost(library, asked[:ABLATION], tricks[:ABLATION], some, off) for name, off in ablations()
        }
    return results


def settings(sample: int) -> dict[str, Any]:
    return {
        "sample": sample, "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "passages": {"max_chars": MAX_CHARS, "merge_chars": MERGE_CHARS},
        "retrieve": {"cosine": retrieve.COSINE, "bm25": retrieve.BM25, "max_sim": rerank.MAX_SIM,
                     "sentence": rerank.SENTENCE, "candidates": retrieve.SEARCHED, "reranked": retrieve.CANDIDATES},
        "weights": {"sentence": SENTENCE, "span": SPAN, "confidence": CONFIDENCE, "found_from": confidence.FOUND},
    }  # fmt: skip


def speed(library: Library, asked: Sequence[Asked]) -> dict[str, float]:
    """Medians in milliseconds, taken in pairs, and the median of their ratios."""
    pairs = []
    for question in asked:
        start = time.perf_counter()
        library.snapshot().encode(question.text)
        between = time.perf_counter()
        ask(question.text, library=library)
        pairs.append((between - start, time.perf_counter() - between))
    return {
        "embed_ms": 1000 * statistics.median(e for e, _ in pairs),
        "ask_ms": 1000 * statistics.median(a for _, a in pairs),
        "ask_to_embed": statistics.median(a / e for e, a in pairs),
    }  # fmt: skip


def reliability(squad: figures.Squad, texts: dict[str, str], asked: Sequence[Asked]) -> dict[str, Any]:
    """Of answers with a confidence, how many hold the answer: to questions half of which the library cannot answer."""
    held = set(sorted(texts)[::2])
    with figures.library_of({name: text for name, text in texts.items() if name in held}) as library:
        half = figures.Squad.of(library, asked)
    sure = np.array([a.confidence for a in half.answers])
    right = np.array([half.quote_rank(i) is not None for i in range(len(asked))])
    answerable = np.array([q.article in held for q in asked])
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return {
        "bins": [
            [b / BINS, (b + 1) / BINS, int((bins == b).sum()), float(right[bins == b].mean())]
            for b in range(BINS) if (bins == b).any()
        ],
        "curve": [[t, float((sure >= t)[answerable].mean()), float(right[sure >= t].mean())] for t in THRESHOLDS],
    }  # fmt: skip


def ablations() -> Iterator[tuple[str, Any]]:
    """Each ingredient's name with a context in which it is off."""
    yield "nothing", patch.object(retrieve, "CANDIDATES", retrieve.CANDIDATES)
    for module, name in (
        (retrieve, "COSINE"), (retrieve, "BM25"), (rerank, "MAX_SIM"), (rerank, "SENTENCE"),
    ):  # fmt: skip
        yield f"ranking: {name.lower()}", patch.object(module, name, 0.0)
    for i, name in enumerate(features.FEATURES):
        weights = features.WEIGHTS.copy()
        weights[i] = 0.0
        yield f"sentence: {name}", patch.object(features, "WEIGHTS", weights)
    yield "sentence: read", patch.object(read, "READ", 0.0)
    for i, name in enumerate(spans.FEATURES):
        weights = spans.WEIGHTS.copy()
        weights[i] = 0.0
        yield f"mark: {name}", patch.object(spans, "WEIGHTS", weights)
    for module, name, off in (
        (claims, "LIKELY_MARGIN", LEAST), (claims, "LIKELY", 0.0), (claims, "MUCH_WEAKER", 0.0),
        (claims, "TERM_WORDS", 0), (disagreement, "SAME_SUBJECT", -1.0), (disagreement, "CONFIRMED", 2.0),
    ):  # fmt: skip
        yield f"differ: {name.lower()}", patch.object(module, name, off)
    yield "quote: neighbours", patch.object(quotes, "with_neighbour", lambda question, evidence: iter(()))
    for name in CONFIDENCE:
        if name != "bias":
            yield f"confidence: {name}", patch.dict(CONFIDENCE, {name: 0.0})


def cost(
    library: Library, asked: Sequence[Asked], tricks: Sequence[Asked], stories: Newsrooms, off: Any
) -> dict[str, float]:
    """The figures without one ingredient; thresholds and the other weights stay as they are."""
    with off:
        squad = figures.Squad.of(library, asked)
        found = squad.figures()
        tricked = [ask(q.text, library=library) for q in tricks]
        shown = figures_of(stories)
    ranks = [squad.quote_rank(i) for i in range(len(asked))]
    return {
        "passage_recall@1": found["passage_recall@1"], "passage_recall@5": found["passage_recall@5"],
        "quoted@1": sum(r == 1 for r in ranks) / len(ranks), "quoted@3": sum(r is not None for r in ranks) / len(ranks),
        "trick_auroc": figures.auroc(squad.answers, tricked),
        **{
            f"newsrooms_{name}": shown[name]
            for name in ("right", "marked", "refused", "false_alarms", "told_to_differ")
        },
    }  # fmt: skip


def markdown(results: dict[str, Any]) -> str:
    found = results["settings"]
    lines = [
        "# Results", "", f"Measured on {results['date']} with Python {found['python']}, "
        + ", ".join(f"{name} {version}" for name, version in found["packages"].items())
        + f"; {found['sample']} questions of articles of squad-dev-a that the reader has not seen. "
        "All settings are in results.json.",
        "",
    ]  # fmt: skip
    for name in ("squad", "newsrooms", "excerpts", "conflicts", "speed"):
        lines += [
            f"| {name} | |", "| --- | --- |", *(f"| {key} | {value:.3f} |" for key, value in results[name].items()), "",
        ]  # fmt: skip
    lines += documents.markdown(results["documents"])
    lines += ["## Confidence", "", "![Reliability diagram, and precision against coverage](reliability.svg)", "",
              "| confidence | answers | of them with a right quote |", "| --- | --- | --- |"]  # fmt: skip
    lines += [
        f"| {low:.1f} to {high:.1f} | {count} | {share:.2f} |"
        for low, high, count, share in results["reliability"]["bins"]
    ]
    lines += ["", "| min-confidence | answerable answered | of all answered, right |", "| --- | --- | --- |"]
    lines += [f"| {t} | {coverage:.3f} | {right:.3f} |" for t, coverage, right in results["reliability"]["curve"]]
    columns = list(next(iter(results["ablation"].values())))
    lines += ["", "## Each ingredient off in turn", "", "Quoted counts right quotes, found or not.", "",
              f"| off | {' | '.join(columns)} |", f"| --- |{' --- |' * len(columns)}"]  # fmt: skip
    lines += [
        f"| {name} | {' | '.join(f'{row[c]:.3f}' for c in columns)} |" for name, row in results["ablation"].items()
    ]
    return "\n".join(lines) + "\n"


def draw(found: dict[str, Any], file: Path) -> None:
    """The reliability diagram beside the curve of precision against coverage."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "quoth"
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    middles = [(low + high) / 2 for low, high, _, _ in found["bins"]]
    left.plot([0, 1], [0, 1], color="0.7")
    left.plot(middles, [share for *_, share in found["bins"]], "o-")
    left.set(xlabel="confidence", ylabel="share that holds the answer", xlim=(0, 1), ylim=(0, 1), title="Reliability")
    right.plot([c for _, c, _ in found["curve"]], [p for *_, p in found["curve"]], "o-")
    for threshold, coverage, precision in found["curve"]:
        right.annotate(f"{threshold}", (coverage, precision), textcoords="offset points", xytext=(4, 4), fontsize=8)
    right.set(
        xlabel="answerable questions answered", ylabel="of all answered, right", title="What --min-confidence trades"
    )
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    main()
