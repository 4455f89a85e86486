"""Delays that slow down guessing of a password or a token.

After a wrong guess, an address waits before its next one is checked, longer each time. Wrong guesses from many
addresses delay all addresses that have not given the right one. A waiting request does not block others.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

_Found = TypeVar("_Found")
_FIRST_DELAY, _MAX_DELAY = 0.25, 30.0
"""Seconds that an address waits after its first wrong guess; doubled after each further one, up to the maximum."""
_SHARED_DELAY, _MAX_SHARED_DELAY = 0.01, 0.5
"""Seconds that each recent wrong guess adds to the pause between two checks for unknown addresses; its maximum."""
_FORGET_AFTER = 600.0
"""Seconds after which wrong guesses are forgotten."""
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
    """Number of recent wrong guesses."""
    next_check: float = 0.0
    """Time from which its next guess is checked."""
    last_seen: float = 0.0
    was_right: bool = False


class Guesses:
    """The addresses that guessed.

    :param clock: returns the time in seconds.
    :param sleep: waits for a number of seconds.
    """

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], Awaitable[object]]) -> None:
        self._clock, self._sleep = clock, sleep
        self._clients: OrderedDict[str, _Client] = OrderedDict()
        self._unknown = _Client()

    async def check(self, guess: Callable[[], _Found | None], address: str) -> _Found | None:
        """Return what a guess opens, after the delay that its address has earned; None if it is wrong.

        :raises TooManyTries: the delay would be more than 30 seconds.
        """
        client = self._client(address)
        trusted = client.was_right and not client.wrong
        if not trusted:
            await self._wait(client)
        found = guess()
        now = self._clock()
        if found is not None:
            client.wrong, client.next_check, client.was_right = 0, 0.0, True
        else:
            if trusted:
                _delay(client, now)
            self._unknown.wrong += 1
            self._unknown.last_seen = now
        return found

    async def _wait(self, client: _Client) -> None:
        """Wait until this client's guess, and one of an unknown address, may be checked.

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


def _network(address: str) -> str:
    """Return the IPv6 network or IPv4 address: one customer has a whole IPv6 network to guess from."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)
