"""A copy of a text as people would type it, for matching; quoting never sees it.
Every character knows its place in the text.

Soft hyphens go, a word that was parted at a line's end is one again, ligatures and letters with their accents apart are
plain letters, and no-break spaces are spaces.
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

_ALIKE = ('"“”„«»', "'’‘‚`", "-‐‑–—")
"""Signs that people type for each other."""
_CLASSES = {form: f"[{re.escape(signs)}]" for signs in _ALIKE for sign in signs for form in (sign, re.escape(sign))}
_SIGNS = re.compile("|".join(sorted(map(re.escape, _CLASSES), key=len, reverse=True)))


def normalised(text: str) -> tuple[str, Ints | None]:
    """The copy, and where each of its characters (and its end) stands in the text; None where it is the text itself."""
    if not _SPECIAL.search(text):
        return text, None
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for match in _SPECIAL.finditer(text):
        parts.append(text[at : match.start()])
        places += range(at, match.start())
        new = _typed(match.group())
        parts.append(new)
        places += [match.start()] * len(new)
        at = match.end()
    parts.append(text[at:])
    places += range(at, len(text) + 1)
    return "".join(parts), np.array(places, np.int64)


def as_typed(words: str, *, in_any_case: bool = False) -> re.Pattern[str]:
    """Finds words in a copy, but for the spaces between them and the signs that people type for each other."""
    parts = (_SIGNS.sub(lambda sign: _CLASSES[sign.group()], re.escape(word)) for word in normalised(words)[0].split())
    return re.compile(r"\s+".join(parts), re.IGNORECASE if in_any_case else re.NOFLAG)


def matching(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """Where in a text stands what a pattern finds in its copy."""
    copy, places = normalised(text)
    for match in pattern.finditer(copy):
        yield match.span() if places is None else (int(places[match.start()]), int(places[match.end()]))


def _typed(piece: str) -> str:
    """What people would type for it."""
    if piece in "\u00a0\u202f\u2007":
        return " "
    return "" if "\xad" in piece or "-" in piece else unicodedata.normalize("NFKC", piece)
