"""Train the reader (qa/ranking/reader.onnx), which finds where a passage answers a question, or that it does not.

    python -m benchmarks.reader.train READER-FOLDER squad-dev.json --checkpoint FILE [--start FILE]
    python -m benchmarks.reader.train READER-FOLDER squad-dev.json --checkpoint FILE [--start FILE --mix N] --measure
    python -m benchmarks.reader.train READER-FOLDER squad-dev.json --checkpoint FILE [--start FILE --mix N] --export

Training starts from another reader or, without ``--start``, from the default embedding model. Its embeddings stay
fixed, so that the reader shares them; all six layers are trained, and one new layer gives each word piece the log-odds
of being the first and the last of the answer. The place of [CLS] stands for "no answer" (Devlin et al. 2019). The data
are described in data.py.

A reader that is started from is also the teacher for the sets that it knows: half of the loss is the distance from its
predictions (distillation: Hinton, Vinyals and Dean 2015). ``--mix`` takes the mean of both readers' weights, which
keeps more of what the first one knew (Wortsman et al. 2022).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from quoth.index.embedding.model_files import DEFAULT_MODEL, model_folder
from quoth.index.threads import cores
from quoth.qa.ranking.reader import MAX_PIECES, MODEL

from .data import Data
from .examples import Example
from .model import DEVICE, Reader, export, weights

SEED = 0
BATCH_PIECES = 6_000
WARM_UP = 0.05
TAUGHT = frozenset({"squad2", "trick", "squad1", "qamr", "policy"})
FROM_TEACHER = 0.5
"""Weight of the teacher's predictions in the loss of the sets that it knows."""


class Row(NamedTuple):
    """An example in word pieces."""

    ids: list[int]
    types: list[int]
    place: tuple[int, int]
    """Numbers of the answer's first and last piece; (0, 0) if there is no answer."""
    first_of_text: int
    """Number of the text's first piece."""
    group: str


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
    return Row(ids, types, place, first_of_text, example.group)


def batches(rows: Sequence[Row], draw: random.Random) -> Iterator[list[Row]]:
    """Batches of rows of about equal length, in random order."""
    order = sorted(rows, key=lambda r: (len(r.ids) // 8, draw.random()))
    found: list[list[Row]] = [[]]
    for r in order:
        if found[-1] and (len(found[-1]) + 1) * len(r.ids) > BATCH_PIECES:
            found.append([])
        found[-1].append(r)
    draw.shuffle(found)
    yield from found


def tensors(batch: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Ids, types, attention mask, the answers' places (b, 2) and the mask of allowed places; the others are (b, n)."""
    n = max(len(r.ids) for r in batch)
    ids, types, there, may = (torch.zeros(len(batch), n, dtype=torch.long) for _ in range(4))
    for i, r in enumerate(batch):
        length = len(r.ids)
        ids[i, :length], types[i, :length] = torch.tensor(r.ids), torch.tensor(r.types)
        there[i, :length] = 1
        may[i, r.first_of_text : length - 1] = 1
        may[i, 0] = 1
    found = ids, types, there, torch.tensor([r.place for r in batch]), may.bool()
    return tuple(t.to(DEVICE) for t in found)  # type: ignore[return-value]


def log_odds(reader: Reader, ids: Tensor, types: Tensor, there: Tensor, may: Tensor) -> Tensor:
    """The reader's log-odds, shape (b, n, 2); very low at pieces that cannot be an answer."""
    with torch.autocast(DEVICE, torch.bfloat16):
        scores: Tensor = reader(ids, types, there)
    return scores.float().masked_fill(~may[..., None], -1e4)


def train(
    rows: Sequence[Row], epochs: int, checkpoint: Path, start: Mapping[str, Tensor] | None, rate: float
) -> Reader:
    """Train a reader, from another one if ``start`` is given, which is then also the teacher of the sets it knows."""
    torch.manual_seed(SEED)
    draw = random.Random(SEED)
    reader, teacher = Reader().to(DEVICE), None
    if start is not None:
        reader.load_state_dict(start, strict=False)
        teacher = Reader().to(DEVICE)
        teacher.load_state_dict(start, strict=False)
        teacher.eval()
    plan = [b for _ in range(epochs) for b in batches(rows, draw)]
    learning = [p for p in reader.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=rate, weight_decay=0.01)
    began, mean = time.monotonic(), 0.0
    reader.train()
    for step, batch in enumerate(plan):
        done = step / len(plan)
        for group in optimizer.param_groups:
            group["lr"] = rate * min(step / (WARM_UP * len(plan) + 1), 1.0) * (1 - done)
        ids, types, there, places, may = tensors(batch)
        scores = log_odds(reader, ids, types, there, may)
        each = torch.stack(
            [torch.nn.functional.cross_entropy(scores[..., side], places[:, side], reduction="none") for side in (0, 1)]
        ).mean(0)
        known = torch.tensor([r.group in TAUGHT for r in batch], device=DEVICE)
        if teacher is not None and known.any():
            with torch.no_grad():
                taught = log_odds(teacher, ids[known], types[known], there[known], may[known]).softmax(1)
            soft = -(taught * scores[known].log_softmax(1).clamp(min=-50)).sum(1).mean(1)
            each = each.index_put((known,), (1 - FROM_TEACHER) * each[known] + FROM_TEACHER * soft)
        loss = each.mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        mean = float(loss.detach()) if not step else 0.98 * mean + 0.02 * float(loss.detach())
        if step % 50 == 49:
            minutes = (time.monotonic() - began) / 60
            print(f"{step + 1} of {len(plan)}: loss {mean:.3f}, {minutes:.1f} minutes", flush=True)
            torch.save(reader.state_dict(), checkpoint)
    torch.save(reader.state_dict(), checkpoint)
    return reader


@torch.no_grad()
def measured(reader: Reader, held: Mapping[str, Sequence[Row]]) -> dict[str, dict[str, float]]:
    """Figures on held-out articles by set: number of answerable questions, share of exact spans, F1 of their pieces;
    and, by how unanswerable questions were made, the AUROC of the margin against the set's answerable ones."""
    from sklearn.metrics import roc_auc_score

    reader.eval()
    margins: dict[str, list[float]] = {}
    found: dict[str, dict[str, float]] = {}
    for group, rows in held.items():
        margins[group], exact, f1 = [], [], []
        for at in range(0, len(rows), 32):
            batch = rows[at : at + 32]
            ids, types, there, places, may = tensors(batch)
            scores = log_odds(reader, ids, types, there, may).cpu().numpy()
            for s, place in zip(scores, places.tolist(), strict=True):
                (a, b), margin = best(s)
                margins[group].append(margin)
                if place[0]:
                    exact.append([a, b] == place)
                    shared = max(0, min(b, place[1]) - max(a, place[0]) + 1)
                    f1.append(2 * shared / (b - a + 1 + place[1] - place[0] + 1))
        if exact:
            found[group] = {"questions": len(exact), "exact": float(np.mean(exact)), "f1": float(np.mean(f1))}
    for group, own in margins.items():
        if group not in found:
            of = "squad2" if group == "trick" else group.split("-", 1)[1]
            if right := margins.get(of):
                found[of][group.split("-")[0]] = roc_auc_score([1] * len(right) + [0] * len(own), right + own)
    return {g: {k: round(v, 3) for k, v in values.items()} for g, values in found.items()}


def best(scores: np.ndarray, longest: int = 30) -> tuple[tuple[int, int], float]:
    """The best span of pieces, and its log-odds minus those of no answer, from scores of shape (n, 2)."""
    both = scores[1:, None, 0] + scores[None, 1:, 1]
    both = np.where(np.triu(np.ones_like(both)) - np.triu(np.ones_like(both), longest) > 0, both, -math.inf)
    a, b = np.unravel_index(int(both.argmax()), both.shape)
    return (int(a) + 1, int(b) + 1), float(both[a, b] - scores[0].sum())


def by_group(cut: Tokenizer, found: Sequence[Example]) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for e in found:
        if r := row(cut, e):
            rows[e.group].append(r)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with qamr, policyqa, shifts, fairytales ...")
    parser.add_argument("squad", type=Path, help="questions in SQuAD 2.0's format")
    parser.add_argument("--checkpoint", type=Path, required=True, help="where the weights are kept")
    parser.add_argument("--start", type=Path, help="a checkpoint or an exported reader to start from")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2e-4, help="the highest learning rate")
    parser.add_argument("--mix", type=float, help="do not train: the share of the checkpoint, the rest being --start")
    parser.add_argument("--export", action="store_true", help="do not train: write qa/ranking/reader.onnx")
    parser.add_argument("--measure", action="store_true", help="do not train: measure on held-out articles")
    args = parser.parse_args()
    torch.set_num_threads(cores())  # faiss, imported with the index, has set the number to one
    start = weights(args.start) if args.start else None
    if args.mix is not None or args.export or args.measure:
        own = weights(args.checkpoint)
        if args.mix is not None and start is not None:
            own = {n: args.mix * own[n] + (1 - args.mix) * w for n, w in start.items()}
        reader = Reader()
        reader.load_state_dict(own, strict=False)
        if args.export:
            export(reader, MODEL)
            return
    else:
        data = Data(args.data, args.squad, SEED)
        cut = tokenizer()
        rows = [r for _ in range(args.epochs) for e in data.examples() if (r := row(cut, e))]
        print(f"{len(rows)} questions, {sum(bool(r.place[0]) for r in rows)} with an answer", flush=True)
        reader = train(rows, 1, args.checkpoint, start, args.rate)
    held = by_group(tokenizer(), Data(args.data, args.squad, SEED, held_out=True).examples())
    print(json.dumps(measured(reader, held), indent=1))


if __name__ == "__main__":
    main()
