"""The default model without torch and without an export: a graph of 100 kB, filled with the weights of its package.

The graph (default.onnx) is that of the model's export (onnx_export.py), which names its weights instead of having them;
benchmarks/default_graph.py makes it. The matrices of the layers are quantised here exactly as the export does it, which
takes less time than to read an export of 59 MB. The word embeddings stay in the package's file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from quoth.index.records import Floats

from .session import session
from .tensors import mapped

GRAPH = Path(__file__).parent / "default.onnx"
FACTS = {"dimensions": 384, "max_length": 256, "special": 2}
"""As in the facts of an export."""
_WORDS = "embeddings.word_embeddings.weight"


def default_session(folder: Path) -> onnxruntime.InferenceSession:
    """Return a session of the default model.

    :param folder: the result of ``model_folder``, with weights that ``check_model`` accepted.
    """
    return session(GRAPH, dict(weights(mapped(folder / "model.safetensors"))), in_place=[_WORDS])


def weights(tensors: Mapping[str, Floats]) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """Yield names and values of the weights that the graph names.

    :param tensors: the model's tensors by name.
    """
    for name, tensor in tensors.items():
        if name.startswith("pooler."):
            continue  # not used: a text's vector is the mean of its word pieces'
        if name.startswith("encoder.") and tensor.ndim == 2:
            yield from zip((f"{name}_quantized", f"{name}_scale"), quantised(tensor), strict=True)
        else:
            yield name, tensor


def quantised(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return a layer's matrix in seven bits, transposed, and the scale of each of its columns.

    The same as ``onnxruntime.quantization.quantize_dynamic`` with ``per_channel`` and ``reduce_range``.

    :param matrix: shape (outputs, inputs).
    :return: shapes (inputs, outputs) and (outputs,).
    """
    scale = np.abs(matrix).max(axis=1) / np.float32(64)
    return np.ascontiguousarray(np.rint(matrix / scale[:, None]).astype(np.int8).T), scale
