"""BM25 as the word index beside the database computes it (see bm25.py), for passages that an engine proposes."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping

from quoth.index.text.analysis import stems_of, word_spans

_K1, _B = 1.2, 0.75
_LENGTHS = [*range(40), *((8 + i) * 2**shift + 24 for shift in range(1, 28) for i in range(8))]
"""Lengths that tantivy and Lucene tell apart: a byte for each. A length in between counts as the next lower one."""


def idf(passages: int, holding: int) -> float:
    """How rare a stem is.

    :param passages: number of passages.
    :param holding: number of passages that have the stem.
    """
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def counted(text: str, language: str) -> Counter[str]:
    """Number of occurrences of each stem of a text. A word has one stem at most."""
    return Counter(stem for a, b in word_spans(text) for stem in stems_of(text[a:b], language))


def values(counts: Mapping[str, int], mean: float) -> dict[str, float]:
    """What each stem of a passage contributes to BM25, to be multiplied with its idf.

    :param counts: number of occurrences of each stem in the passage.
    :param mean: mean number of stems of all passages.
    """
    length = _LENGTHS[bisect_right(_LENGTHS, sum(counts.values())) - 1]
    norm = _K1 * (1 - _B + _B * length / mean) if mean else _K1
    return {stem: n * (_K1 + 1) / (n + norm) for stem, n in counts.items()}
