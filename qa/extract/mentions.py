"""Mentions: the exact spans of the dates, times, durations, lengths, sums, shares, numbers and names in a text.

They are found by patterns of digits, number words, month names, units and capitals; units and number words are English.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Set
from functools import lru_cache

from quoth.index.reading.metadata.dates import as_date
from quoth.index.records import Span
from quoth.index.text.analysis import stems
from quoth.index.text.normalize import without_notes
from quoth.qa.question.answer_types import NAMED, AnswerType

SMALL_NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty",
    "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
LARGE_NUMBERS = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
PERIOD = r"(?:(?:second|minute|hour|day|night|week|fortnight|month|year|decade|centur(?:y|ie))s?|(?:hr|min|sec)s?)"
LENGTH = (
    r"(?:nautical\s+miles?|(?:(?:square|cubic|sq\.?|cu\.?)\s+)?(?:miles?|(?:kilo|centi|milli)?met(?:re|er)s?|feet|foot"
    r"|yards?|inch(?:es)?|km|cm|mm|m|ft|mi|yds?)|storeys?|stories|hectares?|acres?|(?:km|cm|mm|m|ft|mi|yd)[²³23]?)"
    r"(?!\w)(?!\.\w)"
)
CURRENCY = (
    r"(?:(?:U\.?S\.?|Canadian|Australian|Hong Kong|Swiss|Danish|Swedish|Norwegian)\s+)?(?:dollars?|euros?|pounds?|yen"
    r"|yuan|renminbi|francs?|cents?|pence|crowns?|kron(?:a|or|er|e)|rupees?|rou?bles?|lira[s]?|pesos?|won|reals?|reais"
    r"|rand|marks?|guilders?|shillings?|guineas?|dirhams?|shekels?|forints?|zlotys?"
    r"|USD|EUR|GBP|CHF|JPY|CNY|SEK|NOK|DKK)\b"
)
UNIT = (
    r"(?:degrees?(?:\s+(?:Celsius|Fahrenheit))?|°\s?[CF]?|(?:kilo|milli)?grams?|kilos?|kg|mg|tons?|tonnes?|ounces?"
    r"|stones?|(?:milli)?lit(?:re|er)s?|gallons?|barrels?|knots?"
    r"|km/h|mph|(?:mega|giga|kilo)?(?:watts?|bytes?|hertz|bits?)|[MGk]W|[MG]Hz|[MGKT]B|points?|votes?|people|persons?"
    r"|men|women|children|percent(?:age points)?)"
)
_UPPER = "".join(c for c in map(chr, range(min(sys.maxunicode, 0x2000))) if c.isupper()).replace("]", "")
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_TO_DAY = rf"(?:\s?[-–]\s?{_DAY})?"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_SMALL = (
    rf"(?:{'|'.join(sorted(SMALL_NUMBERS, key=len, reverse=True))})(?:-(?:one|two|three|four|five|six|seven|eight"
    r"|nine))?"
)
_LARGE = rf"(?:{'|'.join(LARGE_NUMBERS)})"
DIGITS = (
    r"(?:\d{1,3}(?:[ \u00a0\u202f\u2009’']\d{3})+(?!\d)|\d[\d,.]*\d|\d)"
    r"(?:(?:\s?[×·x*]\s?10)?(?:\^[-−+]?\d{1,3}|[⁺⁻]?[⁰¹²³⁴-⁹]+))?"
)
"""A number in digits: 10,000, 10 000 with any blank, 4.20, 4 × 10⁶; in a text without the marks of notes."""
FRACTION = r"\b(?:(?:one[\s-])?half|(?:(?:an?|one|two|three|four)[\s-])?(?:quarter|third|fifth|sixth|tenth)s?)\b"
"""A share in words."""
PART_OF_LARGE = rf"{FRACTION}\s+(?:of\s+)?an?\s+(?:{_LARGE}|dozen)\b"
"""Half a million, a quarter of a million."""
VAGUE = (
    rf"\b(?:several|many|a\s+few)\s+(?:{_LARGE}|dozen)s?\b|\b(?:ten|dozen|hundred|thousand|million)s\s+of\s+{_LARGE}s\b"
)
"""An amount without a number."""
_FOREIGN_LARGE = r"(?:Millionen|millones|mili?oni|Milliarden?|milliards?|miliardi|Mio\.?|Mrd\.?)"
AMOUNT = (
    rf"(?:{PART_OF_LARGE}|{VAGUE}|(?:{DIGITS}(?:\s\d+(?=/\d))?(?:/\d+)?(?:\s?½)?(?:\s{_FOREIGN_LARGE}(?!\w))?"
    rf"|\bzero\b|\b{_SMALL}\b|\b(?:a\s+)?{_LARGE}s?\b|\b(?:a\s+)?dozens?\b)"
    rf"(?:(?:[\s-]|\sand\s)(?:{_LARGE}s?|{_SMALL})\b)*(?:[\s-]and[\s-]a[\s-]half\b(?:\s{_LARGE}\b)?)?)"
)
_END = rf"(?:[$€£¥]\s?)?(?>{AMOUNT})"
_NOT_FROM = r"(?<!\bfrom\s)(?<![\w.,])"
_BETWEEN = rf"\bbetween\s+{_END}\s+and\s+{_END}"
_SPOKEN_RANGE = rf"(?:{_BETWEEN}|{_NOT_FROM}{_END}\s+(?:to|or)\s+{_END})"
_TO_END = rf"(?:\s+(?:to|or)\s+|\s?[-–—]\s?){_END}"
RANGE = rf"(?:{_BETWEEN}|{_NOT_FROM}{_END}{_TO_END})"
"""5 to 6 million, 10–12, between $5 and $6; not what rose from 10 to 12."""
_START = r"(?:(?=[\d$€£¥])|\b(?=[ab]|[defhmnoqstz][a-z]{2}))"
"""A digit, or the first letter of a number in words; the patterns below are slow elsewhere."""
_QUANTITY = rf"(?:{_BETWEEN}|{_NOT_FROM}{_END}(?:{_TO_END})?|{AMOUNT})"
_PERCENT = r"(?:\s?(?:%|percent\b(?!age)|per\s?cent\b|Prozent\b))"
_JOINED = r"(?:[\s\u00a0\u202f-]+)"
_NOTED = r"(?:[\s\u00a0\u202f\0-]+)"
"""As above, or with the mark of a note between a number and its unit."""
_CAPITAL = (
    rf"\b(?:Dr|Mr|Mrs|Ms|St|Prof|Sgt|Capt|Lt|Gen|Sen|Gov|Rev)\.|\b(?:[A-Z]\.){{2,}}|(?<!\w)[{_UPPER}][\w’'.&-]*\w"
    rf"|(?<!\w)[{_UPPER}](?=\.)\."
)
_RATIO = rf"{AMOUNT}\s+(?:out\s+of|in|of)\s+(?:the\s+|every\s+)?{AMOUNT}"
_LASTING = (
    rf"(?:(?:{FRACTION}\s+(?:of\s+)?an?{_JOINED}|\bhalf-|{_QUANTITY}{_NOTED}"
    rf"|\b(?:several|many|an?|few|once\s+an?)\b(?!{_JOINED}{AMOUNT}){_NOTED})"
    rf"(?:(?!and\b)\w+{_JOINED})?{PERIOD}\b(?!\s+past\b)(?:\s+and\s+a\s+half\b)?|{DIGITS}\s?(?:h|hrs?|mins?|secs?)\b)"
)
"""A time in one unit: "two years", "an hour and a half", "15 min"."""
_PATTERNS = {
    AnswerType.DATE: re.compile(
        rf"\b{MONTH}\s+{_DAY}{_TO_DAY}\b(?:,?\s+\d{{4}}\b)?|\b{_DAY}{_TO_DAY}\s+(?:of\s+)?{MONTH}(?:,?\s+\d{{4}}\b)?"
        rf"|\b{MONTH},?\s+\d{{4}}\b|\b(?:spring|summer|autumn|fall|winter)\s+of\s+\d{{4}}\b"
        r"|\b\d{4}-\d{2}-\d{2}\b|\b(?:1\d|20)\d{2}s?\b|\b\d{1,2}(?:st|nd|rd|th)[\s-]+centur(?:y|ies)\b"
        rf"|\b[1-9]\d{{0,3}}\s*(?:BCE?|AD|CE)\b|\b{_WEEKDAY}\b|\b{MONTH}(?=\W|$)"
    ),
    AnswerType.TIME: re.compile(
        r"\b\d{1,2}[.:]\d{2}\s?[ap]\.?m\b\.?|\b\d{1,2}:\d{2}\b|\b\d{1,2}\s?[ap]\.?m\b\.?|\b(?:noon|midnight)\b"
        r"|\b\d{1,2}[.:]\d{2}\b(?!\s?(?:%|percent|million|billion))"
        rf"|\b(?:half|quarter|(?:{_SMALL})(?:\s+minutes)?)\s+(?:past|to|before|after)\s+(?:{_SMALL}|\d{{1,2}}|noon"
        rf"|midnight)\b|\b(?:{_SMALL}|\d{{1,2}})\s+o[’']clock\b",
        re.IGNORECASE,
    ),
    AnswerType.DURATION: re.compile(
        rf"{_START}{_LASTING}(?:(?:,\s+(?:and\s+)?|\s+and\s+|\s+){_LASTING})*(?:\s+and\s+{AMOUNT})?", re.IGNORECASE
    ),
    AnswerType.LENGTH: re.compile(rf"{_START}{_QUANTITY}{_NOTED}?(?:{LENGTH})|{DIGITS}\s?×\s?{DIGITS}", re.IGNORECASE),
    AnswerType.MONEY: re.compile(
        rf"(?:\b(?:US|CA?|AU?|NZ|HK))?(?:(?=(?:between\s)?[$€£¥]){RANGE}|[$€£¥]\s?{DIGITS})"
        rf"(?:{_JOINED}?(?:{_LARGE}|{_FOREIGN_LARGE}|bn|m|k)\b)*|{_START}{_QUANTITY}{_NOTED}(?:{CURRENCY})",
        re.IGNORECASE,
    ),
    AnswerType.SHARE: re.compile(
        rf"{_START}(?:{_QUANTITY}{_PERCENT}|{_RATIO}|{FRACTION}|majority\b)", re.IGNORECASE,
    ),
    AnswerType.NUMBER: re.compile(
        rf"{_START}(?:(?:[$€£¥]\s?)?(?:{_RATIO}|{_QUANTITY}(?:{_PERCENT}|{_JOINED}?(?:{LENGTH}|{UNIT}(?!\w))"
        rf"|{_JOINED}(?:{CURRENCY}|{PERIOD}\b))|{_SPOKEN_RANGE}|{AMOUNT})"
        r"|\b(?:half|twice|once|none|nobody|double|triple)\b)", re.IGNORECASE,
    ),
    AnswerType.NAME: (_NAME := re.compile(
        rf"(?:{_CAPITAL})(?:(?:\s+|-)(?:(?:of|the|de|da|di|du|la|van|von|der|den|al|for|and\s+the|&)\s+)*"
        rf"(?:{_CAPITAL}))*"
    )),
    AnswerType.PLACE: _NAME,
}  # fmt: skip
_FOREIGN_DATE = re.compile(
    r"\b\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3,}\.?\s+(?:de\s+|del\s+)?(?:1\d|20)\d{2}\b"
    r"|\b(?:1\d|20)\d{2}\.\s+[^\W\d_]{3,}\.?\s+\d{1,2}\b"
)
_COUNTED = re.compile(rf"{_JOINED}([a-z][a-z’'-]*)")
_YEARS = re.compile(r"\b(?:year|month|week|day|decade|centur)", re.IGNORECASE)
_DATE_AFTER = re.compile(rf"\s*(?:{MONTH}|[-/:.]\d|%|(?:of|in)\s+(?:the\s+)?\d)")
_DATE_BEFORE = re.compile(rf"(?:{MONTH}\s*|[\d$€£¥][-/:.]?\s?)$")
OLDEST = 130
"""Maximum age of a living being, in years."""
_NO_NOUN = frozenset(["is", "was", "has", "does", "this", "its", "his", "as", "us", "less", "years"])
_DATE_LIKE = re.compile(rf"{MONTH}|{_WEEKDAY}|\d{{1,2}}[.:]\d{{2}}")
_PRONOUN = re.compile(r"(?:I|You|He|She|We|They|My|Your|His|Her|Our|Their)(?:[’'](?:m|re|s|ve|ll|d))?")
_TITLE = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof|St)\.?|Sir|Dame|Professor|Doctor|Judge|Inspector|Chief|Captain|Sergeant|Detective|General"
    r"|Colonel|Major|Minister|President|Chancellor|Senator|Governor|Mayor|Councillor|Director|Bishop|Father|Sister"
    r"|Reverend)\s+"
)
_OPENERS = frozenset(
    [
        "about", "according", "after", "all", "also", "although", "among", "an", "and", "another", "around", "as", "at",
        "because", "before", "beyond", "both", "but", "by", "conversely", "despite", "during", "each", "even", "every",
        "everybody", "everyone", "finally", "first", "following", "for", "from", "he", "hence", "her", "his", "how",
        "however", "if", "in", "indeed", "instead", "it", "its", "just", "last", "later", "many", "meanwhile", "more",
        "moreover", "most", "nearly", "nevertheless", "next", "no", "nobody", "not", "notably", "nothing", "now", "of",
        "on", "once", "one", "only", "other", "others", "our", "over", "she", "since", "so", "some", "soon", "still",
        "such", "than", "that", "the", "their", "then", "there", "therefore", "these", "they", "this", "those",
        "though", "three", "thus", "to", "today", "two", "under", "unlike", "until", "upon", "we", "what", "when",
        "where", "whether", "which", "while", "who", "why", "with", "yet", "you",
    ]
)  # fmt: skip
"""Words that are capitalised only because they open a sentence."""
_SENTENCE_START = re.compile(r"(?:^|[.!?:…]\W*|[\"“(‘]\s*|\n\s*\W*)$")


@lru_cache(20_000)
def mentions(answer_type: AnswerType, text: str) -> tuple[Span, ...]:
    """The mentions of a type in a text, in order; empty for ``OTHER``."""
    if answer_type is AnswerType.OTHER:
        return ()
    text = without_notes(text)
    if answer_type is AnswerType.EXTENT:
        # if a text has both, the length answers "how long"
        return mentions(AnswerType.LENGTH, text) or mentions(AnswerType.DURATION, text)
    if answer_type is AnswerType.AGE:
        return tuple(span for m in _PATTERNS[AnswerType.NUMBER].finditer(text) if _may_be_age(text, span := m.span()))
    spans = [m.span() for m in _PATTERNS[answer_type].finditer(text)]
    if answer_type is AnswerType.DATE:
        return _with_foreign_dates(text, spans)
    if answer_type is AnswerType.NUMBER:
        dated = [*mentions(AnswerType.DATE, text), *mentions(AnswerType.TIME, text)]
        return tuple(_with_counted(text, s) for s in spans if not any(a <= s[0] and s[1] <= b for a, b in dated))
    if answer_type not in NAMED:
        return tuple(spans)
    names = (_name(text, s) for s in spans)
    return tuple(
        (a, b) for a, b in names if b > a and not _DATE_LIKE.fullmatch(text[a:b]) and not _PRONOUN.fullmatch(text[a:b])
    )


def _with_foreign_dates(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """The dates, with those whose month is in another language as a whole: "3. Oktober 1990"."""
    found = (m.span() for m in _FOREIGN_DATE.finditer(text))
    foreign = [
        f for f in found if not any(a <= f[0] and f[1] <= b for a, b in spans) and as_date(text[slice(*f)])
    ]  # fmt: skip
    kept = (s for s in spans if not any(a < s[1] and s[0] < b for a, b in foreign))
    return tuple(sorted([*foreign, *kept]))


def holds_new_mention(answer_type: AnswerType, text: str, asked: Set[str]) -> bool:
    """Whether the text holds a mention of the type with a stem that the question does not have.

    :param asked: the question's stems.
    """
    return answer_type is not AnswerType.OTHER and any(not asked >= own for own in _mention_stems(answer_type, text))


@lru_cache(20_000)
def _mention_stems(answer_type: AnswerType, text: str) -> tuple[frozenset[str], ...]:
    """The stems of each mention of the type."""
    return tuple(frozenset(stems(text[a:b])) for a, b in mentions(answer_type, text))


def new_mentions(answer_type: AnswerType, text: str, asked: Set[str]) -> list[tuple[Span, float]]:
    """The mentions that have a stem that the question does not have, each with the share of its stems that the question
    has, from 0 to less than 1. Names are cut down to the part that is new.

    :param asked: the question's stems.
    """
    found = []
    for a, b in mentions(answer_type, text):
        own = set(stems(text[a:b]))
        if own - asked:
            found.append(
                (_without(text, (a, b), asked) if answer_type in NAMED else (a, b), len(own & asked) / len(own))
            )
    return found


def untitled(text: str, span: Span) -> Span:
    """A person's name without titles, if at least two words remain."""
    start, end = span
    while (title := _TITLE.match(text, start, end)) and " " in text[title.end() : end].strip():
        start = title.end()
    return start, end


def _may_be_age(text: str, span: Span) -> bool:
    """Whether a number is in years (months, days), or is small, counts nothing else and is no part of a date."""
    mention = text[slice(*span)]
    if _YEARS.search(mention):
        return True
    small = (mention.isdecimal() and int(mention) <= OLDEST) or re.fullmatch(_SMALL, mention, re.IGNORECASE)
    in_date = _DATE_AFTER.match(text, span[1]) or _DATE_BEFORE.search(text[: span[0]][-12:])
    return bool(small) and not in_date and _with_counted(text, span) == span


def _with_counted(text: str, span: Span) -> Span:
    """A bare number with what it counts, if a plural noun follows it: "31 coins"."""
    bare = re.search(r"\d$|[A-Za-z]$", text[: span[1]]) and re.fullmatch(
        _QUANTITY, text[span[0] : span[1]], re.IGNORECASE
    )
    match = _COUNTED.match(text, span[1]) if bare else None
    noun = match.group(1) if match else ""
    plural = len(noun) > 3 and noun.endswith("s") and not noun.endswith("ss") and noun not in _NO_NOUN
    return (span[0], match.end()) if match and plural else span


def _without(text: str, span: Span, asked: Set[str]) -> Span:
    """A name without the question's words at its ends: "Elon Musk" of "Tesla CEO Elon Musk", if it asks for the CEO of
    Tesla."""
    new = [m.span() for m in re.finditer(r"\S+", text[span[0] : span[1]]) if set(stems(m.group())) - asked]
    return span[0] + new[0][0], span[0] + new[-1][1]


def _name(text: str, span: Span) -> Span:
    """A name without a first word that is capitalised because it starts a sentence, and without a possessive ’s."""
    start, end = span
    first = re.match(r"\S+\s*", text[start:end])
    if first and first.group().strip().lower().rstrip("’'s") in _OPENERS and _SENTENCE_START.search(text[:start][-12:]):
        start = min(start + first.end(), end)
    if owner := re.search(r"[’']s$", text[start:end]):
        end = start + owner.start()
    return start, end
