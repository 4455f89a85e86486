"""Do the quotes hold the answer at all? A logistic regression on how well the best sentence fits the question, and on
what the question says and the passage does not.

    confidence = 1 / (1 + exp(-(bias + sum of weight * sign)))

    score             the sentence's, in which the reader's margin counts (quote.py)
    yes_or_no         1 if it is asked whether something is so, which the reader has not learned to answer
    neighbourhood, precision   as in evidence.py
    denies            1 if the question denies something ("not", "never", "refused") and the quote denies nothing
    names_missing     share of the question's names that passage, heading and title do not have
    numbers_missing   1 if the question names a number that the sentence does not have
    another_year      1 if it names a year that the passage does not have, and the sentence has another

Only what the question says itself counts as said, not its context. Calibrated for a mixture of questions, half of them on
encyclopaedia articles and half on newsrooms: for every one that the articles answer, one that they do not, and a quarter of
one that only seems to be answered (benchmarks/quality). Nothing in it grows with the corpus.
"""

from __future__ import annotations

import math
import re

from index.words import stems

from .denial import denies, may_deny
from .evidence import MEASURES
from .kinds import asks_yes_or_no
from .question import Question
from .quote import Found
from .weights import CONFIDENCE

FOUND = 0.3
"""An answer is found from this confidence on: of articles and newsrooms held out, the mean of what is found of the answered and
refused of the others is about highest from here to .4."""

_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_NAME = re.compile(r"(?:[A-Z]\.){2,}|[\w’'-]+")


def signs(question: Question, best: Found) -> dict[str, float]:
    """What the confidence is made of, by the names in ``weights.CONFIDENCE``, ``bias`` included."""
    candidate = best.ranked.candidate
    start, end = best.unit.span
    sentence = candidate.article.text[start:end]
    names = {s for word in _NAME.findall(question.own)[1:] if word[0].isupper() and word != "I" for s in stems(word)}
    measures = dict(zip(MEASURES, best.unit.measures.tolist(), strict=True))
    around = f"{candidate.article.title or ''} {candidate.stored.passage.heading or ''} {candidate.stored.passage.text}"
    return {
        "bias": 1.0,
        "score": best.score,
        "yes_or_no": float(asks_yes_or_no(question.own)),
        "neighbourhood": measures["neighbourhood"],
        "precision": measures["precision"],
        "denies": float(denies(question.own) and not may_deny(sentence)),
        "names_missing": len(names - set(stems(around))) / len(names) if names else 0.0,
        "numbers_missing": float(any(number not in sentence for number in _NUMBER.findall(question.own))),
        "another_year": float(_another_year(question.own, around, sentence)),
    }


def _another_year(question: str, around: str, sentence: str) -> bool:
    asked = _YEAR.findall(question)
    return bool(asked) and not any(year in around for year in asked) and bool(_YEAR.search(sentence))


def confidence(question: Question, sentences: list[Found]) -> float:
    """From 0 to 1, for single sentences, best first; 0 where there is none."""
    if not sentences:
        return 0.0
    values = signs(question, sentences[0])
    return 1 / (1 + math.exp(-sum(CONFIDENCE[name] * value for name, value in values.items())))
