"""Which words of a sentence are the answer: the things of the kind asked for that it holds beyond the question's own.

The chance of each is a softmax over the sentence's things of a few signs, weighted by ``weights.SPAN``:

    asking     mean cosine of the question's question words (who, when ...) with the thing's word pieces
    distance   ln(1 + mean distance in characters to the three nearest words that the question shares with the sentence)
    known      share of the thing's stems that the question has, of a name with the words left off at its ends
    length     ln(characters)
    placed     a place is asked for, and the thing stands behind "in", "at", "from" ...
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from index.library import Candidate
from index.records import Floats, Span
from index.words import stems_of

from .kinds import Kind, new_things
from .question import Question
from .weights import SPAN

SIGNS = tuple(SPAN)
_WEIGHTS = np.array(list(SPAN.values()))
_WORD = re.compile(r"\w+")
_PREPOSITION = re.compile(r"\b(?:in|at|to|from|near|into|of|on|through|between)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """A thing that may be the answer, as offsets into the article."""

    span: Span
    text: str
    share: float
    """Its chance among those of the same sentence; they sum to 1."""


def answer_spans(question: Question, candidate: Candidate, cosines: Floats, span: Span) -> list[AnswerSpan]:
    """The things of a sentence or two, likeliest first; none where no thing is asked for.

    :param cosines: shape (m, n), of the question's word pieces with the passage's.
    """
    text = candidate.article.text
    places, values = signs(question, candidate, cosines, span)
    if not places:
        return []
    chances = np.exp((odds := values @ _WEIGHTS) - odds.max())
    found = [AnswerSpan(p, text[p[0] : p[1]], float(c)) for p, c in zip(places, chances / chances.sum(), strict=True)]
    return sorted(found, key=lambda a: (-a.share, a.span))


def signs(question: Question, candidate: Candidate, cosines: Floats, span: Span) -> tuple[list[Span], Floats]:
    """The t things' places in the article, and their signs, shape (t, len(SIGNS))."""
    start, end = span
    text = candidate.article.text[start:end]
    asked = question.idf.keys()
    shared = [m.start() for m in _WORD.finditer(text) if stems_of(m.group()) & asked]
    pieces = candidate.stored.tokens.spans
    places: list[Span] = []
    values: list[list[float]] = []
    for (a, b), known in new_things(question.kind, text, asked):
        own = (pieces[:, 0] < start + b) & (pieces[:, 1] > start + a) & (pieces[:, 1] > pieces[:, 0])
        gaps = sorted(max(a - place, place - b, 0) for place in shared)[:3]
        places.append((start + a, start + b))
        values.append([
            float((question.asking @ cosines[:, own]).mean()) if own.any() else 0.0,
            math.log1p(sum(gaps) / len(gaps)) if gaps else 0.0,
            known,
            math.log(b - a),
            float(question.kind is Kind.PLACE and bool(_PREPOSITION.search(text[:a]))),
        ])  # fmt: skip
    return places, np.array(values, np.float32).reshape(-1, len(SIGNS))
