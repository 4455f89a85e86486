"""Assistants over HTTP: the server that the chat mounts, behind its guard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from quoth import Library
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.security.tokens import Tokens
from tests.assistant import MODES, READING, call, talk
from tests.made import FERRY, write
from tests.server import ELSEWHERE, client_of, running

READ, WRITE = "read-token-0123456789", "write-token-0123456789"
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    return write(tmp_path / "articles", "ferry.txt", FERRY).parent


@pytest.fixture
def ferry(library: Library, articles: Path) -> Library:
    library.add(articles)
    library.refresh()
    return library


@pytest.fixture
def port(ferry: Library) -> Iterator[int]:
    with running(ferry, Rules(tokens=Tokens(READ, WRITE)), allow_changes=True) as port:
        yield port


def connected(port: int, token: str, path: str = "/mcp") -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return streamable_http_client(f"http://127.0.0.1:{port}{path}", http_client=httpx2.AsyncClient(headers=headers))


async def tools(client: Client) -> list[str]:
    return [tool.name for tool in (await client.list_tools()).tools]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", ["/mcp", "/gradio_api/mcp/"])
def test_a_question_over_http(port: int, mode: str, path: str) -> None:
    _, _, answer = call(connected(port, READ, path), "ask", mode, question="When did the ferry carry passengers?")
    assert answer["quotes"][0]["text"] == FERRY


def test_only_who_may_change_the_library_can_change_it(port: int, ferry: Library, articles: Path) -> None:
    assert talk(connected(port, READ), tools) == READING
    assert talk(connected(port, WRITE), tools) == [*READING, "add", "remove"]
    new = write(articles, "new.txt", "The quay was closed in May.")
    for tool, arguments in (("add", {"paths": [str(new)]}), ("remove", {"articles": [1]})):
        failed, (said,), _ = call(connected(port, READ), tool, **arguments)
        assert failed
        assert said.startswith("From this address the library can only be read.")
    assert [article.id for article in ferry.articles()] == [1]
    assert call(connected(port, WRITE), "add", paths=[str(new)])[2]["added"] == [str(new)]
    assert call(connected(port, WRITE), "remove", articles=[1])[2]["removed"] == [str(articles / "ferry.txt")]


def test_only_files_in_the_librarys_folders_can_be_added(port: int, articles: Path) -> None:
    secret = write(articles.parent, "secret.txt", "The key is under the mat.")
    link = articles / "link.txt"
    link.symlink_to(secret)
    for path in (secret, link, articles / ".." / "secret.txt", articles.parent):
        failed, (said,), _ = call(connected(port, WRITE), "add", paths=[str(path)])
        assert failed
        assert said.startswith("Over HTTP, only files in the folders that the library was made of can be added.")


def test_the_guard_checks_assistants_like_everyone(ferry: Library) -> None:
    with client_of(ferry, Rules(tokens=Tokens(READ, None))) as client:
        assert client.post("/mcp", json=PING, headers=ACCEPT).status_code == 401
        wrong = {**ACCEPT, "Authorization": "Bearer wrong-token-0123456789"}
        assert client.post("/mcp", json=PING, headers=wrong).status_code == 401
    with client_of(ferry) as client:
        assert client.post("/mcp", json=PING, headers=ACCEPT).status_code == 200
        assert client.get("/mcp", headers=ACCEPT).status_code == 405
        for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert client.post("/mcp", json=PING, headers={**ACCEPT, **headers}).status_code == 403
        assert client.post("/mcp", content=b"{", headers=ACCEPT).status_code == 400
    with client_of(ferry, client=ELSEWHERE, host="192.168.1.2") as client:  # another machine can read
        assert client.post("/mcp", json=PING, headers=ACCEPT).status_code == 200
