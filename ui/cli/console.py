"""Results on standard output, letter for letter: nothing in them is markup, and no line end is translated."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console

from quoth.ui.escape import on_terminal

from .styled import Piece, letters, styled

err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
"""For what is said to the person, beside the results."""


def put(text: str | Sequence[Piece]) -> None:
    """Print a text as UTF-8, whatever the locale. On a terminal, what would steer it is drawn instead.

    A lone surrogate, which UTF-8 has no way to say, is written as JSON writes it.
    """
    pieces = [Piece(text)] if isinstance(text, str) else text
    plain = on_terminal(letters(pieces)) if sys.stdout.isatty() else letters(pieces)
    shown = styled(pieces) if takes_styles() else plain
    sys.stdout.flush()
    sys.stdout.buffer.write(f"{shown}\n".encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def takes_styles() -> bool:
    """Whether results may be bold and hold links: on a terminal that can, unless NO_COLOR asks for none."""
    terminal = Console(file=sys.stdout)
    return sys.stdout.isatty() and not (terminal.no_color or terminal.is_dumb_terminal or terminal.legacy_windows)


def tell(text: str) -> None:
    """Say something to the person. A file's name in it cannot steer the terminal either."""
    err.print(on_terminal(text) if err.is_terminal else text)
