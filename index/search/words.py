"""What the articles' words tell about those of a question: which they have, how they spell them, and how rare they are.

Both sources of candidates count terms of three kinds, each once a passage: stems, words as they are spelled, and
abbreviations. A spelling is found by its plain form, an abbreviation by its long form and the other way round: such a
term is a key and a value with a separator between them.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Literal

from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.text.analysis import stems
from quoth.index.text.vocabulary import Neighbours, abbreviations, plain_form, runs, spellings

Kind = Literal["text", "spelled", "abbreviations"]
SEPARATOR = "\x1f"
"""Splits a term into a key to look it up by and a value. No word contains it."""
_PRIOR = 100
_SHORT, _LONG = f"s{SEPARATOR}", f"l{SEPARATOR}"


class Words(ABC):
    """The words of the passages, in one generation."""

    @abstractmethod
    def __len__(self) -> int:
        """Number of passages."""

    @abstractmethod
    def frequencies(self, words: Collection[str]) -> dict[str, int]:
        """Number of passages by stem; 0 if none has it."""

    @abstractmethod
    def terms(self, kind: Kind, keys: Collection[str], limit: int | None = None) -> dict[str, list[tuple[str, int]]]:
        """By key, the terms that begin with it and their numbers of passages, the most frequent first, then by term."""

    def holds(self, word: str, language: str = ENGLISH) -> bool:
        """Whether the passages have all stems of a word."""
        return all(self.frequencies(stems(word, language)).values())

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        """idf of stems: lowest for a stem of every passage, highest for a stem of none.

        Smoothed, so that the name of the subject of a handful of articles keeps some weight: as if there were
        ``_PRIOR`` further passages, and every word occurred in one of a hundred of them.
        """
        total = len(self) + _PRIOR
        counts = {stem: n + _PRIOR / 100 for stem, n in self.frequencies(set(words)).items()}
        return {stem: math.log(1 + (total - n + 0.5) / (n + 0.5)) for stem, n in counts.items()}

    def spelled(self, word: str) -> str | None:
        """The most frequent spelling of a word, which may differ in case, accents and hyphens; None if absent."""
        return next(iter(self._values("spelled", [plain_form(word) + SEPARATOR])), None) if plain_form(word) else None

    def nearest(self, word: str) -> str | None:
        """The word that was meant, if typos explain the difference; None if no word is similar."""
        near = self._neighbours.nearest(word)
        return self.spelled(near) if near else None

    @cached_property
    def _neighbours(self) -> Neighbours:
        counts: dict[str, int] = {}
        for term, count in self.terms("spelled", [""])[""]:
            form = term.partition(SEPARATOR)[0]
            counts[form] = counts.get(form, 0) + count
        return Neighbours(counts)

    def other_forms(self, text: str) -> list[str]:
        """The long forms of a text's abbreviations, and the abbreviations of its long forms."""
        words = {form for word in spellings(text) for form in (plain_form(word), plain_form(word).removesuffix("s"))}
        longs = self._values("abbreviations", [f"{_SHORT}{word}{SEPARATOR}" for word in words])
        asked = runs(stems(text))
        shorts = self._values("abbreviations", [f"{_LONG}{run}{SEPARATOR}" for run in asked])
        both = self._values("abbreviations", [f"{_LONG}{_stemmed(long)}{SEPARATOR}" for long in longs])
        return sorted(long for long in longs if _stemmed(long) not in asked) + sorted(shorts - both)

    def _values(self, kind: Kind, keys: Collection[str]) -> set[str]:
        """The values of the most frequent term with each key."""
        found = self.terms(kind, keys, 1) if keys else {}
        return {term.rpartition(SEPARATOR)[2] for some in found.values() for term, _ in some}


class _NoWords(Words):
    """The words of no passages."""

    def __len__(self) -> int:
        return 0

    def frequencies(self, words: Collection[str]) -> dict[str, int]:
        return dict.fromkeys(words, 0)

    def terms(self, kind: Kind, keys: Collection[str], limit: int | None = None) -> dict[str, list[tuple[str, int]]]:
        return {key: [] for key in keys}


NO_WORDS = _NoWords()


def spelled_terms(text: str) -> set[str]:
    """The words of a text as they are spelled, as terms."""
    return {f"{plain_form(word)}{SEPARATOR}{word}" for word in spellings(text)}


def abbreviation_terms(text: str) -> set[str]:
    """The abbreviations that a text defines, as terms."""
    return {
        term
        for short, long in abbreviations(text)
        for term in (f"{_SHORT}{plain_form(short)}{SEPARATOR}{long}", f"{_LONG}{_stemmed(long)}{SEPARATOR}{short}")
    }


def _stemmed(text: str) -> str:
    return " ".join(stems(text))
