"""The sender of a request, from its address, host, origin and proxy headers."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass, field
from functools import cache, cached_property
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

_FORWARDED = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-port",
    "x-real-ip",
)
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Trust:
    """Which names and proxies the server trusts.

    :ivar names: host names of the server besides this machine's own.
    :ivar proxy: whether a proxy is in front of the server, so that its headers are trusted.
    """

    names: frozenset[str] = frozenset()
    proxy: bool = False


@dataclass(frozen=True)
class Sender:
    """What is known of the sender of a request."""

    scope: Scope
    trust: Trust
    headers: Headers = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", Headers(scope=self.scope))

    @cached_property
    def address(self) -> str:
        """Address of the client: behind a trusted proxy, the last of X-Forwarded-For, as earlier ones may be forged."""
        if self.trust.proxy and (header := self.headers.get("x-forwarded-for")):
            return header.rsplit(",", 1)[-1].strip()
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @cached_property
    def host(self) -> str:
        """Name and port that the client used for the server."""
        if self.trust.proxy and (header := self.headers.get("x-forwarded-host")):
            return header.split(",", 1)[0].strip()
        hosts = self.headers.getlist("host")
        return hosts[0] if len(hosts) == 1 else ""

    @cached_property
    def has_known_host(self) -> bool:
        """Whether the host is a name of this server, and not a foreign name that resolves to it (DNS rebinding)."""
        name = _name(self.host)
        return name in ("localhost", *own_names(), *self.trust.names) or _address(name) is not None

    @cached_property
    def is_cross_site(self) -> bool:
        """Whether a page of another site made the browser send this. Following a link to the page does not count."""
        origin = self.headers.get("origin")
        if origin is not None and not _same_host(origin, self.host):
            return True
        mode = (self.scope["method"], self.headers.get("sec-fetch-mode"), self.headers.get("sec-fetch-dest"))
        return self.headers.get("sec-fetch-site") in ("cross-site", "same-site") and mode != (
            "GET",
            "navigate",
            "document",
        )

    @cached_property
    def is_local(self) -> bool:
        """Whether it came from this machine and not through a proxy.

        An nginx without further configuration shows only by its HTTP/1.0.
        """
        client = self.scope.get("client")
        peer, name = _address(client[0]) if client else None, _name(self.host)
        host = _address(name)
        local = name == "localhost" or (host is not None and host.is_loopback)
        proxied = any(name in self.headers for name in _FORWARDED) or self.scope.get("http_version") == "1.0"
        return peer is not None and peer.is_loopback and local and not proxied


def without_forwarding(scope: Scope) -> Scope:
    """Return the request without proxy headers, so that the application does not trust them."""
    kept = [
        (name, value)
        for name, value in scope["headers"]
        if not name.lower().startswith((b"x-forwarded-", b"x-gradio-"))
    ]
    return {**scope, "headers": kept}


@cache
def own_names() -> frozenset[str]:
    """Return this machine's names. A name server is not asked: that would be a request to another host."""
    name = socket.gethostname().casefold()
    short = name.split(".", 1)[0]
    return frozenset((name, short, f"{short}.local"))


def _name(host: str) -> str:
    match = _HOST.fullmatch(host)
    return match["name"].casefold().rstrip(".") if match else ""


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None


def _same_host(origin: str, host: str) -> bool:
    """Whether an origin has this host and port. The scheme is not compared: a proxy may change it."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    match = _HOST.fullmatch(host)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    if match is None or default is None or parts.hostname is None:
        return False
    return parts.hostname == _name(host).strip("[]") and (port or default) == int(match["port"] or default)
