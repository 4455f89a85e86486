"""Superscripts and subscripts as characters of their own: "1,250³ people", "4 × 10⁶", "H₂O".

A file states that a "3" is raised by markup or by its position. Without that, the mark of a note becomes a digit of the
number before it ("1,2503"). Unicode's raised and lowered characters keep both: the number as it stands, and the mark.
"""

from __future__ import annotations

_RAISED = dict(
    zip("0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)
)
_LOWERED = dict(zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_MAX_CHARS = 12
"""A longer run is text in a small type, not a mark, an exponent or an index."""


def raised(words: str) -> str:
    """Return a superscript in raised characters; the characters that Unicode has none for stay as they are.

    Words stay as they are ("5th", "M. le D^r", "Brand^TM"), and so do marks in brackets ("[4]").
    """
    return _replaced(words, _RAISED)


def lowered(words: str) -> str:
    """Return a subscript in lowered characters; the characters that Unicode has none for stay as they are."""
    return _replaced(words, _LOWERED)


def _replaced(words: str, forms: dict[str, str]) -> str:
    mark = words.strip()
    if len(mark) > _MAX_CHARS or "[" in mark or (len(mark) > 1 and mark.isalpha()):
        return words
    return "".join(forms.get(c, c) for c in words)
