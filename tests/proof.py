"""What docs/reliability.md promises, tried many times: a few in `make test`, very often in `make proof`,
which writes docs/proof.md."""

from __future__ import annotations

import datetime as dt
import platform
import sqlite3
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TABLE = Path(__file__).parent.parent / "docs" / "proof.md"
_HEAD = """# Proof

What [Reliability](reliability.md) promises, tried by `make proof`, and what came of it. \
Run with a part of the tests, it renews their rows alone.

| promise | what was tried | tries | failures | seconds | on |
| --- | --- | ---: | ---: | ---: | --- |
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


_FAILED = pytest.StashKey[bool]()
_PROOFS = pytest.StashKey[list[Proof]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails by itself is a failure, too, however many tries it had collected."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Iterator[Proof]:
    (promise,) = request.node.get_closest_marker("promise").args
    what = request.node.name.removeprefix("test_").replace("_", " ").replace("[", ": ").removesuffix("]")
    kept = Proof(promise, what, request.config.getoption("--proof"))
    request.config.stash.setdefault(_PROOFS, []).append(kept)
    start = time.monotonic()
    yield kept
    kept.seconds = time.monotonic() - start
    if request.node.stash.get(_FAILED, False):
        kept.failures.append("the test itself")
    elif kept.failures:
        pytest.fail(f"{len(kept.failures)} of {kept.tries} failed:\n" + "\n".join(kept.failures[:10]), pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    proofs = session.config.stash.get(_PROOFS, [])
    if proofs and session.config.getoption("--proof"):
        on = (
            f"{dt.date.today():%-d %B %Y}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
            f"{platform.system()}"
        )
        before = TABLE.read_text("utf-8").splitlines()[6:] if TABLE.exists() else []
        rows = {
            tuple(cell.partition(" (")[0] for cell in row.split(" | ")[:2]): row
            for row in before
            if row.startswith("| ")
        }
        for p in proofs:
            row = f"| {p.promise} | {p.what} | {p.tries:,} | {len(p.failures)} | {p.seconds:.0f} | {on} |"
            rows[tuple(cell.partition(" (")[0] for cell in row.split(" | ")[:2])] = row
        TABLE.write_text(_HEAD + "\n".join(sorted(rows.values())) + "\n", "utf-8")
