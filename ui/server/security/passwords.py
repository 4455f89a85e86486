"""The password: HTTP Basic, compared in constant time, and slower for who guesses.

An address that gave a wrong one waits before its next is looked at, longer each time; guesses from many addresses make
all wait that have not given the right one. Who waits holds up nobody else.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

_FIRST_SECONDS, _MOST_SECONDS = 0.25, 30.0
_ANYBODYS_SECONDS, _ANYBODYS_MOST_SECONDS = 0.01, 0.5
"""Each wrong password of late adds so much to the wait between two looks at strangers' passwords, up to so much."""
_FORGOTTEN_SECONDS = 600.0
_MOST_CLIENTS = 10_000


class TooManyTries(Exception):
    """Who asks would have to wait for too long; ``seconds`` says how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True)
class _Client:
    wrong: int = 0
    next_look: float = 0.0
    last_seen: float = 0.0
    was_right: bool = False


class Password:
    """One name and password, and who tried.

    :param clock: the seconds that pass.
    :param sleep: waits for some.
    """

    def __init__(
        self, name: str, password: str, *,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._digest = _digest(f"{name}:{password}".encode())
        self._clock, self._sleep = clock, sleep
        self._clients: OrderedDict[str, _Client] = OrderedDict()
        self._strangers = _Client()

    async def admits(self, authorization: str, address: str) -> bool:
        """Whether a request's header gives the password, after the wait that its address has brought upon itself.

        :raises TooManyTries: the wait would be too long.
        """
        client = self._client(address)
        trusted = client.was_right and not client.wrong
        if not trusted:
            await self._wait(client)
        right = hmac.compare_digest(_digest(_decoded(authorization)), self._digest)
        now = self._clock()
        if right:
            client.wrong, client.next_look, client.was_right = 0, 0.0, True
        else:
            if trusted:
                _put_off(client, now)
            self._strangers.wrong += 1
            self._strangers.last_seen = now
        return right

    async def _wait(self, client: _Client) -> None:
        """Wait for this client's turn and for strangers'. The try counts as wrong until it is known to be right."""
        now = self._clock()
        turn = max(now, client.next_look, self._strangers.next_look)
        if turn - now > _MOST_SECONDS:
            raise TooManyTries(turn - now)
        _put_off(client, turn)
        if now - self._strangers.last_seen > _FORGOTTEN_SECONDS:
            self._strangers.wrong = 0
        self._strangers.next_look = turn + min(_ANYBODYS_SECONDS * self._strangers.wrong, _ANYBODYS_MOST_SECONDS)
        if turn > now:
            await self._sleep(turn - now)

    def _client(self, address: str) -> _Client:
        """What is known of an address; the longest unseen are forgotten when they are many."""
        now, key = self._clock(), _network(address)
        client = self._clients.pop(key, None)
        if client is None or now - client.last_seen > _FORGOTTEN_SECONDS:
            client = _Client(was_right=client is not None and client.was_right)
        client.last_seen = now
        self._clients[key] = client
        if len(self._clients) > _MOST_CLIENTS:
            self._clients.popitem(last=False)
        return client


def _put_off(client: _Client, turn: float) -> None:
    client.wrong += 1
    client.next_look = turn + min(_FIRST_SECONDS * math.exp2(min(client.wrong, 20) - 1), _MOST_SECONDS)


def _digest(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()


def _decoded(authorization: str) -> bytes:
    scheme, _, given = authorization.partition(" ")
    try:
        return base64.b64decode(given.strip(), validate=True) if scheme.casefold() == "basic" else b""
    except (binascii.Error, ValueError):
        return b""


def _network(address: str) -> str:
    """One customer has whole networks of IPv6 addresses to guess from."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)
