"""The number in a mention, in digits or words; runs of number words are read by text2num."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

from text_to_num.transforms import text2num

from .mentions import AMOUNT, DIGITS, FRACTION, LARGE_NUMBERS, PART_OF_LARGE, RANGE, SMALL_NUMBERS, VAGUE

MULTIPLES = {"bn": 1e9, "m": 1e6, "k": 1e3, "mio": 1e6, "mrd": 1e9, "dozen": 12.0} | LARGE_NUMBERS
_FOREIGN = {"millionen": 1e6, "millones": 1e6, "milioni": 1e6, "milliarden": 1e9, "milliard": 1e9, "miliardi": 1e9}
"""Multiples after digits in texts in German, French, Spanish and Italian."""
_FRACTIONS = {"half": 1 / 2, "quarter": 1 / 4, "third": 1 / 3, "fifth": 1 / 5, "sixth": 1 / 6, "tenth": 1 / 10}
_NUMBER_WORDS = frozenset(
    ["zero", *SMALL_NUMBERS, *(f"{word}{s}" for word in ("dozen", *LARGE_NUMBERS) for s in ("", "s"))]
)
_DIGITS = re.compile(DIGITS)
_POWER_OF_TEN = re.compile(r"^(?:(.+?)\s?[×·x*]\s?)?10(\^[-−+]?\d+|[⁺⁻]?[⁰¹²³⁴-⁹]+)$")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:[’']\d{3})+")
_CONTINENTAL = re.compile(r"\d[\d.]*,(?:\d{1,2}|\d{4,})")
"""With a decimal comma: "3,5", "1.200,50"."""
_EITHER = re.compile(r"(?<![\d.,])([1-9]\d{0,2})\.(\d{3})(?![\d.,]*\d)")
"""In English three decimals, elsewhere thousands: "1.200"."""
_OVER = re.compile(r"(?:\s(\d+))?/(\d+)|\s?½")
"""What follows the digits of a fraction: the "/2" of "1/2", the " 1/2" of "2 1/2", a "½"."""
_MONEY_SIGN = re.compile(r"[$€£¥]")
_BLANKS = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009](?=\d{3}(?!\d))")
_WORD = re.compile(r"[^\W\d_]+")
_PART = re.compile(PART_OF_LARGE, re.IGNORECASE)
_VAGUE = re.compile(VAGUE, re.IGNORECASE)
_FRACTION = re.compile(FRACTION, re.IGNORECASE)
_RANGE = re.compile(RANGE, re.IGNORECASE)
_AMOUNT = re.compile(rf"(?:[$€£¥]\s?)?{AMOUNT}", re.IGNORECASE)
_LARGEST_EXPONENT = 300


def number(text: str) -> float | None:
    """The first number in a text: "twenty-five", "6.3 billion", "1,200"; None if there is none, as in "hundreds"."""
    text = _BLANKS.sub("", text)
    unit = 1.0  # of what a half is added: three and a half million, three million and a half
    value: float | None
    if digits := _DIGITS.search(text):
        value = _in_digits(digits.group())
        over = _OVER.match(text, digits.end())
        value = _with_fraction(value, over) if over else value
        rest = _words(text[(over or digits).end() :])
    elif part := _PART.search(text):
        value = (fraction(part.group()) or 0.0) * MULTIPLES[part.group().split()[-1].lower()]
        rest = _words(text[part.end() :])
    elif _VAGUE.search(text):
        return None
    else:
        words = _words(text)
        value, rest = _in_words(words)
        unit = LARGE_NUMBERS.get(words[-len(rest) - 1], 1.0) if len(rest) < len(words) else 1.0
    if value is None:
        return None
    while rest:
        if rest[:3] == ["and", "a", "half"]:
            value, rest = value + unit / 2, rest[3:]
        elif multiple := _multiple(rest[0], short=bool(_MONEY_SIGN.search(text)), foreign=bool(digits)):
            value, unit, rest = value * multiple, unit * multiple, rest[1:]
        else:
            break
    return value


def fraction(text: str) -> float | None:
    """The first fraction in a text, in words: 2/3 for "two-thirds"; None if there is none."""
    found = _FRACTION.search(text)
    if not found:
        return None
    *count, name = re.split(r"[\s-]+", found.group().lower())
    return (number(count[0]) or 1.0 if count else 1.0) * _FRACTIONS[name.removesuffix("s")]


def ends(text: str) -> tuple[str, str]:
    """The text with the lower end of the range in it, and with the upper one; twice the text if it has no range.

    "5 to 6 million people" is "5 million people" and "6 million people".
    """
    found = _RANGE.search(text)
    if not found:
        return text, text
    first, second = islice(_AMOUNT.finditer(found.group()), 2)
    low, high = first.group(), second.group()
    if (sign := low[0]) in "$€£¥" and high[0] != sign:
        high = sign + high
    words = high.split()
    below, above = number(low), number(words[0])
    if len(words) == 2 and words[1].lower() in LARGE_NUMBERS and below and above and below < above:
        low = f"{low} {words[1]}"
    below, above = number(low), number(high)
    if below is None or above is None or below >= above:
        return text, text
    before, after = text[: found.start()], text[found.end() :]
    return f"{before}{low}{after}", f"{before}{high}{after}"


def with_thousands(text: str) -> str:
    """Return a text in which full stops before three digits separate thousands: "1.200 euros" means "1200 euros"."""
    return _EITHER.sub(r"\1\2", text)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _multiple(word: str, short: bool, foreign: bool) -> float | None:
    """What a word multiplies the number before it by; None if by nothing.

    :param short: whether "m" is a million, as after a sum of money, and not metres.
    :param foreign: whether the number is in digits, after which words of other languages count.
    """
    name = word.removesuffix("s")
    if foreign and (word in _FOREIGN or name in _FOREIGN):
        return _FOREIGN.get(word) or _FOREIGN[name]
    return MULTIPLES.get(name) if len(name) > 2 or short else None


def _with_fraction(value: float, over: re.Match[str]) -> float:
    """The value of digits with what follows them: "1" with "/2", "2" with " 1/2", "2" with "½"."""
    if not over[2]:
        return value + 0.5
    below = float(over[2])
    if not below:
        return value
    return value + float(over[1]) / below if over[1] else value / below


def _in_digits(digits: str) -> float:
    """The value of a number in digits: "1,200", "1.200.000", "3,5", "4 × 10⁶"."""
    if power := _POWER_OF_TEN.match(digits):
        exponent = int(unicodedata.normalize("NFKC", power[2]).lstrip("^").replace("−", "-"))
        return (_in_digits(power[1]) if power[1] else 1.0) * 10.0 ** min(exponent, _LARGEST_EXPONENT)
    if _THOUSANDS.fullmatch(digits):
        return float(re.sub(r"\D", "", digits))
    if _CONTINENTAL.fullmatch(digits):
        return float(digits.replace(".", "").replace(",", "."))
    plain = re.match(r"[\d,]*(?:\.\d+)?", digits)
    return float(plain.group().replace(",", "")) if plain else 0.0


def _in_words(words: list[str]) -> tuple[float | None, list[str]]:
    """The value of the first run of number words, and the words after it; None and all words if there is none.

    The longest start of the run that is one number counts: of "three and four", three.
    """
    start = next((i for i, word in enumerate(words) if word in _NUMBER_WORDS), None)
    if start is None or words[start].endswith("s"):  # "hundreds"
        return None, words
    if words[start] == "dozen":
        return 12.0, words[start + 1 :]
    run: list[tuple[str, int]] = []
    for i, word in enumerate(words[start:], start):
        if word in _NUMBER_WORDS:
            run.append((word, i + 1))
        elif word != "and" or run[-1][0] not in LARGE_NUMBERS:  # one hundred and five
            break
    for length in range(len(run), 0, -1):
        try:
            return float(text2num(" ".join(word for word, _ in run[:length]), "en")), words[run[length - 1][1] :]
        except ValueError:
            continue
    return None, words
