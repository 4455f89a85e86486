"""Characters of the fonts Symbol and Wingdings, which Office files keep in a private area, as Unicode has them."""

from __future__ import annotations

_SYMBOLS = dict(zip(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "αβχδεφγηιϕκλμνοπθρστυϖωξψζΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ",
    strict=True,
)) | {
    "\xa3": "≤", "\xa5": "∞", "\xab": "↔", "\xac": "←", "\xae": "→", "\xb0": "°", "\xb1": "±", "\xb3": "≥",
    "\xb4": "×", "\xb7": "•", "\xb8": "÷", "\xb9": "≠", "\xbb": "≈", "\xd6": "√", "\xe5": "∑", "\xf2": "∫",
}  # fmt: skip
"""Characters of the font Symbol, as Unicode has them."""
_WINGDINGS = {
    "\x6c": "●", "\x6e": "■", "\xa7": "▪", "\xa8": "☐", "\xd8": "➢", "\xe0": "→", "\xfb": "✗", "\xfc": "✓", "\xfe": "☑",
}  # fmt: skip


def in_unicode(letter: str, font: str = "") -> str:
    """Return a character as Unicode has it; empty if the font's meaning of it is not known.

    :param font: name of the font; without one, characters of the private area are those of Symbol.
    """
    private = "\uf020" <= letter <= "\uf0ff"
    code, name = chr(ord(letter) - 0xF000) if private else letter, font.casefold()
    if name.startswith(("wingdings", "webdings")):
        return _WINGDINGS.get(code, "")
    if name == "symbol" or (private and not name):
        return _SYMBOLS.get(code, code if " " <= code <= "~" else "")
    return "" if private else letter
