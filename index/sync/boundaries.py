"""Where sentences end in languages other than English, by rules that hold in many languages.

A full stop, question mark or exclamation mark ends a sentence if white space follows, unless

- the next word begins with a small letter,
- it follows an abbreviation, an initial ("J. S. Bach") or an ordinal ("3. Oktober", "II. Béla"),
- or it is one of an ellipsis in a script without capitals.

Marks of other scripts ("。", "।", "؟") and empty lines always end a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from quoth.index.text.analysis import stems_of

from .abbreviations import BEFORE_NAMES, BEFORE_NUMBERS

_ENDS = (
    r"(?<![.!?…])[.!?…]++(?:[\"'”’“‘»«›‹)\]]++(?=\s))?(?=\s)|[。！？｡]+(?![」』”’）])|[。！？｡]+[」』”’）]+(?![とっ、をがにはも])"
    r"|[।॥؟۔։።፧။។](?:[\"”’»)\]]+)?(?=\s|$)|\n[^\S\n]*\n\s*"
)
_ENDS_BY_LANGUAGE = {"fr": rf"(?<![.!?…])[.!?…]++\s?»(?=\s)|{_ENDS}", "el": rf"{_ENDS}|[;\u037e][\"”’»)\]]*(?=\s)"}
_OPENS = re.compile(r"[\s\"'“”„«»‘’‚(\[¿¡—–-]*")
_LAST_WORD = re.compile(r"[^\s\"'“”„«»‘’(\[/]+$")
_NEXT_WORD = re.compile(r"\w{1,32}")
_NUMBER = re.compile(r"\d+|[IVXLCDM]{2,}")
_INITIAL = re.compile(r"(?:\w\.[-‐]?)*\w")
"""A letter with a full stop, or several: "J", "S.A", without the last full stop."""
_COUNT = re.compile(r"(?:\d|\b[IVXLC]+)\s?(?:\w\.\s?)?\w{1,3}$")
"""A number and its unit: "1990 г", "52 a. C", "52 v.Chr", "5 p. m"."""
_AFTER_ANOTHER = re.compile(r"[^\W\d]\.$")
_MONTH_AND_YEAR = re.compile(r"[^\W\d]+ \d{4}\b")
_ORDINAL_LANGUAGES = frozenset([
    "de", "lb", "da", "no", "nb", "nn", "fo", "is", "fi", "et", "lv", "hu", "cs", "sk", "pl", "sl", "hr", "bs", "sr",
    "mk", "tr", "az", "eu",
])  # fmt: skip
"""Languages in which a full stop makes a number an ordinal."""
_SHORT = 4
"""Maximum length of a word that is taken for an abbreviation because of its neighbours."""
_VIRAMA = 9
"""Unicode's combining class of the sign that takes the vowel from a consonant."""
_BEFORE_NUMBERS = frozenset(BEFORE_NUMBERS.split())
_CAPITAL_NOUNS = ("de", "lb")
_CONTEXT = 32
"""Number of characters before a full stop that are looked at."""
_SAME = {"nb": "no", "nn": "no", "bs": "hr", "mk": "sr"}
"""Languages that share the abbreviations of another one."""


def sentence_spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a text's sentences, with the white space after them.

    :param language: ISO 639-1 code of a language other than English.
    """
    start = 0
    for mark in _pattern(language).finditer(text):
        if _ends_sentence(text, start, mark, language):
            yield start, mark.end()
            start = mark.end()
    if start < len(text):
        yield start, len(text)


@lru_cache
def _pattern(language: str) -> re.Pattern[str]:
    return re.compile(_ENDS_BY_LANGUAGE.get(language, _ENDS))


@lru_cache
def _before_names(language: str) -> frozenset[str]:
    return frozenset(BEFORE_NAMES.get(_SAME.get(language, language), "").split())


def _ends_sentence(text: str, start: int, mark: re.Match[str], language: str) -> bool:
    """Whether a mark ends the sentence that starts at ``start``."""
    opened = _OPENS.match(text, mark.end())
    after = opened.end() if opened else mark.end()
    following = _NEXT_WORD.match(text, after)
    next_word = following.group() if following else ""
    if next_word[:1].islower():
        return False
    if mark.group().startswith(("..", "…")) and _has_no_case(next_word):
        return False
    word = _LAST_WORD.search(text, max(start, mark.start() - _CONTEXT), mark.start())
    if mark.group() != "." or word is None:
        return True
    before = text[max(start, word.start() - _CONTEXT) : word.start()].strip()
    if _NUMBER.fullmatch(word.group()):
        return not (_MONTH_AND_YEAR.match(text, after) or _is_ordinal(word.group(), before, next_word, language))
    if _is_abbreviation(word.group(), before, next_word, language):
        return False
    if "." not in word.group() and not _is_initial(word.group()):
        return True
    is_unit = _COUNT.search(text, max(start, mark.start() - _CONTEXT), mark.start())
    return next_word[:1].isupper() and (bool(is_unit) or _is_stop_word(next_word, language))


def _is_ordinal(number: str, before: str, next_word: str, language: str) -> bool:
    """Whether a number with a full stop begins a sentence or a list item, or is an ordinal before a noun or a year."""
    if not before or language not in _ORDINAL_LANGUAGES:
        return not before
    if next_word[:1].isdecimal():
        return len(number) <= 2
    noun = language in _CAPITAL_NOUNS and len(number) <= 2 and number.isdecimal() and next_word[:1].isupper()
    return noun and not before.endswith(".") and not _is_stop_word(next_word, language)


def _is_initial(word: str) -> bool:
    """Whether a word is one letter, or letters with full stops; in India also a consonant alone."""
    letters = "".join(c for c in word if unicodedata.category(c)[0] != "M" and c != "ـ")
    return bool(_INITIAL.fullmatch(letters)) or (len(letters) == 2 and unicodedata.combining(word[-1]) == _VIRAMA)


def _is_abbreviation(word: str, before: str, next_word: str, language: str) -> bool:
    """Whether a word is a known abbreviation, or one because of its neighbours: "Dr. med. Anna", "erb. 1720"."""
    if word.lower() in _before_names(language):
        return True
    if _NUMBER.match(next_word) and (word.lower() in _BEFORE_NUMBERS or word.endswith("str")):
        return True
    short = len(word) <= _SHORT and not _is_stop_word(word, language)
    return short and bool(next_word[:1].isdecimal() or (_AFTER_ANOTHER.search(before) and word.islower()))


def _has_no_case(word: str) -> bool:
    return word[:1].isalpha() and word[:1].lower() == word[:1].upper()


def _is_stop_word(word: str, language: str) -> bool:
    return len(word) > 1 and not stems_of(word, language)
