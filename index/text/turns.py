"""Turns of a conversation: interviews, transcripts and minutes that name the speaker before what is said.

A label counts if the text has several: names that recur, or names that the text mentions elsewhere. "Note:" and
"Depth: 11 m" are no speakers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from quoth.index.records import Span

_WORD = r"[^\W\d_a-zß-öø-ÿ][\w.’'-]*"
_NAME = rf"{_WORD}(?:\s(?:(?:de|da|di|du|van|von|der|den|al|of|the)\s){{0,2}}{_WORD}){{0,4}}(?:\s\d{{1,2}})?"
_TIME = r"(?:\\?[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\\?[\])]?)"
_STYLE = r"(?:\*\*|__|\*|_)"
_LABEL = re.compile(
    rf"^[ \t>]*(?:[-–—•*][ \t]+)?{_TIME}?[ \t]*{_STYLE}?(?P<name>{_NAME})(?:[ \t]+\([^()\n]{{1,40}}\))?"
    rf"(?:[ \t]+{_TIME})?(?:(?:[:：]|\.?[ \t]?[—–](?=\s)|\.[ \t]?-{{2}}){_STYLE}?|{_STYLE}[ \t]?(?:[:：]|[—–](?=\s)))"
    rf"[ \t]*(?:{_TIME}(?:\*\*)?[ \t]*)?(?=\S|\n)",
    re.MULTILINE,
)
_OFFICIAL = re.compile(
    r"(?<![\w.])(?P<name>(?:THE |VICE |ACTING |DEPUTY )?(?:MR|MRS|MS|MISS|DR|SIR|LORD|LADY|CHAIRMAN|CHAIRWOMAN|CHAIR"
    r"|PRESIDENT|GOVERNOR|SENATOR|SPEAKER|SECRETARY|JUSTICE|MAYOR|REV|PROF|PROFESSOR|MINISTER|COUNCILLOR)\b\.?"
    r"(?:[ \t]+[A-Z][A-Z’'-]+){0,3})(?<=[A-Z]{2})(?:\.[ \t\n]|:)[ \t]*(?=\S)"
)
"""The speakers of official transcripts, also within a line: "MR. HOLMES.  There are two alternatives."."""
_NO_NAMES = frozenset(
    re.findall(
        r"\S+",
        """
note notes nb warning caution tip hint important example examples figure fig table source sources photo image
credit update correction summary abstract date time place where when what who why how price cost total address
phone tel fax email e-mail web website subject from to cc re title author authors published updated tags
keywords step steps ingredients method result results conclusion introduction background question questions
answer answers pros cons verdict part chapter section appendix see also ps todo fixme usage input output default
type version license status break hinweis achtung beispiel frage antwort quelle réponse exemple attention nota
ejemplo pregunta respuesta fuente http https
        """,
    )
)
_ROLES = frozenset(
    ("interviewer", "moderator", "host", "speaker", "narrator", "reporter", "chair", "chairman", "clerk")
)
_MIN_SPOKEN = 0.5
"""Minimum share of the labels that are followed by at least four words or the end of a sentence."""


_SAYS = re.compile(r"\s*(?:(?:\S+[ \t]+){3}\S|[^\n]*[.?!…])")
_DASH = re.compile(r"[—–]|--")
_Label = tuple[int, int, int, int]
"""Start and end of a label, then start and end of the name in it."""


class Speech(NamedTuple):
    """Words that somebody speaks."""

    span: Span
    name: Span | None
    """The place of the speaker's name; None if it is not known."""


def turns(text: str) -> tuple[Speech, ...]:
    """Return the turns of a conversation in order, each from its label to the next; empty if the text is none."""
    labels = sorted(
        {(m.start(), m.end(), *m.span("name")) for m in (*_LABEL.finditer(text), *_OFFICIAL.finditer(text))}
    )
    labels = [label for i, label in enumerate(labels) if i == 0 or label[0] >= labels[i - 1][1]]
    if len(labels) < 2:
        return ()
    names = {label: " ".join(text[label[2] : label[3]].split()) for label in labels}
    counts, words = Counter(names.values()), _Words(text)
    accepted = {name for name in counts if _is_speaker(name, counts, words)}
    signs = {_has_dash(text, label) for label, name in names.items() if name in accepted and counts[name] > 1}
    if signs:  # others may speak once, with the same sign after their name
        labels = [label for label in labels if _has_dash(text, label) in signs]
        accepted |= {names[label] for label in labels if " " in names[label] and _may_be_name(names[label], words)}
    kept = {label: names[label] for label in labels if names[label] in accepted}
    if len(kept) < 2 or (len(set(kept.values())) < 2 and len(kept) < 3):
        return ()
    if sum(bool(_SAYS.match(text, end)) for _, end, _, _ in kept) < _MIN_SPOKEN * len(kept):
        return ()
    return tuple(_turns(text, labels, kept.keys()))


class _Words:
    """The words of a text as they are written."""

    def __init__(self, text: str) -> None:
        words = re.findall(r"[^\W\d_][\w’'-]*", text)
        self.counts = Counter(words)
        self.in_names = {
            word for pair in pairwise(words) if pair[0][0].isupper() and pair[1][0].isupper() for word in pair
        }


def _turns(text: str, labels: Sequence[_Label], kept: Set[_Label]) -> Iterator[Speech]:
    """Yield the speech after each label that is kept; any other label ends it as well."""
    most = 1
    for i, (_, end, a, b) in enumerate(labels):
        if labels[i] not in kept:
            continue
        if i + 1 < len(labels):
            stop = _until_heading(text, end, labels[i + 1][0])
            most = max(most, _paragraphs(text[end:stop]))
        else:  # nothing shows where the last turn ends: it has no more paragraphs than the longest
            stop = _until_heading(text, end, _end_of(text, end, most))
        if words := text[end:stop].rstrip():
            yield Speech((end, end + len(words)), None if _is_letter(text[a:b]) else (a, b))


def _has_dash(text: str, label: _Label) -> bool:
    """Whether a dash stands after the name, not a colon."""
    return bool(_DASH.search(text, label[3], label[1]))


def _is_letter(name: str) -> bool:
    """Whether a label is "Q" or "A", which names nobody."""
    return len(name) == 1


def _is_speaker(name: str, counts: Counter[str], written: _Words) -> bool:
    """Whether a label names a speaker: it recurs, or it is a full name that the text has elsewhere as well."""
    words = name.casefold().rstrip(".").split()
    if name in ("Q", "A"):
        return counts["Q"] > 1 and counts["A"] > 1
    if words[0] in _ROLES:
        return True
    if name.isupper() and len(name) > 1 and counts[name] > 1 and not _NO_NAMES.intersection(words):
        return True
    if not _may_be_name(name, written):
        return False
    own = name.split()
    if len(own) == 1:
        return counts[name] > 2 or (counts[name] > 1 and name in written.in_names)
    return counts[name] > 1 or name.isupper() or written.counts[own[-1]] > 1


def _may_be_name(name: str, written: _Words) -> bool:
    """Whether the text has no word of a label in small letters."""
    words = name.casefold().rstrip(".").split()
    return (
        len(name) > 1
        and not _NO_NAMES.intersection(words)
        and not any(word in written.counts for word in words if len(word) > 3)
    )


def _until_heading(text: str, start: int, end: int) -> int:
    """Return the end of a turn, which a heading of Markdown ends."""
    heading = re.compile(r"^(?:#{1,6}[ \t]|(?:[-*_][ \t]*){3,}$)", re.MULTILINE).search(text, start, end)
    return heading.start() if heading else end


def _paragraphs(words: str) -> int:
    return len(re.findall(r"\S\s*\n\s*\n", words.rstrip())) + 1


def _end_of(text: str, start: int, paragraphs: int) -> int:
    """Return the end of a number of paragraphs."""
    for i, match in enumerate(re.compile(r"\n[ \t\r]*\n|\Z").finditer(text, start), 1):
        if i == paragraphs:
            return match.start()
    return len(text)
