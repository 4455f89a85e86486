"""Train the reader (qa/ranking/reader.onnx), which finds where a passage answers a question, or that it does not.

    python -m benchmarks.reader.train READER-FOLDER squad-dev.json --checkpoint FILE [--epochs N] [--teachers N]
    python -m benchmarks.reader.train READER-FOLDER squad-dev.json --checkpoint FILE --export

Training starts from the default embedding model. Its embeddings stay fixed, so that the reader shares them; all six
layers are trained, and one new layer gives each word piece the log-odds of being the first and the last of the answer.
The place of [CLS] stands for "no answer" (Devlin et al. 2019). The data are described in data.py; every epoch draws its
windows and its unanswerable questions again.

A few such readers with other seeds are teachers. The final reader learns the mean of their predictions for each word
piece, and with a quarter of the weight the answers themselves (distillation: Hinton, Vinyals and Dean 2015). The first
teacher sees no questions with a replaced word, so that the teachers do not all make the same errors. Training takes
minutes on a GPU and most of a day on two cores; ``--teachers 0`` takes about as long as its epochs.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertModel

from quoth.index.embedding.model_files import DEFAULT_MODEL, model_folder
from quoth.index.threads import cores
from quoth.qa.ranking.reader import MAX_PIECES, MODEL

from .data import Example, examples

SEED = 0
DRAWS = 5
"""Number of draws of windows and unanswerable questions; the epochs take turns with them."""
BATCH_PIECES = 12_000
RATE, WARM_UP = 4e-4, 0.05
FROM_TEACHERS = 0.75
"""Weight of the teachers' predictions in the student's loss."""
DROPOUT, STUDENTS_DROPOUT = 0.1, 0.05
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
Row = tuple[list[int], list[int], tuple[int, int], int]
"""Ids, types, numbers of the answer's first and last piece (0, 0 if there is no answer), number of the text's first
piece."""


class Reader(torch.nn.Module):
    """The layers after the embeddings, and the new one."""

    def __init__(self, dropout: float = DROPOUT) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(
            model_folder(DEFAULT_MODEL), add_pooling_layer=False,
            attn_implementation="sdpa" if DEVICE == "cuda" else "eager",
            attention_probs_dropout_prob=dropout, hidden_dropout_prob=dropout,
        )  # fmt: skip
        self.bert.embeddings.requires_grad_(False)
        self.head = torch.nn.Linear(self.bert.config.hidden_size, 2)

    def forward(self, ids: Tensor, types: Tensor, there: Tensor) -> Tensor:
        """Log-odds of the first and last piece, shape (b, n, 2), for b texts of n pieces."""
        states = self.bert(input_ids=ids, token_type_ids=types, attention_mask=there).last_hidden_state
        scores: Tensor = self.head(states)
        return scores


def tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(model_folder(DEFAULT_MODEL) / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


def row(cut: Tokenizer, example: Example) -> Row | None:
    """The row of an example; None if the answer is after the pieces that are read."""
    before = f"{example.title}\n" if example.title else ""
    pieces = cut.encode(example.question, before + example.text)
    spans = [
        (i, a - len(before), b - len(before))
        for i, ((a, b), s) in enumerate(zip(pieces.offsets, pieces.sequence_ids, strict=True))
        if s == 1
    ]
    first_of_text = next((i for i, a, _ in spans if a >= 0), len(pieces.ids))
    ids, types = pieces.ids[:MAX_PIECES], pieces.type_ids[:MAX_PIECES]
    place = (0, 0)
    if example.answer:
        inside = [i for i, a, b in spans if a < example.answer[1] and b > example.answer[0] and b > a >= 0]
        if not inside or inside[-1] >= MAX_PIECES - 1:
            return None
        place = inside[0], inside[-1]
    return ids, types, place, first_of_text


def batches(rows: Sequence[Row], draw: random.Random) -> Iterator[list[Row]]:
    """Batches of rows of about equal length, in random order."""
    order = sorted(rows, key=lambda r: (len(r[0]) // 8, draw.random()))
    found: list[list[Row]] = [[]]
    for r in order:
        if found[-1] and (len(found[-1]) + 1) * len(r[0]) > BATCH_PIECES:
            found.append([])
        found[-1].append(r)
    draw.shuffle(found)
    yield from found


def tensors(batch: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Ids, types, attention mask, the answers' places (b, 2) and the mask of allowed places; the others are (b, n)."""
    n = max(len(r[0]) for r in batch)
    ids, types, there, may = (torch.zeros(len(batch), n, dtype=torch.long) for _ in range(4))
    for i, (own, kinds, _, first) in enumerate(batch):
        ids[i, : len(own)], types[i, : len(own)] = torch.tensor(own), torch.tensor(kinds)
        there[i, : len(own)] = 1
        may[i, first : len(own) - 1] = 1
        may[i, 0] = 1
    found = ids, types, there, torch.tensor([r[2] for r in batch]), may.bool()
    return tuple(t.to(DEVICE) for t in found)  # type: ignore[return-value]


def log_odds(reader: Reader, ids: Tensor, types: Tensor, there: Tensor, may: Tensor) -> Tensor:
    """The reader's log-odds, shape (b, n, 2); very low at pieces that cannot be an answer."""
    with torch.autocast(DEVICE, torch.bfloat16):
        scores: Tensor = reader(ids, types, there)
    return scores.float().masked_fill(~may[..., None], -1e4)


def train(
    draws: Sequence[Sequence[Row]], epochs: int, seed: int, checkpoint: Path, held: dict[str, list[Row]],
    teachers: Sequence[Reader] = (),
) -> Reader:  # fmt: skip
    """Train a reader on the answers and on its teachers' predictions."""
    torch.manual_seed(seed)
    draw = random.Random(seed)
    reader = Reader(STUDENTS_DROPOUT if teachers else DROPOUT).to(DEVICE)
    plan = [b for epoch in range(epochs) for b in batches(draws[(seed + epoch) % len(draws)], draw)]
    learning = [p for p in reader.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=RATE, weight_decay=0.01)
    began, mean = time.monotonic(), 0.0
    for step, batch in enumerate(plan):
        done = step / len(plan)
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(step / (WARM_UP * len(plan) + 1), 1.0) * (1 - done)
        reader.train()
        ids, types, there, places, may = tensors(batch)
        scores = log_odds(reader, ids, types, there, may)
        loss = torch.stack(
            [torch.nn.functional.cross_entropy(scores[..., side], places[:, side]) for side in (0, 1)]
        ).mean()
        if teachers:
            with torch.no_grad():
                taught = torch.stack([log_odds(t, ids, types, there, may).softmax(1) for t in teachers]).mean(0)
            soft = -(taught * scores.log_softmax(1).clamp(min=-50)).sum(1).mean()
            loss = (1 - FROM_TEACHERS) * loss + FROM_TEACHERS * soft
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        if step % 100 == 99:
            mean = float(loss.detach()) if not mean else 0.9 * mean + 0.1 * float(loss.detach())
            print(
                f"{step + 1} of {len(plan)}: loss {mean:.3f}, {(time.monotonic() - began) / 60:.1f} minutes", flush=True
            )
            torch.save(reader.state_dict(), checkpoint)
    reader.eval()
    torch.save(reader.state_dict(), checkpoint)
    print(json.dumps(measured(reader, held)), flush=True)
    return reader


@torch.no_grad()
def measured(reader: Reader, held: dict[str, list[Row]]) -> dict[str, object]:
    """Figures on held-out articles: share of exact spans, F1 of their pieces, and AUROC of answerable against
    unanswerable questions."""
    from sklearn.metrics import roc_auc_score

    reader.eval()
    sure: dict[str, list[float]] = defaultdict(list)
    exact, f1 = [], []
    for group, rows in held.items():
        for at in range(0, len(rows), 32):
            batch = rows[at : at + 32]
            ids, types, there, places, may = tensors(batch)
            scores = log_odds(reader, ids, types, there, may).cpu().numpy()
            for s, place in zip(scores, places.tolist(), strict=True):
                (a, b), over = best(s)
                sure[group].append(over)
                if place[0]:
                    exact.append([a, b] == place)
                    shared = max(0, min(b, place[1]) - max(a, place[0]) + 1)
                    f1.append(2 * shared / (b - a + 1 + place[1] - place[0] + 1))
    right = sure.pop("squad2")
    aurocs = {g: round(roc_auc_score([1] * len(right) + [0] * len(s), right + s), 3) for g, s in sure.items()}
    return {"exact": round(float(np.mean(exact)), 3), "f1": round(float(np.mean(f1)), 3), **aurocs}


def best(scores: np.ndarray, longest: int = 30) -> tuple[tuple[int, int], float]:
    """The best span of pieces, and its log-odds minus those of no answer, from scores of shape (n, 2)."""
    both = scores[1:, None, 0] + scores[None, 1:, 1]
    both = np.where(np.triu(np.ones_like(both)) - np.triu(np.ones_like(both), longest) > 0, both, -math.inf)
    a, b = np.unravel_index(int(both.argmax()), both.shape)
    return (int(a) + 1, int(b) + 1), float(both[a, b] - scores[0].sum())


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with qamr, squad-1.1-dev-others and policyqa")
    parser.add_argument("squad", type=Path, help="questions in SQuAD 2.0's format")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument(
        "--epochs",
        type=int,
        default=8,
        help="epochs of each teacher; the final reader has three quarters as many",
    )
    parser.add_argument("--teachers", type=int, default=3)
    parser.add_argument(
        "--export", action="store_true", help="write the checkpoint to qa/ranking/reader.onnx without training"
    )
    args = parser.parse_args()
    torch.set_num_threads(cores())  # faiss, imported with the index, has set the number to one
    cut = tokenizer()
    if args.export:
        reader = Reader()
        reader.load_state_dict(torch.load(args.checkpoint, weights_only=True, map_location="cpu"))
        export(reader, MODEL)
        return
    drawn = [
        [(e.group, r) for e in examples(args.data, args.squad, SEED + n) if (r := row(cut, e))] for n in range(DRAWS)
    ]
    draws = [[r for _, r in each] for each in drawn]
    unchanged = [[r for group, r in each if not group.startswith("word")] for each in drawn]
    held: dict[str, list[Row]] = defaultdict(list)
    for e in examples(args.data, args.squad, SEED, held_out=True):
        if r := row(cut, e):
            held[e.group].append(r)
    print(f"{len(draws[0])} questions a draw, {sum(bool(r[2][0]) for r in draws[0])} with an answer", flush=True)
    teachers = [
        train(unchanged if n == 0 else draws, args.epochs, n, args.checkpoint, held) for n in range(args.teachers)
    ]
    train(draws, args.epochs * 3 // 4 if teachers else args.epochs, args.teachers, args.checkpoint, held, teachers)


if __name__ == "__main__":
    main()
