"""Values of mentions, and whether two mentions of one type have the same value, as "90 %" and "ninety percent" do."""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache
from itertools import product

from dateutil import parser as dates

from quoth.index.reading.metadata.dates import as_date
from quoth.index.text.analysis import stems
from quoth.qa.question.answer_types import NAMED, AnswerType

from .mentions import SMALL_NUMBERS
from .numbers import MULTIPLES, number, with_thousands

_DAYS = {
    "second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "night": 1, "week": 7, "fortnight": 14,
    "month": 30.44, "year": 365.25, "decade": 3652.5, "centur": 36525,
}  # fmt: skip
_UNITS = [
    ("square metres", 1e6, r"(?:square|sq\.?)\s+k(?:ilo)?m(?:et(?:re|er)s?)?|km[²2]"),
    ("square metres", 2589988.0, r"(?:square|sq\.?)\s+mi(?:les?)?"),
    ("square metres", 1e-4, r"(?:square|sq\.?)\s+c(?:enti)?m(?:et(?:re|er)s?)?|cm[²2]"),
    ("square metres", 1.0, r"(?:square|sq\.?)\s+m(?:et(?:re|er)s?)?|m[²2]"),
    ("square metres", 0.092903, r"(?:square|sq\.?)\s+(?:feet|foot|ft)|ft[²2]"),
    ("square metres", 0.836127, r"(?:square|sq\.?)\s+(?:yards?|yds?)"),
    ("litres", 1e3, r"(?:cubic|cu\.?)\s+m(?:et(?:re|er)s?)?|m[³3]"),
    ("litres", 1e12, r"(?:cubic|cu\.?)\s+k(?:ilo)?m(?:et(?:re|er)s?)?|km[³3]"),
    ("litres", 1e-3, r"(?:cubic|cu\.?)\s+c(?:enti)?m(?:et(?:re|er)s?)?|cm[³3]"),
    ("litres", 28.3168, r"(?:cubic|cu\.?)\s+(?:feet|foot|ft)|ft[³3]"),
    ("metres", 1e3, r"km\b|kilomet(?:re|er)s?"), ("metres", 1852.0, r"nautical\s+miles?"),
    ("metres", 1609.344, r"miles?"),
    ("metres", 0.01, r"cm\b|centimet(?:re|er)s?"), ("metres", 0.001, r"mm\b|millimet(?:re|er)s?"),
    ("metres", 1.0, r"m\b|met(?:re|er)s?"),
    ("metres", 0.3048, r"feet|foot|ft\b"), ("metres", 0.9144, r"yards?|yds?\b"), ("metres", 0.0254, r"inch(?:es)?"),
    ("grams", 1e6, r"tonnes?|metric\s+tons?|tons?"), ("grams", 1e3, r"kg\b|kilograms?|kilos?"),
    ("grams", 1.0, r"g\b|grams?"), ("grams", 1e-3, r"mg\b|milligrams?"),
    ("grams", 453.592, r"pounds?|lbs?\b"), ("grams", 28.3495, r"ounces?|oz\b"),
    ("litres", 1.0, r"lit(?:re|er)s?|l\b"), ("litres", 1e-3, r"ml\b|millilit(?:re|er)s?"),
    ("litres", 4.546, r"gallons?"),
    ("square metres", 1e4, r"hectares?|ha\b"), ("square metres", 4046.86, r"acres?"),
    ("knots", 1.0, r"knots?"), ("knots", 0.539957, r"km/h"), ("knots", 0.868976, r"mph"),
]  # fmt: skip
"""Measure, size of the unit in that measure, and names of the unit."""
_PART = re.compile(rf"(.+?)\b({'|'.join(_DAYS)})(?:s|ies|y)?\b")
_MEASURES = [
    (measure, factor, re.compile(rf"(?:\d|\b)\s*(?<![A-Za-z])(?:{names})(?![A-Za-z²³])", re.IGNORECASE))
    for measure, factor, names in _UNITS
]
_SHARES = {"half": 50.0, "quarter": 25.0, "third": 100 / 3, "fifth": 20.0, "sixth": 100 / 6, "tenth": 10.0}
_WORD = re.compile(r"[A-Za-z]+")
_RATIO = re.compile(r"(.+?)\s+(?:out\s+of|in|of)\s+(?:the\s+|every\s+)?(.+)|(\d+)/(\d+)(?:\s.*)?", re.IGNORECASE)
_CURRENCIES = [
    (re.compile(pattern, re.IGNORECASE), name)
    for pattern, name in (
        (r"(?<![A-Z])(?:US[$]|U\.?S\.?\s+dollar)|USD", "US $"),
        (r"(?<![A-Z])CA?[$]|Canadian\s+dollar|CAD", "Canadian $"),
        (r"(?<![A-Z])AU?[$]|Australian\s+dollar|AUD", "Australian $"),
        (r"NZ[$]|New\s+Zealand\s+dollar|NZD", "New Zealand $"), (r"HK[$]|Hong\s+Kong\s+dollar|HKD", "Hong Kong $"),
        (r"[$]|dollar", "$"), (r"€|euro|EUR", "€"), (r"£|pound|GBP|pence", "£"), (r"¥|yen|JPY", "¥"),
        (r"yuan|renminbi|CNY", "yuan"), (r"cent\b", "cent"), (r"Swedish|SEK", "Swedish crown"),
        (r"Norwegian|NOK", "Norwegian crown"), (r"Danish|DKK", "Danish crown"), (r"crown|kron[aoe]", "crown"),
        (r"Swiss|CHF", "Swiss franc"), (r"franc", "franc"), (r"rupee", "rupee"), (r"rou?ble", "rouble"),
        (r"\bmarks?\b", "mark"), (r"shilling", "shilling"),
    )
]  # fmt: skip
_OF_SEVERAL = ("$", "crown", "franc")
"""Currencies that several countries have."""
_DEGREES = re.compile(r"(?:degrees?\s*|°\s?)([CF])(?:elsius|ahrenheit)?\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|per\s?cent", re.IGNORECASE)
_NOUN = re.compile(r"\s([a-z][a-z’'-]+)$")
_TIME = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?\s*([ap])?", re.IGNORECASE)
_CLOCK = re.compile(r"(half|quarter|[\w-]+)(?:\s+minutes)?\s+(past|after|to|before)\s+(\w+)", re.IGNORECASE)
ROUGH = 0.1
"""Maximum relative difference from a value that is given as "about" or "more than"; between two percentages, the
maximum is one point."""
_TITLES = frozenset(
    stems("Mr Mrs Ms Dr Sir President Minister Premier Secretary Senator Professor King Queen Pope General Judge")
)


@lru_cache(20_000)
def agree(answer_type: AnswerType, a: str, b: str, rough: bool = False) -> bool | None:
    """Whether two mentions can both be true as answers to one question; None if they cannot be compared.

    Dates are compared in the parts that both state: 2019 agrees with October 20, 2019. A number agrees with its
    roundings to two digits or more, in any unit. A name agrees with a part of itself and with its initials. "1.200"
    agrees with what it means in English, and with what it means elsewhere.

    :param rough: whether one of them is given as about, nearly, more than ... a value.
    """
    readings = product(dict.fromkeys((a, with_thousands(a))), dict.fromkeys((b, with_thousands(b))))
    found = [_agree(answer_type, one, other, rough) for one, other in readings]
    return True if True in found else found[0]


def _agree(answer_type: AnswerType, a: str, b: str, rough: bool) -> bool | None:
    if answer_type in NAMED:
        return _same_name(a, b)
    if answer_type is AnswerType.DATE:
        return _same_date(_date(a), _date(b))
    if answer_type is AnswerType.TIME:
        return _same_time(_minutes(a), _minutes(b))
    first, second = _measure(answer_type, a), _measure(answer_type, b)
    if (
        first is None
        or second is None
        or (not _same_unit(first[1], second[1]) and ((first[1] and second[1]) or answer_type is AnswerType.MONEY))
    ):
        return None
    if first[1] == "%" and _PERCENT.search(a) and _PERCENT.search(b):
        return abs(first[0] - second[0]) <= 1 if rough else _same_number(first[0], second[0])
    if (rough or first[1] == "%") and math.isclose(first[0], second[0], rel_tol=ROUGH):  # "nine in ten", "a quarter"
        return True
    return math.isclose(first[0], second[0], rel_tol=0.05) if first[1] == "days" else _same_number(first[0], second[0])


@lru_cache(20_000)
def confirms(answer_type: AnswerType, mention: str, other: str, rough: bool = False) -> bool:
    """Whether a mention confirms another: it agrees, and if both are dates, it states all that the other states.

    :param rough: whether one of them is given as about, nearly, more than ... a value.
    """
    if answer_type is AnswerType.DATE and (wanted := _date(other)) and (stated := _date(mention)):
        return all(x is None or x == y for x, y in zip(wanted, stated, strict=True))
    return agree(answer_type, mention, other, rough) is True


def _measure(answer_type: AnswerType, text: str) -> tuple[float, str] | None:
    """The number and the unit or noun that it counts, empty if it has none; None if there is no number."""
    lower = text.lower()
    if answer_type in (AnswerType.SHARE, AnswerType.NUMBER) and (ratio := _RATIO.fullmatch(text)):
        part, whole = (number(ratio.group(1) or ratio.group(3)), number(ratio.group(2) or ratio.group(4)))
        return (100 * part / whole, "%") if part is not None and whole else None
    value = number(text)
    if answer_type is AnswerType.AGE:
        return None if value is None else (value, "")
    if answer_type is not AnswerType.MONEY and (several := _days_of_several(lower)) is not None:
        return several, "days"
    if (
        unit := next((u for u in _DAYS if re.search(rf"\b{u}(?:s|ies|y)?\b", lower)), None)
    ) and answer_type is not AnswerType.MONEY:
        if value is None and re.match(r"(?:an?|once an?)\b", lower):
            value = 1.0
        if re.match(r"half|(?:a\s+)?quarter", lower):
            value = (value or 1.0) * (0.5 if lower.startswith("half") else 0.25)
        return None if value is None else (value * _DAYS[unit], "days")
    if answer_type is AnswerType.DURATION:
        return None
    if answer_type is AnswerType.SHARE and not _PERCENT.search(text):
        fraction = next((s for s in _SHARES if s in lower), None)
        return None if fraction is None else ((1.0 if value is None else value) * _SHARES[fraction], "%")
    if value is None:
        return None
    if answer_type is AnswerType.MONEY:
        return value, next((name for pattern, name in _CURRENCIES if pattern.search(text)), "")
    if _PERCENT.search(text):
        return value, "%"
    if degrees := _DEGREES.search(text):
        return (value if degrees.group(1).lower() == "c" else (value - 32) / 1.8), "degrees"
    for measure, factor, names in _MEASURES:
        if names.search(text):
            return value * factor, measure
    noun = _NOUN.search(text)
    currency = next((name for pattern, name in _CURRENCIES if pattern.search(text)), "")
    return value, currency or (
        " ".join(stems(noun.group(1)))
        if noun and noun.group(1) not in MULTIPLES and noun.group(1) not in SMALL_NUMBERS
        else ""
    )


def _days_of_several(text: str) -> float | None:
    """The days of a duration in several units, "two years and six months"; None if it has fewer than two."""
    parts = [(number(m[1]) or (1.0 if re.search(r"\ban?\s*$", m[1]) else None), m[2]) for m in _PART.finditer(text)]
    known = [value * _DAYS[unit] for value, unit in parts if value is not None]
    return sum(known) if len(known) == len(parts) > 1 else None


def _same_unit(a: str, b: str) -> bool:
    """Whether two units are the same, or one is that of a country and the other leaves the country open."""
    return a == b or any(money in (a, b) and a.endswith(money) and b.endswith(money) for money in _OF_SEVERAL)


def _minutes(text: str) -> tuple[int, bool] | None:
    """A time of day in minutes after midnight, and whether the half of the day is known; if not, the first is taken."""
    lower = text.lower()
    if lower in ("noon", "midnight"):
        return (720 if lower == "noon" else 0), True
    if clock := _CLOCK.match(lower):
        off = {"half": 30.0, "quarter": 15.0}.get(clock.group(1), number(clock.group(1)))
        hour = number(clock.group(3))
        if off is None or hour is None:
            return None
        return int((hour * 60 + (off if clock.group(2) in ("past", "after") else -off)) % 720), False
    if match := _TIME.match(lower):
        hour, minute, half = int(match.group(1)), int(match.group(2) or 0), match.group(3)
        return (hour % 12 + 12 * (half == "p") if half else hour) * 60 + minute, bool(half) or hour > 12
    value = number(lower)
    return None if value is None else (int(value * 60) % 720, False)


def _same_time(a: tuple[int, bool] | None, b: tuple[int, bool] | None) -> bool | None:
    if a is None or b is None:
        return None
    return a[0] == b[0] if a[1] and b[1] else a[0] % 720 == b[0] % 720


def _same_number(a: float, b: float) -> bool:
    """Whether they are equal, or the one with fewer digits is the other one rounded."""
    digits = max(2, min(_digits(a), _digits(b)))
    return _rounded(a, digits) == _rounded(b, digits)


def _digits(value: float) -> int:
    """Number of significant digits: 2 for 1,200."""
    return len(f"{value:.12g}".split("e")[0].replace(".", "").replace("-", "").strip("0"))


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


@lru_cache(20_000)
def _date(text: str) -> tuple[int | None, int | None, int | None] | None:
    """Year, month and day, each None if not stated; None if the text is no date."""
    if not re.search(r"\d", text) or re.search(r"centur|\d0s\b|\bBCE?\b", text):
        return None
    try:
        # a part that does not depend on the default is stated
        one, two = (dates.parse(text, default=dt.datetime(*given)) for given in ((2000, 1, 1), (2004, 2, 2)))
    except (ValueError, OverflowError):
        return (found.year, found.month, found.day) if (found := as_date(text)) else None
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
