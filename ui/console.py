"""Results on standard output, letter for letter: nothing in them is markup, and no line end is translated."""

from __future__ import annotations

import sys

from rich.console import Console

from .verbatim import on_terminal

err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
"""For what is said to the person, beside the results."""


def put(text: str) -> None:
    """Print a text as UTF-8, whatever the locale. On a terminal, what would steer it is drawn instead.

    A lone surrogate, which UTF-8 has no way to say, is written as JSON writes it.
    """
    shown = on_terminal(text) if sys.stdout.isatty() else text
    sys.stdout.flush()
    sys.stdout.buffer.write(f"{shown}\n".encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()
