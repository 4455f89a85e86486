"""Claims: what single articles answer to a question.

An article's claim is its best sentence that answers by itself, judged by confidence and by the reader's margin, or that
states what is asked of something that the article has named before (stated.py); the sentence's answer spans are what
the article says. What an article reports only in order to correct it is no claim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from quoth.index.records import Article, Span
from quoth.index.text.analysis import stems
from quoth.qa.extract.mentions import holds_new_mention, mentions
from quoth.qa.question.answer_types import COUNTED, AnswerType, asks_yes_or_no
from quoth.qa.question.understand import Question
from quoth.qa.ranking.evidence import AnswerSpan, Evidence
from quoth.qa.ranking.features import FEATURES
from quoth.qa.ranking.headings import words_in_heading
from quoth.qa.ranking.spans import answer_spans

from .confidence import confidence, confidence_features
from .stated import FOUND_BY_READER, is_of_another, is_of_what_is_measured, is_stated

LIKELY = 0.2
"""Minimum confidence of a claim."""
WEAKER, LIKELY_MARGIN = 3.0, -1.6
"""A claim's score is at most this much below that of the best sentence, and its reader's margin is at least this;"""
MUCH_WEAKER, SURE_MARGIN = 8.0, 4.0
"""or the score is lower and the margin higher, within these limits."""
COVERAGE = 0.7
"""Minimum share of the question's words in a sentence that says yes or no to it by itself."""
TERM_WORDS = 3
"""Maximum number of words of a term that is compared though it is no name or number; its margin is at least
``SURE_MARGIN``."""
_WHAT = re.compile(r"^\W*(?:(?:in|on|at|by|for|with)\s+)?(?:what|which)\b", re.IGNORECASE)
_OF = re.compile(
    r"\s*(?:share\s+)?of\s+((?:(?!and\b|or\b|but\b|in\b|from\b|to\b|while\b)[\w’'-]+(?:\.\w+)*\s*){1,5})", re.IGNORECASE
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
    settles: bool
    """Whether it answers yes or no; the answer is the whole sentence."""
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

    def shares_words_with(self, other: Claim) -> bool:
        """Whether the other's passage has a word of its likeliest answer."""
        return not set(stems(self.answers[0].text)).isdisjoint(stems(other.evidence.passage.text))


def claim_of(question: Question, sentence: Evidence, best: float) -> Claim | None:
    """The claim that a sentence makes; None if it makes none.

    :param best: score of the best sentence of all.
    """
    if _CORRECTION.search(sentence.article.text, *sentence.span) or _is_figure_of_another(question, sentence):
        return None
    if asks_yes_or_no(question.own):
        return _settling(question, sentence, best - sentence.score)
    if not _answers(question, sentence, best - sentence.score):
        return None
    text = sentence.article.text
    answers = tuple(a for a in answer_spans(question, sentence) if _asked_of(question, text, a.span))
    if not answers:
        return None
    answer_type = question.answer_type
    if answer_type is AnswerType.OTHER:
        answer_type = _type_of(answers[0].text)
    claim = Claim(sentence, answer_type, False, answers, _mentioned(answer_type, sentence.passage.text))
    comparable = answer_type is not AnswerType.OTHER or (claim.is_term and _WHAT.match(question.own))
    return claim if comparable else None


def _settling(question: Question, sentence: Evidence, weaker: float) -> Claim | None:
    """The claim of a sentence that says yes or no to what the question says.

    :param weaker: how much its score is below that of the best sentence.
    """
    covered = sentence.unit.features[FEATURES.index("coverage")] >= COVERAGE and _is_likely(question, sentence)
    if weaker > MUCH_WEAKER or not (covered or is_stated(question, sentence, word_by_word=True)):
        return None
    whole = AnswerSpan(sentence.span, sentence.text, 1.0, sentence.margin, True)
    return Claim(sentence, AnswerType.OTHER, True, (whole,), ())


def _answers(question: Question, sentence: Evidence, weaker: float) -> bool:
    """Whether a sentence answers by itself or with what its article has named before.

    :param weaker: how much its score is below that of the best sentence.
    """
    likely = weaker <= WEAKER and sentence.margin >= LIKELY_MARGIN
    sure = weaker <= MUCH_WEAKER and sentence.margin >= SURE_MARGIN
    if (likely or sure) and _is_likely(question, sentence):
        return question.answer_type not in COUNTED or is_of_what_is_measured(question, sentence)
    return (
        question.answer_type not in (AnswerType.OTHER, AnswerType.AGE)
        and sentence.margin >= FOUND_BY_READER
        and holds_new_mention(question.answer_type, sentence.text, question.idf.keys())
        and is_stated(question, sentence)
    )


def _is_figure_of_another(question: Question, sentence: Evidence) -> bool:
    return question.answer_type in COUNTED and is_of_another(question, sentence)


def _is_likely(question: Question, sentence: Evidence) -> bool:
    """Whether a sentence likely answers by itself, without words of the question that only its heading has."""
    if words_in_heading(question, sentence.ranked.candidate, sentence.ranked.cosines):
        return False
    return confidence(confidence_features(question, sentence)) >= LIKELY


def _mentioned(answer_type: AnswerType, text: str) -> tuple[str, ...]:
    """The mentions of a type in a text; times of day may answer "when" as well."""
    types = (answer_type, AnswerType.TIME) if answer_type is AnswerType.DATE else (answer_type,)
    return tuple(text[a:b] for each in types for a, b in mentions(each, text))


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
