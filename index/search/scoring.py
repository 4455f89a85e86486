"""BM25 as the word index beside the database computes it (see bm25.py), for passages that an engine proposes.

Each step is in single precision and in tantivy's order, because rounding decides which of several passages with equal
scores are the k best.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping

import numpy as np

from quoth.index.text.analysis import stems_of, word_spans

_K1, _B, _HALF, _ONE = (np.float32(value) for value in (1.2, 0.75, 0.5, 1.0))
_LENGTHS = [*range(40), *((8 + i) * 2**shift + 24 for shift in range(1, 28) for i in range(8))]
"""Lengths that tantivy and Lucene tell apart: a byte for each. A length in between counts as the next lower one."""


def idf(passages: int, holding: int) -> float:
    """How rare a stem is.

    :param passages: number of passages.
    :param holding: number of passages that have the stem.
    """
    odds = (np.float32(passages - holding) + _HALF) / (np.float32(holding) + _HALF)
    return float(np.log(_ONE + odds))


def counted(text: str, language: str) -> Counter[str]:
    """Number of occurrences of each stem of a text. A word has one stem at most."""
    return Counter(stem for a, b in word_spans(text) for stem in stems_of(text[a:b], language))


def bm25(asked: Mapping[str, float], counts: Mapping[str, int], mean: float) -> float:
    """BM25 of a passage.

    :param asked: stems and their idf.
    :param counts: number of occurrences of each stem in the passage.
    :param mean: mean number of stems of all passages.
    """
    norm, total = _norm(counts, mean), np.float32(0)
    for stem in sorted(asked.keys() & counts.keys()):
        n = np.float32(counts[stem])
        total += np.float32(asked[stem]) * (_ONE + _K1) * (n / (n + norm))
    return float(total)


def shares(counts: Mapping[str, int], mean: float) -> dict[str, float]:
    """What each stem of a passage adds to BM25, before it is multiplied with its idf; see ``bm25``."""
    norm = _norm(counts, mean)
    return {stem: float((_ONE + _K1) * np.float32(n) / (n + norm)) for stem, n in counts.items()}


def _norm(counts: Mapping[str, int], mean: float) -> np.float32:
    length = _LENGTHS[bisect_right(_LENGTHS, sum(counts.values())) - 1]
    return np.float32(_K1 * (_ONE - _B + _B * np.float32(length) / np.float32(mean or 1)))
