"""Checks each request before the page sees it: its sender, password or token, path, method and size.

Only the paths that the page, programs and assistants need exist. Gradio's other paths, which read files, fetch URLs or
show internals, do not. A request that passes is marked with whether it may change the library.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from quoth.ui.api.problems import KINDS, problem
from quoth.ui.api.problems import response as problem_response

from .guesses import TooManyTries
from .origins import Sender, Trust, without_forwarding
from .passwords import Password
from .tokens import Tokens, is_bearer

CHANGES = "quoth.changes"
"""Key in the ASGI scope: whether the request may change the library."""
API = "/api/v1"
"""Where the HTTP API is mounted."""
UPLOAD = "/upload"
_ADD = f"{API}/articles"
HEALTH = "/healthz"
"""Says whether the server can answer now. Needs no password: what starts and watches servers does not know it."""
_READ = re.compile(
    r"/|/healthz|/config|/theme\.css|/(?:page|words)\.css|/(?:start|words|chat|panes|shelf|basket)\.js|/favicon\.ico"
    r"|/(?:assets|static)(?:/[\w-][\w.-]*)+|/article/\d{1,18}/(?:file|text)"
    r"|/gradio_api/(?:info|startup-events|queue/data|heartbeat/\w+|call/\w+/\w+)/?",
    re.ASCII,
)
_SENT = re.compile(
    r"/gradio_api/(?:run/\w+|call/\w+|queue/join|cancel|reset)/?"
    r"|/page/(?:begin|welcome|talk|source|export|basket|judge|take|act|shelf)",
    re.ASCII,
)
_ASSISTANTS = re.compile(r"/mcp/?|/gradio_api/mcp/?", re.ASCII)
_PROGRAMS = re.compile(rf"{API}(?:/[\w-][\w.-]*)+", re.ASCII)
"""The API itself says which of these paths exist, and which methods they accept."""
_CHANGING = frozenset((UPLOAD, "/page/take", "/page/act", "/page/judge"))
_MAX_BODY_BYTES = 2**20
"""Maximum size of a request's body, uploads excepted. A question has a few hundred bytes."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What clients may do."""

    trust: Trust = field(default_factory=Trust)
    password: Password | None = None
    read_only: bool = False
    tokens: Tokens | None = None

    @property
    def guards_reading(self) -> bool:
        """Whether a password or a token is required to read."""
        return self.password is not None or (self.tokens is not None and self.tokens.guards_reading)


class _Refused(Exception):
    """A request that is not let through.

    :param kind: one of ``problems.KINDS``.
    """

    def __init__(self, kind: str, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self._kind, self._sentence = kind, sentence
        self._headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def response(self, path: str) -> Response:
        """Return the answer: for programs a problem in JSON, for people a sentence."""
        if _is_for_api(path):
            return problem_response(problem(self._kind, self._sentence), self._headers)
        return PlainTextResponse(f"{self._sentence}\n", KINDS[self._kind].status, self._headers)


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
                receive = receive if scope["path"] in (UPLOAD, _ADD) else await _checked_body(scope, receive)
            except _Refused as refused:
                await refused.response(scope["path"])(scope, receive, send)
            else:
                await self._app(scope, receive, send)

    async def _checked(self, scope: Scope) -> Scope:
        """Check a request, and return the scope that the page gets."""
        rules, sender = self._rules, Sender(scope, self._rules.trust)
        if not sender.has_known_host:
            raise _Refused(
                "unknown-host",
                f"This server is not known by the name {_shortened(sender.host)!r}. "
                "To allow the name, start the server with --allow-host NAME.",
            )
        if sender.is_cross_site:
            raise _Refused("cross-site", "A page of another site sent this request. Only this server's own page may.")
        changes = False if scope["path"] == HEALTH else await self._may_change(sender)
        _check_path(scope)
        if _is_change(scope) and not changes:
            raise _Refused("read-only", _READ_ONLY)
        passed = scope if rules.trust.proxy else without_forwarding(scope)
        return {**passed, CHANGES: changes}

    async def _may_change(self, sender: Sender) -> bool:
        """Return whether the sender may change the library.

        Without a password or a token, everyone may read, and requests from this machine may change the library. With a
        password or a token for reading, a request must hold one of them.
        """
        password, tokens, writable = self._rules.password, self._rules.tokens, not self._rules.read_only
        header = sender.headers.get("authorization", "")
        wrong = ""
        try:
            if tokens and is_bearer(header):
                if right := await tokens.right(header, sender.address):
                    return writable and right == "change"
                wrong = "The token is wrong."
            elif password and header:
                if await password.admits(header, sender.address):
                    return writable
                wrong = "The name or the password is wrong."
        except TooManyTries as tried:
            raise _Refused(
                "too-many-tries", "Too many wrong passwords or tokens. Wait before you try again.",
                Retry_After=f"{tried.seconds:.0f}",
            ) from tried  # fmt: skip
        if password is None and tokens is None:
            return writable and sender.is_local
        if wrong or self._rules.guards_reading:
            raise _Refused("unauthorized", wrong or self._required(), WWW_Authenticate=self._challenge(wrong))
        return False

    def _required(self) -> str:
        names = (["A name and a password"] * bool(self._rules.password)) + (["a token"] * bool(self._rules.tokens))
        said = " or ".join(names)
        return f"{said[0].upper()}{said[1:]} {'are' if self._rules.password else 'is'} required."

    def _challenge(self, wrong: str) -> str:
        basic = ['Basic realm="Quoth", charset="UTF-8"'] * bool(self._rules.password)
        token = ['Bearer realm="Quoth"' + ', error="invalid_token"' * bool(wrong)] * bool(self._rules.tokens)
        return ", ".join([*basic, *token])


_READ_ONLY = (
    "With this request the library can only be read. To change it from another machine, start the chat with "
    "--auth name:password or --write-token, and without --read-only."
)


def _is_change(scope: Scope) -> bool:
    """Whether a request asks for a change of the library."""
    path = scope["path"]
    names_article = path == _ADD or path.startswith(f"{_ADD}/")
    return path in _CHANGING or (names_article and scope["method"] not in ("GET", "HEAD"))


def _check_path(scope: Scope) -> None:
    """Reject unknown paths and methods. No known path contains a percent-encoded character."""
    path, method = scope["path"], scope["method"]
    known: Sequence[tuple[re.Pattern[str], tuple[str, ...]]] = (
        (_READ, ("GET", "HEAD")), (_SENT, ("POST",)), (_ASSISTANTS, ("POST",)), (re.compile(UPLOAD), ("POST",)),
        (_PROGRAMS, ()),
    )  # fmt: skip
    methods = next((methods for pattern, methods in known if pattern.fullmatch(path)), None)
    if methods is None or scope.get("raw_path", path.encode()).partition(b"?")[0] != path.encode():
        raise _Refused("not-found", "There is nothing at this path.")
    if methods and method not in methods:
        raise _Refused(
            "method-not-allowed", f"This path only accepts {' and '.join(methods)}.", Allow=", ".join(methods)
        )


async def _checked_body(scope: Scope, receive: Receive) -> Receive:
    """Read the request's body, check it, and return a ``receive`` that yields it again.

    Its size is limited. Except for the HTTP API, it must be JSON without file objects: Gradio would copy the file, or
    fetch the URL, that such an object in any value of an event names.
    """
    if scope["method"] != "POST":
        return receive
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
        if len(body) > _MAX_BODY_BYTES:
            raise _Refused("too-large", f"The request is too long: at most {_MAX_BODY_BYTES:,} bytes are accepted.")
    if not _is_for_api(scope["path"]):
        try:
            json.loads(body, object_pairs_hook=_no_file)
        except (ValueError, RecursionError) as error:
            raise _Refused("bad-request", "The request is not valid JSON.") from error
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
        raise _Refused("refused-path", "A request must not name a file or a URL to open.")
    return dict(pairs)


def _is_for_api(path: str) -> bool:
    return path == API or path.startswith(f"{API}/")


def _shortened(host: str) -> str:
    return host if len(host) <= 100 else f"{host[:100]}…"
