"""The reader's training data: questions with the place of their answer in a few sentences, and unanswerable questions.

Most unanswerable questions are made from answerable ones:

    similar    the question with the passage that is nearest to it, from the same article (from all sentences, in the
               sets of single sentences), and does not contain its answer
    without    the question with its own passage, from which the sentences with the answer are removed
    other      one of its names or numbers is replaced by another of the same article
    word       one of the words that it shares with the passage is replaced by a word of another question with the same
               ending

The others are SQuAD 2.0's own, which people wrote to look answerable. Passages have up to five sentences on each side
of the answer, or of the words that look like one, so that their length does not show whether they contain it. Most have
the title of their article, as they do when questions are asked. Some questions are followed by another question and its
answer in brackets, as follow-ups are (qa/question/follow_up.py).
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from nupunkt import sent_spans

from quoth.index.embedding.encoder import load_encoder
from quoth.index.records import Span

HELD_OUT = ("Steam_engine", "Harvard_University", "Islamism", "Force")
"""Articles of SQuAD 2.0's development set that are used only to measure."""
POLICIES = 3_000
SIMILAR, WITHOUT, OTHER, SINGLY = 0.5, 0.25, 0.25, 0.2
"""Numbers of such questions per answerable question; ``SINGLY``: similar ones in sets of single sentences."""
WORD, WORD_SINGLY = 0.4, 0.15
UNMARKED = 0.2
"""Share of the questions without a question mark, as people often leave it out."""
WITH_ANOTHER = 0.15
"""Share of the questions that are followed by another question in brackets."""
AROUND = 5
"""Maximum number of sentences on each side of the answer."""
MAX_ANSWER_CHARS = 150
_NAME = re.compile(r"(?<!^)\b[A-Z][\w’'-]+(?:\s+(?:of\s+|the\s+)?[A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_WORD = re.compile(r"\b[a-z]{4,}\b")
_ASKING = frozenset(
    [
        "what", "when", "where", "which", "whom", "whose", "does", "have", "been", "were", "with", "from", "that",
        "this", "many", "much", "about", "after", "before",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A question and some sentences; ``answer`` is offsets into ``text``, None if the text has no answer."""

    question: str
    title: str
    text: str
    answer: Span | None
    group: str
    """The data set, and how an unanswerable question was made."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A question as in its data set; passages with the same ``article`` have the same subject."""

    question: str
    article: str
    title: str
    text: str
    answer: Span | None
    near: Span | None
    """The answer, or the words that look like one if there is none; None if unknown."""
    group: str


def examples(folder: Path, squad: Path, seed: int, held_out: bool = False) -> list[Example]:
    """The examples for training, or those for measuring, shuffled.

    :param folder: the folder with qamr, squad-1.1-dev-others and policyqa, each a ``.jsonl.gz``.
    :param squad: a file in SQuAD 2.0's format.
    :param held_out: return the examples for measuring.
    """
    draw = random.Random(seed)
    sources = _squad(squad, held_out)
    if not held_out:
        sources += _rows(folder / "squad-1.1-dev-others.jsonl.gz", "squad1")
        sources += draw.sample(_rows(folder / "policyqa.jsonl.gz", "policy"), POLICIES)
        sources += _rows(folder / "qamr.jsonl.gz", "qamr")
    sources = _with_another(sources, draw)
    found = [_window(s, draw) for s in sources]
    answerable = [s for s in sources if s.answer and s.group != "policy"]
    wanted = [s for s in answerable if draw.random() < (SINGLY if s.group == "qamr" else SIMILAR)]
    found += [_window(s, draw) for s in _similar(wanted, answerable)]
    long = [s for s in answerable if s.group != "qamr"]
    found += [e for s in long if draw.random() < WITHOUT and (e := _without(s, draw))]
    found += [_window(s, draw) for s in _other(long, draw) if draw.random() < OTHER]
    found = [replace(e, question=e.question.rstrip("?")) if draw.random() < UNMARKED else e for e in found]
    wanted = [s for s in answerable if draw.random() < (WORD_SINGLY if s.group == "qamr" else WORD)]
    found += [_window(s, draw) for s in _word(wanted, answerable, draw)]
    draw.shuffle(found)
    return found


def _squad(file: Path, held_out: bool) -> list[_Source]:
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
                found.append(_Source(q["question"].strip(), title, title, paragraph["context"], there, place, group))
    return found


def _rows(file: Path, group: str) -> list[_Source]:
    found = []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            start, end = min(row["answers"], key=lambda a: a[1] - a[0])
            if 0 < end - start <= MAX_ANSWER_CHARS:
                found.append(
                    _Source(row["question"].strip(), group, "", row["context"], (start, end), (start, end), group)
                )
    return found


def _with_another(sources: Sequence[_Source], draw: random.Random) -> list[_Source]:
    """The questions, of which some are followed by another question about the same text."""
    by_text = defaultdict(list)
    for s in sources:
        by_text[s.text].append(s)
    found = []
    for s in sources:
        other = draw.choice(by_text[s.text])
        if other is not s and other.answer and draw.random() < WITH_ANOTHER:
            s = replace(s, question=f"{s.question} ({other.question} {other.text[slice(*other.answer)]})")
        found.append(s)
    return found


def _window(source: _Source, draw: random.Random) -> Example:
    """The sentences around the answer, around the words that look like one, or around a random place."""
    sentences = list(sent_spans(source.text))
    start, end = source.near or (draw.randrange(len(source.text)),) * 2
    first = max((i for i, s in enumerate(sentences) if s[0] <= start), default=0)
    last = max((i for i, s in enumerate(sentences) if s[0] < max(end, start + 1)), default=0)
    low = sentences[max(0, first - draw.randrange(AROUND + 1))][0]
    high = sentences[min(len(sentences) - 1, last + draw.randrange(AROUND + 1))][1]
    answer = (source.answer[0] - low, source.answer[1] - low) if source.answer else None
    return Example(source.question, _title(source, draw), source.text[low:high], answer, source.group)


def _title(source: _Source, draw: random.Random) -> str:
    return source.title if draw.random() < 0.7 else ""


def _similar(wanted: Sequence[_Source], sources: Sequence[_Source]) -> list[_Source]:
    """Each question with the nearest passage of its article that does not contain the words of its answer."""
    encoder = load_encoder()
    by_article = defaultdict(list)
    for text, article in dict.fromkeys((s.text, s.article) for s in sources):
        by_article[article].append(text)
    texts = {a: np.stack([e.vector for e in encoder.encode(t)]) for a, t in by_article.items()}
    questions = [e.vector for e in encoder.encode([s.question for s in wanted])]
    found = []
    for source, vector in zip(wanted, questions, strict=True):
        assert source.answer
        answer = source.text[slice(*source.answer)].lower()
        for i in np.argsort(-(texts[source.article] @ vector))[:20]:
            text = by_article[source.article][i]
            if text != source.text and answer not in text.lower():
                found.append(replace(source, text=text, answer=None, near=None, group=f"similar-{source.group}"))
                break
    return found


def _without(source: _Source, draw: random.Random) -> Example | None:
    """The passage without the sentences that contain the answer; None if too little is left."""
    assert source.answer
    answer = source.text[slice(*source.answer)].lower()
    kept = [source.text[a:b] for a, b in sent_spans(source.text) if answer not in source.text[a:b].lower()]
    at = draw.randrange(max(1, len(kept) - 2))
    text = "".join(kept[at : at + 1 + draw.randrange(2 * AROUND)]).strip()
    return (
        Example(source.question, _title(source, draw), text, None, f"without-{source.group}")
        if len(text) > 60
        else None
    )


def _other(sources: Sequence[_Source], draw: random.Random) -> list[_Source]:
    """The questions with one name or number replaced."""
    names: dict[str, list[str]] = defaultdict(list)
    numbers: dict[str, list[str]] = defaultdict(list)
    for s in sources:
        names[s.article] += _NAME.findall(s.question)
        numbers[s.article] += _NUMBER.findall(s.question)
    found = []
    for s in sources:
        for pattern, known in ((_NUMBER, numbers[s.article]), (_NAME, names[s.article])):
            if not (match := pattern.search(s.question)):
                continue
            others = [
                k
                for k in set(known)
                if k.lower() not in match.group().lower() and match.group().lower() not in k.lower()
            ]
            if others:
                question = s.question[: match.start()] + draw.choice(sorted(others)) + s.question[match.end() :]
                found.append(replace(s, question=question, answer=None, group=f"other-{s.group}"))
                break
    return found


def _word(wanted: Sequence[_Source], sources: Sequence[_Source], draw: random.Random) -> list[_Source]:
    """The questions with one word replaced that occurs in the passage, or whose first five letters do."""
    known: dict[tuple[str, str], list[str]] = defaultdict(list)
    for s in sources:
        for word in _WORD.findall(s.question):
            known[s.article, word[-2:]].append(word)
    found = []
    for s in wanted:
        text = s.text.lower()
        shared = [m for m in _WORD.finditer(s.question) if m.group() not in _ASKING and m.group()[:5] in text]
        if not shared:
            continue
        match = draw.choice(shared)
        others = [w for w in known[s.article, match.group()[-2:]] if w[:5] not in text and w not in _ASKING]
        if others:
            question = s.question[: match.start()] + draw.choice(others) + s.question[match.end() :]
            found.append(replace(s, question=question, answer=None, group=f"word-{s.group}"))
    return found
