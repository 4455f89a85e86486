"""The confidence that the quotes hold the answer: a logistic regression on how well the best sentence matches the
question, and on what the question says and the passage does not.

    confidence = 1 / (1 + exp(-(bias + sum of weight * feature)))

    score             the sentence's score (read.py) without a cross-encoder's log-odds
    typed             1 if the question asks for a type of answer (a date, a name ...), which the score rewards
    precision         as in features.py
    unread            1 if the reader does not know the passage's language
    numbers_missing   1 if the question names a number that neither the sentence nor heading or title have
    another_year      1 if the question names a year, and the sentence (if it names none, the last year in the passage
                      before it) another
    another_thing     1 if the question names a thing by a number ("warehouse number 900"), and neither the sentence,
                      with its table's header, nor heading, title or the passage before it names the same thing
    nothing           1 if a date, sum, number ... is asked for, and the sentence holds none beyond the question's own
    empty_cell        1 if a cell of a table is asked for that is empty

Only the question's own words count, not its context. A feature is kept if it helps on kinds of libraries that its
weight was not learned from (benchmarks/quality/learn.py). No kind of question gets a constant bonus, and no feature
grows with the number of articles.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from quoth.index.text.normalize import without_notes
from quoth.qa.extract.mentions import DIGITS, new_mentions
from quoth.qa.question.answer_types import COUNTED, AnswerType
from quoth.qa.question.understand import Question
from quoth.qa.ranking.cells import requested_cell, row_at
from quoth.qa.ranking.evidence import Evidence
from quoth.qa.ranking.features import FEATURES
from quoth.qa.ranking.named_things import is_about_named_things, with_header
from quoth.qa.ranking.read import in_known_language
from quoth.qa.ranking.said import asks_who_says
from quoth.qa.ranking.weights import CONFIDENCE

FOUND = 0.4
"""Default minimum confidence of an answer that counts as found. Over eight kinds of libraries, each measured with the
weights learned from the others (benchmarks/quality/learn.py), the mean of the share found of right quotes and the share
refused of unanswerable questions is .80 here, .74 at .25 and highest (.85) at .6; this value is lower in order to find
more."""

_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")


def confidence_features(question: Question, best: Evidence) -> dict[str, float]:
    """The features of the best sentence, by the names in ``weights.CONFIDENCE``, including ``bias``."""
    article, passage = best.article, best.passage
    stated = with_header(best)
    precision: float = best.unit.features[FEATURES.index("precision")].item()
    numbers = _numbers(f"{article.title or ''} {passage.heading or ''} {stated}")
    return {
        "bias": 1.0,
        "score": best.score - best.opinion,
        "typed": float(question.answer_type is not AnswerType.OTHER and not asks_who_says(question)),
        "precision": precision,
        "unread": float(not in_known_language(best.ranked)),
        "numbers_missing": float(not _numbers(question.own) <= numbers),
        "another_year": float(is_of_another_year(question, best)),
        "another_thing": float(not is_about_named_things(question, best)),
        "nothing": float(_says_nothing(question, best)),
        "empty_cell": float(_is_empty_cell(question, best)),
    }


def _says_nothing(question: Question, best: Evidence) -> bool:
    if row_at(best.article.text, best.span):
        return False  # the header may state the unit
    return question.answer_type in COUNTED and not new_mentions(question.answer_type, best.text, question.idf.keys())


def _is_empty_cell(question: Question, best: Evidence) -> bool:
    text = best.article.text
    found = row_at(text, best.span)
    requested = requested_cell(question, text, found) if found else None
    return requested is not None and requested.cell[0] == requested.cell[1]


def _numbers(text: str) -> set[str]:
    """The numbers in a text without separators of thousands: 10,000 and 10 000 are 10000."""
    return {re.sub(r"\D(?=\d{3}(?!\d))", "", number) for number in re.findall(DIGITS, without_notes(text))}


def is_of_another_year(question: Question, sentence: Evidence) -> bool:
    """Whether the question names a year, and the sentence, or else the passage before it, another."""
    before = sentence.article.text[sentence.passage.start : sentence.span[0]]
    named = _YEAR.findall(without_notes(with_header(sentence))) or _YEAR.findall(without_notes(before))[-1:]
    asked = set(_YEAR.findall(question.own))
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
