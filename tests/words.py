"""A tiny deterministic encoder. It imports little, so that a process that only needs the encoder starts quickly."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from quoth.index.records import Encoded, Ints, unit


class WordEncoder:
    """Gives each word a random direction that depends on its lower-case letters; a text is the mean of its words."""

    name = "words-64"
    fingerprint = "words-64"
    dimensions = 64
    max_pieces = 120

    def __init__(self) -> None:
        self.encoded = 0

    def word_pieces(self, text: str) -> Ints:
        return np.array([m.span() for m in re.finditer(r"\w+|[^\w\s]", text)], np.int64).reshape(-1, 2)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        self.encoded += len(texts)
        encoded = []
        for text in texts:
            spans = self.word_pieces(text)[: self.max_pieces]
            tokens = np.array([self._direction(text[a:b]) for a, b in spans], np.float32).reshape(-1, 64)
            encoded.append(Encoded(unit(tokens.sum(axis=0)), tokens, spans))
        return encoded

    def _direction(self, word: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(word.lower().encode()).digest()[:8], "big")
        return unit(np.random.default_rng(seed).standard_normal(64).astype(np.float32))
