"""Token vectors packed to bits, and the similarity of a question's words to them (late interaction).

Of each word piece's vector only the signs are kept, one bit a dimension; the question's vectors stay as they are. For
vectors whose components are about normally distributed, the scaled product of one with the signs of the other
estimates their cosine (the asymmetric form of sign hashing, Charikar 2002).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .records import Floats, Ints

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PackedTokens:
    """The n word pieces of one passage."""

    spans: Ints
    """Shape (n, 2): places in the article; those of the title and heading read along are empty."""
    bits: Bytes
    """Shape (n, ceil(dimensions / 8))."""


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
    bits = np.unpackbits(np.concatenate([p.bits for p in passages]), axis=1, count=dimensions)
    scale = 1 / (math.sqrt(dimensions) * math.sqrt(2 / math.pi))
    # A sum over the set bits and the question's own total give the product with signs of -1 and 1.
    cosines = (2 * (question @ bits.T.astype(np.float32)) - question.sum(axis=1, keepdims=True)) * np.float32(scale)
    return np.split(cosines, np.cumsum([len(p.spans) for p in passages])[:-1], axis=1)
