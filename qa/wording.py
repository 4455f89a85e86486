"""A question as it was meant: slips of the pen put right, abbreviations given in both forms.

Only a word that the articles do not have is changed, and only into one that they have and that looks nearly like it. A
word that the model knows whole is left as it is: "Australia" is not a slip for "Austria".
"""

from __future__ import annotations

import re

from index import Library

_PART = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")


def correct(question: str, library: Library) -> str:
    """The question with the words that the articles do not have as they spell them, where slips explain the difference."""
    held = library.words

    def meant(part: str) -> str:
        if held.holds(part) or library.is_common(part):
            return part
        return held.spelled(part) or held.nearest(part) or part

    def corrected(match: re.Match[str]) -> str:
        word = match.group()
        if held.holds(word):
            return word
        whole = held.spelled(word)  # semi-conductor, taxfree
        return whole or _PART.sub(lambda part: meant(part.group()), word)

    return _WORD.sub(corrected, question)
