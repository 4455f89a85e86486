"""Articles that answer a question differently: with two dates, sums, shares, names or places that cannot both be right.

Two claims (claims.py) contradict each other if their passages are about the same subject (cosine), if the answers of
each that the other's passage confirms have together less than ``CONFIRMED`` of the probability, and if the remaining
answers cannot be the same (values.py). Yes and no contradict each other if one sentence denies something and the other
does not. If the question asks for no answer type, what the reader finds
is compared if it is a name, a number or a short term. If an article replaces another one with the same title, both are
quoted, and a remark names the newer one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from quoth.index.records import Article, english_date
from quoth.index.text.normalize import without_notes
from quoth.qa.extract.values import agree, confirms
from quoth.qa.question.answer_types import NAMED, AnswerType
from quoth.qa.question.negation import denies
from quoth.qa.question.understand import Question
from quoth.qa.ranking.evidence import AnswerSpan, Evidence
from quoth.qa.records import Disagreement, Quote

from .claims import Claim, claim_of
from .highlight import mark
from .quotes import quoted

MAX_PAIRS = 6
MAX_CLAIMS = 10
"""Maximum number of articles whose claims are compared."""
LIKELIEST = 1 / 3
"""Minimum share of a claim's answer that is compared, relative to that of its likeliest answer."""
SAME_SUBJECT = 0.3
"""Minimum cosine of two passages about the same subject."""
CONFIRMED = 0.5
_ROUGHLY = re.compile(
    r"\b(?:about|around|almost|nearly|roughly|some|approximately|close\s+to|(?:more|less|fewer|better)\s+than"
    r"|(?:just\s+|well\s+)?(?:over|under|below|above)|at\s+(?:least|most)"
    r"|up\s+to|nigh|circa|an?\s+estimated)\s+(?:an?\s+|the\s+)?$", re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of comparing claims."""

    claims: tuple[Claim, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    remark: str | None = None
    """Which article is newer, if one replaces another and says something else."""


def compare(question: Question, evidence: Sequence[Evidence]) -> Comparison:
    """Pairs of quotes of two articles that disagree, the strongest first; the words that differ are marked.

    :param evidence: single sentences, best first.
    """
    claims = _claims(question, evidence)
    pairs = list(islice((pair for pair in combinations(claims, 2) if contradict(*pair)), MAX_PAIRS))
    replaced = [_by_age(*pair) for pair in pairs if _replaces(*pair)]
    remark = None
    if replaced:
        old, new = replaced[0]
        newer, older = english_date(new.published), english_date(old.published)
        remark = f"“{new.title}” of {newer} is newer than the version of {older}, which says something else."
    disagreements = tuple(
        Disagreement(question.own.strip(), (_quote(question, a, b), _quote(question, b, a)))
        for a, b in pairs
        if not _replaces(a, b)
    )
    return Comparison(tuple(claims), disagreements, remark)


def contradict(a: Claim, b: Claim) -> bool:
    """Whether two claims cannot both be right."""
    subjects = float(a.evidence.ranked.candidate.stored.vector @ b.evidence.ranked.candidate.stored.vector)
    if a.answer_type is not b.answer_type or subjects < SAME_SUBJECT:
        return False
    if a.settles or b.settles:
        return denies(a.evidence.text) != denies(b.evidence.text)
    if a.answer_type is AnswerType.OTHER:
        return a.is_term and b.is_term and not a.shares_words_with(b) and not b.shares_words_with(a)
    ours, theirs = _unconfirmed(a, b), _unconfirmed(b, a)
    unconfirmed = (_share(ours) / _share(a.answers) + _share(theirs) / _share(b.answers)) / 2
    return 1 - unconfirmed < CONFIRMED and any(
        _differ(a, one, b, other) for one in _likeliest(ours) for other in _likeliest(theirs)
    )


def _claims(question: Question, evidence: Sequence[Evidence]) -> list[Claim]:
    """The articles' claims, the best first, at most one per article; what its further sentences claim is mentioned.

    An article that says both yes and no claims nothing. Of articles with the same sentence, and of near-duplicates that
    do not contradict each other, only the first counts.
    """
    found: dict[int, Claim] = {}
    texts: set[str] = set()
    undecided: set[int] = set()
    for sentence in evidence:
        article = sentence.article
        known = found.get(article.id)
        text = " ".join(sentence.text.split())
        if text in texts or (known is None and len(found) == MAX_CLAIMS):
            continue
        claim = claim_of(question, sentence, evidence[0].score)
        if claim is None:
            continue
        if known is None:
            if not any(c.article.family == article.family and not contradict(c, claim) for c in found.values()):
                found[article.id] = claim
                texts.add(text)
        elif claim.settles:
            if denies(sentence.text) != denies(known.evidence.text):
                undecided.add(article.id)
        elif claim.answer_type is known.answer_type is not AnswerType.OTHER:
            more = tuple(answer.text for answer in claim.answers)
            found[article.id] = replace(known, mentioned=known.mentioned + more)
    return [claim for article_id, claim in found.items() if article_id not in undecided]


def _differ(a: Claim, one: AnswerSpan, b: Claim, other: AnswerSpan) -> bool:
    if a.answer_type in NAMED and any(
        _within(x, y, claim.article.text)
        for claim in (a, b)
        for x, y in ((one.text, other.text), (other.text, one.text))
    ):
        return False
    rough = _is_rough(a, one) or _is_rough(b, other)
    return agree(a.answer_type, one.text, other.text, rough) is False


def _within(part: str, whole: str, text: str) -> bool:
    """Whether a text says that one name is a part of the other: "Busan, South Korea", "Busan in South Korea"."""
    between = r"(?:,\s+|\s+\(|\s+(?:in|of|at)\s+(?:the\s+)?)"
    return bool(re.search(rf"{re.escape(part)}{between}{re.escape(whole)}(?!\w)", without_notes(text)))


def _is_rough(claim: Claim, answer: AnswerSpan) -> bool:
    """Whether "about", "nearly", "more than" ... comes before the answer or begins it."""
    start = answer.span[0]
    words = answer.text.split()[:3]
    before = claim.article.text[max(0, start - 30) : start]
    return any(_ROUGHLY.search(text) for text in (before, *(" ".join(words[:n]) + " " for n in range(1, len(words)))))


def _unconfirmed(claim: Claim, other: Claim) -> list[AnswerSpan]:
    """The claim's answers that the other article's passage does not confirm, likeliest first."""
    return [
        a
        for a in claim.answers
        if not any(confirms(claim.answer_type, mention, a.text, _is_rough(claim, a)) for mention in other.mentioned)
    ]


def _likeliest(answers: Sequence[AnswerSpan]) -> list[AnswerSpan]:
    return [a for a in answers if a.share >= LIKELIEST * answers[0].share]


def _share(answers: Sequence[AnswerSpan]) -> float:
    return sum(a.share for a in answers)


def _quote(question: Question, claim: Claim, other: Claim) -> Quote:
    """The claim as a quote; marked is its likeliest answer that the other article does not confirm."""
    marked = mark(claim.article.text, _unconfirmed(claim, other)[0].span)
    return replace(quoted(question, claim.evidence), highlights=(marked,))


def _replaces(a: Claim, b: Claim) -> bool:
    """Whether they are of one page at two times: the same title, but different days of publication."""
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
