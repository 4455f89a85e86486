"""Find the numbers in qa/ranking/weights.py, and say how well they carry over to kinds of libraries they were not found
on.

    python -m benchmarks.quality.samples DATA CASES FILE
    python -m benchmarks.quality.learn FILE

All sets (sets.py) have the same weight. Every regression is also fitted without one set in turn and measured on that
one; only those figures say anything about other libraries. The sentence's weights maximise the chance of a sentence
that holds the answer, in a softmax over a question's best sentences; the others are logistic regressions.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from quoth.qa.ranking import spans
from quoth.qa.ranking.features import FEATURES
from quoth.qa.ranking.weights import CONFIDENCE, HEADLINE

from .samples import Sample, is_exact

L2 = 0.0005
TRICK = 0.25
"""Weight of a trick question; of another unanswerable question it is 1."""
THRESHOLDS = np.arange(0.15, 0.7, 0.05)
FIXED = ("another_thing", "another_year", "empty_cell", "unread")
"""Features whose weights are not learned."""
Rows = Sequence[tuple[str, np.ndarray, np.ndarray]]
"""Set, features (u, f) and which of the u are right."""


def softmax_fit(rows: Rows) -> np.ndarray:
    """Weights (f,) that maximise the chance of the right ones; every set has the same weight."""
    rows = [row for row in rows if row[2].any()]
    count = {name: sum(row[0] == name for row in rows) for name, _, _ in rows}

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        total, gradient = 0.0, np.zeros_like(w)
        for name, x, y in rows:
            p = np.exp(x @ w - (x @ w).max())
            p /= p.sum()
            right = (p * y).sum() + 1e-12
            total -= np.log(right) / count[name]
            gradient -= (x.T @ (p * y / right) - x.T @ p) / count[name]
        return total / len(count) + L2 * w @ w, gradient / len(count) + 2 * L2 * w

    found: np.ndarray = minimize(loss, np.zeros(rows[0][1].shape[1]), jac=True, method="L-BFGS-B").x
    return found


def learn_order(title: str, names: Sequence[str], rows: Rows) -> None:
    """Print how often the right one is first by the other sets' weights, and the weights of all."""
    for name in dict.fromkeys(row[0] for row in rows):
        w = softmax_fit([row for row in rows if row[0] != name])
        best = [y[np.argsort(-(x @ w), kind="stable")][:3] for of, x, y in rows if of == name]
        first, third = np.mean([y[0] for y in best]), np.mean([y.any() for y in best])
        print(f"{title}, {name}: right first {first:.3f}, among three {third:.3f} of {len(best)}")
    print(f"{title} =", dict(zip(names, softmax_fit(rows).round(2).tolist(), strict=True)))


def logistic(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=10.0, max_iter=5000).fit(x, y, weight * len(weight) / weight.sum())


def left_out(x: np.ndarray, y: np.ndarray, names: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Shape (n,): probabilities, those of each set by the other sets' weights."""
    p = np.empty(len(y))
    for name in np.unique(names):
        own = names == name
        p[own] = logistic(x[~own], y[~own], weight[~own]).predict_proba(x[own])[:, 1]
    return p


def equal(names: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The weights, scaled so that they sum to 1 in each set."""
    return np.array([w / weight[names == n].sum() for n, w in zip(names, weight, strict=True)])


def learn_confidence(samples: Sequence[Sample]) -> None:
    columns = [n for n in CONFIDENCE if n not in ("bias", *FIXED)]
    x = np.array([[s.confidence[n] for n in columns] for s in samples])
    y = np.array([any(s.quoted) for s in samples])
    names, sorts = np.array([s.name for s in samples]), np.array([s.sort for s in samples])
    answerable = sorts == "answerable"
    weight = equal(names, np.where(sorts == "trick", TRICK, 1.0))
    p = left_out(x, y, names, weight)
    for name in np.unique(names):
        own = names == name
        first = own & answerable & np.array([bool(s.right[0]) for s in samples])
        rows = first | (own & ~answerable)
        print(f"confidence, {name}: AUROC {roc_auc_score(answerable[rows], p[rows]):.3f}")
    print("share found of right quotes, and share refused of unanswerable questions, by minimum confidence")
    for threshold in THRESHOLDS:
        line = []
        for name in np.unique(names):
            own = names == name
            line.append(
                f"{name} {(p[own & y] >= threshold).mean():.2f} {(p[own & ~answerable] < threshold).mean():.2f}"
            )
        balance = np.mean([
            ((p[(names == n) & y] >= threshold).mean() + (p[(names == n) & ~answerable] < threshold).mean()) / 2
            for n in np.unique(names)
        ])  # fmt: skip
        print(f"  {threshold:.2f}: {balance:.3f} | {', '.join(line)}")
    for name in np.unique(names):
        shares = [
            f"{y[rows].mean():.2f}" if (rows := (names == name) & (p >= low) & (p < low + 0.2)).any() else "–"
            for low in np.arange(0, 1, 0.2)
        ]
        print(f"  {name}: of answers given 0–.2, .2–.4 ... are right: {', '.join(shares)}")
    whole = logistic(x, y, weight)
    found = dict(zip(columns, whole.coef_[0].round(2).tolist(), strict=True))
    print("CONFIDENCE =", {"bias": round(float(whole.intercept_[0]), 2)} | found)


def learn_headline(samples: Sequence[Sample]) -> None:
    samples = [s for s in samples if s.headline and (s.words or s.sort != "answerable")]
    columns = [n for n in HEADLINE if n != "bias"]
    x = np.array([[s.headline[n] for n in columns] for s in samples])
    y = np.array([s.sort == "answerable" and is_exact(s.marked, s.words) for s in samples])
    names = np.array([s.name for s in samples])
    known = np.array([s.sort == "answerable" for s in samples])
    weight = equal(names, np.ones(len(samples)))
    p = left_out(x, y, names, weight)
    for least in (0.6, 0.7, 0.8, 0.85, 0.9, 0.95):
        parts = []
        for name in np.unique(names):
            shown = (names == name) & known & (p >= least)
            of = (names == name) & known
            if shown.any():
                parts.append(f"{name} {y[shown].mean():.2f} of {shown.sum() / of.sum():.2f}")
        print(f"headline from {least}: {', '.join(parts)}")
    whole = logistic(x, y, weight)
    found = dict(zip(columns, whole.coef_[0].round(2).tolist(), strict=True))
    print("HEADLINE =", {"bias": round(float(whole.intercept_[0]), 2)} | found)


def learn_all(samples: Sequence[Sample]) -> None:
    answerable = [s for s in samples if s.sort == "answerable"]
    learn_order("SENTENCE", (*FEATURES, "read"), [(s.name, s.sentences, s.right) for s in answerable])
    marked = [(s.name, s.candidates, s.exact) for s in answerable if s.exact.any()]
    learn_order("SPAN", spans.FEATURES, marked)
    learn_confidence(samples)
    learn_headline(samples)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="written by benchmarks.quality.samples")
    learn_all(pickle.loads(parser.parse_args().file.read_bytes()))


if __name__ == "__main__":
    main()
