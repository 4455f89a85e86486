"""Tokens: who may read and who may change, with which header, and how guessing is slowed down."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from typer.testing import CliRunner

from quoth import Library
from quoth.ui.api.app import api
from quoth.ui.cli.main import app
from quoth.ui.programs.operations import Operations
from quoth.ui.server.security.guard import Guard, Rules
from quoth.ui.server.security.passwords import Password
from quoth.ui.server.security.tokens import Tokens
from quoth.ui.server.uploads import Uploads
from tests.server import ELSEWHERE, HERE, basic, client_of, filled

READ, CHANGE = "r" * 16, "c" * 16
NOTHING, WRONG = "", "Bearer " + "x" * 16
BEARER = {"read": f"Bearer {READ}", "change": f"bearer  {CHANGE}"}
ANN = basic("ann:secret")


async def at_once(_: float) -> None: ...


def guarded(rules: Rules, sender: tuple[str, int] = HERE) -> TestClient:
    """Return a client of the guard alone, in front of an application that answers everything with 200."""
    return TestClient(Guard(PlainTextResponse("let through"), rules), "http://127.0.0.1", client=sender)


def rights(client: TestClient, authorization: str) -> tuple[int, int]:
    """Return the statuses of reading and of changing."""
    headers = {"Authorization": authorization} if authorization else {}
    return (
        client.get("/api/v1/status", headers=headers).status_code,
        client.delete("/api/v1/articles/1", headers=headers).status_code,
    )


@pytest.mark.parametrize("sender", [HERE, ELSEWHERE])
@pytest.mark.parametrize(
    ("password", "tokens", "expected"),
    [
        (False, (READ, None), {NOTHING: (401, 401), BEARER["read"]: (200, 403), BEARER["change"]: (401, 401)}),
        (False, (READ, CHANGE), {NOTHING: (401, 401), BEARER["read"]: (200, 403), BEARER["change"]: (200, 200)}),
        (
            False, (None, CHANGE),
            {NOTHING: (200, 403), ANN: (200, 403), BEARER["change"]: (200, 200), WRONG: (401, 401)},
        ),
        (True, (READ, None), {NOTHING: (401, 401), BEARER["read"]: (200, 403), ANN: (200, 200), WRONG: (401, 401)}),
        (True, (None, CHANGE), {NOTHING: (401, 401), BEARER["change"]: (200, 200), ANN: (200, 200)}),
    ],
)  # fmt: skip
def test_who_may_do_what(
    sender: tuple[str, int], password: bool, tokens: tuple[str | None, str | None],
    expected: dict[str, tuple[int, int]],
) -> None:  # fmt: skip
    for header, statuses in expected.items():
        rules = Rules(password=Password("ann", "secret") if password else None, tokens=Tokens(*tokens, sleep=at_once))
        assert rights(guarded(rules, sender), header) == statuses, header


def test_a_read_only_server_ignores_the_password_s_right_to_change() -> None:
    rules = Rules(password=Password("ann", "secret"), tokens=Tokens(READ), read_only=True)
    assert rights(guarded(rules), ANN) == (200, 403)


def test_a_token_opens_everything_that_the_guard_protects(library: Library, tmp_path: Path) -> None:
    filled(library, tmp_path)
    with client_of(library, Rules(tokens=Tokens(READ)), client=ELSEWHERE) as client:
        asked = {"data": ["What did the zebra say?"]}
        for path, sent in (("/gradio_api/run/ask", asked), ("/page/begin", {}), ("/api/v1/ask", {"question": "zebra"})):
            refused = client.post(path, json=sent)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == 'Bearer realm="Quoth"'
            assert client.post(path, json=sent, headers={"Authorization": BEARER["read"]}).status_code == 200
        assert client.get("/healthz").status_code == 200
        assert client.get("/").status_code == 401
        cross = client.get(
            "/api/v1/status", headers={"Authorization": BEARER["read"], "Origin": "https://evil.example"}
        )
        assert cross.json()["type"] == "urn:quoth:problem:cross-site"
        wrong = client.get("/api/v1/status", headers={"Authorization": WRONG})
        assert wrong.headers["www-authenticate"] == 'Bearer realm="Quoth", error="invalid_token"'
        assert wrong.json()["detail"] == "The token is wrong."


@pytest.mark.parametrize(
    ("rules", "reading", "changing"),
    [
        (Rules(), [{}], [{}]),
        (Rules(tokens=Tokens(None, CHANGE)), [{}, {"token": []}], [{"token": []}]),
        (
            Rules(password=Password("ann", "secret"), tokens=Tokens(READ, CHANGE)),
            [{"token": []}, {"password": []}], [{"token": []}, {"password": []}],
        ),
    ],
)  # fmt: skip
def test_the_description_says_what_is_required(
    library: Library, rules: Rules, reading: object, changing: object
) -> None:
    described = api(Operations(library, 0, None), Uploads(), rules, root_path="/quoth")
    found = TestClient(described).get("/openapi.json").json()
    assert found["servers"] == [{"url": "/quoth/api/v1"}]
    assert found["paths"]["/ask"]["post"]["security"] == reading
    assert found["paths"]["/articles"]["post"]["security"] == changing


def test_too_many_wrong_tokens_are_a_problem() -> None:
    client = guarded(Rules(tokens=Tokens(READ, clock=lambda: 0.0, sleep=at_once)))
    found = [client.get("/api/v1/status", headers={"Authorization": WRONG}) for _ in range(8)]
    # The waits add up to 0.25 + 0.5 + … + 16 = 31.75 seconds, and more than 30 is refused.
    assert [response.status_code for response in found] == [401] * 7 + [429]
    assert found[-1].headers["retry-after"] == "32"
    assert found[-1].json()["type"] == "urn:quoth:problem:too-many-tries"


def test_wrong_tokens_wait_longer_and_longer() -> None:
    now, waits = 0.0, []

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        waits.append(seconds)

    tokens = Tokens(READ, CHANGE, clock=lambda: now, sleep=sleep)

    async def guess() -> None:
        assert await tokens.right(BEARER["read"], "10.0.0.1") == "read"
        for number in range(4):
            assert await tokens.right(f"Bearer {number}", "10.0.0.2") is None
        assert waits == pytest.approx([0.25, 0.5, 1.0])  # doubled each time
        assert await tokens.right(BEARER["change"], "10.0.0.1") == "change"
        assert len(waits) == 3  # who knows a token does not wait

    anyio.run(guess)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--token", "short"], "at least 16"), (["--token", "a b" * 10], "at least 16"),
        (["--write-token", "ж" * 20], "at least 16"), (["--token", READ, "--write-token", READ], "another token"),
        (["--write-token", CHANGE, "--read-only"], "nobody"),
    ],
)  # fmt: skip
def test_tokens_that_cannot_be_used(tmp_path: Path, options: list[str], reason: str) -> None:
    result = CliRunner().invoke(app, ["chat", "--library", str(tmp_path), *options], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert reason in result.output
    assert "--token" in result.output or "--write-token" in result.output
