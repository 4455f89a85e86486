"""Security headers of every response. Even if text of an article became a script, the browser would not run it."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; frame-src 'none'; worker-src 'self' blob:; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
"""Gradio's page compiles strings to functions ('unsafe-eval'), and sets its own address as its base."""
_FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
_SHOWN = frozenset(("/api/v1/docs", "/api/v1/docs.css", "/api/v1/docs.js"))
"""What of the HTTP API is a page; all else is data."""
_ALWAYS = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}  # fmt: skip
_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


class SecurityHeaders:
    """ASGI middleware that adds the headers. Only the page's own inline scripts are allowed, by their hashes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == "/":
            # Hashing needs the page uncompressed and complete.
            plain = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
            await self._app({**scope, "headers": plain}, receive, _Page(send).send)
        else:
            path = scope["path"]
            is_data = path.startswith("/api/v1/") and path not in _SHOWN
            policy = _FILE_POLICY if is_data or path.startswith("/article/") else _POLICY.format(hashes="")

            async def with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _add_headers(message, policy)
                    if is_data:
                        MutableHeaders(scope=message)["Cache-Control"] = "no-store"
                await send(message)

            await self._app(scope, receive, with_headers)


class _Page:
    """Holds the page back until it is complete."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        _add_headers(self._start, _POLICY.format(hashes="".join(_hashes(self._body))))
        await self._send(self._start)
        await self._send({**message, "body": self._body})


def _hashes(page: bytes) -> list[str]:
    """Return the hashes of a page's inline scripts, with line ends normalised as a browser does."""
    scripts = [found[1].replace(b"\r\n", b"\n").replace(b"\r", b"\n") for found in _INLINE.finditer(page)]
    return [f" 'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in scripts]


def _add_headers(start: Message, policy: str) -> None:
    headers = MutableHeaders(scope=start)
    for name, value in {**_ALWAYS, "Content-Security-Policy": policy}.items():
        headers[name] = value
