"""What stands between the network and the page: who sends a request, to what address, how much of it.

Only the addresses that the page, programs and assistants need are there; Gradio's others, which read files, fetch
addresses or show its insides, are not. What comes through is marked with whether it may change the library.
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
"""Of a request: whether it may change the library."""
UPLOAD = "/upload"
_READ = re.compile(
    r"/|/config|/theme\.css|/(?:page|words)\.css|/(?:start|words|chat|panes|shelf|basket)\.js|/favicon\.ico"
    r"|/(?:assets|static)(?:/[\w-][\w.-]*)+|/article/\d{1,18}/(?:file|text)"
    r"|/gradio_api/(?:info|startup-events|queue/data|heartbeat/\w+|call/\w+/\w+)/?",
    re.ASCII,
)
_SENT = re.compile(
    r"/gradio_api/(?:run/\w+|call/\w+|queue/join|cancel|reset)/?"
    r"|/page/(?:begin|welcome|talk|source|export|basket|judge|take|act|shelf)",
    re.ASCII,
)
_ASSISTANTS = re.compile(r"/gradio_api/mcp(?:/|/schema|/sse|/messages/?)?", re.ASCII)
_CHANGING = frozenset((UPLOAD, "/page/take", "/page/act", "/page/judge"))
_MOST_BYTES = 2**20
"""Of a request that is no upload; a question is a few hundred."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is allowed."""

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
    """Lets through what the rules allow."""

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
                receive = receive if scope["path"] == UPLOAD else await _read(scope, receive)
            except _Refused as refused:
                await refused.response(scope, receive, send)
            else:
                await self._app(scope, receive, send)

    async def _checked(self, scope: Scope) -> Scope:
        """The request as the page may see it."""
        rules, sender = self._rules, Sender(scope, self._rules.trust)
        if not sender.is_called_by_its_name:
            raise _Refused(
                403,
                f"This server does not go by the name {_shown(sender.host)!r}; "
                "if it should, start it with --allow-host NAME.",
            )
        if sender.is_another_sites:
            raise _Refused(403, "Another site's page sent this; only this server's own page may.")
        await self._ask_password(sender)
        changes = not rules.read_only and (rules.password is not None or sender.sits_here)
        _find(scope, mcp=rules.mcp)
        if scope["path"] in _CHANGING and not changes:
            raise _Refused(
                403,
                "From here the library may only be read: "
                "start the chat with --auth name:password, and without --read-only.",
            )
        passed = scope if rules.trust.proxy else without_forwarding(scope)
        return {**passed, CHANGES: changes}

    async def _ask_password(self, sender: Sender) -> None:
        password = self._rules.password
        if password is None:
            return
        given = sender.headers.get("authorization", "")
        try:
            if given and await password.admits(given, sender.address):
                return
        except TooManyTries as tried:
            raise _Refused(
                429,
                "Too many wrong passwords were given; wait before you try again.",
                Retry_After=f"{tried.seconds:.0f}",
            ) from tried
        said = "The name or the password is wrong." if given else "A name and a password must be given."
        raise _Refused(401, said, WWW_Authenticate='Basic realm="Quoth", charset="UTF-8"')


def _find(scope: Scope, *, mcp: bool) -> None:
    """Refuse what is not there. None of the addresses has a character in it that is written in percents."""
    path, method = scope["path"], scope["method"]
    known: Sequence[tuple[re.Pattern[str], tuple[str, ...]]] = (
        (_READ, ("GET", "HEAD")), (_SENT, ("POST",)), (re.compile(UPLOAD), ("POST",)),
        *([(_ASSISTANTS, ("GET", "POST", "DELETE"))] if mcp else []),
    )  # fmt: skip
    methods = next((methods for pattern, methods in known if pattern.fullmatch(path)), None)
    if methods is None or scope.get("raw_path", path.encode()).partition(b"?")[0] != path.encode():
        raise _Refused(404, "There is nothing at this address.")
    if method not in methods:
        raise _Refused(405, f"This address only takes {' and '.join(methods)}.", Allow=", ".join(methods))


async def _read(scope: Scope, receive: Receive) -> Receive:
    """The request's body, which is read here, is bounded and names no file.

    Gradio would copy a file, or fetch an address, that stands in any of an event's values in a certain form.
    """
    if scope["method"] != "POST":
        return receive
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
        if len(body) > _MOST_BYTES:
            raise _Refused(413, f"This is too long: at most {_MOST_BYTES:,} bytes are taken.")
    try:
        json.loads(body, object_pairs_hook=_no_file)
    except (ValueError, RecursionError) as error:
        raise _Refused(400, "This is not the JSON that is expected here.") from error
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
        raise _Refused(403, "Quoth reads no file and fetches nothing for a visitor.")
    return dict(pairs)


def _shown(host: str) -> str:
    return host if len(host) <= 100 else f"{host[:100]}…"
