"""Text in pieces: the letters, and the style and link that a terminal shows. Elsewhere only the letters are printed.

rich.Text cannot replace this: it drops carriage returns, expands tabs and gives every link a random id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Literal, NamedTuple

from quoth.index.records import Span
from quoth.ui.escape import on_terminal

_CODES = {"bold": "\x1b[1m", "dim": "\x1b[2m"}
_END_OF_STYLE, _END_OF_LINK = "\x1b[0m", "\x1b]8;;\x1b\\"


class Piece(NamedTuple):
    """Text of one style."""

    text: str
    style: Literal["", "bold", "dim"] = ""
    file: Path | None = None
    """The file that a click opens, as an absolute path."""


def letters(pieces: Iterable[Piece]) -> str:
    """Return the text alone."""
    return "".join(piece.text for piece in pieces)


def styled(pieces: Sequence[Piece]) -> str:
    """Return the text for a terminal.

    Control characters of the text are replaced before styles are added, so every escape code in the result is one of
    this module's.
    """
    return "".join(_styled(piece, after) for piece, after in zip_longest(pieces, pieces[1:], fillvalue=Piece("")))


def _styled(piece: Piece, after: Piece) -> str:
    # A carriage return is kept if a line feed follows it, which may be the next piece's.
    drawn = on_terminal(f"{piece.text}\n")[:-1] if after.text.startswith("\n") else on_terminal(piece.text)
    if piece.style:
        drawn = f"{_CODES[piece.style]}{drawn}{_END_OF_STYLE}"
    if piece.file:
        # The address is percent-encoded, so nothing in a file's name can end the link.
        drawn = f"\x1b]8;;{piece.file.as_uri()}\x1b\\{drawn}{_END_OF_LINK}"
    return drawn


def with_bold(text: str, offset: int, spans: Iterable[Span]) -> list[Piece]:
    """Split a text so that the spans are bold.

    :param offset: the text's first character, counted as the spans are.
    """
    pieces, at = [], 0
    for start, end in sorted(spans):
        start, end = max(start - offset, at), min(end - offset, len(text))
        if start < end:
            pieces += [Piece(text[at:start]), Piece(text[start:end], "bold")]
            at = end
    return [*pieces, Piece(text[at:])]
