"""What kind of thing a question asks for, and where a text holds such things.

Read from the question's own words and from the look of the text (digits, month names, capitals); English only. A
question of another kind, or in another language, is simply not helped by this.
"""

from __future__ import annotations

import re
from collections.abc import Set
from enum import Enum
from functools import lru_cache

from index.records import Span
from index.words import stems


class Kind(Enum):
    DATE = "date"
    DURATION = "duration"
    MONEY = "money"
    SHARE = "share"
    NUMBER = "number"
    NAME = "name"
    """Of a person, an organisation, a work."""
    PLACE = "place"
    OTHER = "other"


NAMED = frozenset([Kind.NAME, Kind.PLACE])
COUNTED = frozenset([Kind.DATE, Kind.DURATION, Kind.MONEY, Kind.SHARE, Kind.NUMBER])

_PERIOD = r"(?:second|minute|hour|day|week|month|year|decade|centur(?:y|ie))s?"
_WHICH = r"\b(?:what|which)\s+(?:(?:is|was|are|were|will be)\s+)?(?:the\s+)?(?:[\w’'-]+\s+){0,2}?"
"""What comes before the thing asked for: "which", "what is the", "what was the new"."""
_QUESTION_WORD = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.IGNORECASE)
_ALONE = rf"(?!.*{_QUESTION_WORD.pattern})"
"""Of "When the bell rings, what happens?", the first word asks for nothing."""
_ASKED = [
    (Kind.DATE, rf"\bwhen\b{_ALONE}|{_WHICH}(?:date|day|year|month|century|decade)\b(?!-)|\bdate$"),
    (Kind.DURATION, rf"\bhow long\b|\bhow many (?:\w+ )?{_PERIOD}\b|{_WHICH}(?:duration|period)\b"),
    (Kind.SHARE, rf"{_WHICH}(?:percentage|percent|share|proportion|fraction|portion)\b|\bhow (?:large|big) a share\b"),
    (Kind.MONEY, r"\bhow much\b.*\b(?:money|costs?|pay|paid|spen[dt]|worth|dollars?|euros?|pounds?|price|fund\w*|value|earn\w*|revenue|budget)\b"
                 r"|\b(?:what|which)\b.*\b(?:price|cost|salary|revenue|budget|net worth|profit|turnover)\b"),
    (Kind.NUMBER, r"\bhow (?:many|much|old|far|often|big|large|high|tall|fast|wide|deep|heavy|hot|cold)\b"
                  rf"|{_WHICH}(?:number|level|amount|score|population|size|height|length|distance|rate|speed|age|temperature|total)\b"),
    (Kind.PLACE, rf"\bwhere\b{_ALONE}|{_WHICH}(?:city|country|place|state|region|river|continent|town|location|province|county|nation|building|street"
                 r"|island|venue|capital)\b|\b(?:location|venue)$"),
    (Kind.NAME, rf"\b(?:who|whom|whose)\b|{_WHICH}(?:name|person|people|king|queen|president|leader|scientist|author|actor|actress|singer|director"
                r"|winner|ceo|compan(?:y|ies)|organi[sz]ation|group|team|party|movie|film|song|album|book|novel)\b"),
]  # fmt: skip
_ASKED_FOR = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _ASKED]

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
SMALL_NUMBERS = {
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0,
    "eleven": 11.0, "twelve": 12.0, "thirteen": 13.0, "fourteen": 14.0, "fifteen": 15.0, "sixteen": 16.0, "seventeen": 17.0,
    "eighteen": 18.0, "nineteen": 19.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0,
    "seventy": 70.0, "eighty": 80.0, "ninety": 90.0,
}  # fmt: skip
LARGE_NUMBERS = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SMALL = rf"(?:{'|'.join(sorted(SMALL_NUMBERS, key=len, reverse=True))})(?:-(?:one|two|three|four|five|six|seven|eight|nine))?"
_LARGE = rf"(?:{'|'.join(LARGE_NUMBERS)})"
_AMOUNT = rf"(?:\d[\d,.]*\d|\d|\b{_SMALL}\b|\b{_LARGE}s?\b|\bdozens?\b)(?:[\s-]{_LARGE}s?\b)*"
_CAPITAL = r"[A-Z][\w’'.&-]*\w"
_THINGS = {
    Kind.DATE: re.compile(
        rf"\b{_MONTH}\s+{_DAY}\b(?:,?\s+\d{{4}}\b)?|\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}}\b)?|\b{_MONTH},?\s+\d{{4}}\b"
        r"|\b\d{4}-\d{2}-\d{2}\b|\b(?:1\d|20)\d{2}s?\b|\b\d{1,2}(?:st|nd|rd|th)[\s-]+centur(?:y|ies)\b|\b[1-9]\d{0,3}\s*(?:BCE?|AD|CE)\b"
        rf"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b{_MONTH}(?=\s|$)"
    ),
    Kind.DURATION: re.compile(rf"(?:{_AMOUNT}|\b(?:several|many|an?|few|half an?|once an?)\b(?![\s-]+{_AMOUNT}))[\s-]+(?:\w+[\s-]+)?{_PERIOD}\b", re.IGNORECASE),
    Kind.MONEY: re.compile(
        rf"(?:US|C|A)?[$€£¥]\s?\d[\d,.]*\d?(?:\s?(?:{_LARGE}|bn|m)\b)*"
        rf"|{_AMOUNT}\s+(?:U\.?S\.? )?(?:dollars?|euros?|pounds?|yen|yuan|francs?|cents?|USD|EUR|GBP)\b", re.IGNORECASE,
    ),
    Kind.SHARE: re.compile(
        rf"{_AMOUNT}\s?(?:%|percent\b|per\s?cent\b)|\b(?:half|majority|quarter|(?:one|two|three|four)[\s-](?:third|quarter|fifth|tenth)s?)\b", re.IGNORECASE,
    ),
    Kind.NUMBER: re.compile(
        rf"[$€£¥]?\s?{_AMOUNT}(?:\s?(?:%|percent\b|per\s?cent\b))?(?:\s(?:out\s)?of\s\d+|[\s-](?!and\b|or\b|in\b|of\b|to\b|the\b|for\b)[A-Za-z°]\w*)?"
        r"|\b(?:half|twice|once|none|double|triple)\b", re.IGNORECASE,
    ),
    Kind.NAME: (_NAME := re.compile(rf"{_CAPITAL}(?:\s+(?:[A-Z]\.\s+|(?:of|the|de|da|van|von|al|for|and the)\s+)*{_CAPITAL})*")),
    Kind.PLACE: _NAME,
}  # fmt: skip
_DATE_LIKE = re.compile(rf"{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")
_OPENERS = frozenset(
    ["according", "after", "also", "although", "among", "an", "and", "another", "as", "at", "because", "before", "beyond", "both", "but", "by", "conversely", "despite", "during", "each", "even", "finally", "first", "following", "for", "from", "he", "hence", "her", "his", "how", "however", "if", "in", "indeed", "instead", "it", "its", "just", "last", "later", "many", "meanwhile", "more", "moreover", "most", "nevertheless", "next", "no", "not", "notably", "now", "on", "once", "one", "only", "other", "others", "our", "over", "she", "since", "so", "some", "soon", "still", "such", "that", "the", "their", "then", "there", "therefore", "these", "they", "this", "those", "though", "thus", "to", "today", "two", "under", "unlike", "until", "upon", "we", "what", "when", "where", "whether", "which", "while", "who", "why", "with", "yet", "you"]
)  # fmt: skip
"""Words that are capitalised only because they open a sentence."""
_SENTENCE_START = re.compile(r"(?:^|[.!?:…]\W*|[\"“(]\s*)$")


def asked_for(question: str) -> Kind:
    """The kind of thing that would answer: what the first question word asks for, or what keywords without one name."""
    first = _QUESTION_WORD.search(question)
    if first:
        return next((kind for kind, pattern in _ASKED_FOR if pattern.match(question, first.start())), Kind.OTHER)
    return next((kind for kind, pattern in _ASKED_FOR if pattern.search(question)), Kind.OTHER)


def things(kind: Kind, text: str) -> list[Span]:
    """Where the text holds things of this kind, in order; none for ``OTHER``."""
    if kind is Kind.OTHER:
        return []
    spans = [m.span() for m in _THINGS[kind].finditer(text)]
    if kind not in NAMED:
        return spans
    return [(a, b) for a, b in (_name(text, s) for s in spans) if b > a and not _DATE_LIKE.fullmatch(text[a:b])]


def holds_new(kind: Kind, text: str, asked: Set[str]) -> bool:
    """Whether the text holds things of this kind that say more than the stems ``asked``."""
    return kind is not Kind.OTHER and any(not asked >= said for said in _said(kind, text))


@lru_cache(20_000)
def _said(kind: Kind, text: str) -> tuple[frozenset[str], ...]:
    """The stems of each of its things."""
    return tuple(frozenset(stems(text[a:b])) for a, b in things(kind, text))


def new_things(kind: Kind, text: str, asked: Set[str]) -> list[tuple[Span, float]]:
    """Those of them that say more than the stems ``asked``, the question's own; of names, the part that does.

    With each goes the share of the stems that the question has, from 0 to less than 1.
    """
    found = []
    for a, b in things(kind, text):
        own = set(stems(text[a:b]))
        if own - asked:
            found.append((_without(text, (a, b), asked) if kind in NAMED else (a, b), len(own & asked) / len(own)))
    return found


def _without(text: str, span: Span, asked: Set[str]) -> Span:
    """A name without the words at its two ends that the question says: of "Tesla CEO Elon Musk", who leads it."""
    new = [m.span() for m in re.finditer(r"\S+", text[span[0] : span[1]]) if set(stems(m.group())) - asked]
    return span[0] + new[0][0], span[0] + new[-1][1]


def _name(text: str, span: Span) -> Span:
    """Without a first word that is a capital only because a sentence begins with it."""
    start, end = span
    first = re.match(r"\S+\s*", text[start:end])
    if first and first.group().strip().lower().rstrip("’'s") in _OPENERS and _SENTENCE_START.search(text[:start][-12:]):
        return min(start + first.end(), end), end
    return span
