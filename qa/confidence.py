"""Do the quotes hold the answer at all? A logistic regression on how well the best sentence fits the question, and on
what the question says and the passage does not.

    confidence = 1 / (1 + exp(-(bias + sum of weight * sign)))

    read              the reader's margin of the likeliest answer in the sentence, divided by 10
    thing             the same of the likeliest thing of the kind asked for; of any, where none is
    neighbourhood, precision   as in evidence.py
    content           max_sim over the words that carry meaning
    weakest           the lowest, over the words that carry meaning, of a word's highest cosine with the passage's words
    denies            1 if the question denies something ("not", "never", "refused") and the quote denies nothing
    names_missing     share of the question's names that passage, heading and title do not have
    count_missing     1 if it is asked how many, and the sentence holds no number beyond the question's own
    numbers_missing   1 if the question names a number that the sentence does not have
    another_year      1 if it names a year that the passage does not have, and the sentence has another

Only what the question says itself counts as said, not its context. Calibrated for a mixture of questions: for every one
that the articles answer, one about something that they do not speak of, and a quarter of one that only seems to be
answered (benchmarks/quality). Nothing in it grows with the corpus.
"""

from __future__ import annotations

import math
import re

from index.library import Candidate
from index.words import stems

from .denial import denies, may_deny
from .evidence import MEASURES
from .kinds import Kind
from .question import Question
from .quote import Found
from .reader import LEAST
from .spans import answer_spans
from .things import new_things
from .weights import CONFIDENCE

FOUND = 0.2
"""An answer is found from this confidence on: on articles held out, the mean of answerable questions found
(.96) and absent ones refused (.93) was about highest here."""

_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_NAME = re.compile(r"(?:[A-Z]\.){2,}|[\w’'-]+")


def signs(question: Question, best: Found) -> dict[str, float]:
    """What the confidence is made of, by the names in ``weights.CONFIDENCE``, ``bias`` included."""
    candidate = best.ranked.candidate
    start, end = best.unit.span
    sentence = candidate.article.text[start:end]
    names = {s for word in _NAME.findall(question.own)[1:] if word[0].isupper() and word != "I" for s in stems(word)}
    held = answer_spans(question, best.ranked, (start, end))
    thing = max((t.margin for t in held if not t.free), default=LEAST) if question.kind is not Kind.OTHER else best.margin
    measures = dict(zip(MEASURES, best.unit.measures.tolist(), strict=True))
    return {
        "bias": 1.0,
        "read": best.margin / -LEAST,
        "thing": thing / -LEAST,
        "neighbourhood": measures["neighbourhood"],
        "content": best.unit.content_sim,
        "precision": measures["precision"],
        "weakest": _weakest(question, best),
        "denies": float(denies(question.own) and not may_deny(sentence)),
        "names_missing": len(names - _around(candidate)) / len(names) if names else 0.0,
        "count_missing": float(bool(_HOW_MANY.search(question.own)) and not new_things(question.kind, sentence, question.idf.keys())),
        "numbers_missing": float(any(number not in sentence for number in _NUMBER.findall(question.own))),
        "another_year": float(_another_year(question.own, candidate, sentence)),
    }


def _weakest(question: Question, best: Found) -> float:
    """1 where no word of its own carries meaning."""
    matched = best.ranked.cosines.max(axis=1, initial=0.0)
    mine = (question.content > 0) & (question.encoded.spans[:, 0] < len(question.own))
    return float(matched[mine].min(initial=1.0))


def _another_year(question: str, candidate: Candidate, sentence: str) -> bool:
    """Whether the question names a year that its passage has nowhere, and the sentence another one."""
    asked, passage = set(_YEAR.findall(question)), candidate.stored.passage
    held = f"{candidate.article.title or ''} {passage.heading or ''} {passage.text}"
    return bool(asked) and not any(year in held for year in asked) and bool(_YEAR.search(sentence))


def _around(candidate: Candidate) -> set[str]:
    """The stems of the passage with its heading and title."""
    passage = candidate.stored.passage
    return set(stems(f"{candidate.article.title or ''} {passage.heading or ''} {passage.text}"))


def confidence(question: Question, sentences: list[Found]) -> float:
    """From 0 to 1, for single sentences, best first; 0 where there is none."""
    if not sentences:
        return 0.0
    values = signs(question, sentences[0])
    return 1 / (1 + math.exp(-sum(CONFIDENCE[name] * value for name, value in values.items())))
