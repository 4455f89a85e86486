"""The page's own words in the language that the reader's browser asks for.

The code has the English words; translations.toml has those of other languages. A word that it lacks stays English.
Babel knows how each language writes numbers and dates, and which forms of a word its numbers take. English does
without Babel, which would take the command about 35 ms to load.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

ENGLISH = "en"
_FILE = Path(__file__).parent / "translations.toml"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@lru_cache(1)
def translations() -> dict[str, dict[str, Any]]:
    """By language, as a two-letter code: English words to their translation.

    The translation of a message with a count is a table: CLDR's plural category to the words.
    """
    return tomllib.loads(_FILE.read_text("utf-8"))


def say(english: str, **values: object) -> str:
    """Words in the reader's language.

    :param values: for the {names} in them.
    """
    words: str = _translated(english, english)
    return words.format(**values) if values else words


def say_many(count: int, one: str, many: str, **values: object) -> str:
    """Words with a {count} in the reader's language, in the form that the count takes.

    :param one: the English words for 1.
    :param many: the English words for any other count; the key in translations.toml.
    """
    forms: dict[str, str] = _translated(many, {"one": one, "other": many})
    words = forms.get(_plural_category(count, _language.get()), forms["other"])
    return words.format(count=grouped(count), **values)


def grouped(count: int) -> str:
    """A number with its digits grouped: "1,234" in English."""
    language = _language.get()
    return f"{count:,}" if language == ENGLISH else _number(count, language)


def written(date: dt.date) -> str:
    """A date in full: "31 October 2025" in English."""
    language = _language.get()
    if language == ENGLISH:
        return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"
    return _date(date, language)


def _translated(english: str, otherwise: Any) -> Any:
    language = _language.get()
    return otherwise if language == ENGLISH else translations().get(language, {}).get(english, otherwise)


def _plural_category(count: int, language: str) -> str:
    if language == ENGLISH:
        return "one" if count == 1 else "other"
    from babel import Locale

    return Locale(language).plural_form(count)


@lru_cache(20_000)  # a list of ten thousand articles is drawn often
def _number(count: int, language: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(count, locale=language)


@lru_cache(20_000)
def _date(date: dt.date, language: str) -> str:
    from babel.dates import format_date

    return format_date(date, "long", locale=language)


def current_language() -> str:
    """The reader's language, as a two-letter code."""
    return _language.get()


def set_language(language: str) -> None:
    """Set the reader's language for the current context."""
    _language.set(language)


@contextmanager
def in_english() -> Iterator[None]:
    """Speaks English within it: programs parse documents, so these do not depend on the reader."""
    before = _language.set(ENGLISH)
    try:
        yield
    finally:
        _language.reset(before)
