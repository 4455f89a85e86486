"""The words of an answer that are certain enough to be shown by themselves, in large type.

The probability that the marked words are exactly what was asked for is a logistic regression with the weights in
``weights.HEADLINE`` on

    sure      the confidence in the best sentence, as log-odds
    share     share of the marked words among the sentence's answer spans
    margin    the reader's margin of the best span inside them
    typed     1 if they are a mention of the type that is asked for
    words     ln(number of words)

A question that is answered by yes or no, by a list or by words in several places has no such words.
"""

from __future__ import annotations

import math

from quoth.qa.question.answer_types import AnswerType, asks_yes_or_no
from quoth.qa.question.understand import Question
from quoth.qa.ranking.cells import row_at
from quoth.qa.ranking.evidence import Evidence
from quoth.qa.ranking.spans import answer_spans
from quoth.qa.ranking.weights import HEADLINE
from quoth.qa.records import Quote

from .highlight import mark

LEAST = 0.75
"""Minimum probability of words that are shown."""


def has_headline(question: Question, evidence: Evidence, quote: Quote, sure: float) -> bool:
    """Whether the marked words of the first quote are certain enough.

    :param evidence: the best sentence.
    :param quote: the quote of that sentence.
    :param sure: the confidence in it, as log-odds.
    """
    features = headline_features(question, evidence, quote, sure)
    if not features or asks_yes_or_no(question.own):
        return False
    odds = sum(HEADLINE[name] * value for name, value in features.items())
    return 1 / (1 + math.exp(-odds)) >= LEAST


def headline_features(question: Question, evidence: Evidence, quote: Quote, sure: float) -> dict[str, float]:
    """The features of the quote's mark, including ``bias``; empty if it has several, or none that is an answer span."""
    text = evidence.article.text
    row = row_at(text, evidence.span)
    spans = answer_spans(question, evidence, row.row.span if row else (quote.start, quote.end))
    marked = next((s for s in spans if (mark(text, s.span),) == quote.highlights), None)
    if marked is None:
        return {}
    return {
        "bias": 1.0,
        "sure": sure,
        "share": marked.share,
        "margin": marked.margin,
        "typed": float(question.answer_type is not AnswerType.OTHER and not marked.free),
        "words": math.log(max(1, len(marked.text.split()))),
    }
