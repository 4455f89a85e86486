"""The reader: which words of a passage may be the answer to a question, and how likely the passage holds it at all.

It is a small model of our own (qa/ranking/reader.onnx; benchmarks/reader trains it): the default embedding model's six
layers, trained to give each word piece of a passage a score as the answer's first and as its last piece. The scores of
[CLS] mean "not in this passage" (Devlin et al. 2019). The embeddings are read from the embedding model's own file.

    margin(span) = start(first piece) + end(last piece) - start([CLS]) - end([CLS])         in log-odds
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from quoth.index.embedding.model_files import DEFAULT_MODEL, model_folder
from quoth.index.embedding.session import session
from quoth.index.embedding.tensors import mapped
from quoth.index.records import Floats, Ints, Span
from quoth.index.threads import cores

MODEL = Path(__file__).parent / "reader.onnx"
MAX_PIECES = 224
"""Maximum number of word pieces of question, title and passage together; the rest is not read."""
LONGEST = 30
"""Maximum number of word pieces of an answer."""
LEAST = -10.0
"""Lower margins are raised to this one."""
_POSSIBLE = np.where(np.triu(np.tri(MAX_PIECES, k=LONGEST - 1, dtype=bool)), 0.0, -np.inf).astype(np.float32)
"""Shape (p, p): 0 where an answer may start at the row's piece and end at the column's, else minus infinity."""
_WORDS, _PLACES, _TYPES = (f"embeddings.{name}_embeddings.weight" for name in ("word", "position", "token_type"))


@dataclass(frozen=True, slots=True)
class Best:
    """The likeliest answer in a text, as offsets into the article, and its margin, at least ``LEAST``."""

    span: Span
    margin: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage of p word pieces as it was read for one question."""

    spans: Ints
    """Shape (p, 2): each piece's place in the article's text."""
    starts: Floats
    """Shape (p,): log-odds that the answer starts at the piece, against its not being in the passage."""
    ends: Floats
    """Shape (p,): log-odds that the answer ends at the piece, against its not being in the passage."""

    def best(self, within: Span) -> Best | None:
        """The likeliest answer within a span of the article; None if nothing of the span was read."""
        own = np.flatnonzero((self.spans[:, 0] >= within[0]) & (self.spans[:, 1] <= within[1]))
        if not len(own):
            return None
        both = self.starts[own][:, None] + self.ends[own][None, :] + _POSSIBLE[: len(own), : len(own)]
        first, last = np.unravel_index(int(both.argmax()), both.shape)
        span = int(self.spans[own[first], 0]), int(self.spans[own[last], 1])
        return Best(span, max(float(both[first, last]), LEAST))

    def margin(self, within: Span) -> float:
        """The margin of the likeliest answer within a span; ``LEAST`` if nothing of the span was read."""
        best = self.best(within)
        return best.margin if best else LEAST


class Reader:
    """Reads passages in parallel, each on one core. Safe to use from several threads."""

    def __init__(self) -> None:
        self._session = session(MODEL)
        folder = model_folder(DEFAULT_MODEL)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._whole = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._whole.no_padding()
        self._whole.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_PIECES, strategy="only_second")
        tensors = mapped(folder / "model.safetensors")
        self._words, self._places, self._types = tensors[_WORDS], tensors[_PLACES], tensors[_TYPES]
        self._scale, self._shift = tensors["embeddings.LayerNorm.weight"], tensors["embeddings.LayerNorm.bias"]
        self._pool = ThreadPoolExecutor(cores(), "quoth-read")

    def read(self, question: str, passages: Sequence[tuple[str, str, int]]) -> list[Reading]:
        """One reading per passage.

        :param passages: the title of each passage's article (may be empty), the passage's text, and its start in the
            article.
        """
        longest_first = sorted(range(len(passages)), key=lambda i: -len(passages[i][1]))  # cores finish together
        started = {i: self._pool.submit(self._one, question, *passages[i]) for i in longest_first}
        return [started[i].result() for i in range(len(passages))]

    def _short(self, question: str) -> str:
        """The question's start, so long that at least half of the word pieces are left for the passage."""
        pieces = self._whole.encode(question, add_special_tokens=False).offsets
        return question[: pieces[MAX_PIECES // 2][0]] if len(pieces) > MAX_PIECES // 2 else question

    def _one(self, question: str, title: str, text: str, offset: int) -> Reading:
        before = f"{title}\n" if title else ""
        pieces = self._tokenizer.encode(self._short(question), before + text)
        types = np.asarray(pieces.type_ids)
        found = self._words[pieces.ids] + self._places[: len(types)] + self._types[types]
        found = found - found.mean(axis=1, keepdims=True)
        found /= np.sqrt((found**2).mean(axis=1, keepdims=True) + 1e-12)
        (scores,) = self._session.run(None, {"embedded": (found * self._scale + self._shift)[None].astype(np.float32)})
        spans = np.asarray(pieces.offsets, np.int64) - len(before)
        own = (types == 1) & (spans[:, 0] >= 0) & (spans[:, 1] > spans[:, 0])
        none, scores = scores[0, 0], scores[0][own]
        return Reading(spans[own] + offset, scores[:, 0] - none[0], scores[:, 1] - none[1])


@lru_cache(1)
def reader() -> Reader:
    """The reader, loaded once, at first use."""
    return Reader()
