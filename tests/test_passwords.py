"""The password: what asks for it, and how guessing is slowed down."""

from __future__ import annotations

import base64
from itertools import pairwise
from pathlib import Path

import anyio
import pytest

from quoth import Library
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.security.guesses import TooManyTries
from quoth.ui.server.security.passwords import Password
from tests.made import QUAY
from tests.server import ELSEWHERE, basic, client_of, filled


@pytest.fixture
def odd(library: Library, tmp_path: Path) -> Library:
    return filled(library, tmp_path)


def test_every_path_asks_for_the_password(odd: Library) -> None:
    with client_of(odd, Rules(password=Password("ann", "secret")), client=ELSEWHERE) as client:
        for path in (
            "/",
            "/config",
            "/chat.js",
            "/static/x.js",
            "/article/1/file",
            "/gradio_api/info",
            "/gradio_api/mcp/",
            "/nothing",
        ):
            refused = client.get(path)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Basic ")
        for path in ("/upload?name=a", "/gradio_api/run/ask", "/gradio_api/queue/join", "/gradio_api/mcp/"):
            assert client.post(path, json={}).status_code == 401
        client.headers["Authorization"] = basic("ann:secret")
        assert client.get("/").status_code == 200
        assert client.post("/upload?name=a.txt", content=QUAY).status_code == 200
        assert "May" not in client.post("/gradio_api/run/ask", json={"data": ["What did the zebra say?"]}).json().get(
            "error", ""
        )


class _Time:
    """A clock that only advances in ``sleep``."""

    def __init__(self) -> None:
        self.now = 1000.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def __call__(self) -> float:
        return self.now


def test_each_wrong_password_is_delayed_longer() -> None:
    async def attempt() -> tuple[list[float], float]:
        time = _Time()
        password = Password("ann", "secret", clock=time, sleep=time.sleep)
        starts: list[float] = []
        for guess in range(12):
            assert not await password.admits(basic(f"ann:{guess}"), "10.0.0.1")
            starts.append(time.now)
        before = time.now
        assert await password.admits(
            basic("ann:secret"), "10.0.0.1"
        )  # the right password waits as long; otherwise the delay would reveal it
        return [b - a for a, b in pairwise(starts)], time.now - before

    pauses, last = anyio.run(attempt)
    assert pauses[0] >= 0.25
    assert pauses == sorted(pauses)
    assert pauses[-1] >= 30
    assert last >= 30


def test_guesses_do_not_delay_others_and_many_at_once_are_rejected() -> None:
    async def attempt() -> tuple[float, int]:
        time = _Time()
        asleep = anyio.Event()

        async def forever(_: float) -> None:
            await asleep.wait()

        password = Password("ann", "secret", clock=time, sleep=forever)
        assert await password.admits(basic("ann:secret"), "10.0.0.2")
        refused = 0

        async def guess(number: int) -> None:
            nonlocal refused
            try:
                await password.admits(basic(f"ann:{number}"), "10.0.0.1")
            except TooManyTries:
                refused += 1

        async with anyio.create_task_group() as tasks:
            for number in range(200):
                tasks.start_soon(guess, number)
            await anyio.wait_all_tasks_blocked()
            with anyio.fail_after(30):
                assert await password.admits(basic("ann:secret"), "10.0.0.2")
            rejected = refused
            asleep.set()
        return time.now, rejected

    now, refused = anyio.run(attempt)
    assert now == 1000
    assert refused >= 190


def test_guesses_from_many_addresses_are_delayed_and_their_number_is_limited() -> None:
    async def attempt() -> tuple[float, int]:
        time = _Time()
        password = Password("ann", "secret", clock=time, sleep=time.sleep)
        for number in range(10_500):
            await password.admits(basic("ann:x"), f"10.{number // 65536}.{number // 256 % 256}.{number % 256}")
        return time.now - 1000, len(password._guesses._clients)

    took, remembered = anyio.run(attempt)
    assert took > 3600
    assert remembered <= 10_000


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!",
        "Bearer x",
        "Basic " + base64.b64encode(b"ann").decode(),
        basic("ann:secret:"),
        basic("Ann:secret"),
    ],
)
def test_only_the_exact_password_is_accepted(header: str) -> None:
    assert not anyio.run(Password("ann", "secret").admits, header, "10.0.0.1")
    assert anyio.run(Password("änn", "päss:wörd").admits, basic("änn:päss:wörd"), "10.0.0.1")
