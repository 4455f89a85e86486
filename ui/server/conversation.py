"""A conversation as the page sends it: what was asked or searched for, in which articles, how much of it is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from quoth.qa.filters import EVERYTHING, Filter
from quoth.qa.find import is_quoted
from quoth.ui.citations import day
from quoth.ui.escape import in_html
from quoth.ui.language import say, say_many

MOST_TURNS = 200


@dataclass(frozen=True, slots=True)
class Query:
    """A question, or words that are searched for."""

    text: str
    where: Filter = EVERYTHING
    is_search: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked, oldest first."""

    queries: tuple[Query, ...] = ()
    shown: int = 0
    """What came of so many of the first is on the page already."""

    @staticmethod
    def of(given: Mapping[str, Any]) -> Conversation:
        """As the page sent it. Where a question is asked of the same articles as the one before, 1 stands for them;
        what stands in quotation marks is searched for."""
        queries: list[Query] = []
        filters, searches = [*(given.get("only") or ())], {*(given.get("searches") or ())}
        for number, question in enumerate((given.get("questions") or ())[:MOST_TURNS]):
            told = filters[number] if number < len(filters) else None
            where = queries[-1].where if told == 1 and queries else filter_of(told if isinstance(told, Mapping) else {})
            text = _sound(str(question))
            queries.append(Query(text, where, number in searches or is_quoted(text)))
        return Conversation(tuple(queries), int(given.get("shown") or 0))


def filter_of(given: Mapping[str, Any]) -> Filter:
    """Which articles are meant; what is no date restricts nothing."""
    days: dict[str, dt.date] = {}
    for name in ("since", "until"):
        with suppress(ValueError):
            days[name] = dt.date.fromisoformat(str(given.get(name) or ""))
    return Filter(frozenset(map(str, given.get("sources") or ())), str(given.get("author") or "") or None, **days)


def said_of(where: Filter) -> str:
    """Which articles were asked, where not all were, as HTML."""
    if where == EVERYTHING:
        return ""
    parts = (
        say_many(len(where.sources), "{count} chosen article", "{count} chosen articles") if where.sources else "",
        say("by {author}", author=where.author) if where.author else "",
        say("since {day}", day=day(where.since)) if where.since else "",
        say("until {day}", day=day(where.until)) if where.until else "",
    )
    told = say("Asked only: {articles}", articles=", ".join(part for part in parts if part))
    return f'<p class="quoth-note">{in_html(told)}</p>'


def _sound(text: str) -> str:
    """A text without halves of characters, which cannot be sent."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
