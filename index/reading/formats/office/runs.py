"""Runs of text with a format: raised and lowered characters."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from quoth.index.reading.layout.raised import lowered, raised

Run = tuple[str, str | None]
"""The words of a run, and where they stand: "superscript", "subscript", or anything else for the line itself."""


def joined(runs: Iterable[Run]) -> str:
    """Return the words of runs, with superscripts in raised and subscripts in lowered characters.

    Neighbouring runs at the same place count as one: "t" and "h" are the word "th", not two marks.
    """
    parts = []
    for place, group in groupby(((words, place) for words, place in runs if words), key=lambda run: run[1]):
        words = "".join(words for words, _ in group)
        parts.append(raised(words) if place == "superscript" else lowered(words) if place == "subscript" else words)
    return "".join(parts)
