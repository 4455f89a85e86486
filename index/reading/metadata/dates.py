"""Dates of publication as articles state them, in the languages that bylines come in.
A date that may be two is none."""

from __future__ import annotations

import datetime as dt
import re
import warnings

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "ja", "zh")
_LABEL = re.compile(
    r"^(?:(?:(?:first|originally|last)\s+)?(?:published|posted|updated|modified|date|issued|created)(?:\s+(?:on|at))?"
    r"|(?:veröffentlicht|erschienen|aktualisiert|stand|datum|publié|mis\s+à\s+jour|publicado|actualizado|fecha"
    r"|pubblicato|aggiornato|gepubliceerd|bijgewerkt|atualizado)(?:\s+(?:am|vom|le|el|em|il|op))?)\s*:?\s*",
    re.IGNORECASE,
)
_READING_TIME = re.compile(r"\s*[,|•·–—-]?\s*\d{1,3}\s*-?\s*min(?:ute)?s?\s*read$", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?=$|[T\s])")
_NUMERIC = re.compile(r"(\d{1,2})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d\d)(?=$|[\s,])")
_FULL = re.compile(
    r"(?:(?<!\d)(?:1\d|20)\d\d(?!\d).*(?<!\d)\d{1,2}(?!\d)|(?<!\d)\d{1,2}(?!\d).*(?<!\d)(?:1\d|20)\d\d(?!\d)|\d{4}年)",
    re.DOTALL,
)
_CHARS = 60


def as_date(value: object, language: str | None = None) -> dt.date | None:
    """A full date, or None.

    "10/11/2025" may be two different days and is not guessed at; "31/10/2025" is one.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        return None
    words = _READING_TIME.sub("", _LABEL.sub("", value.strip())).strip(" .|•·,")
    if iso := _ISO.match(words):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if numeric := _NUMERIC.match(words):
        return _from_numbers(numeric, language)
    if not 8 <= len(words) <= _CHARS or not _FULL.search(words):
        return None
    return _by_words(words, language)


def _from_numbers(numbers: re.Match[str], language: str | None) -> dt.date | None:
    a, b, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
    year += 0 if year > 99 else 2000 if year < 70 else 1900
    if numbers[2] == "." and (language or "en") != "en":
        return _day(year, b, a)  # with full stops the day comes first, outside of English
    if a <= 12 and b <= 12 and a != b:
        return None
    return _day(year, b, a) if a > 12 or a == b else _day(year, a, b)


def _by_words(words: str, language: str | None) -> dt.date | None:
    import dateparser  # takes a while, and most files have no such line

    languages = [language] if language in LANGUAGES else list(LANGUAGES)
    found: set[dt.date | None] = set()
    for order in ("DMY", "MDY"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = dateparser.parse(
                words, languages=languages,
                settings={"REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": order, "PARSERS": ["absolute-time"]},
            )  # fmt: skip
        found.add(parsed.date() if parsed else None)
    return found.pop() if len(found) == 1 else None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
