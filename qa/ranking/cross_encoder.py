"""An optional second opinion: a cross-encoder of the user's own, which reads question and sentence together.

Slower by far than all the rest (some 20 ms a sentence on a laptop's CPU), so it only sees the best sentences.
"""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from functools import lru_cache

import numpy as np

from quoth.index.embedding.model_files import check_model, model_folder
from quoth.index.errors import ModelUnavailable
from quoth.qa.answer.quotes import Evidence

SEEN = 20


class SecondOpinion:
    """A sentence-transformers CrossEncoder with one output: the log-odds that a sentence answers.

    :param model: by name or folder, already on this machine; safetensors only, and no code of its own is run.
    :raises ModelUnavailable: it is not there, not safe to load, or has more than one output.
    """

    def __init__(self, model: str) -> None:
        folder = model_folder(model)
        check_model(folder)
        from sentence_transformers import CrossEncoder
        from torch.nn import Identity

        try:
            self._model = CrossEncoder(
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

    def rescored(self, question: str, sentences: list[Evidence]) -> list[Evidence]:
        """The sentences, best first, with the model's log-odds added to the score of the first ``SEEN``.

        The others get the lowest of those, so that none rises for not having been seen.
        """
        seen = sentences[:SEEN]
        if not seen:
            return []
        texts = [f.ranked.candidate.article.text[slice(*f.unit.span)] for f in seen]
        with self._lock:
            odds = np.asarray(self._model.predict([(question, text) for text in texts], show_progress_bar=False), float)
        added = [*odds.tolist(), *[float(odds.min())] * (len(sentences) - len(seen))]
        return sorted((replace(f, opinion=a) for f, a in zip(sentences, added, strict=True)), key=lambda f: -f.score)


@lru_cache(2)
def second_opinion(model: str) -> SecondOpinion:
    """The cross-encoder, loaded once."""
    return SecondOpinion(os.path.expanduser(model))
