"""Near-duplicates of an article, such as an agency's story on three sites, found by MinHash of its word runs.

    share of equal minima  ~  |A ∩ B| / |A ∪ B|   of the two articles' runs of five words        (Broder 1997)

Minima are grouped in bands of four, so that an article is compared only with articles that share a band.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
import numpy.typing as npt

from quoth.index.reading.document import Block

Signature = npt.NDArray[np.uint32]

LIKE = 0.7
"""Minimum share of equal minima of near-duplicates."""
LEAST_WORDS = 40
"""Minimum number of words. Shorter articles have too few runs of words to be distinguished by them."""
_SIZE, _ROWS, _RUN = 64, 4, 5
_AT_ONCE = 20_000
_DRAW = np.random.default_rng(0)
_FACTORS, _SHIFTS = (_DRAW.integers(1, 2**63, _SIZE, dtype=np.uint64) | np.uint64(1) for _ in range(2))


def signature(text: str, blocks: tuple[Block, ...]) -> Signature | None:
    """64 minima of an article's word runs, boilerplate excluded; None if the article is short."""
    own = " ".join(text[b.start : b.end] for b in blocks if b.kind != "boilerplate")
    words = re.findall(r"\w+", own.casefold())
    if len(words) < LEAST_WORDS:
        return None
    runs = np.array(
        [zlib.crc32(" ".join(words[i : i + _RUN]).encode()) for i in range(len(words) - _RUN + 1)], np.uint64
    )
    minima = np.full(_SIZE, 2**32 - 1, np.uint64)
    for at in range(0, len(runs), _AT_ONCE):
        # multiply-shift hashing; overflow is intended
        hashed = (runs[at : at + _AT_ONCE, None] * _FACTORS + _SHIFTS) >> np.uint64(32)
        minima = np.minimum(minima, hashed.min(axis=0))
    return minima.astype(np.uint32)


def bands(minima: Signature) -> list[int]:
    """Keys to look an article up by. Two articles that share one may be near-duplicates."""
    return [zlib.crc32(minima[i : i + _ROWS].tobytes(), i) for i in range(0, _SIZE, _ROWS)]


def alike(a: Signature, b: Signature) -> bool:
    """Whether two articles are near-duplicates."""
    return float((a == b).mean()) >= LIKE
