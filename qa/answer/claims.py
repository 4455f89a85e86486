"""Claims: what single articles answer to a question.

An article's claim is its best sentence that answers by itself, judged by confidence and by the reader's margin; the
sentence's answer spans are what the article says. What an article reports only in order to correct it is no claim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from quoth.index.records import Article, Span
from quoth.index.text.analysis import stems
from quoth.qa.extract.mentions import mentions
from quoth.qa.question.answer_types import AnswerType, asks_yes_or_no
from quoth.qa.question.understand import Question
from quoth.qa.ranking.evidence import AnswerSpan, Evidence
from quoth.qa.ranking.features import FEATURES
from quoth.qa.ranking.headings import words_in_heading
from quoth.qa.ranking.spans import answer_spans

from .confidence import confidence, confidence_features

LIKELY = 0.2
"""Minimum confidence of a claim."""
WEAKER, LIKELY_MARGIN = 3.0, -1.0
"""A claim's score is at most this much below that of the best sentence, and its reader's margin is at least this;"""
MUCH_WEAKER, SURE_MARGIN = 8.0, 4.0
"""or the score is lower and the margin higher, within these limits."""
TERM_WORDS = 3
"""Maximum number of words of a term that is compared though it is no name or number; its margin is at least
``SURE_MARGIN``."""
_WHAT = re.compile(r"^\W*(?:(?:in|on|at|by|for|with)\s+)?(?:what|which)\b", re.IGNORECASE)
_OF = re.compile(
    r"\s*(?:share\s+)?of\s+((?:(?!and\b|or\b|but\b|in\b|from\b|to\b|while\b)[\w’'.-]+\s*){1,5})", re.IGNORECASE
)
_CORRECTION = re.compile(
    r"\b(?:wrong(?:ly)?|false(?:ly)?|mistaken(?:ly)?|incorrect(?:ly)?|untrue|inaccurate(?:ly)?|erroneous(?:ly)?"
    r"|rumou?rs?|rumou?red|denie[sd]|misreported|correction|contrary\s+to"
    r"|no\s+truth|not\s+true|retract\w*|had\s+(?:first\s+)?(?:said|given|put)|originally\s+(?:said|given|stated))\b",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """What an article answers."""

    evidence: Evidence
    answer_type: AnswerType
    """The type of its answers; if the question asks for none, that of what the reader found."""
    answers: tuple[AnswerSpan, ...]
    """What it says, likeliest first."""
    mentioned: tuple[str, ...]
    """All mentions of the type in its passage."""

    @property
    def article(self) -> Article:
        return self.evidence.article

    @property
    def is_term(self) -> bool:
        """Whether its likeliest answer is short and certain enough to be compared word by word."""
        return self.evidence.margin >= SURE_MARGIN and len(self.answers[0].text.split()) <= TERM_WORDS

    @property
    def coverage(self) -> float:
        """Share of the question's words that the sentence has."""
        return float(self.evidence.unit.features[FEATURES.index("coverage")])

    def shares_words_with(self, other: Claim) -> bool:
        """Whether the other's passage has a word of its likeliest answer."""
        return not set(stems(self.answers[0].text)).isdisjoint(stems(other.evidence.passage.text))


def claim_of(question: Question, sentence: Evidence, best: float) -> Claim | None:
    """The claim that a sentence makes; None if it makes none.

    :param best: score of the best sentence of all.
    """
    if _CORRECTION.search(sentence.article.text, *sentence.span):
        return None
    yes_or_no = asks_yes_or_no(question.own)
    if not _answers_alone(question, sentence, best - sentence.score, yes_or_no):
        return None
    text = sentence.article.text
    answers = tuple(a for a in answer_spans(question, sentence) if _asked_of(question, text, a.span))
    if not answers:
        return None
    answer_type = question.answer_type
    if answer_type is AnswerType.OTHER and not yes_or_no:
        answer_type = _type_of(answers[0].text)
    passage = sentence.passage.text
    claim = Claim(sentence, answer_type, answers, tuple(passage[a:b] for a, b in mentions(answer_type, passage)))
    comparable = answer_type is not AnswerType.OTHER or yes_or_no or (claim.is_term and _WHAT.match(question.own))
    return claim if comparable else None


def _answers_alone(question: Question, sentence: Evidence, weaker: float, yes_or_no: bool) -> bool:
    """Whether a sentence answers by itself, without words of the question that only its heading has.

    :param weaker: how much its score is below that of the best sentence.
    """
    if words_in_heading(question, sentence.ranked.candidate, sentence.ranked.cosines):
        return False
    likely = weaker <= WEAKER and sentence.margin >= LIKELY_MARGIN
    # the reader does not find yes or no
    sure = weaker <= MUCH_WEAKER and (yes_or_no or sentence.margin >= SURE_MARGIN)
    return (likely or sure) and confidence(confidence_features(question, sentence)) >= LIKELY


def _type_of(text: str) -> AnswerType:
    """The type of what the reader found: a name or a number, which can be compared, or ``OTHER``."""
    if mentions(AnswerType.NAME, text) == ((0, len(text)),):
        return AnswerType.NAME
    return AnswerType.NUMBER if mentions(AnswerType.NUMBER, text) == ((0, len(text)),) else AnswerType.OTHER


def _asked_of(question: Question, text: str, span: Span) -> bool:
    """Whether a share is one of what the question asks about: "70% of mining" is no share of processing."""
    if question.answer_type is not AnswerType.SHARE or not (of := _OF.match(text, span[1])):
        return True
    whole = stems(of.group(1))
    return bool(whole) and whole[-1] in question.idf
