"""The exported model gives the reference's vectors and loads without torch; the reference serves where it cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from quoth.index.embedding.encoder import OnnxEncoder, load_encoder
from quoth.index.embedding.late_interaction import Narrow
from quoth.index.embedding.model_files import DEFAULT_MODEL, check_model, model_folder
from quoth.index.embedding.onnx_export import CLOSE, FACTS, MODEL, TOKENIZER, _made_with, cache_folder
from quoth.index.embedding.torch_encoder import SentenceTransformerEncoder
from tests.conftest import SEEDS

pytestmark = pytest.mark.model
TEXTS = [
    "How long is the truce?", "Who signed it?", "The 90-day tariff truce was reached in Geneva on May 12, 2025.",
    "Émile Zola — né à Paris — wrote «J’accuse…!» 🙂", "word " * 1000,
]  # fmt: skip


@pytest.fixture(scope="module")
def exported() -> OnnxEncoder:
    encoder = load_encoder()
    assert isinstance(encoder, OnnxEncoder)
    return encoder


@pytest.fixture(scope="module")
def reference() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


def test_vectors_and_spans_match_the_reference(exported: OnnxEncoder, reference: SentenceTransformerEncoder) -> None:
    assert (exported.dimensions, exported.max_pieces) == (reference.dimensions, reference.max_pieces) == (384, 254)
    for ours, theirs in zip(exported.encode(TEXTS), reference.encode(TEXTS), strict=True):
        assert ours.vector @ theirs.vector > CLOSE
        assert np.linalg.norm(ours.vector) == pytest.approx(1)
        assert np.array_equal(ours.spans, theirs.spans)
        assert (ours.tokens * theirs.tokens).sum(axis=1).mean() > 0.95
    for text in TEXTS:
        assert np.array_equal(exported.word_pieces(text), reference.word_pieces(text))


def test_a_text_s_vectors_depend_on_the_text_alone(exported: OnnxEncoder) -> None:
    together = exported.encode(TEXTS)
    for text, batched in zip(TEXTS, together, strict=True):
        alone = exported.encode([text])[0]
        assert np.array_equal(alone.vector, batched.vector)
        assert np.array_equal(alone.tokens, batched.tokens)


def test_the_kept_directions_keep_the_cosines(exported: OnnxEncoder) -> None:
    rng = np.random.default_rng(0)
    # given by its folder, a model is not narrowed
    whole = SentenceTransformerEncoder(str(model_folder(DEFAULT_MODEL))).encode(TEXTS[:4])
    tokens = np.concatenate([e.tokens for e in whole])
    narrow = Narrow(DEFAULT_MODEL)(tokens)
    assert (tokens.shape[1], narrow.shape[1]) == (384, 192)
    a, b = rng.integers(len(tokens), size=(2, 500))
    assert np.corrcoef((tokens[a] * tokens[b]).sum(axis=1), (narrow[a] * narrow[b]).sum(axis=1))[0, 1] > 0.97


def test_asking_needs_neither_torch_nor_sentence_transformers(tmp_path: Path) -> None:
    code = (
        "import sys; from quoth import Library, ask\n"
        f"library = Library({str(tmp_path / 'library')!r}); library.add({str(SEEDS)!r})\n"
        "assert ask('When was the 90-day tariff truce reached?', library=library).found\n"
        "loaded = {'torch', 'sentence_transformers', 'transformers', 'gradio'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=SEEDS.parent)


def test_a_model_that_cannot_be_exported_is_served_by_the_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_CACHE", str(tmp_path))
    fingerprint = check_model(model_folder(DEFAULT_MODEL), default=True)
    folder = cache_folder() / f"{fingerprint[:32]}-1"
    folder.mkdir(parents=True)
    (folder / FACTS).write_text(json.dumps({"unusable": "an operator is missing", "made_with": _made_with()}), "utf-8")
    assert isinstance(load_encoder(), SentenceTransformerEncoder)


def test_an_export_that_failed_with_other_versions_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: Path
) -> None:
    monkeypatch.setenv("QUOTH_CACHE", str(tmp_path))
    folder = cache_folder() / f"{check_model(tiny_model)[:32]}-1"
    folder.mkdir(parents=True)
    (folder / FACTS).write_text(json.dumps({"unusable": "an operator is missing", "made_with": "torch 2.0"}), "utf-8")
    assert isinstance(load_encoder(str(tiny_model)), OnnxEncoder)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs Unix")
@pytest.mark.parametrize(
    "damage", ["model cut off", "no model", "facts cut off", "facts without digest", "no tokenizer"]
)
def test_a_damaged_export_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: Path, damage: str
) -> None:
    monkeypatch.setenv("QUOTH_CACHE", str(tmp_path))
    first = load_encoder(str(tiny_model))
    assert isinstance(first, OnnxEncoder)
    (model,) = cache_folder().glob(f"*/{MODEL}")
    facts = model.with_name(FACTS)
    if damage == "model cut off":
        model.write_bytes(model.read_bytes()[:-100])
    elif damage == "no model":
        model.unlink()
    elif damage == "facts cut off":
        facts.write_bytes(facts.read_bytes()[:20])
    elif damage == "facts without digest":
        facts.write_text('{"unusable": ""}', "utf-8")
    else:
        model.with_name(TOKENIZER).unlink()
    again = load_encoder(str(tiny_model))
    assert isinstance(again, OnnxEncoder)
    assert np.allclose(first.encode(["the truce"])[0].vector, again.encode(["the truce"])[0].vector)


def test_an_export_that_was_killed_is_tried_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: Path
) -> None:
    monkeypatch.setenv("QUOTH_CACHE", str(tmp_path))
    monkeypatch.setattr("quoth.index.embedding.onnx_export._EXPORT_SECONDS", 0.01)
    assert not isinstance(load_encoder(str(tiny_model)), OnnxEncoder)
    monkeypatch.setattr("quoth.index.embedding.onnx_export._EXPORT_SECONDS", 600.0)
    assert not isinstance(load_encoder(str(tiny_model)), OnnxEncoder)  # not at every start
    (facts,) = cache_folder().glob(f"*/{FACTS}")
    facts.write_text(json.dumps(json.loads(facts.read_text("utf-8")) | {"until": 0}), "utf-8")
    assert isinstance(load_encoder(str(tiny_model)), OnnxEncoder)
