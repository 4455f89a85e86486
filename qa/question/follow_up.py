"""A question that refers to the previous ones: which words complete it, and which articles it is probably about.

"When was that?" after "Where did they meet?" names nothing by itself. It is searched for as "When was that? (Where did
they meet? Busan)": the context in brackets is the question that began the subject, the previous question, and the words
that answered it.

"Which prizes did she win?" lacks only the person; the previous quotes are about her. The articles they are from get

    max(0, STRENGTH + ln(share))            in log-odds, added to the scores of their sentences

An article's share is e^(score of its best quote - score of the answer's best quote), times the answer's confidence,
times FADING for every answer since then; the largest share is scaled to 1. STRENGTH is ``REFERRING`` for a question
that refers to a previous one, and ``VAGUE`` for one that could be asked alone but names no one ("When was the group
formed?").
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quoth.qa.records import Answer

REFERRING, VAGUE = 6.0, 3.0
FADING = 0.6
MAX_ANSWER_CHARS = 60
"""Maximum number of marked characters that count as an answer; longer marks are clauses and mislead the search."""

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
"""A demonstrative with its noun ("that treaty") or a conjunction: no reference to the previous question."""
_OF_NOTHING = re.compile(
    r"it\s+(?:true|possible|likely|known|clear|certain|legal|illegal|safe|necessary|allowed|takes?\s+to)\b",
    re.IGNORECASE,
)
"""An "it" that refers to nothing."""
_EMPTY = frozenset(
    [
        "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "much", "many", "long", "far", "often",
        "old", "big", "did", "do", "does", "done", "has", "have", "had", "was", "were", "is", "are", "be", "been",
        "will", "would", "can", "could", "should", "may", "might", "must", "the", "a", "an", "of", "in", "on", "at",
        "to", "for", "from", "by", "with", "about", "as", "there", "any", "one", "ones", "so", "really", "exactly",
        "now", "then", "else", "more", "again", "first", "last", "next", "other", "others", "another", "please", "tell",
        "me", "us", "say", "said", "happen", "happened",
    ]
)  # fmt: skip
"""Words that name nothing: a question of these words alone refers to the previous question, and so does one with a
pronoun after these words alone."""
_WORD = re.compile(r"[^\W\d_]+|\d+")
_NAME = re.compile(r"(?<=\w[\s,])[“\"‘']?[A-Z]\w|\d{3}")
"""A name after the first word, or a year."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the conversation adds to a question."""

    words: tuple[str, ...] = ()
    """Words that complete it."""
    topics: dict[str, float] = field(default_factory=dict)
    """Log-odds added for articles, by their sources."""


def context_of(question: str, history: Sequence[Answer]) -> Context:
    """What the conversation adds to a question; empty if it needs no context."""
    if not history:
        return Context()
    if not refers_back(question):
        return Context() if _names_someone(question) else Context((), _topics(history, VAGUE))
    topics = {} if _names_someone(question) and not _PRONOUN.search(question) else _topics(history, REFERRING)
    return Context(_completing_words(history) if _elliptical(question) else (), topics)


def _completing_words(history: Sequence[Answer]) -> tuple[str, ...]:
    """The questions that an elliptical question continues, and the words that answered the last of them."""
    previous = history[-1]
    first = next((a for a in reversed(history) if not refers_back(a.question)), history[0])
    found = [first.searched_for] if first is previous else [first.searched_for, previous.question]
    answer = previous.quotes[0] if previous.found and previous.quotes else None
    words = [answer.article.text[a:b] for a, b in answer.highlights] if answer else []
    return (*found, *words) if len(" ".join(words)) <= MAX_ANSWER_CHARS else tuple(found)


def _topics(history: Sequence[Answer], strength: float) -> dict[str, float]:
    """The log-odds of the articles quoted so far, by their sources; see the formula above."""
    shares: dict[str, float] = {}
    for age, answer in enumerate(reversed(history)):
        for quote in answer.quotes if answer.found else ():
            share = math.exp(min(quote.score - answer.quotes[0].score, 0.0)) * answer.confidence * FADING**age
            shares[quote.article.source] = max(shares.get(quote.article.source, 0.0), share)
    best = max(shares.values(), default=1.0)
    return {source: odds for source, share in shares.items() if (odds := strength + math.log(share / best)) > 0}


def _elliptical(question: str) -> bool:
    """Whether a question continues the previous one, or names nothing itself."""
    return bool(_GOES_ON.search(question)) or not _names_something(question)


def _names_someone(question: str) -> bool:
    """Whether a question has a name or a year."""
    return bool(_NAME.search(question))


def refers_back(question: str) -> bool:
    """Whether a question can only be understood after another one: it continues the other one, names nothing, or has a
    pronoun that refers to nothing in the question itself."""
    if _elliptical(question):
        return True
    starts = [m.start() for m in _PRONOUN.finditer(question)]
    pronouns = [at for at in starts if not _OF_ITS_NOUN.match(question, at) and not _OF_NOTHING.match(question, at)]
    return any(not _names_something(question[:at]) for at in pronouns)


def asks_for_more(question: str) -> bool:
    """Whether a question asks for something other than the previous answer: "Who else?"."""
    return refers_back(question) and bool(re.search(r"\b(?:else|others?|another|more)\b", question, re.IGNORECASE))


def _names_something(text: str) -> bool:
    """Whether a text has a word that is neither empty of meaning nor a pronoun."""
    words = _WORD.findall(text)
    return any(
        (word.isupper() and len(word) > 1) or (word.lower() not in _EMPTY and not _PRONOUN.fullmatch(word))
        for word in words
    )
