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

from .mentions import MONTH, SMALL_NUMBERS, mentions
from .numbers import MULTIPLES, ends, fraction, number, with_thousands
from .units import currency, in_days, is_same_unit, measured

_WORD = re.compile(r"[A-Za-z]+")
_RATIO = re.compile(r"(.+?)\s+(?:out\s+of|in|of)\s+(?:the\s+|every\s+)?(.+)|(\d+)/(\d+)(?:\s.*)?", re.IGNORECASE)
_DEGREES = re.compile(r"(?:degrees?\s*|°\s?)([CF])(?:elsius|ahrenheit)?\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|per\s?cent|Prozent", re.IGNORECASE)
_PENCE = re.compile(r"\d\s?p\b|\bpence\b", re.IGNORECASE)
_NOUN = re.compile(r"\s([a-z][a-z’'-]+)$")
_ERA = re.compile(r"([1-9]\d{0,3})\s*(BCE?|AD|CE)", re.IGNORECASE)
_DAYS = re.compile(r"(?<![-–\d])(\d{1,2})(?:st|nd|rd|th)?\s?[-–]\s?\d{1,2}(?:st|nd|rd|th)?\b(?![-–]\d)")
"""Several days of a month: "3-5" of "March 3-5"."""
_SEASON = re.compile(r"(?:\bthe\s+)?(?:\b(?:spring|summer|autumn|fall|winter)\s+of\s+)?", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?\s*([ap])?", re.IGNORECASE)
_CLOCK = re.compile(r"(half|quarter|[\w-]+)(?:\s+minutes)?\s+(past|after|to|before)\s+(\w+)", re.IGNORECASE)
ROUGH = 0.1
"""Maximum relative difference from a value that is given as "about" or "more than"; between two percentages, the
maximum is one point."""
_TITLES = frozenset(
    stems("Mr Mrs Ms Dr Sir President Minister Premier Secretary Senator Professor King Queen Pope General Judge")
)
_ROLE = re.compile(
    r"^.*\b(?:CEO|CFO|COO|Chief|Officer|Executive|Director|Chair(?:man|woman|person)?|President|Minister|Secretary"
    r"|Senator|Professor|Manager|Coach|Captain|Governor|Mayor|Judge|Inspector|Founder|Spokes(?:man|woman|person))\s+"
    r"(?=[^\W\da-z_][\w.’'-]*\s+[^\W\da-z_])"
)
"""What comes before the name of a person: "New Vanguard CEO Tim Buckley"."""


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
    if answer_type is AnswerType.DATE and _is_time(a) and _is_time(b):
        answer_type = AnswerType.TIME
    if answer_type is AnswerType.DATE:
        return _same_date(_date(a), _date(b))
    if answer_type is AnswerType.TIME:
        return _same_time(_minutes(a), _minutes(b))
    ours = [value for end in ends(a) if (value := _measure(answer_type, end))]
    theirs = [value for end in ends(b) if (value := _measure(answer_type, end))]
    if not ours or not theirs:
        return None
    (low, unit), (high, _), (least, other), (most, _) = ours[0], ours[-1], theirs[0], theirs[-1]
    if not is_same_unit(unit, other) and ((unit and other) or answer_type is AnswerType.MONEY):
        return None
    if low <= most and least <= high:
        return True
    one, two = (high, least) if high < least else (low, most)
    if unit == "%" and _PERCENT.search(a) and _PERCENT.search(b):
        return abs(one - two) <= 1 if rough else _same_number(one, two)
    if (rough or unit == "%") and math.isclose(one, two, rel_tol=ROUGH):  # "nine in ten", "a quarter"
        return True
    return math.isclose(one, two, rel_tol=0.05) if unit == "days" else _same_number(one, two)


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
    if answer_type in (AnswerType.SHARE, AnswerType.NUMBER) and (ratio := _RATIO.fullmatch(text)):
        part, whole = (number(ratio.group(1) or ratio.group(3)), number(ratio.group(2) or ratio.group(4)))
        return (100 * part / whole, "%") if part is not None and whole else None
    value = number(text)
    days = None if answer_type is AnswerType.MONEY else in_days(text)
    if answer_type is AnswerType.AGE:
        age = value if days is None else days / 365.25
        return None if age is None else (age, "")
    if days is not None or answer_type is AnswerType.DURATION:
        return None if days is None else (days, "days")
    if answer_type is AnswerType.SHARE and not _PERCENT.search(text):
        share = fraction(text)
        return None if share is None else (100 * share, "%")
    if value is None:
        return None
    if answer_type is AnswerType.MONEY:
        return (value / 100 if _PENCE.search(text) else value), currency(text)
    if _PERCENT.search(text):
        return value, "%"
    if degrees := _DEGREES.search(text):
        return (value if degrees.group(1).lower() == "c" else (value - 32) / 1.8), "degrees"
    if length := measured(text, value):
        return length
    noun = _NOUN.search(text)
    return value, currency(text) or (
        " ".join(stems(noun.group(1)))
        if noun and noun.group(1) not in MULTIPLES and noun.group(1) not in SMALL_NUMBERS
        else ""
    )


def _is_time(text: str) -> bool:
    return mentions(AnswerType.TIME, text) == ((0, len(text)),)


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
    """Year, month and day, each None if not stated; None if the text is no date. A year before Christ is negative."""
    if era := _ERA.fullmatch(text):
        return (-int(era[1]) if era[2].upper().startswith("B") else int(era[1])), None, None
    if re.search(r"centur|\d0s\b", text) or not re.search(rf"\d|{MONTH}", text):
        return None
    days = _DAYS.search(text)
    plain = _SEASON.sub("", _DAYS.sub(r"\1", text)).replace(" of ", " ")
    try:
        # a part that does not depend on the default is stated
        one, two = (dates.parse(plain, default=dt.datetime(*given)) for given in ((2000, 1, 1), (2004, 2, 2)))
    except (ValueError, OverflowError):
        return (found.year, found.month, found.day) if (found := as_date(text)) else None
    year, month, day = ((x if x == y else None) for x, y in zip(one.timetuple()[:3], two.timetuple()[:3], strict=True))
    return (year, month, None if days else day) if year or month or day else None


def _same_date(a: tuple[int | None, ...] | None, b: tuple[int | None, ...] | None) -> bool | None:
    if a is None or b is None:
        return None
    both = [(x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None]
    return all(x == y for x, y in both) if both else None


def _same_name(a: str, b: str) -> bool | None:
    a, b = _ROLE.sub("", a), _ROLE.sub("", b)
    first, second = set(stems(a)) - _TITLES, set(stems(b)) - _TITLES
    if not first or not second:
        return None
    return first <= second or second <= first or _initials(a) == _bare(b) or _initials(b) == _bare(a)


def _initials(name: str) -> str:
    return "".join(word[0] for word in _WORD.findall(name) if word[0].isupper())


def _bare(name: str) -> str:
    return re.sub(r"[.\s]", "", name)
