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

from . import default_model
from .model_files import DEFAULT_MODEL, check_model, model_folder
from .onnx_export import FACTS, MODEL, TOKENIZER, exported
from .session import session


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
    """A model in ONNX Runtime: one text per pass on one core, with as many passes at once as cores.

    Without padding no work is wasted, and a text's vectors do not depend on the other texts.
    """

    def __init__(
        self,
        name: str,
        fingerprint: str,
        model: onnxruntime.InferenceSession,
        tokenizer: Path,
        facts: Mapping[str, Any],
    ) -> None:
        """
        :param name: the model's name or folder.
        :param fingerprint: the result of ``check_model``.
        :param model: from a text's ``input_ids`` to ``tokens`` and ``sentence``.
        :param tokenizer: the tokenizer's JSON file.
        :param facts: ``dimensions``, ``max_length`` and ``special`` (number of special tokens added to a text).
        """
        self.name = name
        self.fingerprint = fingerprint
        self.dimensions = int(facts["dimensions"])
        self.max_pieces = int(facts["max_length"]) - int(facts["special"])
        self._session = model
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
    """Load a model by name or folder.

    Models other than the default one are exported at first use; one that cannot be is run by sentence-transformers.

    :raises ModelUnavailable: the model is missing, not in safetensors, needs code of its own, or was altered; or
        packages that it needs are missing.
    """
    folder = model_folder(model)
    fingerprint = check_model(folder, default=model == DEFAULT_MODEL)
    if model == DEFAULT_MODEL:
        return OnnxEncoder(
            model, fingerprint, default_model.default_session(folder), folder / "tokenizer.json", default_model.FACTS
        )
    export = exported(model, fingerprint)
    if export is None:
        from .torch_encoder import SentenceTransformerEncoder

        return SentenceTransformerEncoder(model)
    facts = json.loads((export / FACTS).read_text("utf-8"))
    return OnnxEncoder(model, fingerprint, session(export / MODEL), export / TOKENIZER, facts)


def gpu_encoder(model: str) -> Encoder | None:
    """Load a model on a GPU, for large amounts of text; None if there is no GPU."""
    from .torch_encoder import SentenceTransformerEncoder, gpu

    device = gpu()
    return SentenceTransformerEncoder(model, device) if device else None
