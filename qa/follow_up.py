"""A question that leans on the one before -> one that stands alone, by putting behind it what it leaves out.

Behind it go, in brackets, the question that began the subject, the one before, and the words that answered it:
"When was that?" after "Where did they meet?" is searched for as "When was that? (Where did they meet? Busan)".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .records import Answer

MAX_ANSWER_CHARS = 60
"""Longer marked words are a clause rather than an answer, and would lead astray."""

_GOES_ON = re.compile(r"^(?:and|but|or|so|then|also)\b|^(?:what|how) about\b|\b(?:who|what|where|when|which|anyone|anything|how) else\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|that|these|those|there)\b(?!\s*-)", re.IGNORECASE)
_OF_ITS_NOUN = re.compile(r"(?:this|that|these|those|there)\b(?!\s*(?:\?|$|happen\w*|was|were|is|are|did|end\w*|begin|began|start\w*|mean\w*|go|take|took)\b)", re.IGNORECASE)
"""That with its noun ("that treaty"), or as a conjunction: no sign of leaning."""
_OF_NOTHING = re.compile(r"it\s+(?:true|possible|likely|known|clear|certain|legal|illegal|safe|necessary|allowed|takes?\s+to)\b", re.IGNORECASE)
"""An "it" that stands for nothing."""
_EMPTY = frozenset(
    ["who", "whom", "whose", "what", "which", "when", "where", "why", "how", "much", "many", "long", "far", "often", "old", "big", "did", "do", "does", "done", "has", "have", "had", "was", "were", "is", "are", "be", "been", "will", "would", "can", "could", "should", "may", "might", "must", "the", "a", "an", "of", "in", "on", "at", "to", "for", "from", "by", "with", "about", "as", "there", "any", "one", "ones", "so", "really", "exactly", "now", "then", "else", "more", "again", "first", "last", "next", "please", "tell", "me", "us", "say", "said", "happen", "happened"]
)
"""Words that name nothing: a question of these alone, or with these alone before its pronoun, leans."""
_WORD = re.compile(r"[^\W\d_]+|\d+")


def context(question: str, history: Sequence[Answer]) -> list[str]:
    """What the question leans on; nothing where it stands alone."""
    if not history or not leans(question):
        return []
    before = history[-1]
    began = next((a for a in reversed(history) if not leans(a.question)), history[0])
    found = [began.searched_for] if began is before else [began.searched_for, before.question]
    answer = before.quotes[0] if before.found and before.quotes else None
    words = [answer.article.text[a:b].strip() for a, b in answer.highlights] if answer else []
    return [*found, *words] if len(" ".join(words)) <= MAX_ANSWER_CHARS else found


def leans(question: str) -> bool:
    """Whether it can only be understood after another: it goes on, names nothing, or its pronoun stands for nothing in it."""
    if _GOES_ON.search(question) or not _names_something(question):
        return True
    starts = [m.start() for m in _PRONOUN.finditer(question)]
    pronouns = [at for at in starts if not _OF_ITS_NOUN.match(question, at) and not _OF_NOTHING.match(question, at)]
    return any(not _names_something(question[:at]) for at in pronouns)


def asks_for_more(question: str) -> bool:
    """Whether what was answered before is no answer to it: "Who else?"."""
    return leans(question) and bool(re.search(r"\b(?:else|others?|another|more)\b", question, re.IGNORECASE))


def _names_something(text: str) -> bool:
    words = _WORD.findall(text)
    return any((word.isupper() and len(word) > 1) or (word.lower() not in _EMPTY and not _PRONOUN.fullmatch(word)) for word in words)
