"""Text -> vectors: the protocol of encoders, and the encoder that embeds a question in milliseconds.

One forward pass gives a text's own vector and the vectors of its word pieces in their context. Sentences are pooled
from those, so that nothing is encoded twice.
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

from quoth.index.embedding.late_interaction import Narrow
from quoth.index.records import Encoded, Ints, unit
from quoth.index.threads import cores, lower_priority

from .model_files import DEFAULT_MODEL, check_model, model_folder
from .onnx_export import FACTS, MODEL, TOKENIZER, exported


class Encoder(Protocol):
    """An embedding model. It must always give the same vectors for a text.

    All methods may be called from several threads.
    """

    @property
    def name(self) -> str:
        """The model's name or folder."""

    @property
    def fingerprint(self) -> str:
        """Identifies the model's files; another one means other vectors."""

    @property
    def dimensions(self) -> int:
        """Length of a text's vector."""

    @property
    def max_pieces(self) -> int:
        """Maximum number of word pieces that are read of a text; the rest of it is ignored."""

    def word_pieces(self, text: str) -> Ints:
        """Return the span of each word piece, shape (n, 2), in order, without special tokens and without a limit."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Return one ``Encoded`` per text, in the same order."""


class OnnxEncoder:
    """An exported model, run by ONNX Runtime: one text per pass on one core, with as many passes at once as cores.

    Without padding no work is wasted, and a text's vectors do not depend on the other texts.
    """

    def __init__(self, name: str, fingerprint: str, model: Path, tokenizer: Path, facts: Mapping[str, Any]) -> None:
        """
        :param name: the model's name or folder.
        :param fingerprint: the result of ``check_model``.
        :param model: the ONNX file.
        :param tokenizer: the tokenizer's JSON file.
        :param facts: ``dimensions``, ``max_length`` and ``special`` (number of special tokens added to a text).
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
        # with low priority: a question, a single text, is embedded by the thread that asks it
        self._pool = ThreadPoolExecutor(cores(), "quoth-embed", lower_priority)

    def word_pieces(self, text: str) -> Ints:
        return np.asarray(self._whole.encode(text, add_special_tokens=False).offsets, np.int64).reshape(-1, 2)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        return [self._forward(texts[0])] if len(texts) == 1 else list(self._pool.map(self._forward, texts))

    def close(self) -> None:
        """Stop the threads; only single texts can be encoded afterwards."""
        self._pool.shutdown()

    def _forward(self, text: str) -> Encoded:
        pieces = self._cut.encode(text)
        tokens, vectors = self._session.run(["tokens", "sentence"], {"input_ids": np.array([pieces.ids], np.int64)})
        content = np.array(pieces.special_tokens_mask) == 0
        spans = np.asarray(pieces.offsets, np.int64).reshape(-1, 2)[content]
        return Encoded(unit(vectors[0]), self._narrow(tokens[0][content]), spans)


def load_encoder(model: str = DEFAULT_MODEL) -> Encoder:
    """Load a model by name or folder: its export, made at first use, or with sentence-transformers if it has none.

    :raises ModelUnavailable: the model is missing, not in safetensors, needs code of its own, or was altered.
    """
    fingerprint = check_model(model_folder(model), default=model == DEFAULT_MODEL)
    folder = exported(model, fingerprint)
    if folder is None:
        from .torch_encoder import SentenceTransformerEncoder

        return SentenceTransformerEncoder(model)
    facts = json.loads((folder / FACTS).read_text("utf-8"))
    return OnnxEncoder(model, fingerprint, folder / MODEL, folder / TOKENIZER, facts)


def gpu_encoder(model: str) -> Encoder | None:
    """Load a model on a GPU, for large amounts of text; None if there is no GPU."""
    from .torch_encoder import SentenceTransformerEncoder, gpu

    device = gpu()
    return SentenceTransformerEncoder(model, device) if device else None
