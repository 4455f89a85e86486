"""A conversation as the page sends it: its questions, of which articles each is asked, how many answers it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from qa.only import EVERYTHING, Only

from .render import day
from .verbatim import in_html

MOST_TURNS = 200


@dataclass(frozen=True, slots=True)
class Talk:
    """What was asked, oldest first."""

    asked: tuple[tuple[str, Only], ...] = ()
    shown: int = 0
    """The answers to so many of the first questions are on the page already."""
    number: int = 0
    """Of the request, by which the page tells its answer from an older one."""

    @staticmethod
    def of(given: Mapping[str, Any] | None) -> Talk:
        """As the page sent it. Where a question is asked of the same articles as the one before, 1 stands for them."""
        given = given or {}
        asked: list[tuple[str, Only]] = []
        filters = [*(given.get("only") or ())]
        for number, question in enumerate((given.get("questions") or ())[:MOST_TURNS]):
            told = filters[number] if number < len(filters) else None
            only = asked[-1][1] if told == 1 and asked else only_of(told if isinstance(told, Mapping) else {})
            asked.append((_sound(str(question)), only))
        return Talk(tuple(asked), int(given.get("shown") or 0), int(given.get("number") or 0))


def only_of(given: Mapping[str, Any]) -> Only:
    """Which articles are meant; what is no date restricts nothing."""
    days: dict[str, dt.date] = {}
    for name in ("since", "until"):
        with suppress(ValueError):
            days[name] = dt.date.fromisoformat(str(given.get(name) or ""))
    return Only(frozenset(map(str, given.get("sources") or ())), str(given.get("author") or "") or None, **days)


def said_of(only: Only) -> str:
    """Which articles were asked, where not all were, as HTML."""
    if only == EVERYTHING:
        return ""
    many = f"{len(only.sources)} chosen article{'' if len(only.sources) == 1 else 's'}" if only.sources else ""
    since, until = f"since {day(only.since)}" if only.since else "", f"until {day(only.until)}" if only.until else ""
    parts = (many, f"by {only.author}" if only.author else "", since, until)
    return f'<p class="quoth-note">Asked only: {in_html(", ".join(part for part in parts if part))}</p>'


def _sound(text: str) -> str:
    """A text without halves of characters, which cannot be sent."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


