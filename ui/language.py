"""The page's own words in the language that the visitor's browser asks for. translations.toml has them, one section a
language, and anyone can add to it; what it lacks is said in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

ENGLISH = "en"
_FILE = Path(__file__).parent / "translations.toml"
_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@lru_cache(1)
def translations() -> dict[str, dict[str, str]]:
    """By language, as a two-letter code: English words to their translation."""
    return tomllib.loads(_FILE.read_text("utf-8"))


def say(english: str, **values: object) -> str:
    """Words in the visitor's language.

    :param values: for the {names} in them.
    """
    words = translations().get(_language.get(), {}).get(english, english)
    return words.format(**values) if values else words


def say_many(count: int, one: str, many: str, **values: object) -> str:
    """The words for one thing, or those for several, with their {count}."""
    return say(one if count == 1 else many, count=grouped(count), **values)


def grouped(count: int) -> str:
    """A number as the visitor's language writes it: what parts the thousands stands in its "1,234"."""
    return f"{count:,}".replace(",", say("1,234")[1])


def spoken() -> str:
    """The visitor's language, as a two-letter code."""
    return _language.get()


@contextmanager
def in_english() -> Iterator[None]:
    """For documents, which programs read again."""
    before = _language.set(ENGLISH)
    try:
        yield
    finally:
        _language.reset(before)


def preferred(accepted: str) -> str:
    """The language that an Accept-Language header likes best of those that are known (RFC 9110, 12.5.4)."""
    wishes: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((float(weight or 1), tag.partition("-")[0].casefold()))
        except ValueError:
            continue
    known = {ENGLISH, *translations()}
    liked = sorted((wish for wish in wishes if wish[1] in known and wish[0] > 0), key=lambda wish: -wish[0])
    return liked[0][1] if liked else ENGLISH


class Speaks:
    """Lets every request be answered in its own language."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":  # each request has a context of its own
            _language.set(preferred(Headers(scope=scope).get("accept-language", "")))
        await self._app(scope, receive, send)
