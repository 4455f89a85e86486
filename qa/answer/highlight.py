"""The words of a quote that are marked as the answer: the likeliest answer spans; if there are none, the clause that
shares most words with the question and adds some.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from quoth.index.records import Span
from quoth.index.text.analysis import stems
from quoth.index.text.normalize import without_notes
from quoth.qa.question.understand import Question
from quoth.qa.ranking.evidence import AnswerSpan

MAX_MARKS = 3
LIKELY = 1 / 3
"""Minimum share of a further mark, relative to that of the likeliest."""
_NOTED_NUMBER = re.compile(r"(?<=\d)\0")
_CLAUSE = re.compile(r"[^,;:—–()]+")


def highlights(question: Question, text: str, span: Span, answers: Sequence[AnswerSpan]) -> tuple[Span, ...]:
    """Marked places in the article's text, in order; empty if the span adds nothing to the question.

    :param answers: the span's answer spans, likeliest first.
    """
    if answers:
        return tuple(sorted(mark(text, a.span) for a in answers[:MAX_MARKS] if a.share >= LIKELY * answers[0].share))
    return tuple((span[0] + a, span[0] + b) for a, b in _clause(question, text[span[0] : span[1]]))


def mark(text: str, span: Span) -> Span:
    """The part of an answer that is marked: of "320⁵ crowns", whose number has a note, the number."""
    note = _NOTED_NUMBER.search(without_notes(text[slice(*span)]))
    return (span[0], span[0] + note.start()) if note else span


def _clause(question: Question, quote: str) -> tuple[Span, ...]:
    asked = question.idf.keys()
    best: Span | None = None
    most = 0.0
    for match in _CLAUSE.finditer(quote):
        words = set(stems(match.group(), question.language))
        new = words - asked
        score = len(words & asked) + min(len(new), 4) * 0.3 if new else 0.0
        if score > most:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            best, most = (start, match.start() + len(match.group().rstrip())), score
    return (best,) if best else ()
