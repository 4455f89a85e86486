"""What kind of thing a question asks for, read from its own words; English only.

A question of another kind, or in another language, is simply not helped by this.
"""

from __future__ import annotations

import re
from enum import Enum


class Kind(Enum):
    DATE = "date"
    TIME = "time of day"
    DURATION = "duration"
    LENGTH = "length"
    EXTENT = "duration or length"
    """What "how long" asks for where it could be either."""
    AGE = "age"
    MONEY = "money"
    SHARE = "share"
    NUMBER = "number"
    NAME = "name"
    """Of a person, an organisation, a work."""
    PLACE = "place"
    OTHER = "other"


NAMED = frozenset([Kind.NAME, Kind.PLACE])
COUNTED = frozenset(Kind) - NAMED - {Kind.OTHER}

_PERIOD = r"(?:second|minute|hour|day|week|month|year|decade|centur(?:y|ie))s?"
_WHICH = r"\b(?:what|which)\s+(?:(?:is|was|are|were|will be)\s+)?(?:the\s+)?(?:[\w’'-]+\s+){0,2}?"
"""What comes before the thing asked for: "which", "what is the", "what was the new"."""
_QUESTION_WORD = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.IGNORECASE)
_ALONE = rf"(?!.*{_QUESTION_WORD.pattern})"
"""Of "When the bell rings, what happens?", the first word asks for nothing."""
_ASKED = [
    (Kind.TIME, rf"{_WHICH}(?:time|hour)\b(?!s)(?!\s+(?:of|span|limit|frame))"),
    (Kind.DATE, rf"\bwhen\b{_ALONE}|{_WHICH}(?:date|day|year|month|century|decade)\b(?!-)|\bdate$"),
    (Kind.DURATION, r"\bhow long\s+(?:did|does|do|will|would|has|have|had|ago|until|after|before|can|could|must)\b"
                    rf"|\bhow (?:many|much) (?:[\w-]+ )?{_PERIOD}\b"
                    rf"|{_WHICH}(?:duration|period)\b"),
    (Kind.EXTENT, r"\bhow long\b"),
    (Kind.SHARE, rf"{_WHICH}(?:percentage|percent|per cent|share|proportion|fraction|portion|turnout)\b"
                 r"|\bhow (?:large|big|high) a share\b|\bby (?:what|how many) per\s?cent"),
    (Kind.MONEY, r"\bhow (?:much|high|big|large)\b.*\b(?:money|costs?|pay|paid|pays|spen[dt]|worth|dollars?|euros?"
                 r"|pounds?|price|fund\w*|value|earn\w*|revenue|budget|offer\w*|insured|promise\w*"
                 r"|fined?|debts?|owes?|damages?|raised?|donat\w+|invest\w*|fees?|bill|salary|reward)\b"
                 r"|\b(?:what|which)\b.*\b(?:price|cost|costs|salary|revenue|budget|net worth|profit|turnover|fine|fee"
                 r"|fare)\b"),
    (Kind.AGE, rf"\bhow old\b|{_WHICH}age\b"),
    (Kind.LENGTH, rf"\bhow (?:far|tall|wide|deep|high)\b|{_WHICH}(?:height|length|distance|width|depth|altitude)\b"),
    (Kind.NUMBER, r"\bhow (?:many|much|often|big|large|fast|heavy|hot|cold|strong|effective)\b"
                  rf"|{_WHICH}(?:number|level|amount|score|population|size|rate|speed|temperature|total|capacity"
                  r"|weight)\b"),
    (Kind.PLACE, rf"\bwhere\b{_ALONE}|{_WHICH}(?:city|country|place|state|region|river|continent|town|village|location"
                 r"|province|county|nation|building|street"
                 r"|island|venue|capital)\b|\b(?:location|venue)$"),
    (Kind.NAME, rf"\b(?:who|whom|whose)\b|{_WHICH}(?:name|person|people|king|queen|president|leader|scientist|author"
                r"|actor|actress|singer|director"
                r"|winner|ceo|compan(?:y|ies)|firm|foundation|organi[sz]ation|agency|university|group|team|party|movie"
                r"|film|song|album|book|novel)\b"),
]  # fmt: skip
_ASKED_FOR = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _ASKED]

_YES_OR_NO = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may)(?:n[’']t)?\b", re.IGNORECASE
)


def asks_yes_or_no(question: str) -> bool:
    """ "Did Trump sign it?"; English only."""
    return bool(_YES_OR_NO.match(question))


def asked_for(question: str) -> Kind:
    """The kind of thing that would answer: what the first question word asks for, or what keywords without one name."""
    first = _QUESTION_WORD.search(question)
    if first:
        return next((kind for kind, pattern in _ASKED_FOR if pattern.match(question, first.start())), Kind.OTHER)
    return next((kind for kind, pattern in _ASKED_FOR if pattern.search(question)), Kind.OTHER)
