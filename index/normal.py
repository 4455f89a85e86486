"""A copy of a text as people would type it, for matching; quoting never sees it.
Every character knows its place in the text.

Soft hyphens go, a word that was parted at a line's end is one again, ligatures and letters with their accents apart are
plain letters, and no-break spaces are spaces.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from .records import Ints

_SPECIAL = re.compile(
    r"\xad|(?<=\w\w)-[ \t]*\r?\n[ \t]*(?=[^\W\d_A-Z])|[\u00a0\u202f\u2007]|[\ufb00-\ufb06]|\w[\u0300-\u036f]+"
)


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


def _typed(piece: str) -> str:
    """What people would type for it."""
    if piece in "\u00a0\u202f\u2007":
        return " "
    return "" if "\xad" in piece or "-" in piece else unicodedata.normalize("NFKC", piece)
