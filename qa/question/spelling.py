"""Spelling correction of questions: typos are corrected, and words are spelled as the articles spell them.

A word is changed only if the articles do not have it, and only into a very similar word that they have. A word that is
a single word piece of the model is not changed: "Australia" is no typo for "Austria". A name is not replaced by another
name, which may be another person's: it is searched for as typed, and the other name is offered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from quoth.index.search.snapshot import Snapshot
from quoth.index.text.analysis import stems
from quoth.index.text.vocabulary import LETTERS

_PART = re.compile(LETTERS)
_WORD = re.compile(rf"(?<![’'])\b{LETTERS}(?:[-‐‑]{LETTERS})*")
"""A word, hyphenated or not; not the letters after an apostrophe."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """Three forms of a question."""

    searched: str
    """The words as the articles spell them."""
    shown: str
    """As typed, with typos corrected."""
    offered: str | None
    """With names that the articles do not have replaced by similar names that they have; None if there are none."""


def correct(question: str, snapshot: Snapshot) -> Spelling:
    """Correct a question's typos."""
    language = snapshot.language_of(question)
    shouted = question.upper() == question
    snapshot.words.frequencies(stems(question, language))  # together, as an engine's words are counted in the database
    words: dict[int, tuple[str, str, str]] = {}
    for match in _WORD.finditer(question):
        capitalised = match.group()[0].isupper() and not shouted and bool(re.search(r"\w", question[: match.start()]))
        words[match.start()] = _forms(match.group(), capitalised, language, snapshot)
    searched, shown, offered = (
        _WORD.sub(lambda match: words[match.start()][form], question)  # noqa: B023
        for form in range(3)
    )
    return Spelling(searched, shown, offered if offered != shown else None)


def _forms(word: str, capitalised: bool, language: str, snapshot: Snapshot) -> tuple[str, str, str]:
    """A word as it is searched for, shown and offered."""
    known = snapshot.words
    if known.holds(word, language):
        return word, word, word
    if spelled := known.spelled(word):  # semi-conductor, taxfree
        return spelled, word, word
    shown = _PART.sub(lambda part: _corrected(part.group(), capitalised, language, snapshot)[0], word)
    return shown, shown, _PART.sub(lambda part: _corrected(part.group(), capitalised, language, snapshot)[1], word)


def _corrected(part: str, capitalised: bool, language: str, snapshot: Snapshot) -> tuple[str, str]:
    """A part of a word with typos corrected, first without and then with a name replaced by one of the articles."""
    known = snapshot.words
    if known.holds(part, language) or snapshot.is_common(part) or known.spelled(part):
        return part, part
    near = known.nearest(part)
    if near is None:
        return part, part
    is_name = near[0].isupper() and (capitalised or not snapshot.is_common(near.lower()))
    near = near[0].upper() + near[1:] if part[0].isupper() else near
    return (part, near) if is_name else (near, near)
