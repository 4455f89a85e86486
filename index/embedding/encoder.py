"""Text -> vectors: the seam that tests put a small encoder in, and the encoder that answers in milliseconds.

One forward pass gives a text's own vector and the vector of each of its word pieces in their context; sentences are
pooled from those, so nothing is encoded twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from quoth.index.records import Encoded, Ints, unit
from quoth.index.search.late_interaction import Narrow
from quoth.index.threads import cores, step_back

from .model_files import DEFAULT_MODEL, check_model, model_folder
from .onnx_export import FACTS, MODEL, TOKENIZER, exported


class Encoder(Protocol):
    """What the library needs of an embedding model. An encoder must always give the same vectors for a text."""

    @property
    def name(self) -> str:
        """What the user calls it."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the model does."""

    @property
    def dimensions(self) -> int: ...

    @property
    def max_pieces(self) -> int:
        """Word pieces that are read of one text; what comes behind them is not seen."""

    def word_pieces(self, text: str) -> Ints:
        """Where each word piece stands: shape (n, 2), in order, without special tokens and without a limit."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """One ``Encoded`` a text, in the same order. Safe from several threads."""


class OnnxEncoder:
    """An exported model, run by ONNX Runtime: one text a pass, on one core each, as many at once as there are cores.

    Without padding nothing is computed in vain, and a text's vectors do not depend on its neighbours.
    """

    def __init__(self, name: str, fingerprint: str, model: Path, tokenizer: Path, facts: Mapping[str, Any]) -> None:
        """
        :param facts: ``dimensions``, ``max_length`` and ``special`` (how many special tokens a text is given).
        """
        self.name = name
        self.fingerprint = fingerprint
        self.dimensions = int(facts["dimensions"])
        self.max_pieces = int(facts["max_length"]) - int(facts["special"])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._whole = Tokenizer.from_file(str(tokenizer))
        self._whole.no_padding()
        self._whole.no_truncation()
        self._cut = Tokenizer.from_str(self._whole.to_str())
        self._cut.enable_truncation(int(facts["max_length"]))
        self._narrow = Narrow(name)
        self._pool = ThreadPoolExecutor(cores(), "quoth-embed", step_back)  # a question is embedded by who asks it

    def word_pieces(self, text: str) -> Ints:
        return np.asarray(self._whole.encode(text, add_special_tokens=False).offsets, np.int64).reshape(-1, 2)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        return [self._forward(texts[0])] if len(texts) == 1 else list(self._pool.map(self._forward, texts))

    def _forward(self, text: str) -> Encoded:
        pieces = self._cut.encode(text)
        tokens, vectors = self._session.run(["tokens", "sentence"], {"input_ids": np.array([pieces.ids], np.int64)})
        content = np.array(pieces.special_tokens_mask) == 0
        spans = np.asarray(pieces.offsets, np.int64).reshape(-1, 2)[content]
        return Encoded(unit(vectors[0]), self._narrow(tokens[0][content]), spans)


def load_encoder(model: str = DEFAULT_MODEL) -> Encoder:
    """The model by name or folder: its export, made at first use; sentence-transformers where there can be none.

    :raises ModelUnavailable: it is not there, not in safetensors, brings code of its own, or was altered.
    """
    fingerprint = check_model(model_folder(model), default=model == DEFAULT_MODEL)
    folder = exported(model, fingerprint)
    if folder is None:
        from .torch_encoder import SentenceTransformerEncoder

        return SentenceTransformerEncoder(model)
    facts = json.loads((folder / FACTS).read_text("utf-8"))
    return OnnxEncoder(model, fingerprint, folder / MODEL, folder / TOKENIZER, facts)


def gpu_encoder(model: str) -> Encoder | None:
    """The model on a GPU, for much text; None where there is none."""
    from .torch_encoder import SentenceTransformerEncoder, gpu

    device = gpu()
    return SentenceTransformerEncoder(model, device) if device else None
