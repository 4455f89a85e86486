"""The server's application for tests: over a test client, and over a socket."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.testclient import TestClient

from quoth import Library
from quoth.ui.server.app import application, listen
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.service import Settings
from tests.made import FERRY, pdf, write

HERE, ELSEWHERE = ("127.0.0.1", 50000), ("192.168.1.7", 50000)
WORDS = "Odd\r\n\r\nThe zebra said :warning: 5:100:5 &amp;\tand\x0bleft <b> yesterday.\r\n"


def filled(library: Library, folder: Path) -> Library:
    """Add a text with unusual characters, and a PDF."""
    write(folder, "odd «ж».txt", b"\xef\xbb\xbf" + WORDS.encode())
    write(folder, "ferry.pdf", pdf([[(40, 500, FERRY)]], title="The ferry"))
    library.add([folder / "odd «ж».txt", folder / "ferry.pdf"])
    library.refresh()
    return library


def client_of(
    library: Library,
    rules: Rules | None = None,
    *,
    client: tuple[str, int] = HERE,
    host: str = "127.0.0.1",
    root_path: str = "",
) -> TestClient:
    app, _ = application(library, Settings(min_confidence=0), rules or Rules(), root_path=root_path)
    return TestClient(app, base_url=f"http://{host}", client=client, follow_redirects=False)


def send(client: TestClient, route: str, visit: str = "s" * 20, **fields: Any) -> dict[str, Any]:
    """Post what the page posts, and return the last line of the answer."""
    answer = client.post(f"/page/{route}", json={"visit": visit, **fields})
    assert answer.status_code == 200, answer.text
    last: dict[str, Any] = json.loads(answer.text.strip().split("\n")[-1])
    return last


def basic(credentials: str) -> str:
    """Return the header's value for "name:password"."""
    return "Basic " + base64.b64encode(credentials.encode()).decode()


class Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@contextmanager
def running(library: Library, rules: Rules, *, allow_changes: bool = False) -> Iterator[int]:
    """Run the server in a thread, and yield its port."""
    app, ending = application(library, Settings(min_confidence=0, allow_changes=allow_changes), rules)
    listener = listen("127.0.0.1", 0)
    server = Server(uvicorn.Config(app, log_level="critical", proxy_headers=False, ws="none"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        assert server.up.wait(60)
        yield int(listener.getsockname()[1])
    finally:
        ending()
        server.should_exit = True
        thread.join(30)
    assert not thread.is_alive()


def raw(port: int, request: str) -> tuple[int, str]:
    """Send a request as it is, and return the status and the whole response."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request.encode("utf-8"))
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP") else 0, answer.decode("utf-8", "replace")


def request_for(path: str, *headers: str, version: str = "1.1", method: str = "GET") -> str:
    lines = headers if any(line.lower().startswith("host:") for line in headers) else ("Host: 127.0.0.1", *headers)
    return (
        f"{method} {path} HTTP/{version}\r\n"
        + "".join(f"{line}\r\n" for line in (*lines, "Connection: close"))
        + "\r\n"
    )
