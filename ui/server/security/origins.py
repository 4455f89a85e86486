"""Who sent a request, and from where, by its address, host, origin and proxies."""

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
    """Whom the server listens to.

    :ivar names: hosts by whose names it may be called, beside this machine's own.
    :ivar proxy: a proxy stands before it, so that what the proxy says of a request is believed.
    """

    names: frozenset[str] = frozenset()
    proxy: bool = False


@dataclass(frozen=True)
class Sender:
    """What is known of who sent a request."""

    scope: Scope
    trust: Trust
    headers: Headers = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", Headers(scope=self.scope))

    @cached_property
    def address(self) -> str:
        """Of the visitor, as far as it is known; the nearest proxy's word counts, those before may be made up."""
        if self.trust.proxy and (said := self.headers.get("x-forwarded-for")):
            return said.rsplit(",", 1)[-1].strip()
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @cached_property
    def host(self) -> str:
        """Name and port by which the visitor called the server."""
        if self.trust.proxy and (said := self.headers.get("x-forwarded-host")):
            return said.split(",", 1)[0].strip()
        hosts = self.headers.getlist("host")
        return hosts[0] if len(hosts) == 1 else ""

    @cached_property
    def is_called_by_its_name(self) -> bool:
        """Whether the host is this server, and not a name that somebody else has made lead here (DNS rebinding)."""
        name = _name(self.host)
        return name in ("localhost", *own_names(), *self.trust.names) or _address(name) is not None

    @cached_property
    def is_another_sites(self) -> bool:
        """Whether another site's page made the browser send this; following a link to the page is no such thing."""
        origin = self.headers.get("origin")
        if origin is not None and not _same_host(origin, self.host):
            return True
        visits = (self.scope["method"], self.headers.get("sec-fetch-mode"), self.headers.get("sec-fetch-dest"))
        return self.headers.get("sec-fetch-site") in ("cross-site", "same-site") and visits != (
            "GET",
            "navigate",
            "document",
        )

    @cached_property
    def sits_here(self) -> bool:
        """Whether it came from this machine, past no proxy; nginx, left to itself, shows by its HTTP/1.0 alone."""
        client = self.scope.get("client")
        peer, name = _address(client[0]) if client else None, _name(self.host)
        called = _address(name)
        local = name == "localhost" or (called is not None and called.is_loopback)
        proxied = any(name in self.headers for name in _FORWARDED) or self.scope.get("http_version") == "1.0"
        return peer is not None and peer.is_loopback and local and not proxied


def without_forwarding(scope: Scope) -> Scope:
    """The request without what a proxy may have said of it, so that nobody behind believes it."""
    kept = [
        (name, value)
        for name, value in scope["headers"]
        if not name.lower().startswith((b"x-forwarded-", b"x-gradio-"))
    ]
    return {**scope, "headers": kept}


@cache
def own_names() -> frozenset[str]:
    """What this machine is called; asking a name server for more would be a request to another host."""
    name = socket.gethostname().casefold()
    short = name.split(".", 1)[0]
    return frozenset((name, short, f"{short}.local"))


def _name(host: str) -> str:
    found = _HOST.fullmatch(host)
    return found["name"].casefold().rstrip(".") if found else ""


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None


def _same_host(origin: str, host: str) -> bool:
    """Whether an origin's host and port are these; the scheme is the proxy's affair."""
    try:
        given = urlsplit(origin)
        port = given.port
    except ValueError:
        return False
    found = _HOST.fullmatch(host)
    usual = {"http": 80, "https": 443}.get(given.scheme)
    if found is None or usual is None or given.hostname is None:
        return False
    return given.hostname == _name(host).strip("[]") and (port or usual) == int(found["port"] or usual)
