"""Near-copies of an article, as an agency's story on three sites: told by MinHash of its runs of words.

    share of equal minima  ~  |A ∩ B| / |A ∪ B|   of the two articles' runs of five words        (Broder 1997)

Minima are looked up in bands of four, so that an article is compared with the few that are likely to be like it alone.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
import numpy.typing as npt

from quoth.index.reading.document import Block

Signature = npt.NDArray[np.uint32]

LIKE = 0.7
"""Share of equal minima from which on two articles are near-copies."""
LEAST_WORDS = 40
"""Shorter articles have too few runs of words to be told apart by them."""
_SIZE, _ROWS, _RUN = 64, 4, 5
_AT_ONCE = 20_000
_DRAW = np.random.default_rng(0)
_FACTORS, _SHIFTS = (_DRAW.integers(1, 2**63, _SIZE, dtype=np.uint64) | np.uint64(1) for _ in range(2))


def signature(text: str, blocks: tuple[Block, ...]) -> Signature | None:
    """64 minima of an article's own words, those that are boilerplate left out; None if it is short."""
    own = " ".join(text[b.start : b.end] for b in blocks if b.kind != "boilerplate")
    words = re.findall(r"\w+", own.casefold())
    if len(words) < LEAST_WORDS:
        return None
    runs = np.array(
        [zlib.crc32(" ".join(words[i : i + _RUN]).encode()) for i in range(len(words) - _RUN + 1)], np.uint64
    )
    least = np.full(_SIZE, 2**32 - 1, np.uint64)
    for at in range(0, len(runs), _AT_ONCE):
        # multiply-shift; overflow is meant
        hashed = (runs[at : at + _AT_ONCE, None] * _FACTORS + _SHIFTS) >> np.uint64(32)
        least = np.minimum(least, hashed.min(axis=0))
    return least.astype(np.uint32)


def bands(of: Signature) -> list[int]:
    """What an article is looked up by: two that share one may be near-copies."""
    return [zlib.crc32(of[i : i + _ROWS].tobytes(), i) for i in range(0, _SIZE, _ROWS)]


def alike(a: Signature, b: Signature) -> bool:
    return float((a == b).mean()) >= LIKE
