"""An optional cross-encoder of the user's own, which reads question and sentence together.

It is much slower than everything else (about 20 ms a sentence on a laptop's CPU), so it scores only the best sentences.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from quoth.index.embedding.model_files import check_model, model_folder, need_torch
from quoth.index.errors import ModelUnavailable

from .evidence import Evidence

SCORED = 20
"""Number of sentences that the cross-encoder scores."""


class CrossEncoder:
    """A sentence-transformers CrossEncoder with one output: the log-odds that a sentence answers.

    :param model: its name or folder, already on this machine; safetensors only, and none of its own code is run.
    :raises ModelUnavailable: the model is missing, not safe to load, or has more than one output; or packages that it
        needs are missing.
    """

    def __init__(self, model: str) -> None:
        folder = model_folder(model)
        check_model(folder)
        need_torch(f"The cross-encoder {model}")
        import sentence_transformers
        from torch.nn import Identity

        try:
            self._model = sentence_transformers.CrossEncoder(
                str(folder), device="cpu", trust_remote_code=False, local_files_only=True, activation_fn=Identity(),
                model_kwargs={"use_safetensors": True},
            )  # fmt: skip
        except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
            raise ModelUnavailable(f"The cross-encoder in {folder} cannot be loaded: {error}") from error
        if self._model.num_labels != 1:
            raise ModelUnavailable(
                f"The model in {folder} has {self._model.num_labels} outputs; a cross-encoder for ranking has one."
            )
        self._lock = threading.Lock()

    def rescored(self, question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The evidence, best first, with the model's log-odds added to the scores of the first ``SCORED``.

        The others get the lowest of those log-odds, so that none rises because it was not scored.
        """
        first = evidence[:SCORED]
        if not first:
            return []
        pairs = [(question, e.text) for e in first]
        with self._lock:
            odds = np.asarray(self._model.predict(pairs, show_progress_bar=False), float)
        added = [*odds.tolist(), *[float(odds.min())] * (len(evidence) - len(first))]
        rescored = (replace(e, score=e.score + a, opinion=a) for e, a in zip(evidence, added, strict=True))
        return sorted(rescored, key=lambda e: -e.score)


@lru_cache(2)
def load_cross_encoder(model: str) -> CrossEncoder:
    """The cross-encoder, loaded once."""
    return CrossEncoder(os.path.expanduser(model))
