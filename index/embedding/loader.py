"""The encoder of a library: loaded at first use, and checked to be the one that the library was built with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from quoth.index.records import Encoded

from .encoder import Encoder, OnnxEncoder, gpu_encoder, load_encoder

_GPU_BYTES = 4 * 2**20
"""Minimum size of all files, in bytes, before a GPU is used; loading a model there takes seconds."""


class EncoderLoader:
    """Safe from several threads.

    :param model: a model by name or folder.
    :param encoder: used instead of the model.
    :param check: raises an error if the library was built with another encoder.
    """

    def __init__(self, model: str, encoder: Encoder | None, check: Callable[[Encoder], None]) -> None:
        self._model = model
        self._given = encoder
        self._loaded: Encoder | None = None
        self._check = check
        self._loading = threading.Lock()

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded at first use.

        :raises ModelUnavailable: the model is missing, altered, or not safe to load.
        :raises SettingsMismatch: the library was built with another one.
        """
        encoder = self._load() if self._given is None else self._given
        self._check(encoder)
        return encoder

    def _load(self) -> Encoder:
        with self._loading:
            if self._loaded is None:
                self._loaded = load_encoder(self._model)
            return self._loaded

    def encode_for(self, size: int) -> Callable[[Sequence[str]], list[Encoded]]:
        """Return how to embed the text of files of this size, in bytes: on a GPU if there is one and it is worth it."""
        if size < _GPU_BYTES or self._given is not None:
            return lambda texts: self.encoder.encode(texts)
        return (gpu_encoder(self._model) or self.encoder).encode

    def close(self) -> None:
        """Stop the threads of the encoder if it was loaded here; an encoder that was given stays open."""
        with self._loading:
            if isinstance(self._loaded, OnnxEncoder):
                self._loaded.close()
            self._loaded = None
