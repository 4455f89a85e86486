"""Words as the articles spell them, and the abbreviations that they introduce:
what a question's words can be meant for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_DEFINED = re.compile(r"\(([A-Z][A-Za-z&.]{1,9})\)")
MIN_LETTERS = 4
"""Shorter words have too many neighbours to be corrected."""
_DENYING = ("un", "in", "im", "il", "ir", "a", "de", "non", "dis", "mis")
LONG = 8
"""From this many letters on, a word may be two slips away instead of one."""


def spellings(text: str) -> set[str]:
    """The text's words as they are written there."""
    return set(_WORD.findall(text))


@lru_cache(100_000)
def plain(word: str) -> str:
    """Without case, accents and hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if c.isalnum())


class Neighbours:
    """Words, in their plain form, to be found by slips.

    :param counts: each plain form, with how often it stands in the articles.
    """

    def __init__(self, counts: dict[str, int]) -> None:
        self._counts = counts
        self._by_length: dict[int, list[str]] = {}
        for word in counts:
            self._by_length.setdefault(len(word), []).append(word)

    def nearest(self, word: str) -> str | None:
        """The most frequent of the words that are one slip away, two for long ones; None if there is none.

        A slip is a letter too much, too little or wrong, or two that changed places (optimal string alignment).
        """
        asked = plain(word)
        if len(asked) < MIN_LETTERS:
            return None
        slips = 2 if len(asked) >= LONG else 1
        found: list[tuple[str, int, int]] = []
        for length in range(max(MIN_LETTERS, len(asked) - slips), len(asked) + slips + 1):
            words = self._by_length.get(length, [])
            found += process.extract(asked, words, scorer=OSA.distance, score_cutoff=slips, limit=20)
        found = [f for f in found if not _opposite(asked, f[0])]
        ranked = sorted(found, key=lambda f: (f[1], f[0][0] != asked[0], -self._counts[f[0]], f[0]))
        return ranked[0][0] if ranked else None


def _opposite(one: str, other: str) -> bool:
    """Whether one denies the other: "unproven" is no slip for "proven"."""
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return any(longer == prefix + shorter for prefix in _DENYING)


def abbreviations(text: str) -> Iterator[tuple[str, str]]:
    """Abbreviations that the text introduces, with their long forms: "Consumer Electronics Show (CES)"."""
    for match in _DEFINED.finditer(text):
        short = match.group(1).replace(".", "")
        if long := _long_form(short, text[max(0, match.start() - 120) : match.start()]):
            yield (short[:-1] if short.endswith("s") and len(short) > 2 else short), long


def _long_form(short: str, before: str) -> str | None:
    """The words before that the abbreviation stands for: its letters, from the last,
    each in turn (Schwartz and Hearst 2003)."""
    letters = short.casefold().removesuffix("s") if len(short) > 2 else short.casefold()
    words = list(re.finditer(r"[^\W_]+", before))[-min(len(letters) + 5, 2 * len(letters)) :]
    if not words:
        return None
    at = len(before)
    for i, letter in reversed(list(enumerate(letters))):
        while True:
            at = before.casefold().rfind(letter, words[0].start(), at)
            if at < 0:
                return None
            if i > 0 or at == 0 or not before[at - 1].isalnum():
                break
    long = before[at:].strip()
    return long if " " in long or "-" in long else None


def runs(words: list[str], most: int = 10) -> Iterable[str]:
    """All runs of neighbouring words, joined by spaces."""
    return {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(len(words), i + most) + 1)}
