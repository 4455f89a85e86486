"""The reader: where in a passage the answer to a question may stand, and how surely it stands there at all.

A small model of our own (qa/reader.onnx; benchmarks/reader trains it), the default embedding model's six layers taught
to give each word piece of a passage a chance to be the answer's first and its last; the place of [CLS] stands for "not
here" (Devlin et al. 2019). Its embeddings are the embedding model's own, read from that model's file.

    margin(span) = start(first piece) + end(last piece) - start([CLS]) - end([CLS])         in log-odds
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from quoth.index.embedding.model_files import DEFAULT_MODEL, model_folder
from quoth.index.records import Floats, Ints, Span
from quoth.index.threads import cores

MODEL = Path(__file__).parent / "reader.onnx"
MAX_PIECES = 224
"""Word pieces of question, title and passage together; what comes behind them is not read."""
LONGEST = 30
"""Word pieces of an answer."""
LEAST = -10.0
"""Of a lower margin it does not matter how low it is."""
_POSSIBLE = np.where(np.triu(np.tri(MAX_PIECES, k=LONGEST - 1, dtype=bool)), 0.0, -np.inf).astype(np.float32)
"""Shape (p, p): 0 from each first piece to each last one that may end an answer, else minus infinity."""
_WORDS, _PLACES, _TYPES = (f"embeddings.{name}_embeddings.weight" for name in ("word", "position", "token_type"))


@dataclass(frozen=True, slots=True)
class Best:
    """The likeliest answer of a text, as offsets into the article, and its margin, at least ``LEAST``."""

    span: Span
    margin: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage of p word pieces, read for one question."""

    spans: Ints
    """Where each piece stands in the article's text: shape (p, 2)."""
    starts: Floats
    """Shape (p,): log-odds that the answer begins there rather than that it is not in the passage."""
    ends: Floats

    def best(self, within: Span) -> Best | None:
        """None where nothing of that was read."""
        own = np.flatnonzero((self.spans[:, 0] >= within[0]) & (self.spans[:, 1] <= within[1]))
        if not len(own):
            return None
        both = self.starts[own][:, None] + self.ends[own][None, :] + _POSSIBLE[: len(own), : len(own)]
        first, last = np.unravel_index(int(both.argmax()), both.shape)
        span = int(self.spans[own[first], 0]), int(self.spans[own[last], 1])
        return Best(span, max(float(both[first, last]), LEAST))

    def margin(self, within: Span) -> float:
        """Of the likeliest answer there, at least ``LEAST``; that, too, where nothing was read."""
        best = self.best(within)
        return best.margin if best else LEAST


class Reader:
    """Reads one passage a pass, on one core each, as many at once as there are cores. Safe from several threads."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(MODEL, options, providers=["CPUExecutionProvider"])
        folder = model_folder(DEFAULT_MODEL)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._whole = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._whole.no_padding()
        self._whole.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_PIECES, strategy="only_second")
        tensors = _mapped(folder / "model.safetensors")
        self._words, self._places, self._types = tensors[_WORDS], tensors[_PLACES], tensors[_TYPES]
        self._scale, self._shift = tensors["embeddings.LayerNorm.weight"], tensors["embeddings.LayerNorm.bias"]
        self._pool = ThreadPoolExecutor(cores(), "quoth-read")

    def read(self, question: str, passages: Sequence[tuple[str, str, int]]) -> list[Reading]:
        """One reading a passage, given as its article's title (may be empty), its text,
        and where that begins in the article."""
        longest_first = sorted(range(len(passages)), key=lambda i: -len(passages[i][1]))  # so that no core waits long
        begun = {i: self._pool.submit(self._one, question, *passages[i]) for i in longest_first}
        return [begun[i].result() for i in range(len(passages))]

    def _short(self, question: str) -> str:
        """As much of a question as leaves half of the room to the passage."""
        pieces = self._whole.encode(question, add_special_tokens=False).offsets
        return question[: pieces[MAX_PIECES // 2][0]] if len(pieces) > MAX_PIECES // 2 else question

    def _one(self, question: str, title: str, text: str, at: int) -> Reading:
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
        return Reading(spans[own] + at, scores[:, 0] - none[0], scores[:, 1] - none[1])


def _mapped(file: Path) -> dict[str, np.ndarray]:
    """The tensors of a safetensors file, left on disk: eight bytes of length, a JSON header, then the numbers."""
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        header = json.loads(stream.read(length))
    return {
        name: np.memmap(file, np.float32, "r", 8 + length + tensor["data_offsets"][0], tuple(tensor["shape"]))
        for name, tensor in header.items()
        if tensor.get("dtype") == "F32"
    }


@lru_cache(1)
def reader() -> Reader:
    """Loaded when first needed, and kept."""
    return Reader()
