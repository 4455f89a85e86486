"""Fixtures: libraries with the tiny encoder or with the real model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from quoth import Library
from tests.chromium import chromium, context, desktop, each_page, page, phone, phone_page, seed_chat  # noqa: F401
from tests.pictures import pytest_collection_modifyitems, pytest_configure  # noqa: F401
from tests.postgres import Databases, address, durable, postgres, server  # noqa: F401
from tests.proof import proof, pytest_runtest_makereport, pytest_sessionfinish  # noqa: F401
from tests.words import WordEncoder

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"  # before any test imports haystack
hypothesis.settings.register_profile("quoth", deadline=None)  # a slow example may only mean a busy machine
hypothesis.settings.load_profile("quoth")
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "truce", "lasts", "one", "year", "how", "long", ".", "?"]
SEEDS = Path(__file__).parent.parent / "seeds"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="make the pictures in docs/ again, and run no other tests")
    parser.addoption("--proof", action="store_true", help="try each promise very often, and write docs/proof.md")


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests that are marked so with a library in SQLite, and again with one in PostgreSQL."""
    marked = metafunc.definition.get_closest_marker
    if "place" in metafunc.fixturenames and marked("every_store") and not marked("only_sqlite"):
        metafunc.parametrize("place", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where a new library can be."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return str(tmp_path / "library")
    monkeypatch.setenv("QUOTH_HOME", str(tmp_path / "server"))
    databases: Databases = request.getfixturevalue("postgres")
    return databases.new()


@pytest.fixture
def library(place: str, encoder: WordEncoder) -> Iterator[Library]:
    with Library(place, encoder=encoder) as library:
        yield library


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
