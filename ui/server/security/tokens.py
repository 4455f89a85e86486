"""Tokens for programs: ``Authorization: Bearer …``, compared in constant time, with delays that slow down guessing."""

from __future__ import annotations

import asyncio
import hmac
import re
import time
from collections.abc import Awaitable, Callable
from typing import Literal

from .guesses import Guesses
from .passwords import digest

Right = Literal["read", "change"]
MIN_TOKEN = 16
"""Minimum number of characters of a token."""
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""What the Authorization header can carry as a token (RFC 6750)."""


class Tokens:
    """One token for reading, and one that also lets its holder change the library; each may be absent.

    :param read: the token for reading.
    :param change: the other one.
    :param clock: returns the time in seconds.
    :param sleep: waits for a number of seconds.
    """

    def __init__(
        self, read: str | None = None, change: str | None = None, *,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._digests: list[tuple[bytes, Right]] = []
        if read is not None:
            self._digests.append((digest(read.encode()), "read"))
        if change is not None:
            self._digests.append((digest(change.encode()), "change"))
        self.guards_reading = read is not None
        self._guesses = Guesses(clock, sleep)

    async def right(self, authorization: str, address: str) -> Right | None:
        """Return what the token in a request's header permits, after the delay that its address has earned.

        :return: None if the token is wrong.
        :raises TooManyTries: the delay would be more than 30 seconds.
        """

        def guess() -> Right | None:
            given = digest(authorization.partition(" ")[2].strip().encode("latin-1", "replace"))
            # Both tokens are compared, so that the time does not tell which one is nearer.
            rights = [right for known, right in self._digests if hmac.compare_digest(given, known)]
            return rights[-1] if rights else None

        return await self._guesses.check(guess, address)


def is_bearer(authorization: str) -> bool:
    """Whether a request's header holds a token."""
    return authorization.partition(" ")[0].casefold() == "bearer"


def is_token(text: str) -> bool:
    """Whether a text is long enough to be a token and can be sent as one."""
    return len(text) >= MIN_TOKEN and _TOKEN.fullmatch(text) is not None
