"""Find the numbers in qa/weights.py, and say how well they carry over to articles that they were not found on.

    python -m benchmarks.quality.learn squad-dev.json

The sentence's weights maximise the chance of a sentence that holds the answer, in a softmax over all sentences of the
candidates; the confidence is a logistic regression. Both are also fitted four times without a quarter of the articles and
measured on that quarter; only those figures say anything about other articles.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index import Article, Library
from qa import spans
from qa.confidence import signs
from qa.evidence import MEASURES
from qa.question import Question, understand
from qa.quote import Found, by_score, choose
from qa.retrieve import RERANKED, rank
from qa.weights import CONFIDENCE

from .squad import Asked, inside, read

FOLDS = 4
L2 = 0.0005
ABSENT, TRICK = 1.0, 0.25
"""How many questions about nothing in the library, and how many trick questions, to every answerable one."""
Case = tuple[Asked, Question, list[Found]]


def softmax_fit(cases: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Weights (f,) for cases of measures (u, f) and which of the u sentences are right (u,)."""
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


def correct(case: Case, found: Found) -> bool:
    return _from(found.ranked.candidate.article, case[0]) and inside(case[0].gold, *found.unit.span)


def cases_of(library: Library, questions: Sequence[Asked], *, without_own: bool = False) -> list[Case]:
    cases = []
    for asked in questions:
        question = understand(asked.text, library)
        ranked = rank(question, library, 60)
        if without_own:
            ranked = [r for r in ranked if not _from(r.candidate.article, asked)]
        cases.append((asked, question, by_score(ranked[: RERANKED])))
    return cases


def learn_sentence(cases: list[Case], fold: dict[str, int]) -> None:
    data = [
        (np.array([f.unit.measures for f in found], np.float64), np.array([correct(c, f) for f in found], bool))
        for c in cases
        for found in [c[2]]
    ]
    first = third = 0
    for held in range(FOLDS):
        w = softmax_fit([d for d, c in zip(data, cases, strict=True) if fold[c[0].article] != held])
        for (x, y), c in zip(data, cases, strict=True):
            if fold[c[0].article] == held:
                best = y[np.argsort(-(x @ w), kind="stable")][:3]
                first += bool(best[:1].any())
                third += bool(best.any())
    print(f"sentence@1 {first / len(cases):.3f}, @3 {third / len(cases):.3f} on {len(cases)} questions of held-out articles")
    print("SENTENCE =", dict(zip(MEASURES, softmax_fit(data).round(1).tolist(), strict=True)))


def learn_spans(cases: list[Case], fold: dict[str, int]) -> None:
    data = []
    for asked, question, found in cases:
        holding = next((f for f in found if correct((asked, question, found), f)), None)
        if holding is None:
            continue
        places, x = spans.signs(question, holding.ranked.candidate, holding.ranked.cosines, holding.unit.span)
        y = np.array([any(max(a, start) < min(b, end) for start, end in asked.gold) for a, b in places], bool)
        if y.any():
            data.append((asked.article, x.astype(np.float64), y))
    right = 0
    for held in range(FOLDS):
        w = softmax_fit([(x, y) for article, x, y in data if fold[article] != held])
        right += sum(bool(y[np.argmax(x @ w)]) for article, x, y in data if fold[article] == held)
    print(f"thing@1 {right / len(data):.3f} on {len(data)} sentences of held-out articles that hold one that answers")
    print("SPAN =", dict(zip(spans.SIGNS, softmax_fit([(x, y) for _, x, y in data]).round(1).tolist(), strict=True)))


def learn_confidence(held: list[Case], absent: list[Case], tricks: list[Case], fold: dict[str, int]) -> None:
    names = [n for n in CONFIDENCE if n != "bias"]
    groups = (held, absent, tricks)
    shares = (1.0, ABSENT, TRICK)
    x = np.array([[signs(q, found[0])[n] for n in names] for g in groups for _, q, found in g])
    y = np.array([g is held and any(_quoted(c)) for g in groups for c in g])
    weight = np.concatenate([np.full(len(g), s / len(g)) for g, s in zip(groups, shares, strict=True)])
    kind = np.repeat([0, 1, 2], [len(g) for g in groups])
    folds = np.array([fold[c[0].article] for g in groups for c in g])

    def fit(rows: np.ndarray) -> LogisticRegression:
        scale = weight[rows] * rows.sum() / weight[rows].sum()
        return LogisticRegression(C=10.0, max_iter=5000).fit(x[rows], y[rows], scale)

    p = np.empty(len(y))
    for f in range(FOLDS):
        p[folds == f] = fit(folds != f).predict_proba(x[folds == f])[:, 1]
    print(f"absent AUROC {roc_auc_score(kind[kind < 2] == 0, p[kind < 2]):.4f}, trick AUROC {roc_auc_score(kind[kind != 1] == 0, p[kind != 1]):.4f}")
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        answered, refused = (p[kind == 0] >= threshold).mean(), (p[kind == 1] < threshold).mean()
        print(f"  found from {threshold}: {answered:.3f} of the answerable found, {refused:.3f} of the absent refused, mean {(answered + refused) / 2:.4f}")
    for low in np.arange(0, 1, 0.1):
        rows = (p >= low) & (p < low + 0.1)
        share = np.average(y[rows], weights=weight[rows]) if rows.any() else float("nan")
        print(f"  said {low:.1f}-{low + 0.1:.1f}: {share:.2f} held the answer ({rows.sum()} questions)")
    whole = fit(np.ones(len(y), bool))
    print("CONFIDENCE =", {"bias": round(float(whole.intercept_[0]), 1)} | dict(zip(names, whole.coef_[0].round(1).tolist(), strict=True)))


def _quoted(case: Case) -> list[bool]:
    asked, question, found = case
    return [_from(q.article, asked) and inside(asked.gold, q.start, q.end) for q in choose(question, found)]


def _from(article: Article, asked: Asked) -> bool:
    return Path(article.source).name == asked.article


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="questions in SQuAD 2.0's form")
    parser.add_argument("--sample", type=int, default=1300, help="answerable questions (default 1300); half as many tricks")
    args = parser.parse_args()
    texts, answerable, tricks = read(args.data)
    fold = {name: i % FOLDS for i, name in enumerate(sorted(texts))}
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        articles.mkdir()
        for name, text in texts.items():
            (articles / name).write_text(text, "utf-8")
        library = Library(Path(folder) / "library")
        library.add(articles)
        held = cases_of(library, answerable[: args.sample])
        learn_sentence(held, fold)
        learn_spans(held, fold)
        learn_confidence(held, cases_of(library, answerable[: args.sample], without_own=True), cases_of(library, tricks[: args.sample // 2]), fold)


if __name__ == "__main__":
    main()
