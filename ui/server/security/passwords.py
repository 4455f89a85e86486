"""The password: HTTP Basic, compared in constant time, with delays that slow down guessing.

After a wrong password, an address waits before its next password is checked, longer each time. Wrong passwords from
many addresses delay all addresses that have not given the right one. A waiting request does not block others.
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

_FIRST_DELAY, _MAX_DELAY = 0.25, 30.0
"""Seconds that an address waits after its first wrong password; doubled after each further one, up to the maximum."""
_SHARED_DELAY, _MAX_SHARED_DELAY = 0.01, 0.5
"""Seconds that each recent wrong password adds to the pause between two checks for unknown addresses; its maximum."""
_FORGET_AFTER = 600.0
"""Seconds after which wrong passwords are forgotten."""
_MAX_CLIENTS = 10_000
"""Maximum number of addresses that are remembered."""


class TooManyTries(Exception):
    """The address would have to wait too long; ``seconds`` is the wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True)
class _Client:
    wrong: int = 0
    """Number of recent wrong passwords."""
    next_check: float = 0.0
    """Time from which its next password is checked."""
    last_seen: float = 0.0
    was_right: bool = False


class Password:
    """One name and password, and the addresses that tried it.

    :param clock: returns the time in seconds.
    :param sleep: waits for a number of seconds.
    """

    def __init__(
        self, name: str, password: str, *,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._digest = _digest(f"{name}:{password}".encode())
        self._clock, self._sleep = clock, sleep
        self._clients: OrderedDict[str, _Client] = OrderedDict()
        self._unknown = _Client()

    async def admits(self, authorization: str, address: str) -> bool:
        """Return whether a request's header holds the password, after the delay that its address has earned.

        :raises TooManyTries: the delay would be more than 30 seconds.
        """
        client = self._client(address)
        trusted = client.was_right and not client.wrong
        if not trusted:
            await self._wait(client)
        right = hmac.compare_digest(_digest(_decoded(authorization)), self._digest)
        now = self._clock()
        if right:
            client.wrong, client.next_check, client.was_right = 0, 0.0, True
        else:
            if trusted:
                _delay(client, now)
            self._unknown.wrong += 1
            self._unknown.last_seen = now
        return right

    async def _wait(self, client: _Client) -> None:
        """Wait until this client's password, and one of an unknown address, may be checked.

        The attempt counts as wrong until it is known to be right.
        """
        now = self._clock()
        check = max(now, client.next_check, self._unknown.next_check)
        if check - now > _MAX_DELAY:
            raise TooManyTries(check - now)
        _delay(client, check)
        if now - self._unknown.last_seen > _FORGET_AFTER:
            self._unknown.wrong = 0
        self._unknown.next_check = check + min(_SHARED_DELAY * self._unknown.wrong, _MAX_SHARED_DELAY)
        if check > now:
            await self._sleep(check - now)

    def _client(self, address: str) -> _Client:
        """Return what is known of an address. If too many are known, the one not seen for longest is forgotten."""
        now, key = self._clock(), _network(address)
        client = self._clients.pop(key, None)
        if client is None or now - client.last_seen > _FORGET_AFTER:
            client = _Client(was_right=client is not None and client.was_right)
        client.last_seen = now
        self._clients[key] = client
        if len(self._clients) > _MAX_CLIENTS:
            self._clients.popitem(last=False)
        return client


def _delay(client: _Client, checked: float) -> None:
    """Set the time of the next check, given the time of this one."""
    client.wrong += 1
    client.next_check = checked + min(_FIRST_DELAY * math.exp2(min(client.wrong, 20) - 1), _MAX_DELAY)


def _digest(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()


def _decoded(authorization: str) -> bytes:
    scheme, _, encoded = authorization.partition(" ")
    try:
        return base64.b64decode(encoded.strip(), validate=True) if scheme.casefold() == "basic" else b""
    except (binascii.Error, ValueError):
        return b""


def _network(address: str) -> str:
    """Return the IPv6 network or IPv4 address: one customer has a whole IPv6 network to guess from."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)
