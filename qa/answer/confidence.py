"""The confidence that the quotes hold the answer: a logistic regression on how well the best sentence matches the
question, and on what the question says and the passage does not.

    confidence = 1 / (1 + exp(-(bias + sum of weight * feature)))

    score             the sentence's score (read.py) without a cross-encoder's log-odds
    unread            1 if the reader was not trained for the answer: yes or no, or a list that was found;
                      ``OTHER_LANGUAGE`` if it does not know the passage's language
    precision         as in features.py
    weakest           the lowest, over the question's words that carry meaning,
                      of a word's highest cosine with the sentence's; with the heading's if the heading has it
    denies            1 if the question denies something ("not", "never", "refused") and the sentence denies nothing
    names_missing     share of the question's names that passage, heading and title do not have
    numbers_missing   1 if the question names a number that the sentence does not have
    another_year      1 if the question names a year, and the sentence (if it names none, the last year in the passage
                      before it) another
    another_thing     1 if the question names a thing by a number ("warehouse number 900"), and neither the sentence,
                      with its table's header, nor heading, title or the passage before it names the same thing
    nothing           1 if a date, sum, number ... is asked for, and the sentence holds none beyond the question's own

Only the question's own words count, not its context. The weights are calibrated for a mixture of questions, half of
them about encyclopaedia articles and half about newsrooms: for every question that the articles answer, one that they
do not, and a quarter of one that they only seem to answer (benchmarks/quality). No feature grows with the number of
articles.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np

from quoth.index.text.analysis import stems
from quoth.index.text.normalize import without_notes
from quoth.qa.extract.mentions import DIGITS, new_mentions
from quoth.qa.question.answer_types import COUNTED, asks_yes_or_no
from quoth.qa.question.negation import denies, may_deny
from quoth.qa.question.understand import Question
from quoth.qa.ranking.cells import requested_cell, row_at
from quoth.qa.ranking.evidence import Evidence
from quoth.qa.ranking.features import FEATURES
from quoth.qa.ranking.headings import words_in_heading
from quoth.qa.ranking.named_things import is_about_named_things, with_header
from quoth.qa.ranking.read import in_known_language
from quoth.qa.ranking.weights import CONFIDENCE

FOUND = 0.25
"""Default minimum confidence of an answer that counts as found. On held-out articles and newsrooms, the mean of the
share found of answerable questions and the share refused of the others is highest from .35 to .4 (.89 to .90; .86 at
this value); this value is lower in order to find more."""

OTHER_LANGUAGE = 0.6
"""On XQuAD in Spanish, 1 quotes .74 of the answers first and distinguishes present from absent answers with an accuracy
of .53; .6 quotes .725, with an accuracy of .68."""

_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_NAME = re.compile(r"(?:[A-Z]\.){2,}|[\w’'-]+")


def confidence_features(question: Question, best: Evidence) -> dict[str, float]:
    """The features of the best sentence, by the names in ``weights.CONFIDENCE``, including ``bias``."""
    article, passage, sentence = best.article, best.passage, best.text
    stated = with_header(best)
    names = {
        s
        for word in _NAME.findall(question.own)[1:]
        if word[0].isupper() and word != "I"
        for s in stems(word, question.language)
    }
    precision: float = best.unit.features[FEATURES.index("precision")].item()
    around = f"{article.title or ''} {passage.heading or ''} {passage.text} {stated}"
    return {
        "bias": 1.0,
        "score": best.score - best.opinion,
        "unread": _unread(question, best),
        "precision": precision,
        "weakest": _weakest(question, best),
        "denies": float(denies(question.own) and not may_deny(sentence)),
        "names_missing": len(names - set(stems(around, question.language))) / len(names) if names else 0.0,
        "numbers_missing": float(not _numbers(question.own) <= _numbers(stated)),
        "another_year": float(_another_year(question.own, article.text[passage.start : best.span[0]], stated)),
        "another_thing": float(not is_about_named_things(question, best)),
        "nothing": float(_says_nothing(question, best)),
    }


def _says_nothing(question: Question, best: Evidence) -> bool:
    """Whether an answer of a type is asked for that the sentence does not hold, or a cell of a table that is empty."""
    text = best.article.text
    if (found := row_at(text, best.span)) and (requested := requested_cell(question, text, found)):
        return requested.cell[0] == requested.cell[1]
    return question.answer_type in COUNTED and not new_mentions(question.answer_type, best.text, question.idf.keys())


def _unread(question: Question, best: Evidence) -> float:
    if asks_yes_or_no(question.own) or (question.asks_for_list and best.unit.listed):
        return 1.0
    return 0.0 if in_known_language(best.ranked) else OTHER_LANGUAGE


def _weakest(question: Question, best: Evidence) -> float:
    """The feature ``weakest``; 1 if none of the question's own words carries meaning."""
    start, end = best.span
    pieces = best.ranked.candidate.stored.tokens.spans
    inside = (pieces[:, 0] < end) & (pieces[:, 1] > start) & (pieces[:, 1] > pieces[:, 0])
    own = (question.content > 0) & (question.encoded.spans[:, 0] < len(question.own))
    matched = best.ranked.cosines[:, inside].max(axis=1, initial=0.0)
    if above := words_in_heading(question, best.ranked.candidate, best.ranked.cosines):
        matched = np.maximum(matched, above[0])
    return float(matched[own].min(initial=1.0))


def _numbers(text: str) -> set[str]:
    """The numbers in a text without separators of thousands: 10,000 and 10 000 are 10000."""
    return {re.sub(r"\D(?=\d{3}(?!\d))", "", number) for number in re.findall(DIGITS, without_notes(text))}


def _another_year(question: str, before: str, sentence: str) -> bool:
    named = _YEAR.findall(without_notes(sentence)) or _YEAR.findall(without_notes(before))[-1:]
    asked = set(_YEAR.findall(question))
    return bool(asked) and bool(named) and asked.isdisjoint(named)


def log_odds(features: Mapping[str, float]) -> float:
    """The confidence as log-odds.

    :param features: those of the best sentence (``confidence_features``).
    """
    return sum(CONFIDENCE[name] * value for name, value in features.items())


def confidence(features: Mapping[str, float]) -> float:
    """The confidence, from 0 to 1.

    :param features: those of the best sentence (``confidence_features``).
    """
    return 1 / (1 + math.exp(-log_odds(features)))
