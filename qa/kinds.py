"""What kind of thing a question asks for, and where a text holds such things.

Read from the question's own words and from the look of the text (digits, month names, capitals); English only. A
question of another kind, or in another language, is simply not helped by this.
"""

from __future__ import annotations

import re
from collections.abc import Set
from enum import Enum

from index.records import Span
from index.words import stems


class Kind(Enum):
    DATE = "date"
    DURATION = "duration"
    MONEY = "money"
    SHARE = "share"
    NUMBER = "number"
    NAME = "name"
    """Of a person, a place, an organisation."""
    OTHER = "other"


COUNTED = frozenset([Kind.DATE, Kind.DURATION, Kind.MONEY, Kind.SHARE, Kind.NUMBER])

_PERIOD = r"(?:second|minute|hour|day|week|month|year|decade|centur(?:y|ie))s?"
_ASKED = [
    (Kind.DATE, r"\bwhen\b|\b(?:what|which)\s+(?:\w+\s+)?(?:date|day|year|month|century|decade)\b|\bsince when\b"),
    (Kind.DURATION, rf"\bhow long\b|\bhow many (?:\w+ )?{_PERIOD}\b|\b(?:what|which) (?:is|was|were) the duration\b"),
    (Kind.SHARE, r"\b(?:what|which)\s+(?:\w+\s+)?(?:percentage|percent|share|proportion|fraction|portion)\b|\bhow (?:large|big) a share\b"),
    (Kind.MONEY, r"\bhow much\b.*\b(?:money|costs?|pay|paid|spen[dt]|worth|dollars?|euros?|pounds?|price|fund\w*|value|earn\w*|revenue|budget)\b"
                 r"|\b(?:what|which)\b.*\b(?:price|cost|salary|revenue|budget|net worth)\b"),
    (Kind.NUMBER, r"\bhow (?:many|much|old|far|often|big|large|high|tall|fast|wide|deep|heavy|hot|cold)\b"
                  r"|\b(?:what|which) (?:is |was |were |are )?(?:the )?(?:\w+ )?"
                  r"(?:number|level|amount|score|population|size|height|length|distance|rate|speed|age|area|temperature|total)\b"),
    (Kind.NAME, r"\b(?:who|whom|whose|where)\b|\b(?:what|which|name of the) (?:\w+ )?"
                r"(?:person|people|king|queen|president|leader|scientist|author|actor|singer|compan(?:y|ies)|organi[sz]ation|group|team|party"
                r"|city|country|place|state|region|river|continent|town|location|province|county|nation|building|street|island)\b"),
]  # fmt: skip
_ASKED_FOR = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _ASKED]

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_SMALL = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?"
)
_LARGE = r"(?:hundred|thousand|million|billion|trillion)"
_AMOUNT = rf"(?:\d[\d,.]*\d|\d|\b{_SMALL}\b|\b{_LARGE}s?\b|\bdozens?\b)(?:[\s-]{_LARGE}s?\b)*"
_THINGS = {
    Kind.DATE: re.compile(
        rf"\b{_MONTH}\s+{_DAY}\b(?:,?\s+\d{{4}}\b)?|\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}}\b)?|\b{_MONTH},?\s+\d{{4}}\b"
        r"|\b\d{4}-\d{2}-\d{2}\b|\b(?:1\d|20)\d{2}s?\b|\b\d{1,2}(?:st|nd|rd|th)[\s-]+centur(?:y|ies)\b|\b[1-9]\d{0,3}\s*(?:BCE?|AD|CE)\b"
        rf"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b{_MONTH}(?=\s|$)"
    ),
    Kind.DURATION: re.compile(rf"(?:{_AMOUNT}|\b(?:several|many|an?|few|half an?|once an?)\b)[\s-]+(?:\w+[\s-]+)?{_PERIOD}\b", re.IGNORECASE),
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
    Kind.NAME: re.compile(r"[A-Z][\w’'.&-]*\w(?:\s+(?:(?:of|the|de|da|van|von|al|for|and the)\s+)*[A-Z][\w’'.&-]*\w)*"),
}  # fmt: skip
_DATE_LIKE = re.compile(rf"{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")
_OPENERS = frozenset(
    ["according", "after", "also", "although", "among", "an", "and", "another", "as", "at", "because", "before", "beyond", "both", "but", "by", "conversely", "despite", "during", "each", "even", "finally", "first", "following", "for", "from", "he", "hence", "her", "his", "how", "however", "if", "in", "indeed", "instead", "it", "its", "just", "last", "later", "many", "meanwhile", "more", "moreover", "most", "nevertheless", "next", "no", "not", "notably", "now", "on", "once", "one", "only", "other", "others", "our", "over", "she", "since", "so", "some", "soon", "still", "such", "that", "the", "their", "then", "there", "therefore", "these", "they", "this", "those", "though", "thus", "to", "today", "two", "under", "unlike", "until", "upon", "we", "what", "when", "where", "whether", "which", "while", "who", "why", "with", "yet", "you"]
)  # fmt: skip
"""Words that are capitalised only because they open a sentence."""
_SENTENCE_START = re.compile(r"(?:^|[.!?:…]\W*|[\"“(]\s*)$")


def asked_for(question: str) -> Kind:
    """The kind of thing that would answer."""
    return next((kind for kind, pattern in _ASKED_FOR if pattern.search(question)), Kind.OTHER)


def things(kind: Kind, text: str) -> list[Span]:
    """Where the text holds things of this kind, in order; none for ``OTHER``."""
    if kind is Kind.OTHER:
        return []
    spans = [m.span() for m in _THINGS[kind].finditer(text)]
    if kind is not Kind.NAME:
        return spans
    return [(a, b) for a, b in (_name(text, s) for s in spans) if b > a and not _DATE_LIKE.fullmatch(text[a:b])]


def new_things(kind: Kind, text: str, asked: Set[str]) -> list[Span]:
    """Those of them that say more than the stems ``asked``, the question's own."""
    return [(a, b) for a, b in things(kind, text) if set(stems(text[a:b])) - asked]


def _name(text: str, span: Span) -> Span:
    """Without a first word that is a capital only because a sentence begins with it."""
    start, end = span
    first = re.match(r"\S+\s*", text[start:end])
    if first and first.group().strip().lower().rstrip("’'s") in _OPENERS and _SENTENCE_START.search(text[:start][-12:]):
        return min(start + first.end(), end), end
    return span
