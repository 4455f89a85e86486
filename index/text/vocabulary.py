"""Spellings and abbreviations of the articles, to correct and expand the words of questions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .analysis import SIGNS
from .normalize import normalised

LETTERS = rf"[^\W\d_]+(?:[{SIGNS}][^\W\d_]*)*"
"""A word without hyphens."""
_WORD = re.compile(rf"{LETTERS}(?:[-‐‑]{LETTERS})*")
_DEFINED = re.compile(r"\(([A-Z][A-Za-z&.]{1,9})\)")
MIN_LETTERS = 4
"""Minimum length of a word that is corrected; shorter words have too many neighbours."""
_NEGATIVE_PREFIXES = ("un", "in", "im", "il", "ir", "a", "de", "non", "dis", "mis")
_LONG = 8
"""Minimum length of a word whose correction may differ by two typos instead of one."""
_MAX_CANDIDATES = 20
"""Maximum number of corrections of each length that are compared."""
_MAX_RUN = 10
"""Maximum number of words in a run."""
_ABBREVIATION_CONTEXT = 120
"""Number of characters before an abbreviation that are searched for its long form."""


def spellings(text: str) -> set[str]:
    """Return the words of a text as spelled in it."""
    return set(_WORD.findall(normalised(text)[0]))


@lru_cache(100_000)
def plain_form(word: str) -> str:
    """Return a word without case, accents and hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if c.isalnum() or _is_vowel_sign(c))


def _is_vowel_sign(c: str) -> bool:
    return unicodedata.category(c)[0] == "M" and not unicodedata.combining(c)


class Neighbours:
    """Search for words by edit distance.

    :param counts: plain form of a word -> number of occurrences in the articles.
    """

    def __init__(self, counts: dict[str, int]) -> None:
        self._counts = counts
        self._by_length: dict[int, list[str]] = {}
        for word in counts:
            self._by_length.setdefault(len(word), []).append(word)

    def nearest(self, word: str) -> str | None:
        """Return the nearest word within one typo, or two for a long word; None if there is none.

        Ties are resolved by equal first letter, then by frequency. A typo is an extra, missing or wrong letter, or two
        swapped letters (optimal string alignment distance).
        """
        asked = plain_form(word)
        if len(asked) < MIN_LETTERS:
            return None
        max_typos = 2 if len(asked) >= _LONG else 1
        candidates: list[tuple[str, int, int]] = []
        for length in range(max(MIN_LETTERS, len(asked) - max_typos), len(asked) + max_typos + 1):
            words = self._by_length.get(length, [])
            candidates += process.extract(
                asked, words, scorer=OSA.distance, score_cutoff=max_typos, limit=_MAX_CANDIDATES
            )
        candidates = [c for c in candidates if not _is_opposite(asked, c[0])]
        ranked = sorted(candidates, key=lambda c: (c[1], c[0][0] != asked[0], -self._counts[c[0]], c[0]))
        return ranked[0][0] if ranked else None


def _is_opposite(one: str, other: str) -> bool:
    """Whether one word negates the other by a prefix: "unproven" is not a typo of "proven"."""
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return any(longer == prefix + shorter for prefix in _NEGATIVE_PREFIXES)


def abbreviations(text: str) -> Iterator[tuple[str, str]]:
    """Yield the abbreviations that a text defines, with their long forms: "Consumer Electronics Show (CES)"."""
    for match in _DEFINED.finditer(text):
        short = match.group(1).replace(".", "")
        if long := _long_form(short, text[max(0, match.start() - _ABBREVIATION_CONTEXT) : match.start()]):
            yield (short[:-1] if short.endswith("s") and len(short) > 2 else short), long


def _long_form(short: str, before: str) -> str | None:
    """Return the words before an abbreviation that contain its letters in order; None if there are none.

    The letters are matched from the last to the first (Schwartz and Hearst 2003).
    """
    folded = "".join(lower if len(lower := c.casefold()) == 1 else c for c in before)  # as long as before
    letters = short.casefold().removesuffix("s") if len(short) > 2 else short.casefold()
    words = list(re.finditer(r"[^\W_]+", before))[-min(len(letters) + 5, 2 * len(letters)) :]
    if not words:
        return None
    at = len(before)
    for i, letter in reversed(list(enumerate(letters))):
        while True:
            at = folded.rfind(letter, words[0].start(), at)
            if at < 0:
                return None
            if i > 0 or at == 0 or not before[at - 1].isalnum():
                break
    long = before[at:].strip()
    return long if " " in long or "-" in long else None


def runs(words: list[str]) -> set[str]:
    """Return all runs of up to ``_MAX_RUN`` consecutive words, joined by spaces."""
    return {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(len(words), i + _MAX_RUN) + 1)}
