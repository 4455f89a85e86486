"""Units of measure: how much of a measure a number in a unit is, as 5 km are 5,000 metres and 2½ hours 0.104 days."""

from __future__ import annotations

import re

from .mentions import FRACTION
from .numbers import fraction, number

_METRE = r"met(?:re|er)s?"
_LENGTHS = [
    (1e3, rf"km|kilo{_METRE}"), (1609.344, r"(?<!nautical\s)miles?|mi"), (0.01, rf"cm|centi{_METRE}"),
    (0.001, rf"mm|milli{_METRE}"), (1.0, rf"m|{_METRE}"), (0.3048, r"feet|foot|ft"), (0.9144, r"yards?|yds?"),
    (0.0254, r"inch(?:es)?"),
]  # fmt: skip
_UNITS = [
    *(("square metres", size**2, rf"(?:square|sq\.?)\s*(?:{names})|(?:{names})[²2]") for size, names in _LENGTHS),
    *(("litres", 1e3 * size**3, rf"(?:cubic|cu\.?)\s*(?:{names})|(?:{names})[³3]") for size, names in _LENGTHS),
    *(("metres", size, names) for size, names in _LENGTHS), ("metres", 1852.0, r"nautical\s+miles?"),
    ("grams", 1e6, r"tonnes?|metric\s+tons?|tons?"), ("grams", 1e3, r"kg|kilograms?|kilos?"),
    ("grams", 1.0, r"g|grams?"), ("grams", 1e-3, r"mg|milligrams?"),
    ("grams", 453.592, r"pounds?|lbs?"), ("grams", 28.3495, r"ounces?|oz"),
    ("litres", 1.0, r"lit(?:re|er)s?|l"), ("litres", 1e-3, r"ml|millilit(?:re|er)s?"),
    ("litres", 4.546, r"gallons?"),
    ("square metres", 1e4, r"hectares?|ha"), ("square metres", 4046.86, r"acres?"),
    ("knots", 1.0, r"knots?"), ("knots", 0.539957, r"km/h"), ("knots", 0.868976, r"mph"),
]  # fmt: skip
"""Measure, size of the unit in that measure, and names of the unit."""
_MEASURES = [
    (measure, size, re.compile(rf"(?:\d|\b)\s*(?<![A-Za-z])(?:{names})(?![A-Za-z²³/])", re.IGNORECASE))
    for measure, size, names in _UNITS
]
_DAYS = {
    "second": 1 / 86400, "sec": 1 / 86400, "minute": 1 / 1440, "min": 1 / 1440, "hour": 1 / 24,
    "hr": 1 / 24, "h": 1 / 24, "day": 1, "night": 1, "week": 7, "fortnight": 14, "month": 30.44, "year": 365.25,
    "decade": 3652.5, "centur": 36525,
}  # fmt: skip
_PERIOD = re.compile(
    rf"(.*?)(?<![a-z/])(?<!\bper\s)({'|'.join(_DAYS)})(?:s|ies|y)?(?![a-z\d])(\s+and\s+a\s+half\b(?!\s+[a-z]))?",
    re.IGNORECASE | re.DOTALL,
)
_PART_OF = re.compile(rf"{FRACTION}\s+(?:of\s+)?an?\s*$|(?<!a[\s-])half-$", re.IGNORECASE)
_ONE = re.compile(r"(?:^|.*\b)an?\s+$", re.IGNORECASE | re.DOTALL)
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


def in_days(text: str) -> float | None:
    """The days of a duration, in one unit or several: "two years and six months", "an hour and a half"; None if the
    text has no unit of time, or one without a number."""
    parts = list(_PERIOD.finditer(text))
    known = [
        (value + 0.5 * bool(part[3])) * _DAYS[part[2].lower()]
        for part in parts if (value := _count(part[1])) is not None
    ]  # fmt: skip
    return sum(known) if parts and len(known) == len(parts) else None


def _count(text: str) -> float | None:
    """How many units of time the words before a unit are: 0.5 for "half an"."""
    if part := _PART_OF.search(text):
        return fraction(part.group())
    value = number(text)
    return 1.0 if value is None and _ONE.match(text) else value


def measured(text: str, value: float) -> tuple[float, str] | None:
    """The number of a text in the base unit of its measure, and that unit: 5000.0 and "metres" for "5 km"."""
    for measure, size, names in _MEASURES:
        if names.search(text):
            return value * size, measure
    return None


def currency(text: str) -> str:
    """The currency of a sum; empty if none is named."""
    return next((name for pattern, name in _CURRENCIES if pattern.search(text)), "")


def is_same_unit(a: str, b: str) -> bool:
    """Whether two units are the same, or one is that of a country and the other leaves the country open."""
    return a == b or any(money in (a, b) and a.endswith(money) and b.endswith(money) for money in _OF_SEVERAL)
