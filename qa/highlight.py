"""Which words of a quote answer the question: a date for "when", a number for "how many", a name for "who" and "where";
otherwise the clause that shares most with the question without merely repeating it.
"""

from __future__ import annotations

import re

from index.records import Span
from index.words import stems

_MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
_DATE = re.compile(
    rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:,?\s+\d{{4}})?\b"
    rf"|\b{_MONTH}\s+\d{{4}}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b(?:1\d|20)\d{{2}}s?\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)\s+century\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
)
_MONTH_NAME = re.compile(_MONTH)
_COUNT = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|dozen|hundred|thousand|million|billion|half|a third|a quarter)"
_NUMBER = re.compile(
    rf"[$€£¥]?\s?\d[\d,.]*\d?(?:\s?(?:%|percent|per\s?cent|million|billion|trillion|thousand))?(?:[- ]\w+)?"
    rf"|\b{_COUNT}(?:[- ]\w+)?\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:[A-Z][\w’'.-]*\w)(?:\s+(?:(?:of|the|de|van|von)\s+)*(?:[A-Z][\w’'.-]*\w))*")
_OPENERS = frozenset(
    ["although", "while", "however", "despite", "since", "when", "where", "after", "before", "if", "because", "according", "following", "just", "for", "from", "with", "as", "at", "by", "but", "and", "also", "then", "thus", "yet", "both", "notably", "meanwhile", "conversely", "beyond", "instead", "the", "this", "these"]
)
"""Words that are capitalised only because they open a sentence."""
_CLAUSE = re.compile(r"[^,;:—–()]+")


def highlights(question: str, quote: str) -> tuple[Span, ...]:
    """Spans of ``quote``; empty where nothing in it stands out from the question."""
    asked = question.lower()
    asked_words = set(stems(question))
    if re.search(r"\b(?:when|what (?:date|day|year|month)|which (?:date|day|year|month)|since when)\b", asked):
        kind = _DATE
    elif re.search(r"\bhow (?:many|much|long|old|far|often|big|large|high|tall|fast)\b|\bwhat (?:share|percentage|number|level|amount|score)\b", asked):
        kind = _NUMBER
    elif re.search(r"\b(?:who|whom|whose|where|(?:which|what) (?:city|country|place|person|company|state))\b", asked):
        kind = _NAME
    else:
        return _clause(asked_words, quote)
    marked = tuple(
        m.span()
        for m in kind.finditer(quote)
        if set(stems(m.group())) - asked_words
        and not (kind is _NAME and (m.group().lower() in _OPENERS or _DATE.fullmatch(m.group()) or _MONTH_NAME.fullmatch(m.group())))
    )
    return marked[:4] or _clause(asked_words, quote)


def _clause(asked: set[str], quote: str) -> tuple[Span, ...]:
    best: Span | None = None
    most = 0.0
    for match in _CLAUSE.finditer(quote):
        words = set(stems(match.group()))
        new = words - asked
        score = len(words & asked) + min(len(new), 4) * 0.3 if new else 0.0
        if score > most:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            best, most = (start, match.start() + len(match.group().rstrip())), score
    return (best,) if best else ()
