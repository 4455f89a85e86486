"""Schemathesis sends what the OpenAPI description allows and forbids, and checks the answers against it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from quoth import Library
from quoth.ui.server.app import application
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.security.tokens import Tokens
from quoth.ui.server.service import Settings
from tests.server import HERE, filled
from tests.words import WordEncoder

TOKEN = "c" * 16
EXAMPLES = 8
"""Maximum number of random requests for each operation."""
ACCEPTED = ["2xx", "401", "403", "404", "409", "422"]
"""Statuses for requests that keep to the description. 409: no article matches the filters; 422: a question has only
words that nearly every sentence has."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", encoder=WordEncoder()) as library:
        yield filled(library, tmp_path)


def from_here(app: ASGIApp) -> ASGIApp:
    """A running application with requests that come from this machine and name it.

    Schemathesis calls the machine "testserver", and would start the application for itself.
    """

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for event in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{event}.complete"})
            return
        headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
        await app({**scope, "client": HERE, "headers": [*headers, (b"host", b"127.0.0.1")]}, receive, send)

    return called


def checked(library: Library, rules: Rules, **options: Any) -> tuple[list[str], dict[str, int]]:
    """Return the failures and the number of checked requests in each phase, with all checks on."""
    app, _ = application(library, Settings(min_confidence=0), rules)
    config = SchemathesisConfig.from_dict({
        "seed": 1, "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
        "checks": {"enabled": True, "positive_data_acceptance": {"expected-statuses": ACCEPTED}}, **options,
    })  # fmt: skip
    headers = {"Authorization": f"Bearer {TOKEN}"} if rules.tokens else {}
    with TestClient(app):  # runs the lifespan, which keeps the folder of uploads
        schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", from_here(app), config=config, headers=headers)
        failures: list[str] = []
        cases: dict[str, int] = {}
        for event in from_schema(schema).execute():
            if isinstance(event, (events.NonFatalError, events.FatalError)):
                failures.append(repr(event))
            if isinstance(event, events.ScenarioFinished):
                phase = event.phase.value
                cases[phase] = cases.get(phase, 0) + len(event.recorder.checks)
                failures += [
                    f"{event.label}: {check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
                    for checks in event.recorder.checks.values() for check in checks if check.failure_info
                ]  # fmt: skip
    print(f"{sum(cases.values())} cases: {cases}")
    return failures, cases


def test_every_answer_is_as_described(library: Library) -> None:
    failures, cases = checked(library, Rules())
    assert not failures, "\n".join(failures)
    assert sum(cases.values()) > 500
    assert len(cases) == 4  # examples, coverage, fuzzing, sequences of requests


def test_nothing_is_answered_without_the_token(library: Library) -> None:
    failures, cases = checked(
        library, Rules(tokens=Tokens(TOKEN[:-1] + "r", TOKEN)), auth={"openapi": {"token": {"bearer": TOKEN}}},
        phases={"fuzzing": {"enabled": False}, "stateful": {"enabled": False}},
    )  # fmt: skip
    assert not failures, "\n".join(failures)
    assert sum(cases.values()) > 200
