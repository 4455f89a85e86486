"""The lists of an article, so that they can be quoted as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from quoth.index.records import Span
from quoth.index.text.tables import is_in_table

MAX_CHARS = 1500
"""Maximum number of characters of a quoted list; of a longer one, the first items are quoted."""
MAX_ITEM_CHARS = 200
"""Maximum number of characters of an item; longer ones are numbered paragraphs, and no list."""
_ITEM = re.compile(r"^[ \t>]*(?:[-*+•‣▪●○·–—]|\(?(?:\d{1,3}|[a-zA-Z])[.)])[ \t\xa0]+(?=\S)", re.MULTILINE)
_LINE_BREAKS = re.compile(r"\s*\n[ \t]*\n\s*")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in an article's text."""

    start: int
    """The start of its lead-in; of its first bullet, if it has none."""
    items: tuple[Span, ...]
    """The items without their bullets; two or more."""

    @property
    def end(self) -> int:
        return self.items[-1][1]

    @property
    def led_in(self) -> bool:
        """Whether it has a lead-in: more text before the first item than a bullet."""
        return bool(self.start < self.items[0][0] - 8)

    def whole(self) -> tuple[Span, int]:
        """The span that is quoted, and the number of items after it."""
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
    for i, (_, start) in enumerate(marks):
        following = marks[i + 1][0] if i + 1 < len(marks) else len(text)
        stop = _LINE_BREAKS.search(text, start, following)
        end = stop.start() if stop else following
        end = start + len(text[start:end].rstrip())
        run.append((start, end))
        if i + 1 == len(marks) or text[end:following].strip():
            if len(run) > 1 and max(b - a for a, b in run) <= MAX_ITEM_CHARS:
                bullet = text[marks[i + 1 - len(run)][0] : run[0][0]].lstrip()
                found.append(Listed(_lead_in(text, run[0][0] - len(bullet)), tuple(run)))
            run = []
    return tuple(found)


def _lead_in(text: str, first: int) -> int:
    """The start of the sentence before a list, if it ends without a full stop and is no heading and no row of a table;
    else ``first``, the start of the list."""
    before = text[:first].rstrip()
    paragraph = before[before.rfind("\n\n") + 1 :].lstrip() if "\n\n" in before else before
    last_line = before[before.rfind("\n") + 1 :]
    if (
        not paragraph
        or last_line.lstrip().startswith("#")
        or is_in_table(text, len(before) - 1)
        or before[-1] in ".!…"
        or (before[-1] != ":" and len(paragraph.split()) < 3)
    ):
        return first
    ends = [m.end() for m in _SENTENCE_END.finditer(paragraph)]
    return len(before) - len(paragraph) + (ends[-1] if ends else 0)
