"""The tensors of a safetensors file, mapped into memory: nothing is copied or read before it is used."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from quoth.index.records import Floats


def mapped(file: Path) -> dict[str, Floats]:
    """Return the float32 tensors of a safetensors file: length of the header in 8 bytes, JSON header, data."""
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        header = json.loads(stream.read(length))
    return {
        name: np.memmap(file, np.float32, "r", 8 + length + tensor["data_offsets"][0], tuple(tensor["shape"]))
        for name, tensor in header.items()
        if tensor.get("dtype") == "F32"
    }
