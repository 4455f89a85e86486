"""Many people ask at once while articles are added. Only `make proof` tries it, as it takes five minutes."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import SEEDS
from tests.proof import Proof

PEOPLE, SECONDS = 50, 300.0
READING_SECONDS = 10.0
"""Mean time for which a person reads an answer before asking again."""
QUESTIONS = (
    "How long will the truce last?", "What share of rare earth processing does China control?",
    "When was the 90-day tariff truce reached?", "Was Taiwan discussed at the meeting?", "Who met in Busan?",
    "What is Nvidia worth?", "Which minerals does China restrict?", "Why did the stocks fall?",
)  # fmt: skip


@contextmanager
def chat(library: Path) -> Iterator[tuple[str, int]]:
    """The address and the process id of a chat."""
    command = [sys.executable, "-m", "quoth", "chat", "--port", "0", "--library", str(library)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            url = next(word for line in process.stderr for word in line.split() if word.startswith("http://"))
            draining = threading.Thread(target=process.stderr.read, daemon=True)
            draining.start()
            yield url, process.pid
        finally:
            process.terminate()


def ask(url: str, question: str) -> float:
    """Ask through the API; return the seconds until the answer."""
    request = urllib.request.Request(
        f"{url}gradio_api/run/ask", json.dumps({"data": [question]}).encode(), {"Content-Type": "application/json"}
    )
    start = time.monotonic()
    with urllib.request.urlopen(request, timeout=60) as response:
        assert "quotes" in json.loads(json.load(response)["data"][0])
    return time.monotonic() - start


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def resident(pid: int) -> float:
    """Resident memory of a process, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@pytest.mark.model
@pytest.mark.promise("It bears load")
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_people_ask_at_once_while_articles_are_added(tmp_path: Path, proof: Proof) -> None:
    if not proof.is_long:
        pytest.skip("takes five minutes; `make proof` runs it")
    subprocess.run(
        [sys.executable, "-m", "quoth", "add", str(SEEDS), "-l", str(tmp_path / "library")],
        check=True,
        capture_output=True,
    )
    with chat(tmp_path / "library") as (url, pid):
        quiet = [ask(url, question) for _ in range(8) for question in QUESTIONS][len(QUESTIONS) :]
        before = resident(pid)
        times: list[float] = []
        until = time.monotonic() + SECONDS

        def person(number: int) -> None:
            rng = random.Random(number)
            pause = threading.Event()
            pause.wait(rng.random() * READING_SECONDS)  # people do not all start at once
            while time.monotonic() < until:
                try:
                    times.append(ask(url, rng.choice(QUESTIONS)))
                except Exception as error:
                    proof.holds(False, f"{type(error).__name__}: {error}")
                pause.wait(rng.expovariate(1 / READING_SECONDS))

        crowd = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
        for one in crowd:
            one.start()
        added = 0
        while time.monotonic() < until:
            file = tmp_path / f"added-{added}.txt"
            file.write_text(
                "\n\n".join(
                    f"Paragraph {i} of report {added} says that the quay is {i} metres long." for i in range(30)
                ),
                "utf-8",
            )
            done = subprocess.run(
                [sys.executable, "-m", "quoth", "add", str(file), "-l", str(tmp_path / "library")],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            proof.holds(done.returncode == 0, done.stderr)
            added += 1
        for one in crowd:
            one.join()
        proof.tries = len(times)
        for question in QUESTIONS:
            ask(url, question)
        after = resident(pid)
        assert times
        proof.what += (
            f" ({PEOPLE} people for {SECONDS:.0f} s, {added} articles; p95 {1000 * p95(times):.0f} ms, without load "
            f"{1000 * p95(quiet):.0f} ms; {before:.0f} MB, then {after:.0f} MB)"
        )
        proof.holds(p95(times) <= 3 * p95(quiet), f"p95 {p95(times):.3f} s under load, {p95(quiet):.3f} s without load")
        proof.holds(after <= 1.1 * before, f"{after:.0f} MB after, {before:.0f} MB before")
