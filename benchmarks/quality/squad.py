"""Read SQuAD 2.0's format: articles of paragraphs, questions with their answers' places, unanswerable questions."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the places of its answers in its article; an unanswerable question has none."""

    text: str
    article: str
    gold: frozenset[tuple[int, int]]


def read(file: Path, seed: int = 0) -> tuple[dict[str, str], list[Asked], list[Asked]]:
    """Article texts by file name, answerable and unanswerable questions, both shuffled."""
    texts: dict[str, str] = {}
    asked: list[Asked] = []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        name, text = f"{article['title']}.txt", ""
        for paragraph in article["paragraphs"]:
            offset = len(text)
            text += paragraph["context"] + "\n\n"
            for question in paragraph["qas"]:
                places = ((offset + a["answer_start"], len(a["text"])) for a in question["answers"])
                asked.append(Asked(question["question"], name, frozenset((start, start + n) for start, n in places)))
        texts[name] = text
    random.Random(seed).shuffle(asked)
    return texts, [q for q in asked if q.gold], [q for q in asked if not q.gold]


def inside(gold: frozenset[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of the places is entirely inside the span."""
    return any(start <= a and z <= end for a, z in gold)
