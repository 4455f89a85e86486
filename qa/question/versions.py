"""Versions that a question names by their year: "the rules of 2023", "the 2011 census", "Dog Act 2016"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from quoth.index.text.analysis import stems
from quoth.index.text.normalize import normalised

YEAR = r"(?:1[5-9]|20)\d\d"
_VERSION = re.compile(
    rf"(?<![\w-])(?P<noun>[^\W\d_]+)\s+of\s+(?P<year>{YEAR})\b(?![-–/])"
    rf"|(?:\b(?:the|an?|its|his|her|their|our|this|that)|[’']s)\s+(?P<before>{YEAR})\s+(?P<named>[^\W\d_]+)"
    rf"|(?<![\w-])(?P<title>[A-Z][^\W\d_]+)\s+(?P<titled>{YEAR})\b(?![-–/])"
)
_NO_VERSION = frozenset(
    re.findall(
        r"\w+",
        """
as early late mid end start begin beginning middle half rest course part quarter month months summer autumn fall
winter spring season year years january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday easter
christmas since until till before after during by than and or to in on at from between post pre circa
        """,
    )
)


class Version(NamedTuple):
    """A version of something."""

    noun: str
    """What it is a version of, in small letters."""
    year: str
    certain: bool = False
    """A text without the year may be about it."""

    def is_named_in(self, text: str) -> bool | None:
        """Whether a text names the version, or at least its year; None if it names no other version either."""
        if re.search(rf"(?<!\d){self.year}(?!\d)", text):
            return True
        return False if _years_of(self.noun, text) else None

    def is_named_last_in(self, text: str) -> bool | None:
        """The same, judged by the last version alone."""
        years = _years_of(self.noun, text)
        return years[-1] == self.year if years else self.is_named_in(text)


@lru_cache(1_000)
def versions(question: str) -> tuple[Version, ...]:
    """Return the versions that a question names by their year, in order."""
    named = [_named(match) for match in _VERSION.finditer(question)]
    return tuple(Version(noun, year) for noun, year in named if noun not in _NO_VERSION and stems(noun))


def _named(match: re.Match[str]) -> tuple[str, str]:
    """The noun and the year of a version."""
    noun = match["noun"] or match["named"] or match["title"]
    return noun.casefold(), match["year"] or match["before"] or match["titled"]


@lru_cache(256)
def _years_of(noun: str, text: str) -> tuple[str, ...]:
    """The years of the versions of something in a text, in order."""
    own = stems(noun)
    named = [_named(match) for match in _VERSION.finditer(normalised(text)[0])]
    return tuple(year for other, year in named if stems(other) == own)
