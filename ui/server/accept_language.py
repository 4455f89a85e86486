"""The language of a request: what its Accept-Language header prefers among the languages of the page."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from quoth.ui.language import ENGLISH, set_language, translations


def preferred(accepted: str) -> str:
    """The best of the known languages for an Accept-Language header (RFC 9110, 12.5.4)."""
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


class LanguageMiddleware:
    """Middleware that answers each request in the language that it prefers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":  # each request has a context of its own
            set_language(preferred(Headers(scope=scope).get("accept-language", "")))
        await self._app(scope, receive, send)
