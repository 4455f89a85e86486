"""A question that leans on the ones before: which words are put behind it, and which articles it is taken to be about.

"When was that?" after "Where did they meet?" names nothing by itself. It is searched for as "When was that? (Where did
they meet? Busan)": behind it go the question that began the subject, the one before, and the words that answered it.

"Which prizes did she win?" lacks only of whom it speaks; what was quoted before speaks of her. For the articles that it
came from speaks

    max(0, STRENGTH + ln(share))            in log-odds, as a sentence's score

where an article's share is that of its best quote in e^score beside the best of the same answer, times the answer's
confidence, times FADING for every answer since; the largest is taken as 1. STRENGTH is lower for a question that could
stand alone but names no one ("When was the group formed?").
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quoth.qa.records import Answer

LEANING, VAGUE = 6.0, 3.0
"""What speaks for the article that the conversation is most about: for a question that leans,
and for one that only names no one."""
FADING = 0.6
MAX_ANSWER_CHARS = 60
"""Longer marked words are a clause rather than an answer, and would lead astray."""

_GOES_ON = re.compile(
    r"^(?:no\b,?\s*|sorry\b,?\s*)?i\s+meant?\b|^(?:and|but|or|so|then|also)\b|^(?:what|how) about\b"
    r"|\b(?:who|what|where|when|which|anyone|anything|how) else\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|that|these|those|there)\b(?!\s*-)", re.IGNORECASE
)
_OF_ITS_NOUN = re.compile(
    r"(?:this|that|these|those|there)\b(?!\s*(?:\?|$|happen\w*|was|were|is|are|did|end\w*|begin|began|start\w*|mean\w*"
    r"|go|take|took)\b)",
    re.IGNORECASE,
)
"""That with its noun ("that treaty"), or as a conjunction: no sign of leaning."""
_OF_NOTHING = re.compile(
    r"it\s+(?:true|possible|likely|known|clear|certain|legal|illegal|safe|necessary|allowed|takes?\s+to)\b",
    re.IGNORECASE,
)
"""An "it" that stands for nothing."""
_EMPTY = frozenset(
    [
        "who",
        "whom",
        "whose",
        "what",
        "which",
        "when",
        "where",
        "why",
        "how",
        "much",
        "many",
        "long",
        "far",
        "often",
        "old",
        "big",
        "did",
        "do",
        "does",
        "done",
        "has",
        "have",
        "had",
        "was",
        "were",
        "is",
        "are",
        "be",
        "been",
        "will",
        "would",
        "can",
        "could",
        "should",
        "may",
        "might",
        "must",
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "by",
        "with",
        "about",
        "as",
        "there",
        "any",
        "one",
        "ones",
        "so",
        "really",
        "exactly",
        "now",
        "then",
        "else",
        "more",
        "again",
        "first",
        "last",
        "next",
        "other",
        "others",
        "another",
        "please",
        "tell",
        "me",
        "us",
        "say",
        "said",
        "happen",
        "happened",
    ]
)
"""Words that name nothing: a question of these alone, or with these alone before its pronoun, leans."""
_WORD = re.compile(r"[^\W\d_]+|\d+")
_NAME = re.compile(r"(?<=\w[\s,])[“\"‘']?[A-Z]\w|\d{3}")
"""A name behind the first word, or a year."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a question leans on."""

    words: tuple[str, ...] = ()
    topics: dict[str, float] = field(default_factory=dict)
    """What speaks for articles, by their sources."""


NOTHING = Context()


def context(question: str, history: Sequence[Answer]) -> Context:
    """What the question leans on; nothing where it stands alone."""
    if not history:
        return NOTHING
    if not leans(question):
        return NOTHING if _names_someone(question) else Context((), _topics(history, VAGUE))
    topics = {} if _names_someone(question) and not _PRONOUN.search(question) else _topics(history, LEANING)
    return Context(_left_out(history) if _elliptical(question) else (), topics)


def _left_out(history: Sequence[Answer]) -> tuple[str, ...]:
    """The words that a question goes on from."""
    before = history[-1]
    began = next((a for a in reversed(history) if not leans(a.question)), history[0])
    found = [began.searched_for] if began is before else [began.searched_for, before.question]
    answer = before.quotes[0] if before.found and before.quotes else None
    words = [answer.article.text[a:b] for a, b in answer.highlights] if answer else []
    return (*found, *words) if len(" ".join(words)) <= MAX_ANSWER_CHARS else tuple(found)


def _topics(history: Sequence[Answer], strength: float) -> dict[str, float]:
    shares: dict[str, float] = {}
    for age, answer in enumerate(reversed(history)):
        for quote in answer.quotes if answer.found else ():
            share = math.exp(min(quote.score - answer.quotes[0].score, 0.0)) * answer.confidence * FADING**age
            shares[quote.article.source] = max(shares.get(quote.article.source, 0.0), share)
    best = max(shares.values(), default=1.0)
    return {source: speaks for source, share in shares.items() if (speaks := strength + math.log(share / best)) > 0}


def _elliptical(question: str) -> bool:
    """Whether it goes on from the question before, or names nothing itself."""
    return bool(_GOES_ON.search(question)) or not _names_something(question)


def _names_someone(question: str) -> bool:
    return bool(_NAME.search(question))


def leans(question: str) -> bool:
    """Whether it can only be understood after another: it goes on, names nothing,
    or its pronoun stands for nothing in it."""
    if _elliptical(question):
        return True
    starts = [m.start() for m in _PRONOUN.finditer(question)]
    pronouns = [at for at in starts if not _OF_ITS_NOUN.match(question, at) and not _OF_NOTHING.match(question, at)]
    return any(not _names_something(question[:at]) for at in pronouns)


def asks_for_more(question: str) -> bool:
    """Whether what was answered before is no answer to it: "Who else?"."""
    return leans(question) and bool(re.search(r"\b(?:else|others?|another|more)\b", question, re.IGNORECASE))


def _names_something(text: str) -> bool:
    words = _WORD.findall(text)
    return any(
        (word.isupper() and len(word) > 1) or (word.lower() not in _EMPTY and not _PRONOUN.fullmatch(word))
        for word in words
    )
