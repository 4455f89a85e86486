"""The manifest of a library's index files: ``index.json`` names them, and says which generation each is of."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quoth.index.storage.rows import Head
from quoth.index.storage.tables import checksum

MANIFEST_FILE = "index.json"
_FORMAT = 4


@dataclass(frozen=True, slots=True)
class WordState:
    """The word index."""

    folder: str
    head: Head
    stamp: int
    """Stamp of its last change. If the folder has another one, it is on its way to a newer generation."""


@dataclass(frozen=True, slots=True)
class VectorState:
    """The file of vectors."""

    file: str
    head: Head
    sha256: str
    last: int
    """The highest passage id in it."""
    count: int
    trained: int
    """Number of passages that its lists were trained for."""
    nprobe: int
    recall: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of the manifest. An index that is absent is None."""

    words: WordState | None = None
    vectors: VectorState | None = None


def read(folder: Path) -> Manifest:
    """The manifest in a library's folder; empty if absent, corrupt or of another format."""
    try:
        return parsed((folder / MANIFEST_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return Manifest()


def parsed(text: str) -> Manifest:
    """The manifest that a text holds; empty if it is corrupt or of another format."""
    try:
        content = json.loads(text)
        if content.pop("sum") != _checksum(content) or content["format"] != _FORMAT:
            return Manifest()
        words, vectors = content["words"], content["vectors"]
        return Manifest(
            words and WordState(**words | {"head": Head(*words["head"])}),
            vectors and VectorState(**vectors | {"head": Head(*vectors["head"])}),
        )
    except (ValueError, KeyError, TypeError):
        return Manifest()


def publish(folder: Path, state: Manifest) -> None:
    """Replace the manifest in one step."""
    new = folder / f"{MANIFEST_FILE}.new"
    new.write_text(written(state), "utf-8")
    os.replace(new, folder / MANIFEST_FILE)


def written(state: Manifest) -> str:
    """The manifest as text."""
    content: dict[str, Any] = {"format": _FORMAT} | asdict(state)
    content["sum"] = _checksum(content)
    return json.dumps(content, indent=1) + "\n"


def is_older(folder: Path) -> bool:
    """Whether an older version of Quoth wrote the manifest."""
    try:
        content = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
        return content.pop("sum", None) in (None, _checksum(content)) and int(content["format"]) < _FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _checksum(content: dict[str, Any]) -> int:
    return checksum(json.dumps(content, sort_keys=True))
