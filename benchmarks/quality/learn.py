"""Find the numbers in qa/ranking/weights.py, and say how well they carry over to libraries that they were not found on.

    python -m benchmarks.quality.learn squad-dev.json [--sample N]

Learned from are the articles of SQuAD that the reader has not seen (benchmarks/reader), and the newsrooms. The
sentence's weights maximise the chance of a sentence that holds the answer, in a softmax over all sentences of the
candidates; the confidence is a logistic regression. Each is also fitted without one article or newsroom in turn and
measured on that one; only those figures say anything about other libraries.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.reader.examples import HELD_OUT
from quoth import Answer, Library, ask
from quoth.index.records import Span
from quoth.qa.answer.confidence import confidence_features
from quoth.qa.answer.quotes import choose
from quoth.qa.cases import EvalCase
from quoth.qa.question.understand import Question, understand
from quoth.qa.ranking import spans
from quoth.qa.ranking.evidence import Evidence
from quoth.qa.ranking.features import FEATURES
from quoth.qa.ranking.read import read as read_passages
from quoth.qa.ranking.rerank import rerank
from quoth.qa.ranking.retrieve import CANDIDATES, retrieve_candidates
from quoth.qa.ranking.weights import CONFIDENCE

from . import figures, newsrooms
from .squad import Asked, inside, read

L2 = 0.0005
TRICK = 0.25
"""How many trick questions to every answerable one; there are as many that the articles do not speak of, or say."""
DEEP = 30
"""Sentences of a question that are learned from, the best as they are ranked now, and all that hold the answer."""
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)


@dataclass(frozen=True, slots=True)
class Case:
    """A question, what was found for it, and what is known."""

    group: str
    """The article or newsroom."""
    sort: str
    """held, absent or trick; in newsrooms: told or untold."""
    question: Question
    found: list[Evidence]
    holds: Callable[[str, str, Span], bool]
    """Whether a span of an article, given by name and text, holds the answer."""
    marks: Callable[[str, str, Span], bool] | None
    """Whether a span is the answer; None where that is not known."""

    def right(self, found: Evidence) -> bool:
        return self._of(self.holds, found, found.span)

    def marked(self, found: Evidence, span: Span) -> bool:
        return self.marks is not None and self._of(self.marks, found, span)

    def quoted(self) -> bool:
        """Whether one of the quotes holds the answer."""
        return any(
            self.holds(figures.name_of(q.article), q.article.text, (q.start, q.end))
            for q in choose(self.question, self.found)
        )

    @staticmethod
    def _of(judge: Callable[[str, str, Span], bool], found: Evidence, span: Span) -> bool:
        return judge(figures.name_of(found.article), found.article.text, span)


def found_for(question: Question, library: Library, without: str = "") -> list[Evidence]:
    """The sentences found for a question, best first.

    :param without: name of an article that is left out.
    """
    candidates = retrieve_candidates(question, library.snapshot(), 2 * CANDIDATES)
    ranked = [r for r in rerank(question, candidates) if figures.name_of(r.candidate.article) != without]
    return read_passages(question, ranked[:CANDIDATES])


def squad_cases(library: Library, questions: Sequence[Asked], sort: str) -> list[Case]:
    cases = []
    for asked in questions:
        question = understand(asked.text, library.snapshot())
        found = found_for(question, library, asked.article if sort == "absent" else "")

        def holds(name: str, text: str, span: Span, asked: Asked = asked) -> bool:
            return name == asked.article and inside(asked.gold, *span)

        def marks(name: str, text: str, span: Span, asked: Asked = asked) -> bool:
            return name == asked.article and any(max(a, span[0]) < min(b, span[1]) for a, b in asked.gold)

        cases.append(Case(asked.article, sort, question, found, holds, marks if sort == "held" else None))
    return cases


def newsroom_cases(group: str, library: Library, questions: Sequence[EvalCase]) -> list[Case]:
    cases = []
    for known in questions:
        history: list[Answer] = []
        for turn in known.turns[:-1]:
            history.append(ask(turn, library=library, history=history))
        question = understand(known.turns[-1], library.snapshot(), history)

        def holds(name: str, text: str, span: Span, known: EvalCase = known) -> bool:
            words = " ".join(text[slice(*span)].split())
            return any(" ".join(a.split()) in words for a in (*known.answers, *known.whole, *known.differs))

        def marks(name: str, text: str, span: Span, known: EvalCase = known) -> bool:
            return text[slice(*span)] in known.marked

        sort = "told" if known.answerable else "untold"
        cases.append(Case(group, sort, question, found_for(question, library), holds, marks if known.marked else None))
    return cases


def softmax_fit(cases: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Weights (f,) for cases of features (u, f) and which of the u sentences are right (u,)."""
    cases = [(x, y) for x, y in cases if y.any()]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        total, gradient = 0.0, np.zeros_like(w)
        for x, y in cases:
            p = np.exp(x @ w - (x @ w).max())
            right = p[y].sum()
            total -= np.log(right / p.sum())
            gradient -= p[y] @ x[y] / right - p @ x / p.sum()
        return total / len(cases) + L2 * w @ w, gradient / len(cases) + 2 * L2 * w

    found: np.ndarray = minimize(loss, np.zeros(cases[0][0].shape[1]), jac=True, method="L-BFGS-B").x
    return found


def learn(name: str, names: Sequence[str], rows: Sequence[tuple[Case, np.ndarray, np.ndarray]]) -> None:
    """Fit weights of the features ``names`` to (case, features (u, f), which are right (u,)), and each group by the
    weights of the others, too."""
    first: dict[str, list[bool]] = {}
    third: dict[str, list[bool]] = {}
    for group in sorted({c.group for c, _, _ in rows}):
        w = softmax_fit([(x, y) for c, x, y in rows if c.group != group])
        for _, x, y in (row for row in rows if row[0].group == group):
            best = y[np.argsort(-(x @ w), kind="stable")][:3]
            kind = "SQuAD" if group.endswith(".txt") else "newsrooms"
            first.setdefault(kind, []).append(bool(best[0]))
            third.setdefault(kind, []).append(bool(best.any()))
    for kind in first:
        print(
            f"{name}, {kind}: right @1 {np.mean(first[kind]):.3f}, @3 {np.mean(third[kind]):.3f} of "
            f"{len(first[kind])}, each by the others' weights"
        )
    print(f"{name} =", dict(zip(names, softmax_fit([(x, y) for _, x, y in rows]).round(1).tolist(), strict=True)))


def learn_sentence(cases: Sequence[Case]) -> None:
    rows = []
    for case in cases:
        singles = [f for f in case.found if not f.unit.listed]
        right = [case.right(f) for f in singles]
        kept = [i for i in range(len(singles)) if i < DEEP or right[i]]
        if any(right):
            x = np.array([[*singles[i].unit.features, singles[i].margin] for i in kept], np.float64)
            rows.append((case, x, np.array([right[i] for i in kept], bool)))
    learn("SENTENCE", (*FEATURES, "read"), rows)


def learn_spans(cases: Sequence[Case]) -> None:
    rows = []
    for case in cases:
        holding = next((f for f in case.found if case.right(f)), None)
        if holding is None or case.marks is None:
            continue
        places, x = spans.span_features(case.question, holding, holding.span)
        y = np.array([case.marked(holding, place) for place in places], bool)
        if y.any():
            rows.append((case, x.astype(np.float64), y))
    learn("SPAN", spans.FEATURES, rows)


def learn_confidence(cases: Sequence[Case]) -> None:
    names = [n for n in CONFIDENCE if n not in ("bias", "another_thing")]
    cases = [c for c in cases if c.found]
    x = np.array([[confidence_features(c.question, c.found[0])[n] for n in names] for c in cases])
    y = np.array([c.sort in ("held", "told") and c.quoted() for c in cases])
    sort = np.array([c.sort for c in cases])
    group = np.array([c.group for c in cases])
    weight = np.array([(TRICK if c.sort == "trick" else 1.0) / (sort == c.sort).sum() for c in cases])

    def fit(rows: np.ndarray) -> LogisticRegression:
        scale = weight[rows] * rows.sum() / weight[rows].sum()
        return LogisticRegression(C=10.0, max_iter=5000).fit(x[rows], y[rows], scale)

    p = np.empty(len(y))
    for g in set(group):
        p[group == g] = fit(group != g).predict_proba(x[group == g])[:, 1]

    def auroc(yes: str, no: str) -> float:
        rows = (sort == yes) | (sort == no)
        return float(roc_auc_score(sort[rows] == yes, p[rows]))

    print(
        f"AUROC: absent {auroc('held', 'absent'):.4f}, trick {auroc('held', 'trick'):.4f}, newsrooms "
        f"{auroc('told', 'untold'):.4f}"
    )
    for threshold in THRESHOLDS:
        shares = {s: (p[sort == s] >= threshold).mean() for s in ("held", "absent", "trick", "told", "untold")}
        print(f"  found from {threshold}: " + ", ".join(f"{s} {share:.3f}" for s, share in shares.items()))
    for low in np.arange(0, 1, 0.1):
        rows = (p >= low) & (p < low + 0.1)
        share = np.average(y[rows], weights=weight[rows]) if rows.any() else float("nan")
        print(f"  said {low:.1f}-{low + 0.1:.1f}: {share:.2f} held the answer ({rows.sum()} questions)")
    whole = fit(np.ones(len(y), bool))
    print(
        "CONFIDENCE =",
        {"bias": round(float(whole.intercept_[0]), 1)}
        | dict(zip(names, whole.coef_[0].round(1).tolist(), strict=True)),
    )


def all_cases(data: Path, sample: int) -> list[Case]:
    texts, answerable, tricks = read(data)
    unseen = {f"{name}.txt" for name in HELD_OUT}
    answerable, tricks = ([q for q in of if q.article in unseen] for of in (answerable, tricks))
    with figures.library_of(texts) as library:
        cases = squad_cases(library, answerable[:sample], "held")
        cases += squad_cases(library, answerable[:sample], "absent")
        cases += squad_cases(library, tricks[: sample // 2], "trick")
    with newsrooms.newsrooms() as libraries:
        for name, (library, questions) in libraries.items():
            cases += newsroom_cases(name, library, questions)
    return cases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="questions in SQuAD 2.0's form")
    parser.add_argument(
        "--sample", type=int, default=800, help="answerable questions (default 800); half as many tricks"
    )
    args = parser.parse_args()
    cases = all_cases(args.data, args.sample)
    answered = [c for c in cases if c.sort in ("held", "told")]
    learn_sentence(answered)
    learn_spans(answered)
    learn_confidence(cases)


if __name__ == "__main__":
    main()
