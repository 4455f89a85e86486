"""Token vectors packed to bits, and the similarity of a question's words to them (late interaction).

A word piece's vector is stored as its signs, one bit per dimension; the question's vectors stay exact. If the
components of vectors are about normally distributed, the scaled product of one vector with the signs of another
estimates their cosine (the asymmetric form of sign hashing, Charikar 2002). The default model's 384 dimensions are
reduced to 192 directions that were chosen beforehand (benchmarks/quality/directions.py): half the size, with results
no worse.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from quoth.index.embedding.model_files import DEFAULT_MODEL
from quoth.index.records import Floats, Ints, unit
from quoth.index.threads import one_thread

Bytes = npt.NDArray[np.uint8]
DIRECTIONS = Path(__file__).parent / "directions.npy"
_SIGNS = (np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1) * 2.0 - 1.0).astype(np.float32)
"""Shape (256, 8): the signs that each byte encodes."""


@dataclass(frozen=True, slots=True)
class PackedTokens:
    """The n word pieces of one passage."""

    spans: Ints
    """Shape (n, 2): spans in the article. Those of the title and heading, which are encoded along, are empty."""
    bits: Bytes
    """Shape (n, ceil(dimensions / 8))."""


class Narrow:
    """Projects word pieces' vectors to the directions that are stored and compared, if there are any for the model.

    :param model: the model's name.
    """

    def __init__(self, model: str) -> None:
        self._directions: Floats | None = np.load(DIRECTIONS).astype(np.float32) if model == DEFAULT_MODEL else None

    def __call__(self, vectors: Floats) -> Floats:
        """Shape (n, dimensions) to (n, directions), rows of unit length."""
        return unit(vectors if self._directions is None else vectors @ self._directions)


def pack(vectors: Floats) -> Bytes:
    """Signs of vectors of shape (n, dimensions), eight to a byte."""
    return np.packbits(vectors > 0, axis=1)


def similarities(question: Floats, passages: Sequence[PackedTokens]) -> list[Floats]:
    """For each passage of n word pieces, the estimated cosines, shape (m, n), with the question's m.

    :param question: shape (m, dimensions), rows of unit length.
    """
    if not passages:
        return []
    dimensions = question.shape[1]
    signs = _SIGNS[np.concatenate([p.bits for p in passages])].reshape(-1, 8 * -(-dimensions // 8))[:, :dimensions]
    with one_thread():
        cosines = question @ signs.T * np.float32(1 / (math.sqrt(dimensions) * math.sqrt(2 / math.pi)))
    return np.split(cosines, np.cumsum([len(p.spans) for p in passages])[:-1], axis=1)
