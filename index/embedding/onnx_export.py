"""A sentence-transformers model -> an ONNX file that loads in a fraction of a second and needs no torch.

An export is made once, in a process of its own, and is stored in the user's cache folder under the fingerprint of the
model. It contains the whole model with pooling, for one text at a time: without padding, a text's vectors depend on the
text alone. Matrix products are computed in integers (dynamic quantisation, one scale per column of weights). The export
is used only if its vectors agree with those of sentence-transformers.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from .model_files import sha256_of

FORMAT = 1
"""Version of the export; a new version makes all models be exported again."""
MODEL, TOKENIZER, FACTS = "model.onnx", "tokenizer.json", "facts.json"
EXACT, CLOSE = 0.9999, 0.98
"""Minimum cosine with the reference's vectors, of the export in floating point and of the export in integers."""
_LOG = logging.getLogger("quoth")
_SAMPLES = [
    "How long will the truce last?",
    "Herring swim in the Baltic sea during the long winter, and nobody is there to count them.",
    "The committee, which met on 12 May 2025 in Geneva, agreed that tariffs of 30% would be suspended for ninety days; "
    "after that, both sides may return to the earlier rates, unless their ministers decide otherwise in writing.",
    "Wozu braucht man seltene Erden? Für Magnete, Motoren und Generatoren.",
]


def exported(model: str, fingerprint: str) -> Path | None:
    """Return the folder of the model's export, which is made if absent; None if the model cannot be exported.

    :param fingerprint: the result of ``check_model``.
    """
    folder = cache_folder() / f"{fingerprint[:32]}-{FORMAT}"
    try:
        if not (folder / FACTS).exists():
            _make(model, folder)
        facts = json.loads((folder / FACTS).read_text("utf-8"))
    except OSError as error:
        _LOG.warning("The model cannot be exported to %s (%s). Each start takes some seconds longer.", folder, error)
        return None
    if facts["unusable"] and facts.get("made_with") != _made_with():  # other versions may succeed
        shutil.rmtree(folder)
        return exported(model, fingerprint)
    if facts["unusable"]:
        return None
    if sha256_of(folder / MODEL) != facts["sha256"]:  # corrupt
        shutil.rmtree(folder)
        return exported(model, fingerprint)
    return folder


def cache_folder() -> Path:
    """Return the folder of exports: in ``$QUOTH_CACHE`` if it is set, else in this user's cache folder."""
    return Path(os.environ.get("QUOTH_CACHE") or user_cache_path("quoth", appauthor=False)) / "models"


def _made_with() -> str:
    """Return the installed versions of the libraries that make exports."""
    return ", ".join(f"{name} {version(name)}" for name in ("torch", "onnxscript", "onnxruntime"))


def _make(model: str, folder: Path) -> None:
    """Export a model in a process of its own, so that torch and its memory are freed when it ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if (folder / FACTS).exists():
            return
        _LOG.info("Preparing the model %s for fast starts. This is done once and takes half a minute.", model)
        process = subprocess.run(
            [sys.executable, "-m", __package__, model, str(folder)], capture_output=True, text=True
        )
        if not (folder / FACTS).exists():
            _LOG.warning("The model %s could not be prepared: %s", model, process.stderr.strip().rsplit("\n", 1)[-1])
            _publish(folder, {"unusable": "the export ended without a result"})


def _publish(folder: Path, facts: dict[str, object], files: Path | None = None) -> None:
    """Move an export to its folder, the facts last: where they exist, the export is complete."""
    folder.mkdir(exist_ok=True)
    for file in files.iterdir() if files else ():
        os.replace(file, folder / file.name)
    facts = facts | {"made_with": _made_with()}
    (folder / f"{FACTS}.new").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    os.replace(folder / f"{FACTS}.new", folder / FACTS)


def export(model: str, folder: Path) -> None:
    """Write the export of a model to a folder, or the reason why there is none."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from .encoder import OnnxEncoder
    from .torch_encoder import SentenceTransformerEncoder

    reference = SentenceTransformerEncoder(model)
    expected = reference.encode(_SAMPLES)
    inputs = [n for n in reference.tokenizer.model_input_names if n not in ("input_ids", "attention_mask")]

    class OneText(torch.nn.Module):
        """The model for one text without padding: it attends to all word pieces."""

        def __init__(self) -> None:
            super().__init__()
            self.model = reference.model

        def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            features = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
            output = self.model(features | {name: torch.zeros_like(input_ids) for name in inputs})
            return output["token_embeddings"], output["sentence_embedding"]

    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        whole, small = Path(scratch) / "whole.onnx", Path(scratch) / "done" / MODEL
        small.parent.mkdir()
        try:
            torch.onnx.export(
                OneText().eval(), (torch.ones(1, 9, dtype=torch.int64),), str(whole), input_names=["input_ids"],
                output_names=["tokens", "sentence"], dynamo=True, external_data=False,
                dynamic_shapes={"input_ids": {1: torch.export.Dim("pieces", min=2, max=reference.max_length)}},
            )  # fmt: skip
            # Seven bits of weights: with eight, sums overflow on processors without VNNI, which costs more accuracy
            # than the eighth bit gives.
            quantize_dynamic(
                whole, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul"],
            )  # fmt: skip
        except Exception as error:  # the exporter raises errors of many types; torch serves the model in each case
            _publish(folder, {"unusable": f"{type(error).__name__}: {error}"})
            return
        reference.tokenizer.backend_tokenizer.save(str(small.parent / TOKENIZER))
        facts: dict[str, object] = {
            "unusable": "", "model": model, "dimensions": reference.dimensions, "max_length": reference.max_length,
            "special": reference.max_length - reference.max_pieces,
        }  # fmt: skip
        for file, minimum in ((whole, EXACT), (small, CLOSE)):
            encoded = OnnxEncoder(model, "", file, small.parent / TOKENIZER, facts).encode(_SAMPLES)
            cosine = min(float(a.vector @ b.vector) for a, b in zip(encoded, expected, strict=True))
            if cosine < minimum:
                if file == whole:
                    _publish(folder, {"unusable": f"its vectors differ from the reference's: cosine {cosine:.4f}"})
                    return
                os.replace(whole, small)
        _publish(folder, facts | {"sha256": sha256_of(small)}, small.parent)
