"""Parsing of dates: in the language of the text, then in others. Ambiguous dates give None."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import warnings
from functools import lru_cache

_LANGUAGES = (
    "en", "de", "fr", "es", "it", "nl", "pt", "ja", "zh", "da", "nb", "sv", "fi", "hu", "ro", "ru", "pl", "cs", "el",
    "tr", "ar", "ta", "uk", "ko",
)  # fmt: skip
"""Languages that are tried after the language of the text."""
_SAME = {"no": "nb"}
"""Language code -> the code that dateparser uses."""
_YEAR_FIRST = ("hu", "ja", "zh", "ko", "lt", "sv", "fa", "eu", "mn")
"""Languages in which three numbers do not begin with the day."""
_LABEL = re.compile(
    r"^(?:(?:(?:first|originally|last)\s+)?(?:published|posted|updated|modified|date|issued|created)(?:\s+(?:on|at))?"
    r"|(?:veröffentlicht|erschienen|aktualisiert|stand|datum|publié|mis\s+à\s+jour|publicado|actualizado|fecha"
    r"|pubblicato|aggiornato|gepubliceerd|bijgewerkt|atualizado|publicerad|uppdaterad|udgivet|offentliggjort|opdateret"
    r"|publisert|oppdatert|julkaistu|päivitetty|közzétéve|megjelent|frissítve|publicat|actualizat|opublikowano"
    r"|zaktualizowano|publikováno|aktualizováno|опубликовано|обновлено|дата|опубліковано|оновлено|δημοσιε[ύυ][τθ]ηκε"
    r"|ενημερώθηκε|yayınlanma(?:\s+tarihi)?|yayın\s+tarihi|güncelleme|تاريخ\s+النشر|نشر|வெளியிடப்பட்டது)"
    r"(?:\s+(?:am|vom|le|el|em|il|op|den|la|dnia|στις|في))?)\s*:?\s*",
    re.IGNORECASE,
)
_READING_TIME = re.compile(r"\s*[,|•·–—-]?\s*\d{1,3}\s*-?\s*min(?:ute)?s?\s*read$", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?=$|[T\s])")
_NUMERIC = re.compile(r"(\d{1,2})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d\d)(?=$|[\s,])")
_BIG_FIRST = re.compile(r"(\d{4})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{1,2})(?=$|[\s,.T])")
_FULL = re.compile(
    r"(?:(?<!\d)(?:1\d|20)\d\d(?!\d).*(?<!\d)\d{1,2}(?!\d)|(?<!\d)\d{1,2}(?!\d).*(?<!\d)(?:1\d|20)\d\d(?!\d)|\d{4}年)",
    re.DOTALL,
)
_MAX_VALUE = 200
"""Number of characters that are looked at."""
_MAX_CHARS = 60
"""Maximum length of a date in words; a longer text is a sentence with a date in it."""


def as_date(value: object, language: str | None = None) -> dt.date | None:
    """Return the full date that a value states; None if it states none or an ambiguous one.

    "10/11/2025" may be 10 November or 11 October and gives None; "31/10/2025" is unambiguous.

    :param language: ISO 639-1 code of the text; None if unknown.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        return None
    words = _READING_TIME.sub("", _LABEL.sub("", _in_ascii_digits(value.strip()[:_MAX_VALUE]))).strip(" .|•·,")
    if iso := _ISO.match(words):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if big_first := _BIG_FIRST.match(words):
        return _day(int(big_first[1]), int(big_first[3]), int(big_first[4]))
    if numeric := _NUMERIC.match(words):
        return _from_numbers(numeric, language)
    if not 8 <= len(words) <= _MAX_CHARS or not _FULL.search(words):
        return None
    return _by_words(words, language)


def _from_numbers(numbers: re.Match[str], language: str | None) -> dt.date | None:
    a, b, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
    year += 0 if year > 99 else 2000 if year < 70 else 1900
    if numbers[2] == "." and (language or "en") != "en":
        return _day(year, b, a)  # outside English, full stops mean day first
    if language and language != "en" and language not in _YEAR_FIRST and len(numbers[4]) == 4 and b <= 12:
        return _day(year, b, a)
    if a <= 12 and b <= 12 and a != b:
        return None
    return _day(year, b, a) if a > 12 or a == b else _day(year, a, b)


def _by_words(words: str, language: str | None) -> dt.date | None:
    from dateparser.data.languages_info import language_order  # slow import, and most files have no such line

    own = _SAME.get(language or "", language or "")
    return (_parsed(words, (own,)) if own in language_order else None) or _parsed(words, _LANGUAGES)


@lru_cache(1000)
def _parsed(words: str, languages: tuple[str, ...]) -> dt.date | None:
    """Return the day that a text states in one of some languages; None if it depends on the order of its numbers."""
    import dateparser

    dates: set[dt.date | None] = set()
    for order in ("DMY", "MDY"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = dateparser.parse(
                words, languages=list(languages),
                settings={"REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": order, "PARSERS": ["absolute-time"]},
            )  # fmt: skip
        dates.add(parsed.date() if parsed else None)
    return dates.pop() if len(dates) == 1 else None


def _in_ascii_digits(text: str) -> str:
    return text if text.isascii() else "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
