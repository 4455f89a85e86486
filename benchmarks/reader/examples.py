"""What the reader is trained on: questions with a text, and the place of the answer in it if it is there."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nupunkt import sent_spans

from quoth.index.records import Span

HELD_OUT = ("Steam_engine", "Harvard_University", "Islamism", "Force")
"""Articles of SQuAD 2.0's development set that are used only to measure."""
HELD_OUT_SHARE = 10
"""One in so many titles of shifts and fairytales is used only to measure."""
POLICIES, SINGLE = 2_000, 8_000
"""Questions drawn of PolicyQA, and of QAMR."""
MAX_ANSWER_CHARS = 150
AROUND = 5
"""Maximum number of sentences on each side of the answer."""
TITLED = 0.7
"""Share of the examples that begin with the title of their article."""
_NUMBERED = re.compile(r"(?:Amazon_Reviews|Comment)_\d+")
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Example:
    """A question and some sentences; ``answer`` is offsets into ``text``, None if the text has no answer."""

    question: str
    title: str
    """What is read before the text: the article's title, a heading, a table's header, a line each. May be empty."""
    text: str
    answer: Span | None
    group: str
    """The data set, and how an unanswerable question was made."""


@dataclass(frozen=True, slots=True)
class Source:
    """A question as in its data set; passages with the same ``article`` have the same subject."""

    question: str
    article: str
    title: str
    text: str
    answer: Span | None
    near: Span | None
    """The answer, or the words that look like one if there is none; None if unknown."""
    group: str


def sources(folder: Path, squad: Path, held_out: bool, draw: random.Random) -> list[Source]:
    """The questions of all sets, for training or, ``held_out``, for measuring."""
    found = _squad(squad, held_out)
    for name in ("shifts", "fairytales"):
        found += [s for s in _rows(folder / f"{name}.jsonl.gz", name, draw) if is_held_out(s.article) == held_out]
    if not held_out:
        found += _rows(folder / "squad-1.1-dev-others.jsonl.gz", "squad1", draw)
        found += draw.sample(_rows(folder / "policyqa.jsonl.gz", "policy", draw), POLICIES)
        found += draw.sample(_rows(folder / "qamr.jsonl.gz", "qamr", draw), SINGLE)
    return found


def is_held_out(title: str) -> bool:
    """Whether a title of shifts or fairytales is used only to measure."""
    return int(hashlib.sha256(title.encode()).hexdigest(), 16) % HELD_OUT_SHARE == 0


def _squad(file: Path, held_out: bool) -> list[Source]:
    found = []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        if (article["title"] in HELD_OUT) != held_out:
            continue
        title = article["title"].replace("_", " ")
        for paragraph in article["paragraphs"]:
            for q in paragraph["qas"]:
                answers = q["answers"] or q["plausible_answers"]
                answer = min(answers, key=lambda a: len(a["text"]))
                place = answer["answer_start"], answer["answer_start"] + len(answer["text"])
                there, group = (place, "squad2") if q["answers"] else (None, "trick")
                found.append(Source(q["question"].strip(), title, title, paragraph["context"], there, place, group))
    return found


def _rows(file: Path, group: str, draw: random.Random) -> list[Source]:
    found = []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            start, end = min(row["answers"], key=lambda a: a[1] - a[0])
            if 0 < end - start <= MAX_ANSWER_CHARS:
                name = row.get("title", "")
                title = "" if _NUMBERED.fullmatch(name) else name.replace("_", " ").replace("-", " ").capitalize()
                question = row["question"].strip()
                found.append(Source(question, name or group, title, row["context"], (start, end), (start, end), group))
    return found


def window(source: Source, draw: random.Random) -> Example:
    """The sentences around the answer, around the words that look like one, or around a random place.

    Words of the question that only a sentence before them has may become a heading, as a passage's heading has words
    that the passage does not repeat.
    """
    spans = list(sent_spans(source.text))
    start, end = source.near or (draw.randrange(len(source.text)),) * 2
    first = max((i for i, s in enumerate(spans) if s[0] <= start), default=0)
    last = max((i for i, s in enumerate(spans) if s[0] < max(end, start + 1)), default=0)
    low = spans[max(0, first - draw.randrange(AROUND + 1))][0]
    high = spans[min(len(spans) - 1, last + draw.randrange(AROUND + 1))][1]
    answer = (source.answer[0] - low, source.answer[1] - low) if source.answer else None
    above = [title_of(source, draw), _heading(source.question, source.text[:low], source.text[low:high])]
    return Example(source.question, "\n".join(filter(None, above)), source.text[low:high], answer, source.group)


def title_of(source: Source, draw: random.Random) -> str:
    return source.title if draw.random() < TITLED else ""


def _heading(question: str, before: str, text: str) -> str:
    """The words of a question that the text before a passage has and the passage has not."""
    asked = {w.lower() for w in _WORD.findall(question)} - {w.lower() for w in _WORD.findall(text)}
    return " ".join(dict.fromkeys(w for w in _WORD.findall(before) if w.lower() in asked)).capitalize()


def with_another(found: Iterable[Source], share: float, draw: random.Random) -> list[Source]:
    """The questions, of which some are followed by another question about the same text and its answer in brackets, as
    follow-ups are (qa/question/follow_up.py)."""
    by_text: dict[str, list[Source]] = defaultdict(list)
    found = list(found)
    for s in found:
        by_text[s.text].append(s)
    return [_followed(s, by_text[s.text], share, draw) for s in found]


def _followed(source: Source, same: Sequence[Source], share: float, draw: random.Random) -> Source:
    other = draw.choice(same)
    if other is source or not other.answer or draw.random() >= share:
        return source
    return replace(source, question=f"{source.question} ({other.question} {other.text[slice(*other.answer)]})")
