"""Codes of letters and digits that a question names, and long numbers in groups: "KX-4417", "CVE-2021-44228", an ISBN,
a telephone number.

A code may be written with other hyphens, with blanks or in other case. Amounts ("16GB", "50-year"), dates, years and
ranges are no codes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from quoth.index.text.normalize import normalised

_JOINT = r"[-‐‑–/._:]"
_TOKEN = re.compile(rf"(?<![\w@.,/$€£-])[A-Za-z0-9]+(?:{_JOINT}?[A-Za-z0-9]+)*(?![\w@]|://)")
_AMOUNT = re.compile(
    r"\d[\d.,]*(?:[A-Za-z]{1,5}|-[a-z]+(?:-[a-z]+)*)|(?:US|USD|EUR|GBP|CHF|JPY|CAD|AUD|HK|NZ|Rs)\d[\d.,]*[a-z]?"
)
"""Digits with a unit, an ending or a currency: 16GB, 20th, 50-year-old, USD500."""
_RUN = re.compile(r"\d+|[A-Za-z]+|[^\w\s]|_")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_GROUPS = re.compile(r"(?<![\w.,$€£/-])(?:\+|\()?\d[\d()/ .‐‑–-]{5,}\d(?![\w%]|[.,]\d)")
_DATE_OR_AMOUNT = r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{1,3}(?:[ .]\d{3})+)"
_NO_CODE = re.compile(rf"{_DATE_OR_AMOUNT}(?:\s*[–-]\s*{_DATE_OR_AMOUNT})?|[1-9]\d{{0,8}}(?: \d+)?")
"""Dates, numbers with separators of thousands, numbers side by side, and ranges of them."""
_RANGE = re.compile(r"(\d+)\s*[-‐‑–]\s*(\d+)")
_MIN_DIGITS, _LONG = 7, 10
"""Minimum numbers of digits of a number in groups, and of one that needs no noun."""


class Code(NamedTuple):
    """A code that a question names."""

    text: str
    """As typed."""
    certain: bool
    """Whether only this code can be meant; else a text without it may be about the same thing in other words."""

    def is_named_in(self, text: str) -> bool | None:
        """Whether a text names the code; None if it names neither the code nor one that differs in its digits."""
        found = _named(self, text)
        return any(found) if found else None

    def is_named_last_in(self, text: str) -> bool | None:
        """The same, judged by the last of the codes that differ in their digits alone."""
        found = _named(self, text)
        return found[-1] if found else None

    def is_only_one_in(self, text: str) -> bool:
        """Whether a text names the code, and none that differs in its digits."""
        found = _named(self, text)
        return bool(found) and all(found)

    def is_unique(self) -> bool:
        """Whether it needs no noun: it has letters, or as many digits as an ISBN."""
        return self.certain and (bool(re.search(r"[A-Za-z]", self.text)) or len(_digits(self.text)) >= _LONG)

    def other_spelling(self) -> str:
        """The code without separators if it has some, else with a blank between letters and digits."""
        runs = [run for run in _RUN.findall(self.text) if run.isalnum()]
        joined = "".join(runs)
        return " ".join(runs) if joined == self.text else joined


@lru_cache(1_000)
def codes(question: str) -> tuple[Code, ...]:
    """Return the codes that a question names, in order."""
    found = []
    for match in _TOKEN.finditer(question):
        token = match.group()
        digits = re.findall(r"\d+", token)
        if not digits or token.isdecimal() or not re.search(r"[A-Za-z]", token) or _AMOUNT.fullmatch(token):
            continue
        long = [run for run in digits if len(run) > 2 and not _YEAR.fullmatch(run)]
        typed_as_code = any(c.isupper() for c in token) or sum(map(len, long)) > 3
        found.append((match.start(), Code(token, bool(long) and typed_as_code)))
    for match in _GROUPS.finditer(question):
        if _is_number_in_groups(match.group()):
            found.append((match.start(), Code(match.group(), True)))
    return tuple(code for _, code in sorted(found))


def _is_number_in_groups(text: str) -> bool:
    parts = _RANGE.fullmatch(text)
    is_range = parts is not None and len(parts[1]) == len(parts[2])
    return len(_digits(text)) >= _MIN_DIGITS and not is_range and not _NO_CODE.fullmatch(text)


@lru_cache(256)
def _named(code: Code, text: str) -> tuple[bool, ...]:
    """For each code in a text that is the given one or differs from it in its digits, whether it is the given one."""
    copy = normalised(text)[0]
    if not re.search(r"[A-Za-z]", code.text):
        own = _digits(code.text)
        others = [_digits(match.group()) for match in _GROUPS.finditer(copy)]
        return tuple(_same_number(own, other) for other in others if len(other) >= _MIN_DIGITS)
    same, alike = _patterns(code.text)
    places = {match.start(): True for match in same.finditer(copy)}
    if alike:
        places = {match.start(): False for match in alike.finditer(copy)} | places
    return tuple(places[at] for at in sorted(places))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _same_number(one: str, other: str) -> bool:
    """Whether two numbers are the same, with or without the prefix of a country or an area."""
    short, long = sorted((one.lstrip("0"), other.lstrip("0")), key=len)
    return len(short) >= _MIN_DIGITS and long.endswith(short)


@lru_cache(1_000)
def _patterns(code: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """Patterns of a code as it may be written, and of codes that begin with the same letters."""
    runs = [run for run in _RUN.findall(code) if run.isalnum()]
    parts = [runs[0]]
    for before, run in pairwise(runs):
        both_digits = before.isdecimal() and run.isdecimal()
        parts.append(rf"\s?{_JOINT}\s?|\s" if both_digits else rf"\s?{_JOINT}?\s?")
        parts[-1] = f"(?:{parts[-1]}){run}"
    same = re.compile(rf"(?<!\w)(?<!\d[-/.]){''.join(parts)}(?:[’']?s)?(?!\w|[-/.]\d)", re.IGNORECASE)
    first = runs[0]
    if first.isdecimal():
        return same, None
    apart = rf"|{first.upper()}\s" if len(first) > 1 else ""
    return same, re.compile(rf"(?<!\w)(?:(?i:{first}){_JOINT}?{apart})\d\w*(?:{_JOINT}\d?\w*\d\w*)*")
