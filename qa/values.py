"""Whether two things of one kind, as two texts put them, are the same: "90 %" and "ninety percent" are."""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache

from dateutil import parser as dates

from index.words import stems

from .kinds import LARGE_NUMBERS, NAMED, SMALL_NUMBERS, Kind

_DAYS = {
    "second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30.44, "year": 365.25,
    "decade": 3652.5, "centur": 36525,
}  # fmt: skip
_SHARES = {"half": 50.0, "quarter": 25.0, "third": 100 / 3, "fifth": 20.0, "tenth": 10.0}
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_WORD = re.compile(r"[A-Za-z]+")
_CURRENCIES = [re.compile(p, re.IGNORECASE) for p in (r"[$]|dollar|USD", r"€|euro|EUR", r"£|pound|GBP", r"¥|yen", r"yuan", r"cent\b")]
_MULTIPLES = {"bn": 1e9, "m": 1e6, "dozen": 12.0} | LARGE_NUMBERS
_TITLES = frozenset(stems("Mr Mrs Ms Dr Sir President Minister Premier Secretary Senator Professor King Queen Pope General Judge"))


@lru_cache(20_000)
def agree(kind: Kind, a: str, b: str) -> bool | None:
    """Whether they can both be true as the answer to one question; None where they cannot be compared.

    Of dates, only the parts that both state count (2019 agrees with October 20, 2019); a number agrees with one that it
    is a rounding of, to two digits or more; a name with a part of itself and with its initials.
    """
    if kind in NAMED:
        return _same_name(a, b)
    if kind is Kind.DATE:
        return _same_date(_date(a), _date(b))
    first, second = _measure(kind, a), _measure(kind, b)
    if first is None or second is None or first[1] != second[1]:
        return None
    return math.isclose(first[0], second[0], rel_tol=0.05) if kind is Kind.DURATION else _same_number(first[0], second[0])


@lru_cache(20_000)
def confirms(kind: Kind, mention: str, thing: str) -> bool:
    """Whether a mention says what the thing says: it agrees, and of a date it states no less."""
    if kind is Kind.DATE and (stated := _date(thing)) and (said := _date(mention)):
        return all(x is None or x == y for x, y in zip(stated, said, strict=True))
    return agree(kind, mention, thing) is True


def number(text: str) -> float | None:
    """ "twenty-five", "6.3 billion", "1,200" as a number."""
    digits = _DIGITS.search(text)
    words = [w for w in _WORD.findall(text[digits.end() :] if digits else text)]
    value = float(digits.group().replace(",", "")) if digits else None
    for word in words:
        lower = word.lower().removesuffix("s")
        if lower in _MULTIPLES and (value is not None or lower not in ("m", "bn")):
            value = (value or 1.0) * _MULTIPLES[lower]
        elif word.lower() in SMALL_NUMBERS and not digits:
            value = (value or 0.0) + SMALL_NUMBERS[word.lower()]
        elif value is not None:
            break
    return value


def _measure(kind: Kind, text: str) -> tuple[float, str] | None:
    """The number, and what it counts where that can be told."""
    lower = text.lower()
    value = number(text)
    if kind is Kind.DURATION:
        unit = next((u for u in _DAYS if re.search(rf"\b{u}", lower)), None)
        if value is None and re.match(r"(?:an?|once an?)\b", lower):
            value = 1.0
        return None if value is None or unit is None else (value * _DAYS[unit], "days")
    if kind is Kind.SHARE and not re.search(r"%|per\s?cent", lower):
        part = next((s for s in _SHARES if s in lower), None)
        return None if part is None else ((1.0 if value is None else value) * _SHARES[part], "%")
    if value is None:
        return None
    if kind is Kind.MONEY:
        return value, str(next((i for i, c in enumerate(_CURRENCIES) if c.search(text)), ""))
    return value, "%" if re.search(r"%|per\s?cent", lower) else next((str(i) for i, c in enumerate(_CURRENCIES) if c.search(text)), "")


def _same_number(a: float, b: float) -> bool:
    """Equal, or the one with fewer digits is the other rounded."""
    digits = max(2, min(_digits(a), _digits(b)))
    return _rounded(a, digits) == _rounded(b, digits)


def _digits(value: float) -> int:
    """How many digits of it are significant: 2 of 1,200."""
    return len(f"{value:.12g}".split("e")[0].replace(".", "").replace("-", "").strip("0"))


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


@lru_cache(20_000)
def _date(text: str) -> tuple[int | None, int | None, int | None] | None:
    """Year, month and day, as far as stated."""
    if not re.search(r"\d", text) or re.search(r"centur|\d0s\b|\bBCE?\b", text):
        return None
    try:
        # What two different defaults both leave as it was is stated.
        one, two = (dates.parse(text, default=dt.datetime(*given)) for given in ((2001, 1, 1), (2002, 2, 2)))
    except (ValueError, OverflowError):
        return None
    year, month, day = ((x if x == y else None) for x, y in zip(one.timetuple()[:3], two.timetuple()[:3], strict=True))
    return year, month, day


def _same_date(a: tuple[int | None, ...] | None, b: tuple[int | None, ...] | None) -> bool | None:
    if a is None or b is None:
        return None
    both = [(x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None]
    return all(x == y for x, y in both) if both else None


def _same_name(a: str, b: str) -> bool | None:
    first, second = set(stems(a)) - _TITLES, set(stems(b)) - _TITLES
    if not first or not second:
        return None
    return first <= second or second <= first or _initials(a) == _bare(b) or _initials(b) == _bare(a)


def _initials(name: str) -> str:
    return "".join(word[0] for word in _WORD.findall(name) if word[0].isupper())


def _bare(name: str) -> str:
    return re.sub(r"[.\s]", "", name)
