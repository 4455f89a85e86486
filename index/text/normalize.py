"""Normalised copies of texts, as people would type them, with the offset of every character in the original text.

Copies are used for matching, never for quoting. Soft hyphens, other characters without width, vowel points and the
raised marks of notes are removed. Hyphenated words at line ends are joined. Ligatures, combining accents, exponents and
lowered characters become plain characters ("10^6", "m2", "CO2"), no-break spaces become spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import numpy as np

from quoth.index.records import Ints, Span

_RAISED = re.compile(r"[⁰¹²³⁴-⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ]+")
_LOWERED = r"[₀-₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ]+"
_WITHOUT_WIDTH = r"[\xad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+"
_POINTS = r"[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]+"
"""Vowel points of Hebrew and Arabic, and the stroke that lengthens an Arabic word."""
_BLANK = r"[\u00a0\u2002-\u200a\u202f\u205f]"
_SPECIAL = re.compile(
    rf"{_WITHOUT_WIDTH}|{_POINTS}|(?<=\w\w)-[ \t]*\r?\n[ \t]*(?=[^\W\d_])|{_BLANK}|[\ufb00-\ufb06]"
    rf"|{_RAISED.pattern}|{_LOWERED}|\w[\u0300-\u036f]+"
)
_REMOVED = re.compile(rf"{_WITHOUT_WIDTH}|{_POINTS}|-\s*")
_SIGNED = re.compile(r"[⁺⁻]")
_ORDINAL = ("ᵉ", "ᵒ")
_TEN = re.compile(r"(?<![\w.,])10$")
_UNIT_OR_VARIABLE = re.compile(r"(?<![^\W\d_])(?:[kcdmµ]?m|ft|yd|mi|[a-zA-Z])$")
_ELEMENT = re.compile(r"(?:[CFHKNOPSU]|A[mr]|C[eos]|Fe|P[bu]|R[an]|Sr|T[ch])\b")
_EQUIVALENTS = ('"“”„«»', "'’‘‚`", "-‐‑–—")
"""Groups of quotation marks, apostrophes and hyphens that people type for each other."""
_CLASSES = {
    form: f"[{re.escape(group)}]" for group in _EQUIVALENTS for mark in group for form in (mark, re.escape(mark))
}
"""Mark, plain or escaped for a regular expression -> character class of its group."""
_MARKS = re.compile("|".join(sorted(map(re.escape, _CLASSES), key=len, reverse=True)))
_FIRST = str.maketrans({mark: group[0] for group in _EQUIVALENTS for mark in group})
_HALVES = re.compile("[\ud800-\udfff]")


def normalised(text: str) -> tuple[str, Ints | None]:
    """Return the normalised copy, and the offset in the text of each of its characters and of its end.

    The offsets are None if the copy equals the text. The mark of a note belongs to the character after it, so that the
    span of a word ends before its mark.
    """
    if (text.isascii() and "-" not in text) or not _SPECIAL.search(text):
        return text, None
    parts: list[str] = []
    offsets: list[int] = []
    marks: dict[int, int] = {}
    at = 0
    for match in _SPECIAL.finditer(text):
        start, end = match.span()
        parts.append(text[at:start])
        offsets += range(at, start)
        replacement = _replacement(match)
        if not replacement and not text[end : end + 1].isalnum():
            marks.setdefault(len(offsets), start)
        parts.append(replacement)
        offsets += range(start, end) if replacement == match.group() else [start] * len(replacement)
        at = end
    parts.append(text[at:])
    offsets += range(at, len(text) + 1)
    for position, start in marks.items():
        offsets[position] = start
    return "".join(parts), np.array(offsets, np.int64)


def without_halves(text: str) -> str:
    """Return a text with each half of a surrogate pair, which is no text, replaced by U+FFFD. Offsets stay."""
    return _HALVES.sub("\ufffd", text)


def without_notes(text: str) -> str:
    """Return a text of the same length in which the raised marks of notes are null characters, which no pattern of a
    number or a name contains."""
    return _RAISED.sub(lambda run: run.group() if _is_exponent(run) else "\0" * len(run.group()), text)


def typed_pattern(words: str, *, in_any_case: bool = False) -> re.Pattern[str]:
    """Return a pattern that finds words in a normalised copy, with any white space between them and any equivalent
    marks."""
    parts = (_MARKS.sub(lambda mark: _CLASSES[mark.group()], re.escape(word)) for word in normalised(words)[0].split())
    return re.compile(r"\s+".join(parts), re.IGNORECASE if in_any_case else re.NOFLAG)


def typed(text: str) -> str:
    """Return a normalised copy with plain quotation marks, apostrophes and hyphens, and single spaces."""
    return " ".join(normalised(text)[0].translate(_FIRST).split())


def match_spans(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """Yield the spans in a text of a pattern's matches in its normalised copy."""
    copy, offsets = normalised(text)
    for match in pattern.finditer(copy):
        yield match.span() if offsets is None else (int(offsets[match.start()]), int(offsets[match.end()]))


def _replacement(match: re.Match[str]) -> str:
    """Return what people would type for a match of ``_SPECIAL``."""
    piece, text = match.group(), match.string
    if _RAISED.fullmatch(piece):
        if not _is_exponent(match):
            return ""
        sign = "^" if text[match.start() - 1 : match.start()].isdecimal() else ""
        return sign + unicodedata.normalize("NFKC", piece).replace("−", "-")
    if _REMOVED.fullmatch(piece):
        return piece if "-" in piece and text[match.end()].isupper() else ""
    return " " if piece.isspace() else unicodedata.normalize("NFKC", piece).replace("−", "-")


def _is_exponent(run: re.Match[str]) -> bool:
    """Whether raised characters are an exponent, a charge, a mass number or an ordinal, not the mark of a note."""
    digits = run.group()
    if _SIGNED.search(digits) or digits in _ORDINAL:
        return True
    before = run.string[max(0, run.start() - 4) : run.start()]
    if digits in ("²", "³") and _UNIT_OR_VARIABLE.search(before):
        return True
    if digits != "¹" and _TEN.search(before):
        return True
    return len(digits) > 1 and not before[-1:].isalnum() and bool(_ELEMENT.match(run.string, run.end()))
