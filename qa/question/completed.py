"""A question without its own verb, completed from the previous question; English only.

"When did the ferry stop?"                     "Why?"                 "Why did the ferry stop?"
"How many people came in 2018?"                "And in 2019?"         "How many people came in 2019?"
"What share does Sweden hold?"                 "And Norway?"          "What share does Norway hold?"
"What does a ticket cost for adults?"          "And for children?"    "What does a ticket cost for children?"
"""

from __future__ import annotations

import re

from quoth.index.records import Span

_PREPOSITION = (
    r"(?:in|on|at|by|to|for|from|of|with|without|since|until|till|after|before|during|under|per|between|near|within"
    r"|into)"
)
AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may|might)"
_START = r"^\W*(?:(?:and|but|so|or|then|also|ok|okay|well|what\s+about|how\s+about)\b\W*)*"
_ASKING = re.compile(
    rf"{_START}(?P<asking>(?:{_PREPOSITION}\s+)?(?:why|when|where|how"
    r"|(?:what|which)\s+(?:day|date|year|month|time|hour|place|country|city|reason))"
    r"(?:\s+(?:much|many|long|often|far))?)(?:\s+(?:not|so|exactly|then|come))*\W*$",
    re.IGNORECASE,
)
"""Question words alone."""
_ASKED = re.compile(
    rf"^\W*(?:and\s+)?(?:(?:{_PREPOSITION}\s+)?(?:why|when|where|how|whom?|what)\s+)?(?={AUXILIARY}\b)", re.IGNORECASE
)
"""What question words alone replace: question words directly before the verb."""
_FRAGMENT = re.compile(
    rf"{_START}(?P<preposition>{_PREPOSITION}\s+)?(?:the\s+(?=[A-Z]))?(?P<object>[\w’'&%.,/ -]*\w)\W*$", re.IGNORECASE
)
_NO_FRAGMENT = re.compile(
    rf"\b(?:(?!(?-i:May\b)){AUXILIARY}|why|when|where|how|who|whom|whose|what|which|else|others?|more|it|its|he|him"
    r"|his|she|hers?|they|them|their|that|this|these|those|there|then)\b",
    re.IGNORECASE,
)
_MAX_WORDS = 4
"""Maximum number of words of a fragment's object, and of the object that it replaces."""
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NAME = re.compile(r"[A-Z][\w’'&-]*(?:\s+(?:(?:of|the|de|von|van)\s+)*[A-Z0-9][\w’'&-]*)*")
_NUMBERED = re.compile(r"(?P<noun>[^\W\d_]+(?:\s+(?:number|no\.?|nr\.?))?)\s+[A-Z]{0,3}[-/]?\d[\w./-]*")
"""A noun with its number: "room 12"."""


def completed(question: str, previous: str) -> str | None:
    """The question completed from the previous one, which is complete; None if that is not certain."""
    if asking := _ASKING.match(question):
        words, asked = asking["asking"], _ASKED.match(previous)
        rest = previous[asked.end() :] if asked else ""
        return f"{words[0].upper()}{words[1:]} {rest[0].lower()}{rest[1:]}" if rest else None
    fragment = _fragment(question)
    if not fragment:
        return None
    preposition, words = (fragment["preposition"] or "").strip().lower(), _without_s(fragment["object"])
    if len(words.split()) > _MAX_WORDS or not fragment.start("object"):
        return None
    if replaced := _replaced(preposition, words, previous):
        start, end = replaced
        return f"{previous[:start]}{words}{previous[end:]}"
    return f"{previous.rstrip(' ?.!')} {preposition} {words}?" if preposition else None


def is_fragment(question: str) -> bool:
    """Whether a question is only a thing to be asked about: "What about a return ticket?"."""
    return _fragment(question) is not None


def _fragment(question: str) -> re.Match[str] | None:
    found = _FRAGMENT.match(question)
    return None if not found or _NO_FRAGMENT.search(question, found.start("object")) else found


def _replaced(preposition: str, words: str, previous: str) -> Span | None:
    """The place in the previous question of what some words replace; None if nothing there is of their kind."""
    if _YEAR.fullmatch(words):
        found = [m.span() for m in _YEAR.finditer(previous)]
    elif numbered := _NUMBERED.fullmatch(words):
        found = [m.span() for m in _NUMBERED.finditer(previous) if m["noun"].lower() == numbered["noun"].lower()]
    elif _NAME.fullmatch(words):
        found = [m.span() for m in _NAME.finditer(previous, 1) if m.group() != "I"]
        found = [(start, start + len(_without_s(previous[start:end]))) for start, end in found]
    elif preposition:
        found = [m.span(1) for m in re.finditer(rf"(?<=\b{preposition}\s)([^?!.]+?)\W*$", previous, re.IGNORECASE)]
        found = [(start, end) for start, end in found if len(previous[start:end].split()) <= _MAX_WORDS]
        return found[-1] if found else None
    else:
        return None
    if preposition:
        found = [(start, end) for start, end in found if re.search(rf"\b{preposition}\s+$", previous[:start], re.I)]
    return found[0] if len(found) == 1 else None


def _without_s(name: str) -> str:
    """The name without the ending of a genitive."""
    return re.sub(r"[’']s$", "", name)
