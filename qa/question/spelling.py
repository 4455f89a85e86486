"""A question as it was meant: slips of the pen put right, words spelled as the articles spell them.

Only a word that the articles do not have is changed, and only into one that they have and that looks nearly like it. A
word that the model knows whole is left as it is: "Australia" is not a slip for "Austria". A name is not turned into
another name, which may be another person's: it is searched for as it stands, and the other one is offered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from quoth.index.search.snapshot import Snapshot

_PART = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"(?<![’'])\b[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
"""Not what stands behind an apostrophe."""


@dataclass(frozen=True, slots=True)
class Spelling:
    searched: str
    """With the words as the articles spell them."""
    shown: str
    """As it was typed, but for slips."""
    offered: str | None
    """With names that the articles do not have turned into ones that they have; None if there are none."""


def correct(question: str, snapshot: Snapshot) -> Spelling:
    """Put right what slips explain."""
    language = snapshot.language_of(question)
    shouted = question.upper() == question
    words: dict[int, tuple[str, str, str]] = {}
    for match in _WORD.finditer(question):
        named = match.group()[0].isupper() and not shouted and bool(re.search(r"\w", question[: match.start()]))
        words[match.start()] = _words(match.group(), named, language, snapshot)
    searched, shown, offered = (
        _WORD.sub(lambda match: words[match.start()][form], question)  # noqa: B023
        for form in range(3)
    )
    return Spelling(searched, shown, offered if offered != shown else None)


def _words(word: str, named: bool, language: str, snapshot: Snapshot) -> tuple[str, str, str]:
    """A word as it is searched for, shown and offered."""
    held = snapshot.words
    if held.holds(word, language):
        return word, word, word
    if whole := held.spelled(word):  # semi-conductor, taxfree
        return whole, word, word
    shown = _PART.sub(lambda part: _meant(part.group(), named, language, snapshot)[0], word)
    return shown, shown, _PART.sub(lambda part: _meant(part.group(), named, language, snapshot)[1], word)


def _meant(part: str, named: bool, language: str, snapshot: Snapshot) -> tuple[str, str]:
    """A word, or part of one, with its slips put right, and with a name turned into one that the articles have, too."""
    held = snapshot.words
    if held.holds(part, language) or snapshot.is_common(part) or held.spelled(part):
        return part, part
    near = held.nearest(part)
    if near is None:
        return part, part
    is_name = near[0].isupper() and (named or not snapshot.is_common(near.lower()))
    near = near[0].upper() + near[1:] if part[0].isupper() else near
    return (part, near) if is_name else (near, near)
