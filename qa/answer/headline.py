"""The words of an answer that are certain enough to be shown by themselves, in large type.

The probability that the marked words are exactly what was asked for is a logistic regression with the weights in
``weights.HEADLINE`` on

    sure      log-odds of the confidence in the best sentence, without the weight of ``bias``
    share     share of the marked words among the sentence's answer spans
    margin    the reader's margin of the best span inside them
    typed     1 if they are a mention of the type that is asked for
    words     ln(number of words)

A question that is answered by yes or no, or by a list, has no such words.
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

from .confidence import confidence_features, log_odds
from .highlight import mark

LEAST = 0.8
"""Minimum probability of words that are shown."""


def has_headline(question: Question, evidence: Evidence, quote: Quote) -> bool:
    """Whether the marked words of the first quote are certain enough.

    :param evidence: the best sentence.
    :param quote: the quote of that sentence.
    """
    features = headline_features(question, evidence, quote)
    if not features or asks_yes_or_no(question.own):
        return False
    odds = sum(HEADLINE[name] * value for name, value in features.items())
    return 1 / (1 + math.exp(-odds)) >= LEAST


def headline_features(question: Question, evidence: Evidence, quote: Quote) -> dict[str, float]:
    """The features of the quote's marks, including ``bias``; empty if none of them is an answer span."""
    row = row_at(evidence.article.text, evidence.span)
    spans = answer_spans(question, evidence, row.row.span if row else (quote.start, quote.end))
    marked = [s for s in spans if mark(evidence.article.text, s.span) in quote.highlights]
    if not marked or len(marked) < len(quote.highlights):
        return {}
    return {
        "bias": 1.0,
        "sure": log_odds(confidence_features(question, evidence)),
        "share": sum(s.share for s in marked),
        "margin": marked[0].margin,
        "typed": float(question.answer_type is not AnswerType.OTHER and not marked[0].free),
        "words": math.log(sum(len(s.text.split()) for s in marked) or 1),
        "one": float(len(marked) == 1),
    }
