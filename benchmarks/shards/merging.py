"""Merging the lists of shards, and what the merged list and the slowest shard are worth."""

from __future__ import annotations

import numpy as np

from quoth.index.records import Floats, Ints

_TIE = 1e-4
"""Scores that differ by less are equal: the engine and the exhaustive search round differently."""


def merged(ids: Ints, scores: Floats, k: int) -> Ints:
    """Return the k best ids of several shards' lists, best first.

    :param ids: shape (shards, candidates); -1 where a shard has no more.
    :param scores: their scores, the same shape.
    """
    listed, of = ids.ravel(), np.where(ids.ravel() < 0, -np.inf, scores.ravel())
    best = listed[np.argsort(-of, kind="stable")[:k]]
    return best[best >= 0]


def top(exact: Floats, k: int) -> Floats:
    """Return the k highest scores, in no order; passages with 0 or less do not match.

    :param exact: scores of all passages, shape (passages,).
    """
    k = min(k, int(np.count_nonzero(exact > 0)))
    return np.partition(exact, -k)[-k:] if k else exact[:0]


def recall(found: Floats, best: Floats) -> float:
    """Return the share of the best passages that were found; a passage that ties with the worst of them is as good.

    :param found: exact scores of the passages that were found, at most as many as the best.
    :param best: exact scores of the best passages.
    """
    return float(np.count_nonzero(found >= best.min() - _TIE)) / len(best) if len(best) else 1.0


def slowest(milliseconds: Floats, shards: int, share: float = 0.95) -> float:
    """Return the time in which the slowest of independent shards answers a share of the questions.

    One shard answers within t with probability F(t), all of n with F(t)^n. Therefore it is the share^(1/n) quantile of
    one shard's times.

    :param milliseconds: measured times of single shards.
    """
    return float(np.quantile(milliseconds, share ** (1 / shards)))
