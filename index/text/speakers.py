"""Who speaks in a text: turns of a conversation ("MARA LIND: ..."), and direct speech with the words that name its
speaker.

A name is only given where the text leaves no doubt; otherwise the speech has none.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from quoth.index.records import Span

from .turns import Speech, turns

_LETTER = r"[^\W\d_]"
_CAPITAL = r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž]|[А-Я])[\w’'-]*"
_TITLES = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Dame|Lord|Lady|Mayor|President|Chancellor|Senator|Governor|Minister|Professor"
    r"|Captain|Judge|Bishop|Inspector|Sergeant|Herr|Frau|M|Mme|Monsieur|Madame|Señora?|Don|Doña|Signora?)\b\.?"
)
_NAME = (
    rf"(?:{_TITLES}\s+)?(?:{_CAPITAL}|[A-Z]\.)"
    rf"(?:\s+(?:(?:de|da|di|du|del|della|la|van|von|der|den|al|bin|af|av)\s+){{0,2}}(?:{_CAPITAL}|[A-Z]\.)){{0,3}}"
)
_FULL = rf"{_CAPITAL}(?:\s+(?:(?:de|da|di|van|von|der|den|al)\s+){{0,2}}{_CAPITAL}){{1,3}}"
_PRONOUN = r"(?:he|she|er|sie|il|elle|él|ella|lui|lei|hij|zij)"
_VERB = (
    r"(?:(?:has|had|have|a|ha|hat|heeft)\s+)?(?:(?:later|also|then|once)\s+)?"
    r"(?:said|says|told|tells|asked|asks|added|adds|replied|replies|wrote|writes|explained|explains|noted|notes|warned"
    r"|warns|argued|argues|recalled|recalls|insisted|insists|continued|continues|declared|stated|states|admitted"
    r"|claimed|answered|shouted|whispered|remarked|observed|complained|promised|concluded|joked|suggested|announced"
    r"|commented|confirmed|agreed|called|cried|sagte|sagt|erklärte|erklärt|fragte|meinte|betonte|antwortete|ergänzte"
    r"|schrieb|dit|déclaré|déclare|expliqué|explique|affirme|affirmé|ajoute|ajouté|répond|répondu|demande|dijo|dice|afirmó"
    r"|explicó|añadió|declaró|preguntó|señaló|detto|spiega|spiegato|afferma|aggiunge|zei|zegt|vroeg|disse|afirmou|sa|säger"
    r"|siger)\b"
)
_OPENERS = frozenset(
    re.findall(
        r"\S+",
        """
the this that these those it its he she they we you i his her their our my in on at by for from with as after
before but and or so if when while since although though however many most some all both no not one two under
during despite according also then what who how why there here yes well now still even only just yet another
asked told said der die das ein eine er sie es wir ich le la les un une il elle nous je el los las una
        """,
    )
)
_ROLE = r"(?:(?!(?:of|to|for|from|with|about|by|against|and|or|in|at|on|von|zu|de|du|et|und|y)\b)[a-zà-ÿ’'-]+,?\s+)"
"""A word before a name: "said the mayor, Otto Brand"; not "said a friend of Otto Brand"."""
_ARTICLE = r"(?:the|an?|one|their|his|her|der|die|das|le|la|el|un|una)"
_ASIDE = r"(?:,\s[^,;.!?\"“”„«»]{2,80},)?"
_AFTER = re.compile(
    rf"[\s,]*(?:{_VERB}\s+(?P<named>{_NAME})|(?P<first>{_NAME}){_ASIDE}\s+{_VERB}|{_VERB}\s+(?P<it>{_PRONOUN})\b"
    rf"|(?P<pronoun>{_PRONOUN})\s+{_VERB}|{_VERB}\s+{_ROLE}{{1,4}}(?P<titled>{_FULL})"
    rf"|{_ROLE}{{1,4}}(?P<master>{_FULL}),?\s+{_VERB}"
    rf"|(?P<other>{_ARTICLE}\s[\w\s’'-]{{2,40}}?\s{_VERB}|{_VERB}\s+{_ARTICLE}\s))"
)
"""What stands after the closing mark of speech; the last group is a speaker without a name."""
_BEFORE = re.compile(
    rf"(?:(?P<named>{_NAME}){_ASIDE}\s+{_VERB}|{_VERB}\s+(?P<inverted>{_NAME})|\b(?P<pronoun>{_PRONOUN})\s+{_VERB}"
    rf"|\b[Aa]ccording\s+to\s+(?P<source>{_NAME})|(?P<other>\b{_VERB}))"
    r"(?P<rest>[^.!?\"“”„«»:,]{0,60})[,:]?\s*$"
)
"""What stands before the opening mark, from the start of its sentence."""
_MARKS = re.compile(r"[\"“”„«»]")
_CLOSED_BY = {
    '"': re.compile(r'"(?!\w)'), "“": re.compile("”"), "„": re.compile("[“”]"), "«": re.compile("»"),
    "»": re.compile("«"), "”": re.compile("”"),
}  # fmt: skip
_SENTENCE = re.compile(r"[.!?…][\"”»“)]*\s+")
_MIN_WORDS = 3
"""Fewer words in quotation marks are a term, not speech."""
_FULL_NAME = re.compile(_FULL)
_LONG = 2_000
"""Maximum length of direct speech within one paragraph, in characters."""


class _Quoted(NamedTuple):
    """Words in quotation marks within one paragraph."""

    span: Span
    """With the marks."""
    continues: bool
    """Whether it continues the speech of the paragraph before."""
    is_open: bool
    """Whether it has no closing mark before the paragraph ends."""


@lru_cache(64)
def speakers(text: str) -> tuple[Speech, ...]:
    """Return what is spoken in a text, in order, with the places of the speakers' names."""
    spoken = turns(text)
    return spoken or tuple(_direct_speech(text))


def speaker_of(text: str, span: Span, marks: Sequence[Span] = ()) -> str | None:
    """Return the name of who speaks the marked words of a span; None if it is nobody, not known, or several.

    :param marks: spans; without any, at least half of the span must be spoken.
    """
    found = speakers(text)
    first = max(bisect(found, span[0], key=lambda each: each.span[0]) - 1, 0)
    within = [s for s in found[first:] if s.span[0] < span[1] and span[0] < s.span[1]]
    names = {" ".join(text[slice(*s.name)].split()) if s.name else "" for s in within}
    if len(names) != 1 or "" in names:
        return None
    spoken = [s.span for s in within] + [s.name for s in within if s.name]
    if marks:
        fits = all(any(a <= mark[0] and mark[1] <= b for a, b in spoken) for mark in marks)
    else:
        fits = 2 * sum(min(b, span[1]) - max(a, span[0]) for a, b in (s.span for s in within)) >= span[1] - span[0]
    return names.pop() if fits else None


def speaker_before(text: str, place: int) -> str | None:
    """Return the name of who is speaking at a place, if it stands before that place; None if there is none."""
    found = speakers(text)
    at = bisect(found, place, key=lambda each: each.span[0]) - 1
    if at < 0 or place >= found[at].span[1]:
        return None
    name = found[at].name
    return " ".join(text[slice(*name)].split()) if name and name[1] <= place else None


def _direct_speech(text: str) -> Iterator[Speech]:
    if not _MARKS.search(text):
        return
    known = _full_names(text)
    last: Span | None = None  # the speaker named last
    last_end = 0
    before: _Quoted | None = None
    speaker: Span | None = None  # of the speech before
    for quoted in _quotations(text):
        start, end = quoted.span
        attribution, pronoun, place = _attribution(text, quoted, known)
        if quoted.continues and before is not None:
            attribution = speaker if attribution is None else attribution
        elif pronoun and attribution is None:
            attribution = _referred(text, place, last, last_end, known)
        elif attribution is None and place < 0 and before is not None and _follows(text, before.span[1], start):
            attribution = speaker
        speaker = attribution
        if attribution is not None and (not pronoun or last is None):
            last, last_end = attribution, max(end, place)
        elif attribution is not None:
            last_end = end
        before = quoted
        if quoted.is_open or quoted.continues or len(text[start:end].split()) >= _MIN_WORDS:
            yield Speech(quoted.span, attribution)


def _quotations(text: str) -> Iterator[_Quoted]:
    """Yield what stands in quotation marks. An opening mark repeated in the next paragraph continues open speech."""
    was_open = False
    for paragraph in re.finditer(r"\S(?:[^\n]|\n(?!\s*\n))*", text):
        at, end = paragraph.span()
        is_open, first = False, True
        while mark := _MARKS.search(text, at, end):
            opening = mark.start()
            at = mark.end()
            closing = _CLOSED_BY[mark.group()]
            before = text[opening - 1 : opening]
            if (
                before.isalnum() or at >= end or (text[at].isspace() and mark.group() != "«")
            ):  # an inch, or a closing mark alone
                continue
            close = closing.search(text, at, min(end, at + _LONG))
            is_open = close is None
            stop = close.end() if close else end
            if not re.search(_LETTER, text[at:stop]):
                continue
            yield _Quoted((opening, stop), was_open and first and opening == paragraph.start(), is_open)
            at, first = stop, False
        was_open = is_open


def _attribution(text: str, quoted: _Quoted, known: dict[str, Span]) -> tuple[Span | None, bool, int]:
    """Return the speaker's name, whether a pronoun stands for it, and the place of the words that say so, negative if
    there are none."""
    start, end = quoted.span
    ends = (
        text[start:end].rstrip(' \xa0\u202f»"”“')[-1:] in ",?!…—-" or text[end : end + 1] == "," or text[end - 1] == "»"
    )
    if not quoted.is_open and ends and (match := _AFTER.match(text, end)):
        name = next((match.span(g) for g in ("named", "first", "titled", "master") if match[g]), None)
        return _known(text, name, known), bool(match["it"] or match["pronoun"]), match.start()
    sentence = text[max(0, start - 250) : start]
    sentence = sentence[max(sentence.rfind("\n\n"), 0) :]
    cut = max((m.end() for m in _SENTENCE.finditer(sentence)), default=0)
    cut = cut if cut < len(sentence) else 0
    if (match := _BEFORE.search(sentence, cut)) and cut < len(sentence):
        offset = start - len(sentence)
        name = next((match.span(g) for g in ("named", "inverted", "source") if match[g]), None)
        if re.search(_VERB, match["rest"]):
            return None, False, match.start() + offset
        shifted = (name[0] + offset, name[1] + offset) if name else None
        return _known(text, shifted, known), bool(match["pronoun"]), match.start() + offset
    return None, False, -1


def _known(text: str, name: Span | None, known: dict[str, Span]) -> Span | None:
    """Return the full name that a name is short for, if there is one; None for a word that is no name."""
    if name is None:
        return None
    words = text[slice(*name)].split()
    while words and words[0].casefold().strip(".") in _OPENERS:
        words = words[1:]
    if not words or not re.search(_LETTER, words[0]):
        return None
    start = text.index(words[0], name[0])
    return (
        known.get(words[-1], (start, name[1])) if len(words) == 1 or re.match(_TITLES, words[0]) else (start, name[1])
    )


def _full_names(text: str) -> dict[str, Span]:
    """Return the first full name for each family name that stands for one name only."""
    found: dict[str, dict[str, Span]] = {}
    for match in _FULL_NAME.finditer(text):
        words = match.group().split()
        if words[0].casefold() not in _OPENERS:
            found.setdefault(words[-1], {}).setdefault(" ".join(words), match.span())
    return {family: next(iter(names.values())) for family, names in found.items() if len(names) == 1}


def _referred(text: str, place: int, last: Span | None, last_end: int, known: dict[str, Span]) -> Span | None:
    """Return the name that a pronoun stands for: the only one in the sentence before its speech, else the speaker named
    last if nobody else has been named since."""
    low = max(place - _LONG, 0)
    paragraph = max(text.rfind("\n\n", low, place), low)
    opening = max((text.rfind(mark, paragraph, max(place - 1, 0)) for mark in '"“„«'), default=-1)
    before = text[paragraph : max(opening, paragraph)].rstrip(' \n"“„«')
    sentence = max((m.end() for m in _SENTENCE.finditer(before)), default=0) + paragraph
    named = _names_in(text, (sentence, max(opening, sentence)), known)
    if named:
        return named.pop() if len(named) == 1 else None
    if last is None or place - last_end > _LONG:
        return None
    others = _names_in(text, (last_end, place), known)
    return None if others - {last} else last


def _names_in(text: str, span: Span, known: dict[str, Span]) -> set[Span]:
    """Return the full names, as known by their family names, that occur in a span."""
    return {known[word] for word in re.findall(_CAPITAL, text[slice(*span)]) if word in known}


def _follows(text: str, end: int, start: int) -> bool:
    """Whether speech follows other speech in a paragraph, with at most the words that name its speaker between them."""
    between = text[end:start]
    if "\n\n" in between or len(between) > 120:
        return False
    return bool(_AFTER.match(between)) and len(_SENTENCE.findall(between)) <= 1
