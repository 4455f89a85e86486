"""A question as it was meant: slips of the pen put right, abbreviations given in both forms.

Only a word that the articles do not have is changed, and only into one that they have and that looks nearly like it. A
word that the model knows whole is left as it is: "Australia" is not a slip for "Austria".
"""

from __future__ import annotations

import re

from index import Library
from index.vocabulary import plain
from index.words import stems

_PART = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")


def correct(question: str, library: Library) -> str:
    """The question with the words that the articles do not have as they spell them, where slips explain the difference."""
    vocabulary = library.vocabulary()

    def meant(part: str) -> str:
        if library.holds(part) or library.is_common(part):
            return part
        return vocabulary.spelled(part) or vocabulary.nearest(part) or part

    def corrected(match: re.Match[str]) -> str:
        word = match.group()
        if library.holds(word):
            return word
        whole = vocabulary.spelled(word)  # semi-conductor, taxfree
        return whole or _PART.sub(lambda part: meant(part.group()), word)

    return _WORD.sub(corrected, question)


def other_forms(question: str, library: Library) -> list[str]:
    """The long forms of the abbreviations that it uses, and the abbreviations of the long forms that it uses."""
    words = {form for part in _WORD.findall(question) for form in (plain(part), plain(part).removesuffix("s"))}
    asked = f" {' '.join(stems(question))} "
    found = []
    for short, long in library.vocabulary().abbreviations.items():
        has_short, has_long = plain(short) in words, f" {' '.join(stems(long))} " in asked
        if has_short != has_long:
            found.append(long if has_short else short)
    return found
