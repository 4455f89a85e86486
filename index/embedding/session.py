"""ONNX Runtime sessions that compute each text on one core."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime


def session(
    model: Path, weights: Mapping[str, npt.NDArray[Any]] | None = None, in_place: Collection[str] = ()
) -> onnxruntime.InferenceSession:
    """Return a session of an ONNX file.

    :param weights: values of initializers that the file only names.
    :param in_place: names of weights that are read where they are; the others are copied, in the order that is fastest.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    values = {
        name: onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(value))
        for name, value in (weights or {}).items()
    }
    if values:
        options.add_external_initializers(list(values), list(values.values()))
        for name in in_place:
            options.add_initializer(name, values[name])
    made = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    made.values = values  # must live as long as the session, which does not own them
    return made
