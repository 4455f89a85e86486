"""Where an article has lists, so that they can be quoted whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from quoth.index.records import Span

MAX_CHARS = 1500
"""Of a longer list, the first items are quoted."""
MAX_ITEM_CHARS = 200
"""Numbered paragraphs are no list."""
_ITEM = re.compile(r"^[ \t>]*(?:[-*+•‣▪●○·–—]|\(?(?:\d{1,3}|[a-zA-Z])[.)])[ \t\xa0]+(?=\S)", re.MULTILINE)
_LINE_BREAKS = re.compile(r"\s*\n[ \t]*\n\s*")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in an article's text."""

    start: int
    """Where its lead-in begins; its first bullet, if it has none."""
    items: tuple[Span, ...]
    """Behind their bullets; two or more."""

    @property
    def end(self) -> int:
        return self.items[-1][1]

    @property
    def led_in(self) -> bool:
        return bool(self.start < self.items[0][0] - 8)

    def whole(self) -> tuple[Span, int]:
        """What is quoted of it, and how many items that leaves out."""
        kept = [item for item in self.items if item[1] - self.start <= MAX_CHARS] or [self.items[0]]
        return (self.start, kept[-1][1]), len(self.items) - len(kept)


def list_at(text: str, span: Span) -> Listed | None:
    """The list that a sentence is part of, as its lead-in or as an item."""
    return next((found for found in lists(text) if found.start < span[1] and span[0] < found.end), None)


@lru_cache(256)
def lists(text: str) -> tuple[Listed, ...]:
    """All lists of two items or more, in order."""
    marks = [m.span() for m in _ITEM.finditer(text)]
    found: list[Listed] = []
    run: list[Span] = []
    for i, (_, behind) in enumerate(marks):
        following = marks[i + 1][0] if i + 1 < len(marks) else len(text)
        stop = _LINE_BREAKS.search(text, behind, following)
        end = stop.start() if stop else following
        end = behind + len(text[behind:end].rstrip())
        run.append((behind, end))
        if i + 1 == len(marks) or text[end:following].strip():
            if len(run) > 1 and max(b - a for a, b in run) <= MAX_ITEM_CHARS:
                first = marks[i + 1 - len(run)][0]
                found.append(
                    Listed(
                        _lead_in(text, first + len(text[first : run[0][0]]) - len(text[first : run[0][0]].lstrip())),
                        tuple(run),
                    )
                )
            run = []
    return tuple(found)


def _lead_in(text: str, first: int) -> int:
    """Where the sentence begins that leads into a list, if it ends without a full stop and is no heading;
    else the list."""
    before = text[:first].rstrip()
    paragraph = before[before.rfind("\n\n") + 1 :].lstrip() if "\n\n" in before else before
    last_line = before[before.rfind("\n") + 1 :]
    if (
        not paragraph
        or last_line.lstrip().startswith("#")
        or before[-1] in ".!…"
        or (before[-1] != ":" and len(paragraph.split()) < 3)
    ):
        return first
    ends = [m.end() for m in _SENTENCE_END.finditer(paragraph)]
    return len(before) - len(paragraph) + (ends[-1] if ends else 0)
