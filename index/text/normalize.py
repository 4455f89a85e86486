"""Normalised copies of texts, as people would type them, with the offset of every character in the original text.

Copies are used for matching, never for quoting. Soft hyphens are removed, hyphenated words at line ends are joined,
ligatures and combining accents become plain characters, and no-break spaces become spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import numpy as np

from quoth.index.records import Ints, Span

_SPECIAL = re.compile(
    r"\xad|(?<=\w\w)-[ \t]*\r?\n[ \t]*(?=[^\W\d_A-Z])|[\u00a0\u202f\u2007]|[\ufb00-\ufb06]|\w[\u0300-\u036f]+"
)
_EQUIVALENTS = ('"“”„«»', "'’‘‚`", "-‐‑–—")
"""Groups of quotation marks, apostrophes and hyphens that people type for each other."""
_CLASSES = {
    form: f"[{re.escape(group)}]" for group in _EQUIVALENTS for mark in group for form in (mark, re.escape(mark))
}
"""Mark, plain or escaped for a regular expression -> character class of its group."""
_MARKS = re.compile("|".join(sorted(map(re.escape, _CLASSES), key=len, reverse=True)))


def normalised(text: str) -> tuple[str, Ints | None]:
    """Return the normalised copy, and the offset in the text of each of its characters and of its end.

    The offsets are None if the copy equals the text.
    """
    if not _SPECIAL.search(text):
        return text, None
    parts: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in _SPECIAL.finditer(text):
        parts.append(text[at : match.start()])
        offsets += range(at, match.start())
        replacement = _replacement(match.group())
        parts.append(replacement)
        offsets += [match.start()] * len(replacement)
        at = match.end()
    parts.append(text[at:])
    offsets += range(at, len(text) + 1)
    return "".join(parts), np.array(offsets, np.int64)


def typed_pattern(words: str, *, in_any_case: bool = False) -> re.Pattern[str]:
    """Return a pattern that finds words in a normalised copy, with any white space between them and any equivalent
    marks."""
    parts = (_MARKS.sub(lambda mark: _CLASSES[mark.group()], re.escape(word)) for word in normalised(words)[0].split())
    return re.compile(r"\s+".join(parts), re.IGNORECASE if in_any_case else re.NOFLAG)


def match_spans(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """Yield the spans in a text of a pattern's matches in its normalised copy."""
    copy, offsets = normalised(text)
    for match in pattern.finditer(copy):
        yield match.span() if offsets is None else (int(offsets[match.start()]), int(offsets[match.end()]))


def _replacement(piece: str) -> str:
    """Return what people would type for a match of ``_SPECIAL``."""
    if piece in "\u00a0\u202f\u2007":
        return " "
    return "" if "\xad" in piece or "-" in piece else unicodedata.normalize("NFKC", piece)
