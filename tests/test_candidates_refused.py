"""What is said when a candidate engine cannot be used: down, refusing, old, or with another library's collection."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import util
from pathlib import Path
from typing import Any

import httpx
import pytest
from qdrant_client.http.exceptions import ResponseHandlingException
from typer.testing import CliRunner

from quoth import Library
from quoth.index.errors import LibraryUnavailable, QuothError
from quoth.index.search import address, qdrant
from quoth.index.search.address import Address
from quoth.ui.cli.main import app
from tests.edge import EdgeClient
from tests.engines import opened
from tests.made import write
from tests.words import WordEncoder

QUESTION = "Where does the pike swim?"
KEY = "s3cret-key"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qdrant, "_PAUSES", (0.0, 0.0, 0.0))


@pytest.fixture
def pikes(tmp_path: Path) -> Path:
    """A library of one article."""
    write(tmp_path, "pike.txt", "The pike swims in the river.")
    opened(tmp_path / "library").add(tmp_path / "pike.txt")
    return tmp_path / "library"


@contextmanager
def server(answer: Any, status: int = 200, *, version: str = "1.17.0") -> Iterator[tuple[str, list[str]]]:
    """A server that answers every request but the first, which asks for its version, with the same.

    Yields its address and the paths that were requested.
    """
    requested: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requested.append(self.path)
            if self.path == "/":
                self._send(200, {"title": "qdrant", "version": version})
            else:
                self._send(status, answer)

        def do_POST(self) -> None:
            requested.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self._send(status, answer)

        do_PUT = do_DELETE = do_POST  # noqa: N815

        def _send(self, code: int, content: Any) -> None:
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_address[1]}", requested
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def refusal(folder: Path, place: str) -> str:
    """What is said to a question."""
    with (
        Library(folder, encoder=WordEncoder(), candidates=place) as library,
        pytest.raises(LibraryUnavailable) as error,
    ):
        library.retrieve(QUESTION)
    return str(error.value)


def test_an_engine_that_is_down_is_an_error_and_no_empty_answer(pikes: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"http://127.0.0.1:{free.getsockname()[1]}"
    said = refusal(pikes, place.replace("http://", f"http://{KEY}@"))
    assert said.startswith(f"The candidate engine at {place} does not answer (ConnectError). Start it")
    assert KEY not in said


def test_articles_are_stored_although_the_engine_is_down(pikes: Path, tmp_path: Path) -> None:
    client = EdgeClient()
    library = opened(pikes, client)
    assert library.find("pike").total == 1
    write(tmp_path, "eel.txt", "The eel swims in the lake.")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(client, "upsert", _is_down)
        with pytest.raises(LibraryUnavailable, match="The articles are unharmed"):
            library.add(tmp_path / "eel.txt")
    assert [Path(article.source).name for article in library.catalogue()] == ["pike.txt", "eel.txt"]
    assert library.find("eel").total == 1  # the engine works again


def test_a_question_during_an_outage_is_an_error_and_the_next_is_answered(pikes: Path) -> None:
    client = EdgeClient()
    library = opened(pikes, client)
    assert library.retrieve(QUESTION)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(client, "query_batch_points", _is_down)
        with pytest.raises(LibraryUnavailable, match="does not answer"):
            library.retrieve(QUESTION)
        with pytest.raises(LibraryUnavailable, match="does not answer"):
            library.find("pike")
    assert library.retrieve(QUESTION)


def _is_down(*_: Any, **__: Any) -> None:
    raise ResponseHandlingException(httpx.ConnectError("down"))


@pytest.mark.parametrize(
    ("status", "answer", "said", "times"),
    [
        (401, {"status": {"error": f"Invalid key {KEY}"}}, "refuses the key. Set $QDRANT_API_KEY", 1),
        (403, {"status": {"error": "forbidden"}}, "refuses the key. Set $QDRANT_API_KEY", 1),
        (400, {"status": {"error": f"bad {KEY}"}}, "refused a request (400 Bad Request)", 1),
        (500, {"status": {"error": "a shard is down"}}, "refused a request (500 Internal Server Error)", 3),
        (429, {"status": {"error": "slow down"}}, "refused a request (429 Too Many Requests)", 3),
        (200, b"<html>Welcome</html>", "does not answer as Qdrant does", 3),
    ],
)
def test_what_an_engine_refuses_is_said_and_tried_again_a_few_times_at_most(
    pikes: Path, status: int, answer: Any, said: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QDRANT_API_KEY", KEY)
    with server(answer, status) as (place, requested):
        message = refusal(pikes, place)
    assert message.startswith(f"The candidate engine at {place} {said}")
    assert KEY not in message
    assert requested[0] == "/"
    assert len(requested) == 1 + times


@pytest.mark.parametrize("version", ["1.16.3", "0.11.0", "unknown"])
def test_an_old_version_is_refused(pikes: Path, version: str) -> None:
    with server({}, version=version) as (place, _):
        assert f"has version {version}; Quoth needs 1.17 or newer" in refusal(pikes, place)


def test_a_key_is_never_shown(pikes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QDRANT_API_KEY", raising=False)
    for place in (f"https://{KEY}@engine.example/proxy", f"https://user:{KEY}@engine.example/proxy?replicas=2"):
        parsed = address.parse(place)
        assert parsed.key == KEY
        assert str(parsed) == "https://engine.example:443/proxy"
        assert KEY not in repr(parsed)
        with Library(pikes, encoder=WordEncoder(), candidates=place) as library:
            assert KEY not in str(library.status())
            assert library.status().candidates == str(parsed)
    monkeypatch.setenv("QDRANT_API_KEY", "other")
    assert address.parse("http://[::1]").key == "other"
    assert address.parse("http://[::1]") == Address("http://[::1]:6333", 6333, key="other")
    assert (address.parse("http://a?shards=6&replicas=2").shards, address.parse("folder").is_local) == (6, True)


@pytest.mark.parametrize("text", [
    f"ftp://{KEY}@host", f"http://{KEY}@", f"http://{KEY}@host:many", f"http://{KEY}@host?size=3",
    f"http://{KEY}@host?shards=0", f"http://{KEY}@host?shards=six",
])  # fmt: skip
def test_an_address_that_is_not_understood_is_not_repeated(pikes: Path, text: str) -> None:
    with pytest.raises(LibraryUnavailable, match=r"Use the form http://host:6333") as error:
        Library(pikes, encoder=WordEncoder(), candidates=text)
    assert KEY not in str(error.value)


def test_without_the_client_its_extra_is_named(pikes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "find_spec", lambda name: None)
    with pytest.raises(QuothError, match=r"pip install 'quoth\[qdrant\]'"):
        Library(pikes, encoder=WordEncoder(), candidates="http://engine:6333")
    assert util.find_spec("qdrant_client")


def test_the_client_is_not_imported_without_an_engine(pikes: Path) -> None:
    code = (
        "import sys; from quoth import Library; from tests.words import WordEncoder\n"
        "Library(sys.argv[1], encoder=WordEncoder()).retrieve('Where does the pike swim?')\n"
        "print({'qdrant_client', 'grpc'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(pikes)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert done.stdout == "set()\n"


def test_the_command_takes_the_address(pikes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server({"status": {"error": "no"}}, 401) as (place, _):
        asked = ["search", "pike", "--library", str(pikes)]
        for more, environment in ((["--candidates", place], {}), ([], {"QUOTH_CANDIDATES": place})):
            result = CliRunner().invoke(app, [*asked, *more], env=environment)
            assert isinstance(result.exception, LibraryUnavailable)
            assert f"The candidate engine at {place} refuses the key" in str(result.exception)
        shown = CliRunner().invoke(app, ["status", "--library", str(pikes), "--candidates", place])
        assert f"Candidates from {place}: 2 changes behind" in shown.stdout
