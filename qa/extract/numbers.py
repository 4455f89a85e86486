"""The number in a mention, in digits or words; runs of number words are read by text2num."""

from __future__ import annotations

import re
import unicodedata

from text_to_num.transforms import text2num

from .mentions import DIGITS, LARGE_NUMBERS, SMALL_NUMBERS

MULTIPLES = {"bn": 1e9, "m": 1e6, "k": 1e3, "dozen": 12.0} | LARGE_NUMBERS
_NUMBER_WORDS = frozenset([*SMALL_NUMBERS, *(f"{word}{s}" for word in ("dozen", *LARGE_NUMBERS) for s in ("", "s"))])
_DIGITS = re.compile(DIGITS)
_POWER_OF_TEN = re.compile(r"^(?:(.+?)\s?[×·x*]\s?)?10(\^[-−+]?\d+|[⁺⁻]?[⁰¹²³⁴-⁹]+)$")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:[’']\d{3})+")
_CONTINENTAL = re.compile(r"\d[\d.]*,(?:\d{1,2}|\d{4,})")
"""With a decimal comma: "3,5", "1.200,50"."""
_EITHER = re.compile(r"(?<![\d.,])([1-9]\d{0,2})\.(\d{3})(?![\d.,]*\d)")
"""In English three decimals, elsewhere thousands: "1.200"."""
_HALF = re.compile(r"\band\s+a\s+half\b|½", re.IGNORECASE)
_MONEY_SIGN = re.compile(r"[$€£¥]")
_BLANKS = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009](?=\d{3}(?!\d))")
_WORD = re.compile(r"[A-Za-z]+")
_LARGEST_EXPONENT = 300


def number(text: str) -> float | None:
    """The first number in a text: "twenty-five", "6.3 billion", "1,200"; None if there is none."""
    text = _BLANKS.sub("", text)
    digits = _DIGITS.search(text)
    if digits:
        value: float | None = _in_digits(digits.group())
        rest = [word.lower() for word in _WORD.findall(text[digits.end() :])]
    else:
        value, rest = _in_words([word.lower() for word in _WORD.findall(text)])
    for word in rest:
        multiple = word.removesuffix("s")
        if multiple in MULTIPLES and (len(multiple) > 2 or (value is not None and _MONEY_SIGN.search(text))):
            value = (value or 1.0) * MULTIPLES[multiple]
        elif value is not None:
            break
    return value + 0.5 if value is not None and _HALF.search(text) else value


def with_thousands(text: str) -> str:
    """Return a text in which full stops before three digits separate thousands: "1.200 euros" means "1200 euros"."""
    return _EITHER.sub(r"\1\2", text)


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
    if start is None:
        return None, words
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
