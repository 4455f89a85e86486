"""A question that refers to the previous ones: which words complete it, and which articles it is probably about.

"When was that?" after "Where did they meet?" names nothing by itself. It is searched for as "When was that? (Where did
they meet? Busan)": the context in brackets is the question that began the subject, the previous question, and the words
that answered it.

"Which prizes did she win?" lacks only the person; the previous quotes are about her. The sentences of the articles
that they are from get

    max(0, STRENGTH + ln(share)) + NEAR e^(-distance / NEAR_CHARS)      in log-odds, added to their scores

An article's share is e^(score of its best quote - score of the answer's best quote), times the answer's confidence,
times FADING for every answer since then; the largest share is scaled to 1 if it is at least ``SURE``. STRENGTH is
``REFERRING`` for a question that refers to a previous one, and ``VAGUE`` for one that could be asked alone but names no
one ("When was the group formed?"). The distance is that to the nearest best quote, in characters: in a long document,
the next question is mostly about what is said nearby.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quoth.index.records import Span
from quoth.qa.records import Answer

from .answer_types import COUNTED, answer_type_of, asks_yes_or_no
from .completed import AUXILIARY, completed, is_fragment

REFERRING, VAGUE = 6.0, 3.0
FADING = 0.6
SURE = 0.25
NEAR, NEAR_CHARS = 2.0, 500.0
ENOUGH = 2
"""Minimum number of words with a meaning of a question that needs no words of the previous ones."""
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
_THEY = re.compile(r"the(?:y|m|irs?)\b", re.IGNORECASE)
_ASKED_ABOUT = re.compile(
    rf"^\W*(?:what|which|whose|when|where|why|how|who|whom)\b(?:\s+(?!{AUXILIARY}\b)[\w’'-]+){{0,4}}\s+{AUXILIARY}\s+"
    r"(?P<pronoun>it|he|she|they)\b",
    re.IGNORECASE,
)
"""The pronoun cannot mean what is asked for: "Which prizes did she win?"."""
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
        "me", "us", "say", "said", "happen", "happens", "happened", "not", "no", "yes", "or", "and", "but", "if", "too",
        "also", "i", "we", "you", "than", "better", "worse", "same", "like", "work", "works", "thing", "things",
        "place", "places", "way", "case", "reason", "reasons", "possible",
    ]
)  # fmt: skip
"""Words that name nothing: a question of these words alone refers to the previous question, and so does one with a
pronoun after these words alone."""
_SEVERAL = frozenset(
    [
        "people", "children", "men", "women", "police", "staff", "team", "group", "company", "government", "party",
        "family", "who", "whoever", "everyone", "everybody", "anyone", "anybody", "someone", "somebody", "nobody",
        "each", "and",
    ]
)  # fmt: skip
"""Words without a plural ending that "they" can refer to."""
_WORD = re.compile(r"[^\W\d_]+|\d+")
_DENIED_VERB = re.compile(r"\b[^\W\d_]+n[’']t\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=\w[\s,])[“\"‘']?[A-Z]\w|\d{3}")
"""A name after the first word, or a year."""


@dataclass(frozen=True, slots=True)
class Topic:
    """An article that the conversation is about."""

    odds: float
    """Log-odds added for all of its sentences."""
    quoted: tuple[Span, ...]
    """The spans of its best quotes so far."""

    def log_odds(self, span: Span) -> float:
        """The log-odds added for the sentence at a span; a sentence that was quoted is not near itself."""
        distance = min((max(start - span[1], span[0] - end) for start, end in self.quoted), default=math.inf)
        return self.odds + (NEAR * math.exp(-distance / NEAR_CHARS) if distance >= 0 else 0.0)


@dataclass(frozen=True, slots=True)
class Context:
    """What the conversation adds to a question."""

    question: str | None = None
    """The complete question; None if it is complete as asked, or cannot be completed."""
    words: tuple[str, ...] = ()
    """Words that complete it otherwise."""
    topics: dict[str, Topic] = field(default_factory=dict)
    """The articles that it is probably about, by their sources."""


def context_of(question: str, history: Sequence[Answer]) -> Context:
    """What the conversation adds to a question; empty if it needs no context."""
    if not history:
        return Context()
    full = completed(question, history[-1].searched_for) if _is_complete(history[-1]) else None
    if not full and not refers_back(question):
        return Context() if _names_someone(question) else Context(topics=_topics(history, VAGUE))
    topics = {} if _names_someone(question) and not _PRONOUN.search(question) else _topics(history, REFERRING)
    says_enough = bool(topics) and not is_fragment(question) and _says_enough(question)
    needs_words = not full and _elliptical(question) and not says_enough
    return Context(full, _completing_words(question, history) if needs_words else (), topics)


def _completing_words(question: str, history: Sequence[Answer]) -> tuple[str, ...]:
    """The questions that a question continues, and the name that answered the last of them if the question has a
    pronoun, which can mean it."""
    previous = history[-1]
    first = next((a for a in reversed(history) if _is_complete(a)), history[0])
    found = [first.searched_for] if first is previous else [first.searched_for, previous.question]
    answer = previous.quotes[0] if previous.found and previous.quotes else None
    named = answer_type_of(previous.question) not in COUNTED and not asks_yes_or_no(previous.question)
    words = [answer.article.text[a:b] for a, b in answer.highlights] if answer and named else []
    is_meant = bool(_PRONOUN.search(question)) and all(word[:1].isupper() for word in words)
    return (*found, *words) if is_meant and len(" ".join(words)) <= MAX_ANSWER_CHARS else tuple(found)


def _says_enough(question: str) -> bool:
    """Whether a question has so many words with a meaning that, with the articles, more would mislead the search."""
    return sum(map(_names_something, question.split())) >= ENOUGH


def _is_complete(answer: Answer) -> bool:
    """Whether what was searched for can be understood without the context in brackets."""
    return not refers_back(re.sub(r"\s\(.*\)$", "", answer.searched_for))


def _topics(history: Sequence[Answer], strength: float) -> dict[str, Topic]:
    """The articles quoted so far, by their sources; see the formula above."""
    shares: dict[str, float] = {}
    quoted: dict[str, list[Span]] = {}
    for age, answer in enumerate(reversed(history)):
        for number, quote in enumerate(answer.quotes):
            source = quote.article.source
            share = math.exp(min(quote.score - answer.quotes[0].score, 0.0)) * answer.confidence * FADING**age
            shares[source] = max(shares.get(source, 0.0), share)
            quoted.setdefault(source, []).extend([(quote.start, quote.end)] if number == 0 else [])
    best = max(SURE, *shares.values())
    odds = {source: strength + math.log(max(share, 1e-9) / best) for source, share in shares.items()}
    return {source: Topic(value, tuple(quoted[source])) for source, value in odds.items() if value > 0}


def _elliptical(question: str) -> bool:
    """Whether a question continues the previous one, or names nothing itself."""
    return bool(_GOES_ON.search(question)) or not _names_something(question)


def _names_someone(question: str) -> bool:
    """Whether a question has a name or a year."""
    return bool(_NAME.search(question))


def refers_back(question: str) -> bool:
    """Whether a question can only be understood after another one: it continues the other one, names nothing, or has a
    pronoun that refers to nothing in the question itself."""
    asked_about = _ASKED_ABOUT.match(question)
    if _elliptical(question) or (asked_about and not _OF_NOTHING.match(question, asked_about.start("pronoun"))):
        return True
    starts = [m.start() for m in _PRONOUN.finditer(question)]
    pronouns = [at for at in starts if not _OF_ITS_NOUN.match(question, at) and not _OF_NOTHING.match(question, at)]
    return any(
        not (_names_several if _THEY.match(question, at) else _names_something)(question[:at]) for at in pronouns
    )


def asks_for_more(question: str) -> bool:
    """Whether a question asks for something other than the previous answer: "Who else?"."""
    return refers_back(question) and bool(re.search(r"\b(?:else|others?|another|more)\b", question, re.IGNORECASE))


def _names_something(text: str) -> bool:
    """Whether a text has a word that is neither empty of meaning nor a pronoun."""
    words = _WORD.findall(_DENIED_VERB.sub("", text))
    return any(
        (word.isupper() and len(word) > 1) or (word.lower() not in _EMPTY and not _PRONOUN.fullmatch(word))
        for word in words
    )


def _names_several(text: str) -> bool:
    """Whether a text has a word that "they" can refer to: a plural, a name or a word for several people."""
    plurals = (word.endswith("s") and word not in _EMPTY for word in _WORD.findall(text.lower()))
    return any(plurals) or _names_someone(text) or not _SEVERAL.isdisjoint(_WORD.findall(text.lower()))
