"""Characters of a PDF that have no letters: signs in private areas, and those that the file does not explain.

Signs in the private areas of Symbol and Wingdings, such as bullets, have a Unicode character of their own. A character
that neither the font nor the file explains becomes U+FFFD, which a reader sees. Text with one inside a word is not
quoted.
"""

from __future__ import annotations

import re

from quoth.index.reading.symbols import PRIVATE, SYMBOL, UNKNOWN, WINGDINGS

MAX_UNKNOWN = 0.3
"""Maximum share of unknown characters in a text that is worth reading."""
_SIGNS = {
    **{PRIVATE + ord(code): sign for code, sign in SYMBOL.items() if not (code.isascii() and code.isalpha())},
    **{PRIVATE + ord(code): sign for code, sign in WINGDINGS.items()},
    PRIVATE + 0x20: " ", PRIVATE + 0x2D: "-",
    **{0xF730 + digit: str(digit) for digit in range(10)}, **{0xF761 + i: chr(0x61 + i) for i in range(26)},
}  # fmt: skip
"""Characters in private areas: of Symbol and Wingdings, and Adobe's old-style figures and small capitals."""
_PRIVATE = re.compile(r"(?<!\S)[\uf061-\uf07a](?!\S)|[\ue000-\uf060\uf07b-\uf8ff]|(?P<letter>[\uf061-\uf07a])")
"""In Symbol, the bullets of Wingdings are Greek letters, so they are only read where they stand by themselves."""


def without_private(text: str) -> str:
    """Return the text with signs in private areas as the characters that they stand for, or as unknown ones."""
    return _PRIVATE.sub(lambda match: UNKNOWN if match["letter"] else _SIGNS.get(ord(match.group()), UNKNOWN), text)


def has_unknown_letters(words: str) -> bool:
    """Whether an unknown character is part of a word. One by itself is a sign, such as a bullet."""
    return UNKNOWN in words and bool(re.search(rf"\w{UNKNOWN}|{UNKNOWN}\w|{UNKNOWN}{{2}}", words))
