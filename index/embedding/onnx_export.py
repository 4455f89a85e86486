"""A sentence-transformers model -> an ONNX file that loads in a fraction of a second and needs no torch.

The default model needs no export: default_model.py.
An export is made once, in a process of its own, and is stored in the user's cache folder under the fingerprint of the
model. It contains the whole model with pooling, for one text at a time: without padding, a text's vectors depend on the
text alone. Matrix products are computed in integers (dynamic quantisation, one scale per column of weights). The export
is used only if its vectors agree with those of sentence-transformers.
"""

from __future__ import annotations

import json
import logging
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from .model_files import INSTALL, missing, need_torch, sha256_of
from .session import session

FORMAT = 1
"""Version of the export; a new version makes all models be exported again."""
MODEL, TOKENIZER, FACTS = "model.onnx", "tokenizer.json", "facts.json"
EXACT, CLOSE = 0.9999, 0.98
"""Minimum cosine with the reference's vectors, of the export in floating point and of the export in integers."""
_EXPORT_SECONDS = 900.0
"""Maximum duration of an export."""
_AGAIN_SECONDS = 3600.0
"""Seconds after which an export is tried again whose process was killed, as for lack of memory."""
_LOG = logging.getLogger("quoth")
_MAKERS = ("torch", "onnxscript", "onnxruntime")
_SAMPLES = [
    "How long will the truce last?",
    "Herring swim in the Baltic sea during the long winter, and nobody is there to count them.",
    "The committee, which met on 12 May 2025 in Geneva, agreed that tariffs of 30% would be suspended for ninety days; "
    "after that, both sides may return to the earlier rates, unless their ministers decide otherwise in writing.",
    "Wozu braucht man seltene Erden? Für Magnete, Motoren und Generatoren.",
]


def exported(model: str, fingerprint: str) -> Path | None:
    """Return the folder of the model's export, which is made if absent or damaged; None if there is none.

    :param fingerprint: the result of ``check_model``.
    :raises ModelUnavailable: it must be made, and the packages that run the model are missing.
    """
    folder = cache_folder() / f"{fingerprint[:32]}-{FORMAT}"
    try:
        facts = _intact(folder)
        if facts is None:
            need_torch(f"The model {model}")
            if absent := missing("onnx", "onnxscript"):
                _LOG.warning("Each start with the model %s takes some seconds longer, because packages are missing "
                             "that prepare it (%s). %s", model, ", ".join(absent), INSTALL)  # fmt: skip
                return None
            _make(model, folder)
            facts = _intact(folder)
    except (OSError, Timeout, NotImplementedError) as error:
        _LOG.warning("The model cannot be exported to %s (%s). Each start takes some seconds longer.", folder, error)
        return None
    return None if facts is None or facts["unusable"] else folder


def _intact(folder: Path) -> dict[str, Any] | None:
    """Return the facts of an export; None if it must be made, for the first time or again."""
    try:
        facts = json.loads((folder / FACTS).read_text("utf-8"))
        if facts["unusable"]:  # other versions may succeed, and so may another try after a failure
            is_final = facts["made_with"] == _made_with() and time.time() < facts.get("until", math.inf)
            return facts if is_final else None
        for file, digest in ((MODEL, facts["sha256"]), (TOKENIZER, facts.get("tokenizer"))):
            if sha256_of(folder / file) != digest and digest is not None:  # older exports have no digest of it
                raise ValueError(f"{file} is corrupt (checksum mismatch)")
        sizes = int(facts["dimensions"]), int(facts["max_length"]), int(facts["special"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        if folder.exists():
            _LOG.warning("The prepared model in %s is damaged and is made again: %s", folder, error)
        return None
    return dict(facts) if min(sizes) >= 0 else None


def cache_folder() -> Path:
    """Return the folder of exports: in ``$QUOTH_CACHE`` if it is set, else in this user's cache folder."""
    return Path(os.environ.get("QUOTH_CACHE") or user_cache_path("quoth", appauthor=False)) / "models"


def _made_with() -> str:
    """Return the installed versions of the libraries that make exports."""
    return ", ".join(f"{name} {version(name)}" for name in _MAKERS if not missing(name))


def _make(model: str, folder: Path) -> None:
    """Export a model in a process of its own, so that torch and its memory are freed when it ends.

    :raises Timeout: another process takes too long to make it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock"), timeout=_EXPORT_SECONDS):
        if _intact(folder):
            return  # another process made it meanwhile
        shutil.rmtree(folder, ignore_errors=True)
        _LOG.info("Preparing the model %s for fast starts. This is done once and takes half a minute.", model)
        command = [sys.executable, "-m", __package__, model, str(folder)]
        try:
            process = subprocess.run(command, capture_output=True, text=True, timeout=_EXPORT_SECONDS)
            reason = process.stderr.strip().rsplit("\n", 1)[-1] or f"its process ended with {process.returncode}"
        except subprocess.TimeoutExpired:
            reason = f"it took more than {_EXPORT_SECONDS:.0f} seconds"
        if not (folder / FACTS).exists():
            _LOG.warning("The model %s could not be prepared: %s. This is tried again later.", model, reason)
            _publish(folder, {"unusable": reason, "until": time.time() + _AGAIN_SECONDS})


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
            quantise(whole, small)
        except Exception as error:  # the exporter raises errors of many types; torch serves the model in each case
            _publish(folder, {"unusable": f"{type(error).__name__}: {error}"})
            return
        reference.tokenizer.backend_tokenizer.save(str(small.parent / TOKENIZER))
        facts: dict[str, object] = {
            "unusable": "", "model": model, "dimensions": reference.dimensions, "max_length": reference.max_length,
            "special": reference.max_length - reference.max_pieces,
        }  # fmt: skip
        for file, minimum in ((whole, EXACT), (small, CLOSE)):
            encoded = OnnxEncoder(model, "", session(file), small.parent / TOKENIZER, facts).encode(_SAMPLES)
            cosine = min(float(a.vector @ b.vector) for a, b in zip(encoded, expected, strict=True))
            if cosine < minimum:
                if file == whole:
                    _publish(folder, {"unusable": f"its vectors differ from the reference's: cosine {cosine:.4f}"})
                    return
                os.replace(whole, small)
        digests = {"sha256": sha256_of(small), "tokenizer": sha256_of(small.parent / TOKENIZER)}
        _publish(folder, facts | digests, small.parent)


def quantise(whole: Path, small: Path) -> None:
    """Write an ONNX file with the matrices of its products in integers.

    In seven bits: with eight, sums overflow on processors without VNNI, which costs more accuracy than the eighth bit
    gives.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        whole, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"]
    )
