"""Tests of the promises in docs/reliability.md: a few tries in `make test`, very many in `make proof`, which writes
docs/proof.md."""

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

Results of `make proof`, which tries the promises of [Reliability](reliability.md).
A run of some of the tests renews only their rows.

| promise | what was tried | tries | failures | seconds | on |
| --- | --- | ---: | ---: | ---: | --- |
"""


@dataclass
class Proof:
    """The tries of one test. Failures are collected, so that a failure does not end the test."""

    promise: str
    what: str
    is_long: bool
    tries: int = 0
    store: str = f"SQLite {sqlite3.sqlite_version}"
    """The database, with its version."""
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def times(self, short: int, long: int) -> Iterator[int]:
        """The numbers of the tries, from 0."""
        for number in range(long if self.is_long else short):
            self.tries += 1
            yield number

    def holds(self, condition: object, otherwise: str) -> bool:
        """Record a failure unless a condition holds."""
        if not condition:
            self.failures.append(otherwise)
        return bool(condition)


_FAILED = pytest.StashKey[bool]()
_PROOFS = pytest.StashKey[list[Proof]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test itself failed, which counts as a failure besides those that it has collected."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Iterator[Proof]:
    (promise,) = request.node.get_closest_marker("promise").args
    what = request.node.name.removeprefix("test_").replace("_", " ").replace("[", ": ").removesuffix("]")
    record = Proof(promise, what, request.config.getoption("--proof"))
    request.config.stash.setdefault(_PROOFS, []).append(record)
    start = time.monotonic()
    yield record
    record.seconds = time.monotonic() - start
    if request.node.stash.get(_FAILED, False):
        record.failures.append("the test itself")
    elif record.failures:
        pytest.fail(
            f"{len(record.failures)} of {record.tries} failed:\n" + "\n".join(record.failures[:10]), pytrace=False
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    proofs = session.config.stash.get(_PROOFS, [])
    if proofs and session.config.getoption("--proof"):
        day, python = f"{dt.date.today():%-d %B %Y}", f"Python {platform.python_version()}"
        before = TABLE.read_text("utf-8").splitlines()[7:] if TABLE.exists() else []
        rows = {
            tuple(cell.partition(" (")[0] for cell in row.split(" | ")[:2]): row
            for row in before
            if row.startswith("| ")
        }
        for p in proofs:
            on = f"{day}, {python}, {p.store}, {platform.system()}"
            row = f"| {p.promise} | {p.what} | {p.tries:,} | {len(p.failures)} | {p.seconds:.0f} | {on} |"
            rows[tuple(cell.partition(" (")[0] for cell in row.split(" | ")[:2])] = row
        TABLE.write_text(_HEAD + "\n".join(sorted(rows.values())) + "\n", "utf-8")
