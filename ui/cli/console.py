"""Results on standard output, letter for letter: nothing in them is markup, and line ends are not translated."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console

from quoth.ui.escape import on_terminal

from .styled import Piece, letters, styled

err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
"""Messages and progress, apart from the results."""


def put(text: str | Sequence[Piece]) -> None:
    """Print a result as UTF-8, whatever the locale. On a terminal, control characters are replaced by pictures.

    A lone surrogate, which UTF-8 cannot encode, is written as an escape, as in JSON.
    """
    pieces = [Piece(text)] if isinstance(text, str) else text
    plain = on_terminal(letters(pieces)) if sys.stdout.isatty() else letters(pieces)
    shown = styled(pieces) if takes_styles() else plain
    sys.stdout.flush()
    sys.stdout.buffer.write(f"{shown}\n".encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def takes_styles() -> bool:
    """Whether results may contain bold text and links: on a capable terminal, unless NO_COLOR is set."""
    terminal = Console(file=sys.stdout)
    return sys.stdout.isatty() and not (terminal.no_color or terminal.is_dumb_terminal or terminal.legacy_windows)


def notify(text: str) -> None:
    """Print a message to standard error. Control characters in it, as in file names, do not reach a terminal."""
    err.print(on_terminal(text) if err.is_terminal else text)
