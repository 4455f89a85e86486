"""Ask the questions of all sets, and keep what the weights are learned from.

    python -m benchmarks.quality.samples DATA CASES FILE [SET ...]

DATA and CASES are described in sets.py. The file, a pickle, is read by learn.py.
"""

from __future__ import annotations

import argparse
import pickle
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quoth import Answer, Library, ask
from quoth.index.records import Floats, Span
from quoth.qa.answer.confidence import confidence_features, log_odds
from quoth.qa.answer.headline import headline_features
from quoth.qa.answer.quotes import choose
from quoth.qa.as_read import as_read
from quoth.qa.question.understand import understand
from quoth.qa.ranking import spans
from quoth.qa.ranking.read import read
from quoth.qa.ranking.rerank import rerank
from quoth.qa.ranking.retrieve import CANDIDATES, retrieve_candidates

from .sets import Known, all_sets, file_of

DEEP = 40
"""Number of a question's sentences that are kept, the best."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A question with the best sentences that were found."""

    name: str
    """Of the set."""
    sort: str
    question: str
    first: str
    """The first sentence; empty if nothing was found."""
    sentences: Floats
    """Shape (u, features): the sentences' features, the reader's margin last."""
    right: np.ndarray
    """Shape (u,): whether each sentence holds the answer."""
    confidence: dict[str, float]
    """Features of the first sentence (confidence.py)."""
    quoted: tuple[bool, ...]
    """Of each quote, whether it holds the answer."""
    headline: dict[str, float]
    """Features of the first quote's marks (headline.py); empty if it has none."""
    marked: str
    """The first quote's marked words."""
    words: tuple[str, ...]
    """The exact words of the answer; empty if they are not known."""
    candidates: Floats
    """Shape (t, features): features of the words of the best sentence that holds the answer (spans.py)."""
    exact: np.ndarray
    """Shape (t,): which of them are the answer."""


def sample(name: str, library: Library, known: Known) -> Sample | None:
    """Ask a question; None if no sentence was found."""
    history: list[Answer] = []
    for turn in known.turns[:-1]:
        history.append(ask(turn, library=library, history=history))
    snapshot = library.snapshot()
    question = understand(known.turns[-1], snapshot, history)
    passages = as_read(retrieve_candidates(question, snapshot, CANDIDATES * (2 if known.without else 1)))
    passages = [c for c in passages if not known.without or file_of(c.article) != known.without][:CANDIDATES]
    evidence = read(question, rerank(question, passages)) if passages else []
    if not evidence:
        return None
    best = evidence[:DEEP]
    right = np.array([known.holds(e.article, e.span) for e in best], bool)
    quotes = choose(question, evidence)
    confidence = confidence_features(question, evidence[0])
    holding = next((e for e, is_right in zip(best, right, strict=True) if is_right), None)
    places: list[Span] = []
    candidates: Floats = np.zeros((0, len(spans.FEATURES)), np.float32)
    if holding is not None and known.words:
        places, candidates = spans.span_features(question, holding, holding.span)
    return Sample(
        name, known.sort, known.turns[-1], evidence[0].text,
        np.array([[*e.unit.features, e.margin] for e in best], np.float64), right,
        confidence, tuple(known.holds(q.article, (q.start, q.end)) for q in quotes),
        headline_features(question, evidence[0], quotes[0], log_odds(confidence)),
        " … ".join(quotes[0].article.text[a:b] for a, b in quotes[0].highlights), tuple(known.words), candidates,
        np.array([holding is not None and is_exact(holding.article.text[a:b], known.words) for a, b in places], bool),
    )  # fmt: skip


def is_exact(words: str, accepted: Sequence[str]) -> bool:
    """Whether words are one of the accepted ones, apart from articles, case and punctuation at their ends."""
    return _bare(words) in {_bare(text) for text in accepted}


def _bare(text: str) -> str:
    words = text.casefold().strip(" \t\n.,;:!?()[]\"'“”‘’").split()
    return " ".join(words[1:] if words[:1] in (["the"], ["a"], ["an"]) else words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="squad-dev-a.json, reader/, real/, excerpts/")
    parser.add_argument("cases", type=Path, help="newsrooms.jsonl, reported*.jsonl")
    parser.add_argument("file", type=Path)
    parser.add_argument("sets", nargs="*", help="only these sets")
    args = parser.parse_args()
    found: list[Sample] = []
    for name, libraries in all_sets(args.data, args.cases, args.sets):
        began = time.monotonic()
        own = [s for library, known in libraries for k in known if (s := sample(name, library, k))]
        answerable = [s for s in own if s.sort == "answerable"]
        first = np.mean([s.right[0] for s in answerable])
        print(f"{name}: {len(own)} questions, {first:.3f} first, {time.monotonic() - began:.0f} s", flush=True)
        found += own
        args.file.write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main()
