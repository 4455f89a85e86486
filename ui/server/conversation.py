"""A conversation as the page sends it: questions and searches, each with its filter, and how many are already shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from quoth.index.text.normalize import without_halves
from quoth.qa.filters import EVERYTHING, Filter
from quoth.qa.find import is_quoted
from quoth.ui.citations import day
from quoth.ui.escape import in_html
from quoth.ui.language import say, say_many

MAX_TURNS = 200


@dataclass(frozen=True, slots=True)
class Query:
    """A question, or words to search for."""

    text: str
    where: Filter = EVERYTHING
    is_search: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions and searches, oldest first."""

    queries: tuple[Query, ...] = ()
    shown: int = 0
    """Number of queries, from the first, whose results the page already shows."""

    @staticmethod
    def of(sent: Mapping[str, Any]) -> Conversation:
        """Read what the page sends.

        ``sent["only"]`` holds a filter for each query; 1 stands for the previous query's filter. Text in quotation
        marks is searched for, also if ``sent["searches"]`` does not list it.
        """
        queries: list[Query] = []
        filters, searches = [*(sent.get("only") or ())], {*(sent.get("searches") or ())}
        for number, question in enumerate((sent.get("questions") or ())[:MAX_TURNS]):
            given = filters[number] if number < len(filters) else None
            same = given == 1 and queries
            where = queries[-1].where if same else _filter_from(given if isinstance(given, Mapping) else {})
            text = without_halves(str(question))
            queries.append(Query(text, where, number in searches or is_quoted(text)))
        return Conversation(tuple(queries), int(sent.get("shown") or 0))


def _filter_from(sent: Mapping[str, Any]) -> Filter:
    """Read a filter. What is not a date is ignored."""
    days: dict[str, dt.date] = {}
    for name in ("since", "until"):
        with suppress(ValueError):
            days[name] = dt.date.fromisoformat(str(sent.get(name) or ""))
    sources, author = frozenset(map(str, sent.get("sources") or ())), str(sent.get("author") or "") or None
    return Filter(sources, author, days.get("since"), days.get("until"))


def filter_note(where: Filter) -> str:
    """Return a line of HTML that describes the filter; empty if there is none."""
    if where == EVERYTHING:
        return ""
    parts = (
        say_many(len(where.sources), "{count} chosen article", "{count} chosen articles") if where.sources else "",
        say("by {author}", author=where.author) if where.author else "",
        say("since {day}", day=day(where.since)) if where.since else "",
        say("until {day}", day=day(where.until)) if where.until else "",
    )
    note = say("Asked only: {articles}", articles=", ".join(part for part in parts if part))
    return f'<p class="quoth-note">{in_html(note)}</p>'
