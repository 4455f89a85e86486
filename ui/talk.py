"""A conversation as the page sends it: what was asked or searched for, in which articles, how much of it is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from qa.only import EVERYTHING, Only
from qa.search import is_quoted

from .language import say, say_many
from .render import day
from .verbatim import in_html

MOST_TURNS = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """A question, or words that are searched for."""

    text: str
    only: Only = EVERYTHING
    is_search: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """What was asked, oldest first."""

    wishes: tuple[Wish, ...] = ()
    shown: int = 0
    """What came of so many of the first is on the page already."""

    @staticmethod
    def of(given: Mapping[str, Any]) -> Talk:
        """As the page sent it. Where a question is asked of the same articles as the one before, 1 stands for them;
        what stands in quotation marks is searched for."""
        wishes: list[Wish] = []
        filters, searches = [*(given.get("only") or ())], {*(given.get("searches") or ())}
        for number, question in enumerate((given.get("questions") or ())[:MOST_TURNS]):
            told = filters[number] if number < len(filters) else None
            only = wishes[-1].only if told == 1 and wishes else only_of(told if isinstance(told, Mapping) else {})
            text = _sound(str(question))
            wishes.append(Wish(text, only, number in searches or is_quoted(text)))
        return Talk(tuple(wishes), int(given.get("shown") or 0))


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
    parts = (
        say_many(len(only.sources), "{count} chosen article", "{count} chosen articles") if only.sources else "",
        say("by {author}", author=only.author) if only.author else "",
        say("since {day}", day=day(only.since)) if only.since else "",
        say("until {day}", day=day(only.until)) if only.until else "",
    )
    told = say("Asked only: {articles}", articles=", ".join(part for part in parts if part))
    return f'<p class="quoth-note">{in_html(told)}</p>'


def _sound(text: str) -> str:
    """A text without halves of characters, which cannot be sent."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
