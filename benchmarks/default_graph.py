"""Make the graph of the default model (index/embedding/default.onnx) from its export.

    python -m benchmarks.default_graph

Weights become names, to which index/embedding/default_model.py gives values; each is compared with the export's.
Shapes of intermediate results stay in the graph, because ONNX Runtime joins operations only where it knows them.
Needs `quoth[models]`.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper

from quoth.index.embedding.default_model import GRAPH, weights
from quoth.index.embedding.model_files import DEFAULT_MODEL, check_model, model_folder
from quoth.index.embedding.onnx_export import MODEL, exported
from quoth.index.embedding.tensors import mapped


def main() -> None:
    folder = model_folder(DEFAULT_MODEL)
    export = exported(str(folder), check_model(folder, default=True))
    assert export is not None, "the model could not be exported"
    values = dict(weights(mapped(folder / "model.safetensors")))
    model = onnx.load(export / MODEL)
    graph, names = model.graph, {}
    for tensor in graph.initializer:
        value = numpy_helper.to_array(tensor)
        same = [name for name, own in values.items() if own.shape == value.shape and np.array_equal(own, value)]
        if value.size >= 384 and (same or value.dtype == np.float32 or tensor.name.endswith("_quantized")):
            (names[tensor.name],) = same
    assert sorted(names.values()) == sorted(values), "a weight is not in the export"

    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
    for tensor in graph.initializer:
        if tensor.name in names:
            named = onnx.TensorProto(
                name=names[tensor.name], data_type=tensor.data_type, dims=tensor.dims,
                data_location=onnx.TensorProto.EXTERNAL,
            )  # fmt: skip
            named.external_data.add(key="location", value="model.safetensors")
            tensor.CopyFrom(named)
    for part in (model, graph, *graph.node, *graph.value_info, *graph.initializer, *graph.input, *graph.output):
        part.doc_string = ""
        del part.metadata_props[:]  # includes paths of the exporter's files on this machine
    GRAPH.write_bytes(model.SerializeToString())
    print(f"{GRAPH}: {GRAPH.stat().st_size:,} bytes, {len(names)} weights named")


if __name__ == "__main__":
    main()
