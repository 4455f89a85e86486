"""The type of answer that a question asks for, from its own words; English only.

Other questions, and questions in other languages, have the type ``OTHER``.
"""

from __future__ import annotations

import re
from enum import Enum


class AnswerType(Enum):
    DATE = "date"
    TIME = "time of day"
    DURATION = "duration"
    LENGTH = "length"
    EXTENT = "duration or length"
    """What "how long" asks for if it could be either."""
    AGE = "age"
    MONEY = "money"
    SHARE = "share"
    NUMBER = "number"
    NAME = "name"
    """Of a person, an organisation, a work."""
    PLACE = "place"
    OTHER = "other"


NAMED = frozenset([AnswerType.NAME, AnswerType.PLACE])
COUNTED = frozenset(AnswerType) - NAMED - {AnswerType.OTHER}

_PERIOD = r"(?:second|minute|hour|day|week|month|year|decade|centur(?:y|ie))s?"
_WHICH = r"\b(?:what|which)\s+(?:(?:is|was|are|were|will be)\s+)?(?:the\s+)?(?:[\w’'-]+\s+){0,2}?"
"""What comes before the noun that is asked for: "which", "what is the", "what was the new"."""
_QUESTION_WORD = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.IGNORECASE)
_ALONE = rf"(?!.*{_QUESTION_WORD.pattern})"
"""No other question word follows: in "When the bell rings, what happens?", the first word asks for nothing."""
_ASKED = [
    (AnswerType.TIME,
     rf"{_WHICH}(?:time|hour)\b(?!s)(?!\s+(?:of|span|limit|frame))"),
    (AnswerType.DATE,
     rf"\bwhen\b{_ALONE}|{_WHICH}(?:date|day|year|month|century|decade)\b(?!-)|\bdate$"),
    (AnswerType.DURATION,
     r"\bhow long\s+(?:did|does|do|will|would|has|have|had|ago|until|after|before|can|could|must)\b"
     rf"|\bhow (?:many|much) (?:[\w-]+ )?{_PERIOD}\b"
     rf"|{_WHICH}(?:duration|period)\b"),
    (AnswerType.EXTENT,
     r"\bhow long\b"),
    (AnswerType.SHARE,
     rf"{_WHICH}(?:percentage|percent|per cent|share|proportion|fraction|portion|turnout)\b"
     r"|\bhow (?:large|big|high) a share\b|\bby (?:what|how many) per\s?cent"),
    (AnswerType.MONEY,
     r"\bhow (?:much|high|big|large)\b.*\b(?:money|costs?|pay|paid|pays|spen[dt]|worth|dollars?|euros?"
     r"|pounds?|price|fund\w*|value|earn\w*|revenue|budget|offer\w*|insured|promise\w*"
     r"|fined?|debts?|owes?|damages?|raised?|donat\w+|invest\w*|fees?|bill|salary|reward)\b"
     r"|\b(?:what|which)\b.*\b(?:price|cost|costs|salary|revenue|budget|net worth|profit|turnover|fine|fee"
     r"|fare)\b"),
    (AnswerType.AGE,
     rf"\bhow old\b|{_WHICH}age\b"),
    (AnswerType.LENGTH,
     rf"\bhow (?:far|tall|wide|deep|high)\b|{_WHICH}(?:height|length|distance|width|depth|altitude)\b"),
    (AnswerType.NUMBER,
     r"\bhow (?:many|much|often|big|large|fast|heavy|hot|cold|strong|effective)\b"
     rf"|{_WHICH}(?:number|level|amount|score|population|size|rate|speed|temperature|total|capacity"
     r"|weight)\b"),
    (AnswerType.PLACE,
     rf"\bwhere\b{_ALONE}|{_WHICH}(?:city|country|place|state|region|river|continent|town|village|location"
     r"|province|county|nation|building|street"
     r"|island|venue|capital)\b|\b(?:location|venue)$"),
    (AnswerType.NAME,
     rf"\b(?:who|whom|whose)\b|{_WHICH}(?:name|person|people|king|queen|president|leader|scientist|author"
     r"|actor|actress|singer|director"
     r"|winner|ceo|compan(?:y|ies)|firm|foundation|organi[sz]ation|agency|university|group|team|party|movie"
     r"|film|song|album|book|novel)\b"),
]  # fmt: skip
_ASKED_FOR = [(answer_type, re.compile(pattern, re.IGNORECASE)) for answer_type, pattern in _ASKED]

_YES_OR_NO = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may)(?:n[’']t)?\b", re.IGNORECASE
)

_COUNT = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+)"
_ASKS_FOR_LIST = re.compile(
    r"^\W*(?:list|enumerate)\b|[.?!,]\s*(?:list|name|enumerate)\s+(?:them|all|every|each|the|everything)\b"
    r"|\bname\s+(?:them\s+)?all\b|\ball\s+of\s+them\b"
    r"|\b(?:what|which)\s+(?:are|were)\s+(?:all\s+)?the\s+(?:[\w-]+\s+){0,3}?[\w-]+s\b"
    rf"|\b(?:what|which)\s+(?:the\s+)?{_COUNT}\s"
    r"|\b(?:what|which)\s+(?:[\w-]+\s+)?(?!does\b|is\b|was\b|has\b|this\b|its\b|goes\b)[a-z-]{3,}[^s\W]s\s+"
    r"(?!is\b|was\b|has\b)"
    r"|\bwhat\s+(?:comes?|is|are)\s+(?:in|with|included)\b|\bwho\s+(?:must|may|should|can)\b",
    re.IGNORECASE,
)


def asks_yes_or_no(question: str) -> bool:
    """Whether a question asks for yes or no: "Did Trump sign it?"; English only."""
    return bool(_YES_OR_NO.match(question))


def answer_type_of(question: str) -> AnswerType:
    """The type of answer that the first question word asks for, or that keywords without a question word name."""
    first = _QUESTION_WORD.search(question)
    if first:
        return next(
            (answer_type for answer_type, pattern in _ASKED_FOR if pattern.match(question, first.start())),
            AnswerType.OTHER,
        )
    return next((answer_type for answer_type, pattern in _ASKED_FOR if pattern.search(question)), AnswerType.OTHER)


def asks_for_list(question: str) -> bool:
    """Whether a question asks for a list: "List all steps", "Which five instruments ...", "What are the conditions";
    English only."""
    return bool(_ASKS_FOR_LIST.search(question))
