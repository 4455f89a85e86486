"""What docs/reliability.md promises, tried many times: a few in `make test`, very often in `make proof`, which writes docs/proof.md."""

from __future__ import annotations

import datetime as dt
import platform
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TABLE = Path(__file__).parent.parent / "docs" / "proof.md"
_HEAD = """# Proof

`make proof` tries what [Reliability](reliability.md) promises, and writes down what came of it: on {date}, with Python {python} and SQLite
{sqlite} on {system}.

| promise | what was tried | tries | failures | seconds |
| --- | --- | ---: | ---: | ---: |
"""


@dataclass
class Proof:
    """The tries of one test; what fails is collected, so that all are made."""

    promise: str
    what: str
    is_long: bool
    tries: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def times(self, short: int, long: int) -> Iterator[int]:
        """Numbers of tries, from 0."""
        for number in range(long if self.is_long else short):
            self.tries += 1
            yield number

    def holds(self, condition: object, otherwise: str) -> bool:
        """Note down a failure unless a condition holds."""
        if not condition:
            self.failures.append(otherwise)
        return bool(condition)


_PROOFS = pytest.StashKey[list[Proof]]()


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Iterator[Proof]:
    (promise,) = request.node.get_closest_marker("promise").args
    what = request.node.function.__name__.removeprefix("test_").replace("_", " ")
    kept = Proof(promise, what, request.config.getoption("--proof"))
    request.config.stash.setdefault(_PROOFS, []).append(kept)
    start = time.monotonic()
    yield kept
    kept.seconds = time.monotonic() - start
    if kept.failures:
        pytest.fail(f"{len(kept.failures)} of {kept.tries} failed:\n" + "\n".join(kept.failures[:10]), pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    proofs = session.config.stash.get(_PROOFS, [])
    if proofs and session.config.getoption("--proof"):
        head = _HEAD.format(
            date=f"{dt.date.today():%-d %B %Y}", python=platform.python_version(), sqlite=sqlite3.sqlite_version, system=platform.system()
        )
        rows = [f"| {p.promise} | {p.what} | {p.tries:,} | {len(p.failures)} | {p.seconds:.0f} |" for p in sorted(proofs, key=lambda p: p.promise)]
        TABLE.write_text(head + "\n".join(rows) + "\n", "utf-8")
