"""Things that a question names by a number: "warehouse number 900", "Article 15", "Boeing 737", "part no. 4711-B".

Amounts ("the 1,200 people"), dates and years are no names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from quoth.index.text.analysis import stems
from quoth.index.text.normalize import normalised
from quoth.qa.extract.mentions import SMALL_NUMBERS

_LABELS = frozenset(
    re.findall(
        r"\S+",
        """
account act amendment annex apartment appendix article artikel artículo asteroid barn barrack batch bay berth bin
block boat bridge building bulletin bus cabin cage car carriage case catalogue cell chapter chapitre circular class
clause code column committee container counter court decision decree desk directive dock document door episode event
exhibit exit experiment figure file flat flight floor form formula gate group hall hangar highway house hut hypothesis
interstate invoice issue item kapitel key kiln law lecture lesson level licence license line litre locker lot machine
mine mission model module motion motorway note object opus order page paragraph part patent patient phase pier pit
platform player plot point pool port problem process product project proposition protocol psalm question ram raum
recommendation reference regulation release report resolution road room route row rule salle sample scene schedule
season section sector sentence series sermon session shaft shed shelf shop site slide slip sonata stage stall
stand station step store strain symphony table tank team test theorem ticket track train tram trial truck tunnel
type unit vehicle verse version vol volume wagon ward warehouse well zimmer zone
        """,
    )
)
"""Nouns that a number after them names: "room 12"; words with capitals are names as well: "Boeing 737"."""
_MONTHS = frozenset(
    re.findall(
        r"\w+",
        """
jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october
november december monday tuesday wednesday thursday friday saturday sunday spring summer autumn fall winter easter
christmas day
        """,
    )
)
_MARKER = r"(?:(?:[Nn]umber(?:s|ed)?|[Nn]ummer|numéro|número|[Nn]um\.|[Nn]os?\.|No|[Nn]r\.?|[Nn][°º])(?!\w)|[#№])"
_NUMBER = r"(?:[A-Z]{1,3}[-/]?)?\d+(?:,\d{3})*(?:[./-]\d+)*(?:[-/]?[A-Z]{1,3}\b)?"
_THING = re.compile(
    rf"(?:(?P<before>[\w’'-]+)\s+)?(?<![\w’'-])(?P<label>[^\W\d_][\w’'-]*)\.?(?:,?\s+(?P<marker>{_MARKER})\s*|\s+)"
    rf"(?P<number>{_NUMBER})(?![\w%°]|[:.,]\d)"
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_BEFORE = frozenset((
    "the", "a", "an", "of", "in", "on", "at", "for", "to", "from", "by", "with", "under", "about", "is", "are", "was",
    "were", "does", "do", "did", "and", "or", "per", "via", "between", "which", "what",
))  # fmt: skip
"""Words before a noun; before a verb with an amount ("did it seat 300") stands its subject."""
_ORDER = frozenset((
    "first", "last", "next", "past", "top", "other", "another", "about", "only", "least", "most", "than", "same",
    "final", "recent",
))  # fmt: skip
_COUNTED = re.compile(
    r"\s*(?:%|°|(?:per\s?cent|hundred|thousand|million|billion|trillion|dozen|people|children|men|women|feet|km|cm"
    r"|mm|m|ft|kg|mph|(?!(?:is|was|has|does|goes|[a-z]{3,}ss)\b)[a-z]+s)\b)"
)
"""What follows an amount: a unit or a plural."""
_ARTICLES = frozenset(("the", "a", "an", "this", "that", "its", "each", "every"))
_WORD_BEFORE = re.compile(r"(?<![\w’'-])([^\W\d_]+)\.?\s+$")
_WORD_AFTER = re.compile(r"\.?\s+([^\W\d_]+)")
_LISTED = re.compile(rf"(?P<to>\s*[–—]\s*|\s+(?:to|through|bis)\s+)?(?P<number>{_NUMBER})")
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
_MAX_DIGITS = 9
"""Maximum number of digits of a range's first and last number."""
_ROMAN = ((90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


class Thing(NamedTuple):
    """A thing that a question names by a number."""

    label: str
    """The noun that the number is given to, in small letters."""
    number: str
    certain: bool
    """Whether it is a name in any text; else only in a text that has another number after the noun."""

    def is_named_in(self, text: str) -> bool | None:
        """Whether a text names the thing; None if it has neither its number nor another number after the noun."""
        copy = normalised(text)[0]
        others = [m.group("numbers") for m in _after_label(self.label).finditer(copy)]
        if others:
            glued = any(m["glued"] for m in _in_digits(self.number, self.label).finditer(copy))
            in_digits = glued or any(self._is_in(numbers) for numbers in others)
            return in_digits or _in_words(self.label, self.number, copy)
        found = _in_digits(self.number, self.label).finditer(copy)
        in_digits = any(m["glued"] or not _is_amount(copy, m) for m in found)
        return in_digits or _in_words(self.label, self.number, copy) or None

    def is_named_last_in(self, text: str) -> bool | None:
        """The same, judged by the last number after the noun alone."""
        copy = normalised(text)[0]
        starts = [m.start() for m in _after_label(self.label).finditer(copy)]
        return self.is_named_in(copy[starts[-1] :] if starts else copy)

    def _is_in(self, numbers: str) -> bool:
        """Whether the number is one of those listed after the noun, or within a range of them."""
        if _in_digits(self.number).search(numbers):
            return True
        before = ""
        for match in _LISTED.finditer(numbers):
            listed = match["number"].replace(",", "")
            ends = listed.split("-") if listed.count("-") == 1 else [before, listed] if match["to"] else []
            bounds = (*ends[:1], self.number, *ends[1:])
            if ends and all(n.isdecimal() and len(n) <= _MAX_DIGITS for n in bounds):
                first, own, last = map(int, bounds)
                if first <= own <= last:
                    return True
            before = listed
        return False


@lru_cache(1_000)
def numbered_things(question: str) -> tuple[Thing, ...]:
    """Return the things that a question names by a number, in order."""
    found = []
    for match in _THING.finditer(question):
        label, number, before = match["label"], match["number"].replace(",", ""), (match["before"] or "").casefold()
        if match["marker"]:
            noun = label if stems(label) else "number"
            found.append(Thing(noun.casefold(), number, True))
            continue
        is_amount = _COUNTED.match(question, match.end()) is not None
        follows = not before or before in _BEFORE or match["before"][0].isupper()
        is_word = bool(stems(label)) and label.casefold() not in _MONTHS | _ORDER and not label.endswith("ly")
        if not is_word or (is_amount and (label.casefold() not in _LABELS or before not in _BEFORE - {"to"})):
            continue
        is_year = _YEAR.fullmatch(number) is not None
        if label.casefold() in _LABELS and follows:
            found.append(Thing(label.casefold(), number, not is_year))
        elif label[0].isupper() and before and not is_year:
            found.append(Thing(label.casefold(), number, True))
        elif before in _BEFORE - {"to"} and not is_year:
            found.append(Thing(label.casefold(), number, False))
    return tuple(found)


def _is_amount(text: str, number: re.Match[str]) -> bool:
    """Whether a number without its noun is a sum, counts something ("900 people") or is part of a date."""
    before, after = text[: number.start()], text[number.end() :]
    word, follows = _WORD_BEFORE.search(before), _WORD_AFTER.match(after)
    near = {found[1].casefold() for found in (word, follows) if found}
    is_named = before.endswith("-") or not near.isdisjoint(_ARTICLES)
    is_counted = not is_named and _COUNTED.match(after) is not None
    return is_counted or before.endswith(tuple("$€£¥")) or not near.isdisjoint(_MONTHS)


@lru_cache(1_000)
def _after_label(label: str) -> re.Pattern[str]:
    """A pattern of a noun and the numbers after it: "rooms 11, 12 and 14"."""
    joint = r"(?:\s*(?:,|[–—&-])\s*|,?\s+(?:and|or|to|through|bis|und|et|y)\s+)"
    return re.compile(
        rf"(?<!\w){_forms(label)}\.?,?\s+(?:{_MARKER}\s*)?"
        rf"(?P<numbers>{_NUMBER}(?![\w%°])(?:{joint}{_NUMBER}(?!\w))*)"
    )


def _forms(noun: str) -> str:
    """A pattern of a noun and its plural."""
    return rf"(?i:{re.escape(noun[:-1])}\w{{1,4}})" if len(noun) > 3 else rf"(?i:{re.escape(noun)}s?)"


@lru_cache(1_000)
def _in_digits(number: str, label: str = "") -> re.Pattern[str]:
    """A pattern of a number as it may be written: 4711-B or 4711B, 1200 or 1,200, 12 or 12th.

    :param label: the noun, which may stand before the number without a blank, or its first letter: "v3.2".
    """
    runs = re.findall(r"\d+|[A-Za-z]+|[^\w\s]", number)
    parts = []
    for i, run in enumerate(runs):
        if not run.isalnum():
            between_digits = runs[i - 1].isdecimal() and i + 1 < len(runs) and runs[i + 1].isdecimal()
            parts.append(re.escape(run) if between_digits else r"[\s/.–-]?")
        else:
            if i and runs[i - 1].isalnum():
                parts.append(r"[\s/.–-]?")
            thousands = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", "[,.’' ]?", run) if run.isdecimal() else re.escape(run)
            parts.append(thousands)
    glued = rf"(?P<glued>{re.escape(label)}|{re.escape(label[0])})?" if label else ""
    return re.compile(rf"(?<!\d[.,/-])(?<!\w){glued}{''.join(parts)}(?:st|nd|rd|th|e|º)?(?!\w|[/,-]\d)", re.IGNORECASE)


def _in_words(label: str, number: str, text: str) -> bool:
    """Whether a text has a number up to 99 in words, as an ordinal or, after the noun, in Roman figures."""
    if not number.isdecimal() or not 0 < int(number) < 100:
        return False
    value = int(number)
    forms = [SMALL_NUMBERS[value - 1]] if value < 20 else [SMALL_NUMBERS[17 + value // 10]]
    if value > 20 and value % 10:
        forms = [f"{forms[0]}[ -]{SMALL_NUMBERS[value % 10 - 1]}"]
    forms += _ORDINALS[value - 1 : value]
    roman, rest = "", value
    for amount, letters in _ROMAN:
        while rest >= amount:
            roman, rest = roman + letters, rest - amount
    return bool(
        re.search(rf"\b(?:{'|'.join(forms)})\b", text, re.IGNORECASE)
        or re.search(rf"(?<!\w){_forms(label)}\.?\s+(?:{_MARKER}\s*)?{roman}\b", text)
    )
