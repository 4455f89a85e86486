"""Which words of a quote answer the question: the thing of the kind that is asked for, where a kind is; otherwise the
clause that shares most with the question without merely repeating it.
"""

from __future__ import annotations

import re

from quoth.index.records import Span
from quoth.index.text.analysis import stems
from quoth.qa.question.understand import Question

from .spans import AnswerSpan

MAX_MARKS = 3
LIKELY = 1 / 3
"""Further things are marked if they are this likely beside the likeliest."""
_CLAUSE = re.compile(r"[^,;:—–()]+")


def highlights(question: Question, text: str, span: Span, mentions: list[AnswerSpan]) -> tuple[Span, ...]:
    """Places in the article's text, in order; empty where nothing in the span goes beyond the question.

    :param things: those in the span that may be the answer, likeliest first.
    """
    if mentions:
        return tuple(sorted(t.span for t in mentions[:MAX_MARKS] if t.share >= LIKELY * mentions[0].share))
    return tuple((span[0] + a, span[0] + b) for a, b in _clause(question, text[span[0] : span[1]]))


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
