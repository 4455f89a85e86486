"""Several servers with one library in PostgreSQL: servers, databases and connections fail at random moments."""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from quoth import Library
from quoth.index.check import check
from quoth.index.errors import QuothError
from tests.made import write
from tests.postgres import Databases, Opener, answer
from tests.promises import processes
from tests.promises.processes import add_whatever_happens, at, rebuild_with_counts, remaining, running
from tests.promises.proxy import Proxy
from tests.promises.test_crash import counts_in
from tests.proof import Proof
from tests.words import WordEncoder

FERRY = "The ferry to Norderney sails at nine."
CLEAR = re.compile(r"postgresql://\S+ cannot be used at present: .* Check that the server runs")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    return tmp_path / "articles"


@contextmanager
def asking(library: Library, proof: Proof) -> Iterator[None]:
    """Ask a library all the time: each answer must be the ferry's, and each error a clear one."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                found = answer(library)
                proof.holds(found == FERRY, f"answered {found}")
            except QuothError as error:
                proof.holds(CLEAR.match(str(error)), f"not clear: {error}")

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        try:
            yield
        finally:
            over.set()
            asked.result()


def so_far(reports: Connection) -> list[Any]:
    """What a process has reported until now."""
    found = []
    while reports.poll():
        found.append(reports.recv())
    return found


def verify(library: Library, place: str, reports: list[tuple[str, str]], proof: Proof) -> None:
    """Every article reported as added is there, once and unchanged, every error was clear, and nothing is damaged."""
    catalogue = [entry.source for entry in library.catalogue()]
    proof.holds(len(catalogue) == len(set(catalogue)), "an article is there twice")
    held = {article.source: article.text for article in library.articles()}
    for what, said in reports:
        if what == "added":
            proof.holds(
                held.get(said) == Path(said).read_text("utf-8"), f"{said} was reported as added, and is not there"
            )
        else:
            proof.holds(what == "error" and CLEAR.match(said), f"{what}: {said}")
    problems = check(place, encoder=WordEncoder())
    proof.holds(not problems, f"damaged: {problems}")


def add_again(reports: Connection, proof: Proof, when: str) -> list[Any]:
    """Wait until a process adds again, and return what it has reported."""
    found = so_far(reports)
    while reports.poll(30):
        found.append(reports.recv())
        if found[-1][0] == "added":
            return found
    proof.holds(False, f"{when}: nothing is added any more, after {found[-1:]}")
    return found


@pytest.mark.promise("An article reported as added is there after a crash")
def test_a_server_is_killed_at_random_moments_while_another_asks(
    server: Opener, postgres: Databases, address: str, articles: Path, tmp_path: Path, proof: Proof
) -> None:
    proof.store, rng, library = postgres.version, random.Random(0), server()
    library.add(write(tmp_path, "ferry.txt", FERRY))
    reported: list[Any] = []
    for number in proof.times(short=3, long=100):
        home = tmp_path / f"other-{number % 2}"
        with running(at, home, add_whatever_happens, address, articles, number) as (writer, reports):
            reports.recv()
            with asking(library, proof):
                time.sleep(rng.random() * 0.6)  # waits for nothing: the moment of the kill is random
                writer.kill()
                reported += remaining(reports)
        with library.changing(lambda now, number=number: proof.holds(False, f"try {number}: the lock is held")):
            pass
    verify(library, address, reported, proof)
    assert any(what == "added" for what, _ in reported)


@pytest.mark.promise("Several servers show the same articles")
def test_asked_while_another_server_rebuilds_and_is_killed(
    server: Opener, postgres: Databases, address: str, articles: Path, tmp_path: Path, proof: Proof
) -> None:
    proof.store, rng, library, counts = postgres.version, random.Random(0), server(), set[str]()
    for number in proof.times(short=2, long=40):
        first = 1000 + 10_000 * number
        with running(at, tmp_path / "other", rebuild_with_counts, address, articles, first) as (_, reports):
            reports.recv()
            until = time.monotonic() + 0.3 + rng.random()
            while time.monotonic() < until:
                seen = counts_in(library)
                counts |= set(seen)
                proof.holds(len(seen) == 6 and len(set(seen)) == 1, f"try {number}: {seen}")
    assert len(counts) > 2


@pytest.mark.promise("A lost database is an error, never half an answer")
def test_the_database_is_killed_while_a_server_adds_and_another_asks(
    server: Opener, durable: Databases, articles: Path, tmp_path: Path, proof: Proof
) -> None:
    proof.store, rng, place = durable.version, random.Random(0), durable.new()
    library = server(place)
    library.add(write(tmp_path, "ferry.txt", FERRY))
    reported: list[Any] = []
    with running(at, tmp_path / "other", add_whatever_happens, place, articles, 0) as (writer, reports):
        reports.recv()
        for number in proof.times(short=2, long=40):
            with asking(library, proof):
                time.sleep(rng.random() * 0.5)  # waits for nothing: the moment of the kill is random
                durable.kill()
                time.sleep(rng.random() * 0.2)
                durable.start()
                reported += add_again(reports, proof, f"try {number}")
            proof.holds(answer(library) == FERRY, f"try {number}: no answer")
        writer.kill()
        reported += remaining(reports)
    verify(library, place, reported, proof)
    assert any(what == "error" for what, _ in reported)


@pytest.mark.promise("A lost database is an error, never half an answer")
def test_connections_are_cut_and_stalled_while_a_server_adds_and_another_asks(
    server: Opener, postgres: Databases, address: str, articles: Path, tmp_path: Path, proof: Proof
) -> None:
    proof.store, proxy = postgres.version, Proxy(address)
    library, reported = server(proxy.address), list[Any]()
    library.add(write(tmp_path, "ferry.txt", FERRY))
    with running(at, tmp_path / "other", add_whatever_happens, proxy.address, articles, 0) as (writer, reports):
        reports.recv()
        for number in proof.times(short=2, long=40):
            with asking(library, proof), proxy.failing(number, pause=0.05):
                time.sleep(1)  # waits for nothing: about twenty failures
                reported += so_far(reports)
            reported += add_again(reports, proof, f"try {number}")
            proof.holds(answer(library) == FERRY, f"try {number}: no answer")
        writer.kill()
        reported += remaining(reports)
    verify(library, proxy.address, reported, proof)
    assert any(what == "error" for what, _ in reported)
    proxy.close()


@pytest.mark.promise("One writer, the others wait")
def test_two_and_three_servers_add_their_own_files_and_a_common_one_at_once(
    server: Opener, postgres: Databases, tmp_path: Path, proof: Proof
) -> None:
    proof.store = postgres.version
    for number in proof.times(short=2, long=30):
        place, folder = postgres.new(), tmp_path / str(number)
        folder.mkdir()
        common = write(folder, "common.txt", "\n\n".join(f"Sentence {i} is about the quay." for i in range(30)))
        own = [
            write(folder, f"{i}.txt", f"Server {i} says that the ferry sails at ten.") for i in range(2 + number % 2)
        ]

        def add(path: Path, place: str = place, common: Path = common) -> Any:
            home = path.with_suffix("")
            with running(at, home, processes.add, place, [path, common]) as (process, reports):
                added = reports.recv()
                process.join()
            return added

        with ThreadPoolExecutor(3) as pool:
            results = [*pool.map(add, own)]
        library = server(place)
        sources = sorted(Path(entry.source) for entry in library.catalogue())
        proof.holds(sources == sorted([*own, common]), f"try {number}: {sources}")
        proof.holds(not any(rejected for _, rejected, _ in results), f"try {number}: {results}")
        times = sum(str(common) in added for added, *_ in results)
        proof.holds(times == 1, f"try {number}: {common} was added {times} times")
        proof.holds(not check(place, encoder=WordEncoder()), f"try {number}: damaged")


@contextmanager
def chat(place: str, home: Path) -> Iterator[str]:
    """The address of a real chat server with a local folder of its own."""
    command = [sys.executable, "-m", "quoth", "chat", "--port", "0", "-l", place]
    environment = {**os.environ, "QUOTH_HOME": str(home)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        try:
            yield next(word for line in process.stderr for word in line.split() if word.startswith("http://"))
        finally:
            process.terminate()


def post(url: str, data: bytes | dict[str, Any]) -> str:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return str(urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=60).read().decode())


@pytest.mark.model
@pytest.mark.promise("Several servers show the same articles")
def test_an_article_added_through_one_page_is_found_through_the_others(
    postgres: Databases, address: str, tmp_path: Path, proof: Proof
) -> None:
    proof.store, times = postgres.version, list[float]()
    with Library(address) as library:
        library.add(write(tmp_path, "ferry.txt", FERRY))

    def found_after(page: str, question: str, words: str) -> float:
        """Seconds until a page's answer has these words."""
        start, said = time.monotonic(), ""
        while words not in said and time.monotonic() < start + 20:
            said = post(f"{page}gradio_api/run/ask", {"data": [question]})
        proof.holds(words in said, f"not found through {page}: {words}")
        return time.monotonic() - start

    with ExitStack() as stack, ThreadPoolExecutor(3) as pool:
        pages = [*pool.map(lambda i: stack.enter_context(chat(address, tmp_path / f"machine-{i}")), range(3))]
        for page in pages:  # loads the models
            found_after(page, "When does the ferry to Norderney sail?", "nine")
        for number in proof.times(short=3, long=40):
            page, *others = pages[number % 3 :] + pages[: number % 3]
            captain = f"Captain Nr{number}"
            text = f"The harbour master of ship {number} is called {captain}.".encode()
            token = json.loads(post(f"{page}upload?name=ship-{number}.txt", text))["token"]
            post(f"{page}page/take", {"visit": "s" * 20, "files": [token]})
            question = f"What is the harbour master of ship {number} called?"
            times += pool.map(found_after, others, [question] * 2, [captain] * 2)
    median, most = (1000 * seconds for seconds in (statistics.median(times), max(times)))
    proof.what += f" (found after {median:.0f} ms in the median, {most:.0f} ms at most)"
