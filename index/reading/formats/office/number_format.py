"""Numbers as a spreadsheet shows them: its format codes ("#,##0.00", "0%", "d mmm yyyy") applied to stored values."""

from __future__ import annotations

import datetime as dt
import re
from calendar import day_abbr, day_name, month_abbr, month_name
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"$"#,##0;-"$"#,##0', 6: '"$"#,##0;-"$"#,##0',
    7: '"$"#,##0.00;-"$"#,##0.00', 8: '"$"#,##0.00;-"$"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yyyy h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: "#,##0;(#,##0);-", 42: '"$"#,##0;("$"#,##0);-',
    43: "#,##0.00;(#,##0.00);-", 44: '"$"#,##0.00;("$"#,##0.00);-', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""Format codes by the numbers that files use for them without stating the code."""
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<elapsed>[hH]+|[mM]+|[sS]+)\]'
    r"|\[[^\]]*\]|(?P<noon>[aA][mM]/[pP][mM]|[aA]/[pP])|(?P<exponent>[eE][+-]0+)"
    r"|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+)|(?P<digits>[0#?.,]+)|(?P<general>[gG]eneral)|(?P<plain>.)"
)
_SECTION = re.compile(r'((?:"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;])*)(?:;|$)')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]")
_MAX_DAYS = 2_958_466
"""Number of the day after 31 December 9999."""
_GENERAL_DIGITS = 10
_MAX_CODE = 255
"""Maximum length of a format code in Excel."""
_MAX_DECIMALS = 3
"""Maximum number of decimals of a second."""
_MAX_EXACT = 1e15
"""Larger numbers are shown with an exponent, whatever their format."""


def shown(value: float, code: str, *, from_1904: bool = False) -> str:
    """Return a number as a spreadsheet shows it.

    :param code: the cell's format code.
    :param from_1904: whether the file counts days from 1904 instead of 1900.
    """
    if not abs(value) < _MAX_EXACT or len(code) > _MAX_CODE:
        return _general(value)
    try:
        return _formatted(value, code, from_1904=from_1904)
    except (ArithmeticError, ValueError):  # more places than can be computed, or a condition that is no number
        return _general(value)


def _formatted(value: float, code: str, *, from_1904: bool) -> str:
    section, number = _section(code or "General", value)
    tokens = _tokens(section)
    if any(kind in ("date", "elapsed", "noon") for kind, _ in tokens):
        return _date(value, tokens, from_1904=from_1904)
    if not tokens:
        return ""
    if any(kind == "general" for kind, _ in tokens):
        return "".join(_general(number) if kind == "general" else text for kind, text in tokens)
    if not any(kind in ("digits", "exponent") for kind, _ in tokens):
        literal = "".join(text for _, text in tokens)
        return _general(value) if "@" in literal else literal
    return _number(number, tokens)


@lru_cache(1024)
def _tokens(section: str) -> tuple[tuple[str, str], ...]:
    """Return the parts of a section as their kinds and texts; colours, conditions and padding are left out."""
    tokens: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(section):
        kind = match.lastgroup
        if kind in ("quoted", "escaped", "currency", "plain"):
            tokens.append(("literal", match[kind]))
        elif kind:
            tokens.append((kind, match[kind]))
    return tuple(tokens)


def _section(code: str, value: float) -> tuple[str, float]:
    """Return the section of a code that applies to a value, and the value without a sign that the section shows."""
    sections = [m[1] for m in _SECTION.finditer(code)]
    if len(sections) > 1 and not code.endswith(";"):
        sections.pop()  # the empty match at the end
    for section in sections[:2]:
        if condition := _CONDITION.search(section):
            limit = float(condition[2])
            holds = {
                "<": value < limit, ">": value > limit, "=": value == limit, "<=": value <= limit,
                ">=": value >= limit, "<>": value != limit,
            }[condition[1]]  # fmt: skip
            if holds:
                return section, value
    if any(_CONDITION.search(section) for section in sections[:2]):
        return sections[min(len(sections) - 1, 2)], value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _general(value: float) -> str:
    if abs(value) < _MAX_EXACT and value == int(value):
        return str(int(value))
    text = f"{value:.{_GENERAL_DIGITS}g}"
    return text.replace("e", "E")


def _number(value: float, tokens: tuple[tuple[str, str], ...]) -> str:
    digits = "".join(text for kind, text in tokens if kind == "digits")
    literal = "".join(text for kind, text in tokens if kind == "literal")
    if "/" in literal:  # a fraction
        return _general(round(value, 4))
    whole, _, decimals = digits.partition(".")
    exact = Decimal(repr(float(value))) * 100 ** sum(text == "%" for kind, text in tokens if kind == "literal")
    thousands = len(digits) - len(digits.rstrip(","))
    exact = exact.scaleb(-3 * thousands)
    power = 0
    if any(kind == "exponent" for kind, _ in tokens) and exact:
        power = exact.adjusted()
        exact = exact.scaleb(-power)
    places = sum(c in "0#?" for c in decimals)
    rounded = abs(exact).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole_digits, _, fraction = f"{rounded:f}".partition(".")
    least = sum(c in "0" for c in decimals)
    while len(fraction) > least and fraction.endswith("0"):
        fraction = fraction[:-1]
    whole_digits = whole_digits.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole.rstrip(","):
        whole_digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", whole_digits)
    point = "." if fraction else ""
    sign = "-" if exact < 0 and rounded else ""
    return sign + "".join(_placed(tokens, whole_digits, point + fraction, power))


def _placed(tokens: tuple[tuple[str, str], ...], whole: str, fraction: str, power: int) -> list[str]:
    """Return the parts of a number in the places of its format; the last places of the whole part have one digit."""
    runs = [i for i, (kind, text) in enumerate(tokens) if kind == "digits" and text.strip(",")]
    before_point = [i for i in runs if "." not in tokens[i][1]] or runs[:1]
    pointed = next((i for i in runs if "." in tokens[i][1]), None)
    if pointed is not None and pointed not in before_point:
        before_point = [i for i in before_point if i < pointed]
        before_point.append(pointed)
    shares: dict[int, str] = {}
    left = whole
    for position, i in reversed(list(enumerate(before_point))):
        size = sum(c in "0#?" for c in tokens[i][1].partition(".")[0])
        taken = left if position == 0 else left[len(left) - min(size, len(left)) :]
        left = left[: len(left) - len(taken)]
        shares[i] = taken
    last = pointed if pointed is not None else (before_point[-1] if before_point else -1)
    parts = []
    for i, (kind, text) in enumerate(tokens):
        if kind == "digits":
            parts.append(shares.get(i, "") + (fraction if i == last else ""))
        elif kind == "exponent":
            parts.append(f"E{power:+0{len(text) - 1}d}")
        else:
            parts.append(text)
    return parts


def _date(value: float, tokens: tuple[tuple[str, str], ...], *, from_1904: bool) -> str:
    if not 0 <= value < _MAX_DAYS:
        return _general(value)
    seconds_shown = any(kind in ("date", "elapsed") and text[0] in "sS" for kind, text in tokens)
    base = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 31 if value < 60 else 30)
    decimals = next((min(len(t) - 1, _MAX_DECIMALS) for k, t in tokens if k == "digits" and t.startswith(".0")), 0)
    step = 1 / 10**decimals if seconds_shown else 1
    seconds = round(value * 86_400 / step) * step
    moment = base + dt.timedelta(seconds=seconds)
    twelve = any(kind == "noon" for kind, _ in tokens)
    parts = []
    for i, (kind, text) in enumerate(tokens):
        if kind == "elapsed":
            size = {"h": 3600, "m": 60, "s": 1}[text[0].lower()]
            parts.append(f"{int(seconds // size):0{len(text)}d}")
        elif kind == "noon":
            half = "AM" if moment.hour < 12 else "PM"
            parts.append(half if len(text) > 3 else half[0])
        elif kind == "date":
            minutes = text[0] in "mM" and len(text) < 3 and _is_minute(tokens, i)
            parts.append(_date_part(moment, text.lower(), minutes=minutes, twelve=twelve))
        elif kind == "digits":
            parts.append(f"{seconds % 1:.{decimals}f}"[1:] if text.startswith(".0") else text)
        else:
            parts.append(text)
    return "".join(parts).strip()


def _is_minute(tokens: tuple[tuple[str, str], ...], i: int) -> bool:
    """Whether an "m" is a minute: an hour is before it, or a second after it."""
    times = [j for j, (kind, _) in enumerate(tokens) if kind in ("date", "elapsed")]
    at = times.index(i)
    before = tokens[times[at - 1]][1][0].lower() if at else ""
    after = tokens[times[at + 1]][1][0].lower() if at + 1 < len(times) else ""
    return before == "h" or after == "s"


def _date_part(moment: dt.datetime, letters: str, *, minutes: bool, twelve: bool) -> str:
    size = len(letters)
    if letters[0] == "y":
        return f"{moment.year:04d}" if size > 2 else f"{moment.year % 100:02d}"
    if letters[0] == "m" and not minutes:
        names = {3: month_abbr[moment.month], 4: month_name[moment.month], 5: month_name[moment.month][0]}
        return names.get(size) or f"{moment.month:0{min(size, 2)}d}"
    if letters[0] == "d":
        names = {3: day_abbr[moment.weekday()], 4: day_name[moment.weekday()]}
        return names.get(size) or f"{moment.day:0{min(size, 2)}d}"
    number = {"m": moment.minute, "h": (moment.hour % 12 or 12) if twelve else moment.hour, "s": moment.second}
    return f"{number[letters[0]]:0{min(size, 2)}d}"
