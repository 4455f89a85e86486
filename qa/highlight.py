"""Which words of a quote answer the question: the thing of the kind that is asked for, nearest to the words that the
question shares with the quote; otherwise the clause that shares most with it without merely repeating it.
"""

from __future__ import annotations

import re

from index.records import Span
from index.words import stems

from .kinds import new_things
from .question import Question

MAX_MARKS = 3
_CLAUSE = re.compile(r"[^,;:—–()]+")
_WORD = re.compile(r"\w+")


def highlights(question: Question, quote: str) -> tuple[Span, ...]:
    """Spans of ``quote``, in order; empty where nothing in it goes beyond the question."""
    marked = new_things(question.kind, quote, question.idf.keys())
    if not marked:
        return _clause(question, quote)
    return tuple(sorted(_nearest(question, quote, marked)[:MAX_MARKS]))


def _nearest(question: Question, quote: str, things: list[Span]) -> list[Span]:
    """The things in the order of their distance from the words that the quote shares with the question."""
    shared = [m.start() for m in _WORD.finditer(quote) if set(stems(m.group())) & question.idf.keys()]

    def distance(span: Span) -> float:
        gaps = sorted(max(span[0] - place, place - span[1], 0) for place in shared)
        return sum(gaps[:3]) / max(len(gaps[:3]), 1)

    return sorted(things, key=lambda span: (distance(span), span))


def _clause(question: Question, quote: str) -> tuple[Span, ...]:
    asked = question.idf.keys()
    best: Span | None = None
    most = 0.0
    for match in _CLAUSE.finditer(quote):
        words = set(stems(match.group()))
        new = words - asked
        score = len(words & asked) + min(len(new), 4) * 0.3 if new else 0.0
        if score > most:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            best, most = (start, match.start() + len(match.group().rstrip())), score
    return (best,) if best else ()
