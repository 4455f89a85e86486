"""sentence-transformers itself: what an export is made from and checked against, the way for every model that cannot
be exported, and for much text where there is a GPU. One of the two modules that import it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from quoth.index.errors import ModelUnavailable
from quoth.index.records import Encoded, Ints, unit
from quoth.index.search.late_interaction import Narrow

from .model_files import DEFAULT_MODEL, check_model, model_folder

_BATCH = {"cpu": 8}
_GPU_BATCH = 64


class SentenceTransformerEncoder:
    """A sentence-transformers model, read from a folder on this machine. Nothing is downloaded.

    :param device: "cpu", "cuda", "mps".
    :raises ModelUnavailable: it is not there, not in safetensors, brings code of its own, or was altered.
    """

    def __init__(self, model: str = DEFAULT_MODEL, device: str = "cpu") -> None:
        self.name = model
        folder = model_folder(model)
        self.fingerprint = check_model(folder, default=model == DEFAULT_MODEL)
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
                f"The model in {folder} has no fast tokenizer (tokenizer.json), which gives the places of words."
            )
        self.dimensions = int(self.model.get_embedding_dimension() or 0)
        self.max_length = int(self.model.max_seq_length or 512)
        self.max_pieces = self.max_length - self.tokenizer.num_special_tokens_to_add(pair=False)

    def word_pieces(self, text: str) -> Ints:
        with self._lock:
            found = self.tokenizer(
                text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
            )
        return np.asarray(found["offset_mapping"], np.int64).reshape(-1, 2)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # near lengths together: less padding
        encoded: dict[int, Encoded] = {}
        size = _BATCH.get(self._device, _GPU_BATCH)
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
    """The device of a GPU that torch can use; None where there is none. Imports torch only where one may be."""
    if not (Path("/dev/nvidiactl").exists() or sys.platform in ("win32", "darwin")):
        return None
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else None
