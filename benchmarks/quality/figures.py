"""The figures by which answers are judged, each of a data set with known answers. All are shares from 0 to 1."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import roc_auc_score

from quoth import Answer, Article, Library, ask, retrieve
from quoth.index.records import Span

from .squad import Asked, inside

MAX_PASSAGE, MAX_QUOTE = 1200, 400
"""Longer ones are counted as misses, lest a whole article be a perfect answer."""


@contextmanager
def library_of(texts: dict[str, str]) -> Iterator[Library]:
    """A library of articles by file name, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        articles.mkdir()
        for name, text in texts.items():
            (articles / name).write_bytes(text.encode())
        library = Library(Path(folder) / "library")
        library.add(articles)
        yield library


def name_of(article: Article) -> str:
    """Its file's."""
    return Path(article.source).name


def came_from(article: Article, name: str) -> bool:
    return name_of(article) == name


@dataclass(frozen=True, slots=True)
class Squad:
    """Questions of SQuAD's form asked of a library that holds all of its articles."""

    asked: Sequence[Asked]
    answers: Sequence[Answer]
    passage_ranks: Sequence[int | None]

    @classmethod
    def of(cls, library: Library, asked: Sequence[Asked]) -> Squad:
        ranks = []
        for question in asked:
            hits = retrieve(question.text, 10, library=library)
            fits = [
                came_from(h.article, question.article) and h.passage.end - h.passage.start <= MAX_PASSAGE
                and inside(question.gold, h.passage.start, h.passage.end) for h in hits
            ]  # fmt: skip
            ranks.append(fits.index(True) + 1 if True in fits else None)
        return cls(asked, [ask(q.text, library=library) for q in asked], ranks)

    def figures(self) -> dict[str, float]:
        quotes = [self.quote_rank(i) if a.found else None for i, a in enumerate(self.answers)]
        marked = [self._marked(i) for i, rank in enumerate(quotes) if rank == 1]
        return {
            **{
                f"passage_recall@{k}": _mean([r is not None and r <= k for r in self.passage_ranks]) for k in (1, 5, 10)
            },
            **{f"quote@{k}": _mean([r is not None and r <= k for r in quotes]) for k in (1, 3)},
            "marked_right": _mean(marked),
            "told_to_differ": _mean([bool(a.disagreements) for a in self.answers]),
        }

    def quote_rank(self, i: int) -> int | None:
        """Rank of the first quote that holds the answer, found or not."""
        question = self.asked[i]
        for rank, quote in enumerate(self.answers[i].quotes, 1):
            short = quote.end - quote.start <= MAX_QUOTE
            if short and came_from(quote.article, question.article) and inside(question.gold, quote.start, quote.end):
                return rank
        return None

    def _marked(self, i: int) -> bool:
        """Whether the marked words of the first quote touch the answer."""
        return any(
            a < end and start < b for a, b in self.answers[i].quotes[0].highlights for start, end in self.asked[i].gold
        )


def auroc(yes: Sequence[Answer], no: Sequence[Answer]) -> float:
    """Chance that a random one of the first is surer than a random one of the second."""
    return float(roc_auc_score([1] * len(yes) + [0] * len(no), [a.confidence for a in (*yes, *no)]))


def absent(texts: dict[str, str], asked: Sequence[Asked]) -> dict[str, float]:
    """Every other article is held; the questions about the others must be refused."""
    held = set(sorted(texts)[::2])
    half = len(asked) // 2
    with library_of({name: text for name, text in texts.items() if name in held}) as library:
        present, missing = (
            [ask(q.text, library=library) for q in [q for q in asked if (q.article in held) is there][:half]]
            for there in (True, False)
        )
    found, refused = _mean([a.found for a in present]), _mean([not a.found for a in missing])
    return {"absent_auroc": auroc(present, missing), "absent_accuracy": (found + refused) / 2}


def excerpts(folder: Path) -> dict[str, float]:
    """Recall and intersection over union, in characters, of five passages and of the quotes with what must be found."""
    texts = {f"{p.stem}.txt": p.read_text("utf-8") for p in sorted((folder / "corpora").glob("*.md"))}
    rows = list(csv.DictReader((folder / "questions.csv").open(encoding="utf-8")))
    sums: dict[str, list[float]] = {
        name: [] for name in ("passages_recall", "passages_iou", "quotes_recall", "quotes_iou")
    }
    with library_of(texts) as library:
        for row in rows:
            wanted = _merged([(int(r["start_index"]), int(r["end_index"])) for r in json.loads(row["references"])])
            name = f"{row['corpus_id']}.txt"
            hits = [(h.article, h.passage.start, h.passage.end) for h in retrieve(row["question"], 5, library=library)]
            quotes = [(q.article, q.start, q.end) for q in ask(row["question"], library=library).quotes]
            for kind, got in (("passages", hits), ("quotes", quotes)):
                total = sum(end - start for _, start, end in got)
                covered = _overlap(
                    _merged([(start, end) for article, start, end in got if came_from(article, name)]), wanted
                )
                sums[f"{kind}_recall"].append(covered / _size(wanted))
                sums[f"{kind}_iou"].append(covered / (total + _size(wanted) - covered))
    return {name: _mean(values) for name, values in sums.items()}


def conflicts(file: Path) -> dict[str, float]:
    """Pairs of articles that answer differently (told, both sides quoted) and that answer alike (false alarm)."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    told, both, alarm = [], [], []
    for row in rows:
        others = {f"other-{i}.txt": text for i, text in enumerate(row["other_texts"][:3])}
        for second, differs in ((row["wrong_texts"][1], True), (row["right_texts"][1], False)):
            with library_of({"one.txt": row["right_texts"][0], "two.txt": second, **others}) as library:
                answer = ask(row["q"], library=library)
            shown = [{Path(q.article.source).name: q.text.lower() for q in d.quotes} for d in answer.disagreements]
            shown = [quotes for quotes in shown if {"one.txt", "two.txt"} <= quotes.keys()]
            if differs:
                told.append(bool(shown))
                both.append(any(_has(q["one.txt"], row["right"]) and _has(q["two.txt"], row["wrong"]) for q in shown))
            else:
                alarm.append(bool(shown))
    return {"told": _mean(told), "both_sides_quoted": _mean(both), "false_alarm": _mean(alarm)}


def _has(text: str, words: Sequence[str]) -> bool:
    return any(w.lower() in text for w in words)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _size(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)


def _overlap(a: Sequence[Span], b: Sequence[Span]) -> int:
    return sum(max(0, min(end, other_end) - max(start, other)) for start, end in a for other, other_end in b)
