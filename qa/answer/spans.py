"""Which words of a sentence are the answer: the things of the kind asked for that it holds beyond the question's own,
and the words that the reader finds likeliest where they are none of these.

The chance of each is a softmax over the sentence's candidates of a few signs, weighted by ``weights.SPAN``:

    read       the reader's margin of the best span inside it, divided by 10
    free       1 if it is the reader's own best span, and no thing
    exact      1 if it is the reader's own best span, thing or not
    asking     mean cosine of the question's question words (who, when ...) with the thing's word pieces
    distance   ln(1 + mean distance in characters to the three nearest words that the question shares with the sentence)
    known      share of the thing's stems that the question has, of a name with the words left off at its ends
    length     ln(characters)
    placed     a place is asked for, and the thing stands behind "in", "at", "from" ...
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

import numpy as np

from quoth.index.records import Floats, Span
from quoth.index.text.analysis import stems_of
from quoth.qa.extract.mentions import mentions, new_mentions, untitled
from quoth.qa.question.answer_types import COUNTED, NAMED, AnswerType
from quoth.qa.question.understand import Question
from quoth.qa.ranking.reader import LEAST
from quoth.qa.ranking.rerank import Ranked
from quoth.qa.ranking.weights import SPAN

SIGNS = tuple(SPAN)
_WEIGHTS = np.array(list(SPAN.values()))
MAX_TERM = 5
"""Words of what the reader finds; more of them around a thing of the kind asked for are no answer, the thing is."""
_WORD = re.compile(r"\w+")
_PREPOSITION = re.compile(r"\b(?:in|at|to|from|near|into|of|on|through|between)\s+(?:the\s+)?$", re.IGNORECASE)
_LOOSE = re.compile(r"^[^\w$€£¥]+|[^\w%°½]+$")


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """Words that may be the answer, as offsets into the article."""

    span: Span
    text: str
    share: float
    """Its chance among those of the same sentence; they sum to 1."""
    margin: float
    """The reader's, of the best span inside it."""
    free: bool
    """Whether it is the reader's own span, and no thing of the kind asked for."""


def answer_spans(question: Question, ranked: Ranked, span: Span) -> list[AnswerSpan]:
    """The candidates of a sentence or two, likeliest first; none where no thing is asked for and nothing was read."""
    text = ranked.candidate.article.text
    places, values = span_features(question, ranked, span)
    if not places:
        return []
    chances = np.exp((odds := values @ _WEIGHTS) - odds.max())
    read = values[:, SIGNS.index("read")] * -LEAST
    found = [
        AnswerSpan(p, text[p[0] : p[1]], float(c), float(m), bool(f))
        for p, c, m, f in zip(places, chances / chances.sum(), read, values[:, SIGNS.index("free")], strict=True)
    ]
    return _apart(sorted(found, key=lambda a: (-a.share, a.span)))


def _apart(found: list[AnswerSpan]) -> list[AnswerSpan]:
    """Of those that overlap only the likeliest, with the chances of all of them."""
    kept: list[AnswerSpan] = []
    for a in found:
        same = next((i for i, b in enumerate(kept) if a.span[0] < b.span[1] and b.span[0] < a.span[1]), None)
        if same is None:
            kept.append(a)
        else:
            kept[same] = replace(kept[same], share=kept[same].share + a.share)
    return sorted(kept, key=lambda a: (-a.share, a.span))


def span_features(question: Question, ranked: Ranked, span: Span) -> tuple[list[Span], Floats]:
    """The t candidates' places in the article, and their signs, shape (t, len(SIGNS))."""
    start, end = span
    text = ranked.candidate.article.text[start:end]
    asked = question.idf.keys()
    shared = [m.start() for m in _WORD.finditer(text) if stems_of(m.group(), question.language) & asked]
    pieces = ranked.candidate.stored.tokens.spans
    found = [(place, known, False) for place, known in new_mentions(question.answer_type, text, asked)]
    reading = ranked.reading
    own: Span | None = None
    if reading is not None and (best := reading.best(span)):
        own = _whole(text, (best.span[0] - start, best.span[1] - start))
        overlapping = [p for p, _, _ in found if p[0] < own[1] and own[0] < p[1]]
        unlike = question.answer_type in COUNTED and bool(found) and not overlapping
        clause = bool(overlapping) and len(text[slice(*own)].split()) > MAX_TERM
        if own[0] < own[1] and len(overlapping) < 2 and own not in overlapping and not unlike and not clause:
            found.append((own, 0.0, True))
    places: list[Span] = []
    values: list[list[float]] = []
    for (a, b), known, free in found:
        mine = (pieces[:, 0] < start + b) & (pieces[:, 1] > start + a) & (pieces[:, 1] > pieces[:, 0])
        gaps = sorted(max(a - place, place - b, 0) for place in shared)[:3]
        place = (
            untitled(ranked.candidate.article.text, (start + a, start + b))
            if question.answer_type in NAMED
            else (start + a, start + b)
        )
        places.append(place)
        values.append([
            (reading.margin(place) if reading is not None else LEAST) / -LEAST,
            float(free),
            float((a, b) == own),
            float((question.asking @ ranked.cosines[:, mine]).mean()) if mine.any() else 0.0,
            math.log1p(sum(gaps) / len(gaps)) if gaps else 0.0,
            known,
            math.log(b - a),
            float(question.answer_type is AnswerType.PLACE and bool(_PREPOSITION.search(text[:a]))),
        ])  # fmt: skip
    return places, np.array(values, np.float32).reshape(-1, len(SIGNS))


def _whole(text: str, span: Span) -> Span:
    """The reader's span without blanks and commas at its ends, but with all of every thing that it cuts into."""
    start, end = span
    for answer_type in (
        AnswerType.NUMBER,
        AnswerType.MONEY,
        AnswerType.DATE,
        AnswerType.TIME,
        AnswerType.DURATION,
        AnswerType.NAME,
    ):
        for a, b in mentions(answer_type, text):
            if a < end and start < b:
                start, end = min(a, start), max(b, end)
    if not any(end == b for a, b in mentions(AnswerType.TIME, text)):
        kept = _LOOSE.sub("", text[start:end])
        start = text.index(kept, start)
        end = start + len(kept)
    return start, end
