"""Fixtures: libraries with the tiny encoder or with the real model."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from quoth import Library
from tests.chromium import chromium, context, desktop, each_page, page, phone, phone_page, seed_chat  # noqa: F401
from tests.proof import proof, pytest_runtest_makereport, pytest_sessionfinish  # noqa: F401
from tests.words import WordEncoder

hypothesis.settings.register_profile("quoth", deadline=None)  # a slow example may only mean a busy machine
hypothesis.settings.load_profile("quoth")
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "truce", "lasts", "one", "year", "how", "long", ".", "?"]
SEEDS = Path(__file__).parent.parent / "seeds"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proof", action="store_true", help="try each promise very often, and write docs/proof.md")


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def library(tmp_path: Path, encoder: WordEncoder) -> Library:
    return Library(tmp_path / "library", encoder=encoder)


@pytest.fixture(scope="session")
def seed_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library of the seed articles, embedded with the real model."""
    library = Library(tmp_path_factory.mktemp("seeds") / "library")
    library.add([os.path.relpath(SEEDS)])
    return library


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one layer with random weights, in the format of sentence-transformers."""
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
