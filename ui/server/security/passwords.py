"""The password: HTTP Basic, compared in constant time, with delays that slow down guessing."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable

from .guesses import Guesses


class Password:
    """One name and password.

    :param clock: returns the time in seconds.
    :param sleep: waits for a number of seconds.
    """

    def __init__(
        self, name: str, password: str, *,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._digest = digest(f"{name}:{password}".encode())
        self._guesses = Guesses(clock, sleep)

    async def admits(self, authorization: str, address: str) -> bool:
        """Return whether a request's header holds the password, after the delay that its address has earned.

        :raises TooManyTries: the delay would be more than 30 seconds.
        """

        def guess() -> bool | None:
            return hmac.compare_digest(digest(_decoded(authorization)), self._digest) or None

        return bool(await self._guesses.check(guess, address))


def digest(secret: bytes) -> bytes:
    """Return the SHA-256 of a secret: comparing digests takes the same time for secrets of every length."""
    return hashlib.sha256(secret).digest()


def _decoded(authorization: str) -> bytes:
    scheme, _, encoded = authorization.partition(" ")
    try:
        return base64.b64decode(encoded.strip(), validate=True) if scheme.casefold() == "basic" else b""
    except (binascii.Error, ValueError):
        return b""
