"""Models give the reference's vectors and load without torch; the reference serves a model that cannot be default."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from quoth.index.embedding.default_model import quantised
from quoth.index.embedding.encoder import OnnxEncoder, load_encoder
from quoth.index.embedding.late_interaction import Narrow
from quoth.index.embedding.model_files import DEFAULT_MODEL, check_model, model_folder
from quoth.index.embedding.onnx_export import CLOSE, FACTS, MODEL, TOKENIZER, _made_with, cache_folder, quantise
from quoth.index.embedding.tensors import mapped
from quoth.index.embedding.torch_encoder import SentenceTransformerEncoder
from quoth.index.errors import ModelUnavailable

pytestmark = pytest.mark.model
TEXTS = [
    "How long is the truce?", "Who signed it?", "The 90-day tariff truce was reached in Geneva on May 12, 2025.",
    "Émile Zola — né à Paris — wrote «J’accuse…!» 🙂", "word " * 1000,
]  # fmt: skip


@pytest.fixture(scope="module")
def default() -> OnnxEncoder:
    encoder = load_encoder()
    assert isinstance(encoder, OnnxEncoder)
    return encoder


@pytest.fixture(scope="module")
def reference() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


def test_vectors_and_spans_match_the_reference(default: OnnxEncoder, reference: SentenceTransformerEncoder) -> None:
    assert (default.dimensions, default.max_pieces) == (reference.dimensions, reference.max_pieces) == (384, 254)
    for ours, theirs in zip(default.encode(TEXTS), reference.encode(TEXTS), strict=True):
        assert ours.vector @ theirs.vector > CLOSE
        assert np.linalg.norm(ours.vector) == pytest.approx(1)
        assert np.array_equal(ours.spans, theirs.spans)
        assert (ours.tokens * theirs.tokens).sum(axis=1).mean() > 0.95
    for text in TEXTS:
        assert np.array_equal(default.word_pieces(text), reference.word_pieces(text))


def test_a_text_s_vectors_depend_on_the_text_alone(default: OnnxEncoder) -> None:
    together = default.encode(TEXTS)
    for text, batched in zip(TEXTS, together, strict=True):
        alone = default.encode([text])[0]
        assert np.array_equal(alone.vector, batched.vector)
        assert np.array_equal(alone.tokens, batched.tokens)


def test_the_kept_directions_keep_the_cosines(default: OnnxEncoder) -> None:
    rng = np.random.default_rng(0)
    # given by its folder, a model is not narrowed
    whole = SentenceTransformerEncoder(str(model_folder(DEFAULT_MODEL))).encode(TEXTS[:4])
    tokens = np.concatenate([e.tokens for e in whole])
    narrow = Narrow(DEFAULT_MODEL)(tokens)
    assert (tokens.shape[1], narrow.shape[1]) == (384, 192)
    a, b = rng.integers(len(tokens), size=(2, 500))
    assert np.corrcoef((tokens[a] * tokens[b]).sum(axis=1), (narrow[a] * narrow[b]).sum(axis=1))[0, 1] > 0.97


def test_the_default_model_is_quantised_as_an_export_is(tmp_path: Path) -> None:
    matrix = mapped(model_folder(DEFAULT_MODEL) / "model.safetensors")["encoder.layer.0.attention.self.query.weight"]
    product = onnx.helper.make_node("MatMul", ["x", "matrix"], ["y"])
    x, y = (onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 384]) for name in "xy")
    given = [onnx.numpy_helper.from_array(np.ascontiguousarray(matrix.T), "matrix")]
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([product], "g", [x], [y], given)), tmp_path / "whole.onnx")
    quantise(tmp_path / "whole.onnx", tmp_path / "small.onnx")
    made = {
        each.name: onnx.numpy_helper.to_array(each) for each in onnx.load(tmp_path / "small.onnx").graph.initializer
    }
    values, scale = quantised(matrix)
    assert np.array_equal(values, made["matrix_quantized"])
    assert np.array_equal(scale, made["matrix_scale"])
    assert not made["matrix_zero_point"].any()


def test_a_model_that_cannot_be_exported_is_served_by_the_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: Path
) -> None:
    monkeypatch.setenv("QUOTH_CACHE", str(tmp_path))
    folder = cache_folder() / f"{check_model(tiny_model)[:32]}-1"
    folder.mkdir(parents=True)
    (folder / FACTS).write_text(json.dumps({"unusable": "an operator is missing", "made_with": _made_with()}), "utf-8")
    assert isinstance(load_encoder(str(tiny_model)), SentenceTransformerEncoder)


def test_an_export_that_failed_with_other_versions_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: Path
) -> None:
    monkeypatch.setenv("QUOTH_CACHE", str(tmp_path))
    folder = cache_folder() / f"{check_model(tiny_model)[:32]}-1"
    folder.mkdir(parents=True)
    (folder / FACTS).write_text(json.dumps({"unusable": "an operator is missing", "made_with": "torch 2.0"}), "utf-8")
    assert isinstance(load_encoder(str(tiny_model)), OnnxEncoder)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """A cache folder with the export of the tiny model."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("QUOTH_CACHE", str(folder))
        assert isinstance(load_encoder(str(tiny_model)), OnnxEncoder)
    return folder


def damage(folder: Path, how: str) -> None:
    (model,) = folder.glob(f"models/*/{MODEL}")
    facts = model.with_name(FACTS)
    if how == "model cut off":
        model.write_bytes(model.read_bytes()[:-100])
    elif how == "no model":
        model.unlink()
    elif how == "facts cut off":
        facts.write_bytes(facts.read_bytes()[:20])
    elif how == "facts without digest":
        facts.write_text('{"unusable": ""}', "utf-8")
    else:
        model.with_name(TOKENIZER).unlink()


@pytest.mark.parametrize("how", ["model cut off", "no model", "facts cut off", "facts without digest", "no tokenizer"])
def test_an_export_loads_without_torch_and_a_damaged_one_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: Path, cache: Path, how: str
) -> None:
    shutil.copytree(cache, tmp_path / "cache")
    monkeypatch.setenv("QUOTH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(sys.modules, "torch", None)  # it cannot be imported
    assert isinstance(load_encoder(str(tiny_model)), OnnxEncoder)
    damage(tmp_path / "cache", how)
    with pytest.raises(ModelUnavailable, match=r"\(torch\).*quoth\[models\]"):
        load_encoder(str(tiny_model))


def test_a_damaged_export_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: Path, cache: Path
) -> None:
    shutil.copytree(cache, tmp_path / "cache")
    monkeypatch.setenv("QUOTH_CACHE", str(tmp_path / "cache"))
    first = load_encoder(str(tiny_model))
    damage(tmp_path / "cache", "no model")
    again = load_encoder(str(tiny_model))
    assert isinstance(again, OnnxEncoder)
    assert np.allclose(first.encode(["the truce"])[0].vector, again.encode(["the truce"])[0].vector)


def test_a_model_is_served_by_the_reference_where_nothing_can_export_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("QUOTH_CACHE", str(tmp_path))
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with caplog.at_level(logging.WARNING):
        assert isinstance(load_encoder(str(tiny_model)), SentenceTransformerEncoder)
    assert "(onnxscript)" in caplog.text
    assert "quoth[models]" in caplog.text


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
