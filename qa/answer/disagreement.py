"""Articles that answer a question differently: two dates, sums, shares, names or places that cannot both be right.

Of each article, the best sentence that answers by itself (by confidence and by the reader's margin) is its claim, and
the likeliest answers in it are what it says. Two claims contradict each other if their passages speak of the same
(cosine), if the things that either article's passage confirms of the other's have together less than ``CONFIRMED`` of
the chance to be the answer, and if the rest cannot be the same (values.py). What an article only reports to put it
right is no claim. Yes and no contradict each other where one sentence denies and the other does not, and both have
nearly all words of the question. Where no kind of thing is asked for, what the reader finds is compared if it is a
name, a number or a term of few words. Of a page that another one of the same title replaces, the newer is named, and
both are quoted.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from itertools import combinations, islice

from quoth.index.records import Article, Span
from quoth.index.text.analysis import stems
from quoth.qa.extract.mentions import mentions
from quoth.qa.extract.values import agree, confirms
from quoth.qa.question.answer_types import NAMED, AnswerType, asks_yes_or_no
from quoth.qa.question.negation import denies
from quoth.qa.question.understand import Question
from quoth.qa.ranking.features import MEASURES
from quoth.qa.records import Disagreement, Quote

from .confidence import confidence
from .quotes import Evidence, quoted
from .spans import AnswerSpan, answer_spans

MAX_PAIRS = 6
MAX_CLAIMS = 10
"""Of so many articles, the best, claims are compared with each other."""
LIKELY = 0.2
"""A claim has at least this confidence,"""
WEAKER, LIKELY_MARGIN = 3.0, -1.0
"""scores at most this much less than the best sentence, and has at least this reader's margin;"""
MUCH_WEAKER, SURE_MARGIN = 8.0, 4.0
"""or scores less, and has more of that."""
TERM_WORDS = 3
"""Words of a term that is compared without being a name or a number; its margin is ``SURE_MARGIN`` at least."""
LIKELIEST = 1 / 3
"""Of a claim, the things count that are this likely beside the likeliest."""
SAME_SUBJECT = 0.3
"""Cosine of the two passages."""
CONFIRMED = 0.5
COVERS = 0.7
"""Yes and no contradict each other only in sentences that have this much of the question."""

_WHAT = re.compile(r"^\W*(?:(?:in|on|at|by|for|with)\s+)?(?:what|which)\b", re.IGNORECASE)
_OF = re.compile(
    r"\s*(?:share\s+)?of\s+((?:(?!and\b|or\b|but\b|in\b|from\b|to\b|while\b)[\w’'.-]+\s*){1,5})", re.IGNORECASE
)
_ROUGHLY = re.compile(
    r"\b(?:about|around|almost|nearly|roughly|some|approximately|close\s+to|(?:more|less|fewer|better)\s+than"
    r"|(?:just\s+|well\s+)?(?:over|under|below|above)|at\s+(?:least|most)"
    r"|up\s+to|nigh|circa|an?\s+estimated)\s+(?:an?\s+|the\s+)?$", re.IGNORECASE,
)  # fmt: skip
_PUT_RIGHT = re.compile(
    r"\b(?:wrong(?:ly)?|false(?:ly)?|mistaken(?:ly)?|incorrect(?:ly)?|untrue|inaccurate(?:ly)?|erroneous(?:ly)?"
    r"|rumou?rs?|rumou?red|denie[sd]|misreported|correction|contrary\s+to"
    r"|no\s+truth|not\s+true|retract\w*|had\s+(?:first\s+)?(?:said|given|put)|originally\s+(?:said|given|stated))\b",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """What an article answers."""

    found: Evidence
    answer_type: AnswerType
    """Of the things; of a question that asks for no kind, that of what the reader found."""
    mentions: list[AnswerSpan]
    mentioned: list[str]
    """All things of the kind that its passage holds."""

    @property
    def article(self) -> Article:
        return self.found.ranked.candidate.article

    @property
    def is_term(self) -> bool:
        """Whether what it says is short and sure enough to be compared word by word."""
        return self.found.margin >= SURE_MARGIN and len(self.mentions[0].text.split()) <= TERM_WORDS

    def said_by(self, other: Claim) -> bool:
        """Whether the other's passage has a word of what it says."""
        return not set(stems(self.mentions[0].text)).isdisjoint(stems(other.found.ranked.candidate.stored.passage.text))

    @property
    def sentence(self) -> str:
        return self.article.text[slice(*self.found.unit.span)]

    @property
    def covers(self) -> float:
        """Share of the question's words that it has."""
        return float(self.found.unit.measures[MEASURES.index("coverage")])


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing the claims."""

    claims: tuple[Claim, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    remark: str | None = None
    """Which article is the newer one, where one replaces another that says otherwise."""


def compare(question: Question, sentences: list[Evidence]) -> Comparison:
    """Pairs of quotes of two articles each, the strongest first; the words that differ are marked.

    :param sentences: single sentences, best first.
    """
    claims = _claims(question, sentences)
    pairs = list(islice((pair for pair in combinations(claims, 2) if _contradict(*pair)), MAX_PAIRS))
    replaced = [_by_age(*pair) for pair in pairs if _replaces(*pair)]
    remark = None
    if replaced:
        old, new = replaced[0]
        remark = f"“{new.title}” of {_day(new)} is newer than that of {_day(old)}, which says otherwise."
    disagreements = tuple(
        Disagreement(question.own.strip(), (_quote(question, a, b), _quote(question, b, a)))
        for a, b in pairs
        if not _replaces(a, b)
    )
    return Comparison(tuple(claims), disagreements, remark)


def _claims(question: Question, sentences: list[Evidence]) -> list[Claim]:
    """One of each article that has one, the best first."""
    yes_or_no = asks_yes_or_no(question.own)
    found: dict[int, Claim] = {}
    heard: set[str] = set()  # a story that several print word for word is one voice
    for sentence in sentences:
        candidate, span = sentence.ranked.candidate, sentence.unit.span
        if len(found) == MAX_CLAIMS:
            break
        said = " ".join(candidate.article.text[slice(*span)].split())
        if candidate.article.id in found or said in heard or _PUT_RIGHT.search(candidate.article.text, *span):
            continue
        if not _answers_alone(question, sentence, sentences[0].score - sentence.score, yes_or_no):
            continue
        held = [
            t
            for t in answer_spans(question, sentence.ranked, span)
            if _asked_of(question, candidate.article.text, t.span)
        ]
        if not held:
            continue
        answer_type = (
            question.answer_type
            if question.answer_type is not AnswerType.OTHER or yes_or_no
            else _looks_like(held[0].text)
        )
        passage = candidate.stored.passage.text
        claim = Claim(sentence, answer_type, held, [passage[a:b] for a, b in mentions(answer_type, passage)])
        if answer_type is not AnswerType.OTHER or yes_or_no or (claim.is_term and _WHAT.match(question.own)):
            if any(c.article.family == candidate.article.family and not _contradict(c, claim) for c in found.values()):
                continue  # a near-copy that says the same is one voice with the other; one that was changed is not
            found[candidate.article.id] = claim
            heard.add(said)
    return list(found.values())


def _answers_alone(question: Question, sentence: Evidence, weaker: float, yes_or_no: bool) -> bool:
    """Whether a sentence that scores so much less than the best is a claim."""
    likely = weaker <= WEAKER and sentence.margin >= LIKELY_MARGIN
    # yes or no is nothing that the reader finds
    sure = weaker <= MUCH_WEAKER and (yes_or_no or sentence.margin >= SURE_MARGIN)
    return (likely or sure) and confidence(question, [sentence]) >= LIKELY


def _looks_like(text: str) -> AnswerType:
    """What the reader found, if it can be compared: a name, or a number."""
    if mentions(AnswerType.NAME, text) == ((0, len(text)),):
        return AnswerType.NAME
    return AnswerType.NUMBER if mentions(AnswerType.NUMBER, text) == ((0, len(text)),) else AnswerType.OTHER


def _contradict(a: Claim, b: Claim) -> bool:
    subjects = float(a.found.ranked.candidate.stored.vector @ b.found.ranked.candidate.stored.vector)
    if a.answer_type is not b.answer_type or subjects < SAME_SUBJECT:
        return False
    if a.answer_type is AnswerType.OTHER and a.is_term and b.is_term:
        return not a.said_by(b) and not b.said_by(a)
    if a.answer_type is AnswerType.OTHER:
        return a.covers >= COVERS <= b.covers and denies(a.sentence) != denies(b.sentence)
    ours, theirs = _unconfirmed(a, b), _unconfirmed(b, a)
    unconfirmed = (_share(ours) / _share(a.mentions) + _share(theirs) / _share(b.mentions)) / 2
    return 1 - unconfirmed < CONFIRMED and any(
        _differ(a, s, b, t) for s in _likeliest(ours) for t in _likeliest(theirs)
    )


def _differ(a: Claim, one: AnswerSpan, b: Claim, other: AnswerSpan) -> bool:
    if a.answer_type in NAMED and any(
        _within(x, y, claim.article.text)
        for claim in (a, b)
        for x, y in ((one.text, other.text), (other.text, one.text))
    ):
        return False
    rough = _said_roughly(a, one) or _said_roughly(b, other)
    return agree(a.answer_type, one.text, other.text, rough) is False


def _within(part: str, whole: str, text: str) -> bool:
    """Whether a text says that one is of the other: "Busan, South Korea", "Busan in South Korea"."""
    return bool(re.search(rf"{re.escape(part)}(?:,\s+|\s+\(|\s+(?:in|of|at)\s+(?:the\s+)?){re.escape(whole)}\b", text))


def _said_roughly(claim: Claim, thing: AnswerSpan) -> bool:
    """Whether "about", "nearly", "more than" ... stands before it."""
    start = thing.span[0]
    return bool(_ROUGHLY.search(claim.article.text[max(0, start - 30) : start]))


def _unconfirmed(claim: Claim, other: Claim) -> list[AnswerSpan]:
    """The claim's things that the other article's passage does not have, likeliest first."""
    return [
        t
        for t in claim.mentions
        if not any(confirms(claim.answer_type, mention, t.text, _said_roughly(claim, t)) for mention in other.mentioned)
    ]


def _replaces(a: Claim, b: Claim) -> bool:
    """Whether they are of one page at two times: the same title, other days of publication."""
    one, other = a.article, b.article
    return bool(
        one.title
        and one.title == other.title
        and one.published
        and other.published
        and one.published != other.published
    )


def _by_age(a: Claim, b: Claim) -> tuple[Article, Article]:
    old, new = sorted((a.article, b.article), key=lambda article: article.published or dt.date.min)
    return old, new


def _day(article: Article) -> str:
    return f"{article.published.day} {article.published:%B %Y}" if article.published else ""


def _likeliest(mentions: list[AnswerSpan]) -> list[AnswerSpan]:
    return [t for t in mentions if t.share >= LIKELIEST * mentions[0].share]


def _share(mentions: list[AnswerSpan]) -> float:
    return sum(t.share for t in mentions)


def _quote(question: Question, claim: Claim, other: Claim) -> Quote:
    """The claim as a quote; marked is the likeliest of its things that the other article does not have."""
    return replace(quoted(question, claim.found), highlights=(_unconfirmed(claim, other)[0].span,))


def _asked_of(question: Question, text: str, span: Span) -> bool:
    """Whether a share is one of what the question speaks of: "70% of mining" is no share of processing."""
    if question.answer_type is not AnswerType.SHARE or not (of := _OF.match(text, span[1])):
        return True
    whole = stems(of.group(1))
    return bool(whole) and whole[-1] in question.idf
