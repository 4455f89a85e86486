"""The articles' words as they are spelled, and the abbreviations that they introduce: what a question's words can be meant for."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_DEFINED = re.compile(r"\(([A-Z][A-Za-z&.]{1,9})\)")
MIN_LETTERS = 4
"""Shorter words have too many neighbours to be corrected."""
LONG = 8
"""From this many letters on, a word may be two slips away instead of one."""


class Vocabulary:
    """Of some texts; it never changes."""

    def __init__(self, texts: Iterable[str], before: Vocabulary | None = None) -> None:
        self._counts: Counter[str] = Counter(before._counts if before else ())
        self.abbreviations: dict[str, str] = dict(before.abbreviations) if before else {}
        """Long forms by their abbreviation: {"CFIUS": "Committee on Foreign Investment in the United States"}."""
        for text in texts:
            self._counts.update(_WORD.findall(text))
            self.abbreviations.update(_abbreviations(text))
        self._spelled: dict[str, str] = {}
        """The most frequent spelling of each plain form."""
        for word, _ in reversed(self._counts.most_common()):
            self._spelled[plain(word)] = word

    def spelled(self, word: str) -> str | None:
        """The word as the articles spell it, but for case, accents and hyphens; None if they do not have it."""
        return self._spelled.get(plain(word))

    def nearest(self, word: str) -> str | None:
        """The most frequent of the words that are one slip away, two for long ones; None if there is none.

        A slip is a letter too much, too little or wrong, or two that changed places (optimal string alignment).
        """
        asked = plain(word)
        if len(asked) < MIN_LETTERS:
            return None
        slips = 2 if len(asked) >= LONG else 1
        found = process.extract(asked, self._spelled.keys(), scorer=OSA.distance, score_cutoff=slips, limit=20)
        ranked = sorted(found, key=lambda f: (f[1], f[0][0] != asked[0], -self._counts[self._spelled[f[0]]], f[0]))
        return next((self._spelled[near] for near, _, _ in ranked if len(near) >= MIN_LETTERS), None)


def plain(word: str) -> str:
    """Without case, accents and hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if c.isalnum())


def _abbreviations(text: str) -> Iterable[tuple[str, str]]:
    for match in _DEFINED.finditer(text):
        short = match.group(1).replace(".", "")
        if long := _long_form(short, text[max(0, match.start() - 120) : match.start()]):
            yield (short[:-1] if short.endswith("s") and len(short) > 2 else short), long


def _long_form(short: str, before: str) -> str | None:
    """The words before that the abbreviation stands for: its letters, from the last, each in turn (Schwartz and Hearst 2003)."""
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
