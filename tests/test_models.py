"""Other models: a tiny one made here, and models that are rejected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.index.embedding.torch_encoder import SentenceTransformerEncoder
from quoth.index.errors import ModelUnavailable

pytestmark = pytest.mark.model


def test_a_model_in_a_folder_is_used_and_remembered(tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "truce.txt").write_text("The truce lasts one year.", "utf-8")
    Library(tmp_path / "library", str(tiny_model)).add([tmp_path / "truce.txt"])
    again = Library(tmp_path / "library")
    assert again.model == str(tiny_model)
    assert ask("How long the truce lasts?", library=again).quotes[0].text == "The truce lasts one year."


def test_a_model_with_code_or_without_safetensors_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="safetensors"):
        SentenceTransformerEncoder(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"")
    (tmp_path / "modules.json").write_text(json.dumps([{"type": "custom.Module"}]), "utf-8")
    with pytest.raises(ModelUnavailable, match="code of its own"):
        SentenceTransformerEncoder(str(tmp_path))


def test_a_missing_model_s_error_says_how_to_download_it() -> None:
    with pytest.raises(ModelUnavailable, match="hf download"):
        SentenceTransformerEncoder("no-such-model")


def test_a_cross_encoder_of_the_users_own_ranks_the_best_sentences(
    tiny_model: Path, tmp_path: Path, library: Library
) -> None:
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(1)
    model = BertForSequenceClassification.from_pretrained(tiny_model, num_labels=1)
    model.classifier.weight.data *= 10_000_000  # outweighs all other scores
    model.save_pretrained(tmp_path / "cross")
    BertTokenizerFast.from_pretrained(tiny_model).save_pretrained(tmp_path / "cross")
    sentences = [
        "The truce lasts one year.", "How long the year lasts.", "The year lasts how long.", "One truce one long year.",
    ]  # fmt: skip
    (tmp_path / "truce.txt").write_text("\n\n".join(sentences), "utf-8")
    library.add(tmp_path / "truce.txt")

    question = "How long lasts the truce?"
    logits = CrossEncoder(str(tmp_path / "cross"), activation_fn=torch.nn.Identity()).predict(
        [(question, s) for s in sentences]
    )
    best = ask(question, library=library, cross_encoder=str(tmp_path / "cross")).quotes[0]
    assert sentences[int(logits.argmax())] in best.text
    assert best.text == best.article.text[best.start : best.end]


def test_a_cross_encoder_with_several_outputs_is_rejected(tiny_model: Path, library: Library, tmp_path: Path) -> None:
    from transformers import BertForSequenceClassification, BertTokenizerFast

    BertForSequenceClassification.from_pretrained(tiny_model, num_labels=3).save_pretrained(tmp_path / "cross")
    BertTokenizerFast.from_pretrained(tiny_model).save_pretrained(tmp_path / "cross")
    (tmp_path / "truce.txt").write_text("The truce lasts one year.", "utf-8")
    library.add(tmp_path / "truce.txt")
    with pytest.raises(ModelUnavailable, match="3 outputs"):
        ask("How long lasts the truce?", library=library, cross_encoder=str(tmp_path / "cross"))
