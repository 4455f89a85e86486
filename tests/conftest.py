"""A tiny deterministic encoder, and libraries made with it or with the real model."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from quoth import Library
from quoth.index.embedding.encoder import unit
from quoth.index.records import Encoded, Ints
from tests.browser import chromium, context, desktop  # noqa: F401
from tests.proof import proof, pytest_runtest_makereport, pytest_sessionfinish  # noqa: F401

hypothesis.settings.register_profile("quoth", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("quoth")
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "truce", "lasts", "one", "year", "how", "long", ".", "?"]
SEEDS = Path(__file__).parent.parent / "seeds"


class WordEncoder:
    """Every word has a random direction fixed by its lower-case letters; a text is the mean of its words."""

    name = "words-64"
    fingerprint = "words-64"
    dimensions = 64
    max_pieces = 120

    def __init__(self) -> None:
        self.encoded = 0

    def word_pieces(self, text: str) -> Ints:
        return np.array([m.span() for m in re.finditer(r"\w+|[^\w\s]", text)], np.int64).reshape(-1, 2)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        self.encoded += len(texts)
        found = []
        for text in texts:
            spans = self.word_pieces(text)[: self.max_pieces]
            tokens = np.array([self._direction(text[a:b]) for a, b in spans], np.float32).reshape(-1, 64)
            found.append(Encoded(unit(tokens.sum(axis=0)), tokens, spans))
        return found

    def _direction(self, word: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(word.lower().encode()).digest()[:8], "big")
        return unit(np.random.default_rng(seed).standard_normal(64).astype(np.float32))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proof", action="store_true", help="try what is promised very often, and write docs/proof.md")


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def library(tmp_path: Path, encoder: WordEncoder) -> Library:
    return Library(tmp_path / "library", encoder=encoder)


@pytest.fixture(scope="session")
def seed_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The seed articles under the real model."""
    library = Library(tmp_path_factory.mktemp("seeds") / "library")
    library.add([os.path.relpath(SEEDS)])
    return library


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one layer with random weights, saved as sentence-transformers does."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("bert")
    (folder / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config).save_pretrained(folder)
    transformer = Transformer(str(folder), max_seq_length=64)
    SentenceTransformer(modules=[transformer, Pooling(32)]).save(str(folder / "model"))
    return folder / "model"
