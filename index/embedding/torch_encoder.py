"""Encoder that runs a sentence-transformers model.

Exports are made from it and checked against it. It serves the models that cannot be exported, and embeds large amounts
of text on a GPU. One of the two modules that import sentence-transformers.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from quoth.index.embedding.late_interaction import Narrow
from quoth.index.errors import ModelUnavailable
from quoth.index.records import Encoded, Ints, unit

from .model_files import DEFAULT_MODEL, TORCH, check_model, missing, model_folder, need_torch

_CPU_BATCH, _GPU_BATCH = 8, 64
"""Number of texts in one forward pass."""


class SentenceTransformerEncoder:
    """A sentence-transformers model, loaded from a folder on this machine. Nothing is downloaded.

    :param model: the model's name or folder.
    :param device: "cpu", "cuda" or "mps".
    :raises ModelUnavailable: the model is missing, not in safetensors, needs code of its own, or was altered; or
        packages that it needs are missing.
    """

    def __init__(self, model: str = DEFAULT_MODEL, device: str = "cpu") -> None:
        self.name = model
        folder = model_folder(model)
        self.fingerprint = check_model(folder, default=model == DEFAULT_MODEL)
        need_torch(f"The model {model}")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]

        try:
            self.model = SentenceTransformer(
                str(folder), device=device, trust_remote_code=False, local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )  # fmt: skip
        except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
            raise ModelUnavailable(f"The model in {folder} cannot be loaded: {error}") from error
        self.model.eval()
        self._torch = torch
        self._device = device
        self._lock = threading.Lock()
        self._narrow = Narrow(model)
        self.tokenizer: Any = self.model.tokenizer
        if not getattr(self.tokenizer, "is_fast", False):
            raise ModelUnavailable(
                f"The model in {folder} has no fast tokenizer (tokenizer.json), which is needed for the spans of words."
            )
        self.dimensions = int(self.model.get_embedding_dimension() or 0)
        self.max_length = int(self.model.max_seq_length or 512)
        self.max_pieces = self.max_length - self.tokenizer.num_special_tokens_to_add(pair=False)

    def word_pieces(self, text: str) -> Ints:
        with self._lock:
            pieces = self.tokenizer(
                text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
            )
        return np.asarray(pieces["offset_mapping"], np.int64).reshape(-1, 2)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # similar lengths in one batch: less padding
        encoded: dict[int, Encoded] = {}
        size = _CPU_BATCH if self._device == "cpu" else _GPU_BATCH
        with self._lock:
            for first in range(0, len(order), size):
                batch = order[first : first + size]
                encoded.update(zip(batch, self._forward([texts[i] for i in batch]), strict=True))
        return [encoded[i] for i in range(len(texts))]

    def _forward(self, texts: list[str]) -> list[Encoded]:
        features = self.tokenizer(
            texts, padding=True, truncation=True, max_length=self.max_length, return_tensors="pt",
            return_offsets_mapping=True, return_special_tokens_mask=True,
        )  # fmt: skip
        spans = features.pop("offset_mapping").numpy()
        content = features.pop("special_tokens_mask").numpy() == 0
        with self._torch.inference_mode():
            output = self.model.forward({name: tensor.to(self._device) for name, tensor in features.items()})
        vectors = output["sentence_embedding"].float().cpu().numpy()
        tokens = output["token_embeddings"].float().cpu().numpy()
        return [
            Encoded(unit(vectors[i]), self._narrow(tokens[i][content[i]]), spans[i][content[i]].astype(np.int64))
            for i in range(len(texts))
        ]


def gpu() -> str | None:
    """Return the device of a GPU that torch can use, None if absent. Imports torch only where there may be one."""
    if missing(*TORCH) or not (Path("/dev/nvidiactl").exists() or sys.platform in ("win32", "darwin")):
        return None
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else None
