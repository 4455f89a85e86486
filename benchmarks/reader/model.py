"""The reader as it is trained, and as it is exported."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import BertModel

from quoth.index.embedding.model_files import DEFAULT_MODEL, model_folder
from quoth.qa.ranking.reader import MAX_PIECES

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Reader(torch.nn.Module):
    """The layers after the embeddings, and the new one."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(
            model_folder(DEFAULT_MODEL), add_pooling_layer=False,
            attn_implementation="sdpa" if DEVICE == "cuda" else "eager",
            attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0,  # drawing them takes half of the time on a CPU
        )  # fmt: skip
        self.bert.embeddings.requires_grad_(False)
        self.head = torch.nn.Linear(self.bert.config.hidden_size, 2)

    def forward(self, ids: Tensor, types: Tensor, there: Tensor) -> Tensor:
        """Log-odds of the first and last piece, shape (b, n, 2), for b texts of n pieces."""
        states = self.bert(input_ids=ids, token_type_ids=types, attention_mask=there).last_hidden_state
        scores: Tensor = self.head(states)
        return scores


class _OneText(torch.nn.Module):
    """The exported part: the layers after the embeddings, for one text without padding."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.encoder, self.head = reader.bert.encoder, reader.head

    def forward(self, embedded: Tensor) -> Tensor:
        scores: Tensor = self.head(self.encoder(embedded).last_hidden_state)
        return scores


def export(reader: Reader, file: Path) -> None:
    """Write the reader with integer products, like the export of the embedding model
    (index/embedding/onnx_export.py)."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.onnx"
        torch.onnx.export(
            _OneText(reader.eval()), (torch.zeros(1, 9, reader.bert.config.hidden_size),), str(whole),
            input_names=["embedded"],
            output_names=["scores"], dynamo=True, external_data=False,
            dynamic_shapes={"embedded": {1: torch.export.Dim("pieces", min=2, max=MAX_PIECES)}},
        )  # fmt: skip
        model = onnx.load(whole)
        for part in (*model.graph.node, *model.graph.value_info, *model.graph.initializer):
            part.doc_string = ""
            del part.metadata_props[:]  # includes paths of the exporter's files on this machine
        onnx.save(model, whole)
        quantize_dynamic(
            whole, file, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
        )  # fmt: skip


def weights(file: Path) -> dict[str, Tensor]:
    """The weights of a checkpoint, or of an exported reader (``.onnx``), whose integers are made floats again."""
    if file.suffix != ".onnx":
        found: dict[str, Tensor] = torch.load(file, weights_only=True, map_location="cpu")
        return found
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(file).graph
    arrays = {i.name: to_array(i) for i in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}

    def product(name: str) -> str:
        """The name of the integers whose product a value is made of."""
        while (node := made_by[name]).op_type != "MatMulInteger":
            name = node.input[0]
        return str(node.input[1]).removesuffix("_quantized")

    found = {n: torch.tensor(a) for n, a in arrays.items() if n.startswith(("encoder.", "head."))}
    for node in graph.node:
        bias = next((i for i in node.input if i.endswith(".bias") and "LayerNorm" not in i), None)
        if node.op_type == "Add" and bias:
            base = product(next(i for i in node.input if i != bias))
            zero = arrays[f"{base}_zero_point"].astype(np.float32)
            scaled = (arrays[f"{base}_quantized"].astype(np.float32) - zero) * arrays[f"{base}_scale"]
            found[bias.removesuffix("bias") + "weight"] = torch.tensor(scaled.T.copy())
    return {f"bert.{n}" if n.startswith("encoder.") else n: tensor for n, tensor in found.items()}
