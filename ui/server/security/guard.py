"""Checks each request before the page sees it: its sender, path, method and size.

Only the paths that the page, programs and assistants need exist. Gradio's other paths, which read files, fetch URLs or
show internals, do not. A request that passes is marked with whether it may change the library.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .origins import Sender, Trust, without_forwarding
from .passwords import Password, TooManyTries

CHANGES = "quoth.changes"
"""Key in the ASGI scope: whether the request may change the library."""
UPLOAD = "/upload"
HEALTH = "/healthz"
"""Says whether the server can answer now. Needs no password: what starts and watches servers does not know it."""
_READ = re.compile(
    r"/|/healthz|/config|/theme\.css|/(?:page|words)\.css|/(?:start|words|chat|panes|shelf|basket|citing)\.js|/favicon\.ico"
    r"|/(?:assets|static)(?:/[\w-][\w.-]*)+|/article/\d{1,18}/(?:file|text)"
    r"|/gradio_api/(?:info|startup-events|queue/data|heartbeat/\w+|call/\w+/\w+)/?",
    re.ASCII,
)
_SENT = re.compile(
    r"/gradio_api/(?:run/\w+|call/\w+|queue/join|cancel|reset)/?"
    r"|/page/(?:begin|welcome|talk|source|export|basket|cite|json|judge|take|act|shelf)",
    re.ASCII,
)
_ASSISTANTS = re.compile(r"/gradio_api/mcp(?:/|/schema|/sse|/messages/?)?", re.ASCII)
_CHANGING = frozenset((UPLOAD, "/page/take", "/page/act", "/page/judge"))
_MAX_BODY_BYTES = 2**20
"""Maximum size of a request's body, uploads excepted. A question has a few hundred bytes."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What clients may do."""

    trust: Trust = field(default_factory=Trust)
    password: Password | None = None
    read_only: bool = False
    mcp: bool = False


class _Refused(Exception):
    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.response = PlainTextResponse(
            f"{sentence}\n", status, {name.replace("_", "-"): value for name, value in headers.items()}
        )


class Guard:
    """ASGI middleware that rejects what the rules do not allow."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            try:
                scope = await self._checked(scope)
                receive = receive if scope["path"] == UPLOAD else await _checked_body(scope, receive)
            except _Refused as refused:
                await refused.response(scope, receive, send)
            else:
                await self._app(scope, receive, send)

    async def _checked(self, scope: Scope) -> Scope:
        """Check a request, and return the scope that the page gets."""
        rules, sender = self._rules, Sender(scope, self._rules.trust)
        if not sender.has_known_host:
            raise _Refused(
                403,
                f"This server is not known by the name {_shortened(sender.host)!r}. "
                "To allow the name, start the server with --allow-host NAME.",
            )
        if sender.is_cross_site:
            raise _Refused(403, "A page of another site sent this request. Only this server's own page may.")
        if scope["path"] != HEALTH:
            await self._ask_password(sender)
        changes = not rules.read_only and (rules.password is not None or sender.is_local)
        _check_path(scope, mcp=rules.mcp)
        if scope["path"] in _CHANGING and not changes:
            raise _Refused(
                403,
                "From this address the library can only be read. To change it from here, "
                "start the chat with --auth name:password, and without --read-only.",
            )
        passed = scope if rules.trust.proxy else without_forwarding(scope)
        return {**passed, CHANGES: changes}

    async def _ask_password(self, sender: Sender) -> None:
        password = self._rules.password
        if password is None:
            return
        header = sender.headers.get("authorization", "")
        try:
            if header and await password.admits(header, sender.address):
                return
        except TooManyTries as tried:
            raise _Refused(
                429,
                "Too many wrong passwords. Wait before you try again.",
                Retry_After=f"{tried.seconds:.0f}",
            ) from tried
        message = "The name or the password is wrong." if header else "A name and a password are required."
        raise _Refused(401, message, WWW_Authenticate='Basic realm="Quoth", charset="UTF-8"')


def _check_path(scope: Scope, *, mcp: bool) -> None:
    """Reject unknown paths and methods. No known path contains a percent-encoded character."""
    path, method = scope["path"], scope["method"]
    known: Sequence[tuple[re.Pattern[str], tuple[str, ...]]] = (
        (_READ, ("GET", "HEAD")), (_SENT, ("POST",)), (re.compile(UPLOAD), ("POST",)),
        *([(_ASSISTANTS, ("GET", "POST", "DELETE"))] if mcp else []),
    )  # fmt: skip
    methods = next((methods for pattern, methods in known if pattern.fullmatch(path)), None)
    if methods is None or scope.get("raw_path", path.encode()).partition(b"?")[0] != path.encode():
        raise _Refused(404, "There is nothing at this path.")
    if method not in methods:
        raise _Refused(405, f"This path only accepts {' and '.join(methods)}.", Allow=", ".join(methods))


async def _checked_body(scope: Scope, receive: Receive) -> Receive:
    """Read the request's body, check it, and return a ``receive`` that yields it again.

    Its size is limited, and it must not contain file objects: Gradio would copy the file, or fetch the URL, that such
    an object in any value of an event names.
    """
    if scope["method"] != "POST":
        return receive
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
        if len(body) > _MAX_BODY_BYTES:
            raise _Refused(413, f"The request is too long: at most {_MAX_BODY_BYTES:,} bytes are accepted.")
    try:
        json.loads(body, object_pairs_hook=_no_file)
    except (ValueError, RecursionError) as error:
        raise _Refused(400, "The request is not valid JSON.") from error
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _no_file(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if any(name == "_type" for name, _ in pairs):
        raise _Refused(403, "A request must not name a file or a URL to open.")
    return dict(pairs)


def _shortened(host: str) -> str:
    return host if len(host) <= 100 else f"{host[:100]}…"
