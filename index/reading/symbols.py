"""Characters of the fonts Symbol and Wingdings, which files keep in a private area, as Unicode has them."""

from __future__ import annotations

UNKNOWN = "\ufffd"
"""Character in place of one that the file does not explain; a reader sees it."""
PRIVATE = 0xF000
"""Code of the private area, which is added to the code of a character in these fonts."""
SYMBOL = dict(zip(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "αβχδεφγηιϕκλμνοπθρστυϖωξψζΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ",
    strict=True,
)) | {
    "\xa3": "≤", "\xa5": "∞", "\xab": "↔", "\xac": "←", "\xae": "→", "\xb0": "°", "\xb1": "±", "\xb3": "≥",
    "\xb4": "×", "\xb7": "•", "\xb8": "÷", "\xb9": "≠", "\xbb": "≈", "\xd6": "√", "\xe5": "∑", "\xf2": "∫",
}  # fmt: skip
"""Characters of the font Symbol."""
WINGDINGS = {
    "\x6c": "●", "\x6e": "■", "\x6f": "□", "\x71": "❑", "\x75": "◆", "\x76": "❖", "\xa7": "▪", "\xa8": "☐", "\xd8": "➢",
    "\xe0": "→", "\xe8": "➔", "\xfb": "✗", "\xfc": "✓", "\xfe": "☑",
}  # fmt: skip
"""Characters of the font Wingdings."""


def in_unicode(letter: str, font: str = "") -> str:
    """Return a character as Unicode has it; ``UNKNOWN`` if the font's meaning of it is not known, or nothing for a
    picture of Wingdings.

    :param font: name of the font; without one, characters of the private area are those of Symbol.
    """
    private = PRIVATE + 0x20 <= ord(letter) <= PRIVATE + 0xFF
    code, name = chr(ord(letter) - PRIVATE) if private else letter, font.casefold()
    if name.startswith(("wingdings", "webdings")):
        return WINGDINGS.get(code, "")
    if name == "symbol" or (private and not name):
        return SYMBOL.get(code, code if " " <= code <= "~" else UNKNOWN)
    return UNKNOWN if private else letter
