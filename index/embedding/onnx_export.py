"""A sentence-transformers model -> an ONNX file that starts in a fraction of a second and needs no torch.

An export is made once, in a process of its own, and lies in the user's cache folder under the fingerprint of the model.
It holds the whole model, pooling included, for one text at a time: without padding, a text's vectors depend on nothing
but the text. Matrix products are done in integers (dynamic quantisation, one scale a column of weights); the file
is used only if its vectors agree with sentence-transformers' own.
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
"""Goes up when exports made before should be made again."""
MODEL, TOKENIZER, FACTS = "model.onnx", "tokenizer.json", "facts.json"
EXACT, CLOSE = 0.9999, 0.98
"""The least cosine with the reference's vectors: of the export, and of the export in integers."""
_LOG = logging.getLogger("quoth")
_SAMPLES = [
    "How long will the truce last?",
    "Herring swim in the Baltic sea during the long winter, and nobody is there to count them.",
    "The committee, which met on 12 May 2025 in Geneva, agreed that tariffs of 30% would be suspended for ninety days; "
    "after that, both sides may return to the earlier rates, unless their ministers decide otherwise in writing.",
    "Wozu braucht man seltene Erden? Für Magnete, Motoren und Generatoren.",
]


def exported(model: str, fingerprint: str) -> Path | None:
    """The folder with the model's export, made now if it never was; None where the model cannot be exported.

    :param fingerprint: as ``check_model`` gives it.
    """
    folder = cache_folder() / f"{fingerprint[:32]}-{FORMAT}"
    try:
        if not (folder / FACTS).exists():
            _make(model, folder)
        facts = json.loads((folder / FACTS).read_text("utf-8"))
    except OSError as error:
        _LOG.warning("The model cannot be exported to %s (%s); starting takes some seconds longer.", folder, error)
        return None
    if facts["unusable"] and facts.get("made_with") != _made_with():  # other versions may manage what those did not
        shutil.rmtree(folder)
        return exported(model, fingerprint)
    if facts["unusable"]:
        return None
    if sha256_of(folder / MODEL) != facts["sha256"]:  # damaged: made anew
        shutil.rmtree(folder)
        return exported(model, fingerprint)
    return folder


def cache_folder() -> Path:
    """Where exports lie: ``$QUOTH_CACHE``, else this user's cache folder."""
    return Path(os.environ.get("QUOTH_CACHE") or user_cache_path("quoth", appauthor=False)) / "models"


def _made_with() -> str:
    """Which versions of the libraries that an export is made with are installed."""
    return ", ".join(f"{name} {version(name)}" for name in ("torch", "onnxscript", "onnxruntime"))


def _make(model: str, folder: Path) -> None:
    """Export in a process of its own, so that torch and its memory go when it ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if (folder / FACTS).exists():
            return
        _LOG.info("Preparing the model %s for fast starts; this is done once and takes half a minute.", model)
        made = subprocess.run([sys.executable, "-m", __package__, model, str(folder)], capture_output=True, text=True)
        if not (folder / FACTS).exists():
            _LOG.warning("The model %s could not be prepared: %s", model, made.stderr.strip().rsplit("\n", 1)[-1])
            _publish(folder, {"unusable": "the export ended without a result"})


def _publish(folder: Path, facts: dict[str, object], files: Path | None = None) -> None:
    """Put an export in place, the facts last: where they are, all is there."""
    folder.mkdir(exist_ok=True)
    for file in files.iterdir() if files else ():
        os.replace(file, folder / file.name)
    facts = facts | {"made_with": _made_with()}
    (folder / f"{FACTS}.new").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    os.replace(folder / f"{FACTS}.new", folder / FACTS)


def export(model: str, folder: Path) -> None:
    """Write the export of a model, or why there can be none, to a folder."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from .encoder import OnnxEncoder
    from .torch_encoder import SentenceTransformerEncoder

    reference = SentenceTransformerEncoder(model)
    expected = reference.encode(_SAMPLES)
    inputs = [n for n in reference.tokenizer.model_input_names if n not in ("input_ids", "attention_mask")]

    class OneText(torch.nn.Module):
        """Without padding: what is attended to is everything."""

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
            # Seven bits of weights: with eight, processors without VNNI overflow,
            # which costs more than the bit is worth.
            quantize_dynamic(
                whole, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul"],
            )  # fmt: skip
        except Exception as error:  # the exporter's own kinds are many; whichever it is, there is another way
            _publish(folder, {"unusable": f"{type(error).__name__}: {error}"})
            return
        reference.tokenizer.backend_tokenizer.save(str(small.parent / TOKENIZER))
        facts: dict[str, object] = {
            "unusable": "", "model": model, "dimensions": reference.dimensions, "max_length": reference.max_length,
            "special": reference.max_length - reference.max_pieces,
        }  # fmt: skip
        for file, least in ((whole, EXACT), (small, CLOSE)):
            found = OnnxEncoder(model, "", file, small.parent / TOKENIZER, facts).encode(_SAMPLES)
            cosine = min(float(a.vector @ b.vector) for a, b in zip(found, expected, strict=True))
            if cosine < least:
                if file == whole:
                    _publish(folder, {"unusable": f"its vectors differ from the reference's: cosine {cosine:.4f}"})
                    return
                os.replace(whole, small)
        _publish(folder, facts | {"sha256": sha256_of(small)}, small.parent)
