"""What the guard lets through: paths, host names, origins, file objects, and who may change the library.

Requests that a client library would refuse to send go over a socket.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from quoth import Library
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.security.origins import Trust, own_names
from quoth.ui.server.security.passwords import Password
from tests.made import QUAY
from tests.server import ELSEWHERE, HERE, basic, client_of, filled, raw, request_for, running, send

CLOSED = [
    "/file=/etc/passwd", "/gradio_api/file=/etc/passwd", "/gradio_api/file=http://127.0.0.1:9/x",
    "/gradio_api/file/etc/passwd", "/gradio_api/proxy=http://127.0.0.1:9/x", "/gradio_api/stream/a/b/c/playlist.m3u8",
    "/gradio_api/dev/reload", "/gradio_api/token", "/gradio_api/app_id", "/gradio_api/user", "/monitoring",
    "/monitoring/summary", "/gradio_api/deep_link?session_hash=x", "/login", "/logout", "/gradio_api/runs",
    "/gradio_api/openapi.json", "/gradio_api/vibe-code", "/gradio_api/custom_component/a/client/b/c.js", "/svelte/a.js",
    "/gradio_api/upload_progress?upload_id=x", "/manifest.json", "/pwa_icon", "/docs", "/openapi.json",
    "/gradio_api/mcp/sse", "/gradio_api/mcp/schema", "/mcp/x",
    "/..%2f", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
    "/static/../../etc/passwd", "/static/..%2f..%2f..%2fetc/passwd", "/static/%2e%2e/x",
    "/assets/..\\..\\etc\\passwd", "/assets/..%5c..%5cx", "/assets//etc/passwd", "/static/%2fetc%2fpasswd",
    "/assets/.env", "/%67radio_api/file=/etc/passwd", "/gradio_api/heartbeat/a%2fb", "/article/1/file/..",
    "/article/../1/file", "/article/-1/file", "//etc/passwd", "/article/1", "/article/" + "9" * 30 + "/file", "/\x00",
    "/article/1/file%00", "/library.sqlite", "/added/a.txt",
]  # fmt: skip
CLOSED_TO_POSTS = [
    "/gradio_api/upload", "/gradio_api/component_server", "/gradio_api/stream/x", "/gradio_api/process_recording",
    "/gradio_api/vibe-edit", "/gradio_api/run-history/connect", "/gradio_api/api/ask", "/gradio_api/profiling/clear",
    "/gradio_api/mcp/messages/", "/login",
]  # fmt: skip


@pytest.fixture
def odd(library: Library, tmp_path: Path) -> Library:
    return filled(library, tmp_path)


@pytest.fixture
def port(odd: Library) -> Iterator[int]:
    with running(odd, Rules(read_only=True)) as port:
        yield port


def test_only_the_paths_that_the_page_needs_exist(port: int) -> None:
    for path in CLOSED:
        status, answer = raw(port, request_for(path))
        assert status in (400, 404), (path, answer)
        assert "root:" not in answer
        assert "/tmp" not in answer
    for path in CLOSED_TO_POSTS:
        status, answer = raw(
            port, request_for(path, "Content-Type: application/json", "Content-Length: 2", method="POST") + "{}"
        )
        assert status == 404, (path, answer)
    for path in ("/", "/config", "/gradio_api/info"):
        assert raw(port, request_for(path, "Content-Length: 2", method="POST") + "{}")[0] == 405
        assert raw(port, request_for(path))[0] == 200
    assert raw(port, request_for("/gradio_api/run/ask", method="OPTIONS"))[0] == 405


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200), ("localhost:7860", 200), ("LOCALHOST.", 200), ("192.168.1.7:80", 200),
        ("[::1]:7860", 200), ("[fe80::1]", 200), (sorted(own_names())[0], 200), ("evil.example", 403),
        ("localhost.evil.example", 403), ("127.0.0.1.evil.example", 403), ("", 403), ("evil.example@127.0.0.1", 403),
        ("127.0.0.1:80@evil.example", 403), ("127.0.0.1/evil.example", 403), ("2130706433.evil", 403),
        ("127.0.0.1:99x", 403), ("evil.example:127.0.0.1", 403), ("local\thost", 403),
    ],
)  # fmt: skip
def test_only_the_server_s_own_host_names_are_accepted(port: int, host: str, status: int) -> None:
    for path in ("/", "/config", "/gradio_api/info"):
        found, answer = raw(port, request_for(path, f"Host: {host}"))
        assert found == status or (found == 400 and status == 403), answer
        if found == 403:
            assert "is not known by the name" in answer
            assert "--allow-host" in answer


def test_two_hosts_or_none_are_rejected(port: int) -> None:
    assert raw(port, request_for("/", "Host: 127.0.0.1", "Host: evil.example"))[0] in (400, 403)
    assert raw(port, request_for("/", "Host: evil.example", "X-Forwarded-Host: 127.0.0.1"))[0] == 403
    assert raw(port, "GET / HTTP/1.0\r\n\r\n")[0] == 403


def test_a_name_can_be_allowed(odd: Library) -> None:
    with client_of(odd, Rules(Trust(frozenset({"quoth.example"}))), host="quoth.example") as client:
        assert client.get("/").status_code == 200
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 403


def test_pages_of_other_sites_cannot_send_anything(odd: Library) -> None:
    sent = (
        "/gradio_api/run/ask",
        "/gradio_api/call/ask",
        "/gradio_api/queue/join",
        "/gradio_api/cancel",
        "/upload?name=a",
        "/gradio_api/mcp/",
    )
    read = ("/", "/config", "/gradio_api/info", "/chat.js", "/article/1/file", "/gradio_api/mcp/")
    with client_of(odd, Rules()) as client:
        for origin in (
            "https://evil.example",
            "null",
            "http://127.0.0.1:81",
            "http://localhost",
            "file://",
            "http://127.0.0.1.evil.example",
            "",
        ):
            for path in sent:
                refused = client.post(path, json={"data": ["What?"]}, headers={"Origin": origin})
                assert (refused.status_code, refused.text) == (
                    403,
                    "A page of another site sent this request. Only this server's own page may.\n",
                )
            assert {client.get(path, headers={"Origin": origin}).status_code for path in read} == {403}
        for site in ("cross-site", "same-site"):
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
            assert {client.get(path, headers=headers).status_code for path in read} == {403}
            assert {
                client.post(path, json={}, headers=headers | {"Sec-Fetch-Mode": "navigate"}).status_code
                for path in sent
            } == {403}
            framed = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
            assert client.get("/", headers=framed).status_code == 403
            assert (
                client.get("/", headers=framed | {"Sec-Fetch-Dest": "document"}).status_code == 200
            )  # a link was followed
        own = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
        assert (
            client.post("/gradio_api/run/ask", json={"data": ["What did the zebra say?"]}, headers=own).status_code
            == 200
        )


def test_every_response_has_security_headers(odd: Library) -> None:
    with client_of(odd) as client:
        for path, status in (
            ("/", 200),
            ("/config", 200),
            ("/chat.js", 200),
            ("/page.css", 200),
            ("/article/1/text", 200),
            ("/nothing", 404),
        ):
            answer = client.get(path)
            assert answer.status_code == status
            policy = answer.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert "'unsafe-inline'" not in re.sub("style-src [^;]*", "", policy)
            assert (answer.headers["x-content-type-options"], answer.headers["referrer-policy"]) == (
                "nosniff",
                "no-referrer",
            )
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert "server" not in answer.headers
        assert client.get("/", headers={"Host": "evil.example"}).headers["x-frame-options"] == "DENY"
        page = client.get("/")
        scripts = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", page.text, re.DOTALL)
        assert scripts
        for script in scripts:
            assert (
                f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
                in page.headers["content-security-policy"]
            )


def test_requests_cannot_name_files_or_urls(odd: Library) -> None:
    secret = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    abroad = {"path": "http://127.0.0.1:9/x", "url": "http://127.0.0.1:9/x", "meta": {"_type": "gradio.FileData"}}
    with client_of(odd, Rules()) as client:
        for value in (secret, abroad, [secret], {"deep": [{"er": secret}]}):
            for path in ("/gradio_api/run/ask", "/gradio_api/call/ask", "/gradio_api/queue/join", "/gradio_api/mcp/"):
                refused = client.post(path, json={"data": [value], "session_hash": "s"})
                assert (refused.status_code, refused.text) == (
                    403,
                    "A request must not name a file or a URL to open.\n",
                )
        hidden = json.dumps({"data": [secret]}).replace("_type", "\\u005ftype")
        assert client.post("/gradio_api/run/ask", content=hidden).status_code == 403
        assert client.post("/gradio_api/run/ask", content=hidden.encode("utf-16")).status_code in (400, 403)
        assert client.post("/gradio_api/run/ask", content=b"[" * 100_000).status_code == 400
        assert client.post("/gradio_api/run/ask", content=b'{"data": ["' + b"x" * 2**20 + b'"]}').status_code == 413


FORWARDED = [
    {}, {"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"X-Forwarded-Proto": "https"},
    {"X-Forwarded-Host": "127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}, {"Via": "1.1 proxy"}, {"Host": "192.168.1.7"},
]  # fmt: skip


@pytest.mark.parametrize("headers", FORWARDED)
@pytest.mark.parametrize("client", [HERE, ELSEWHERE])
@pytest.mark.parametrize("trusted", [True, False])
def test_without_a_password_only_this_machine_may_change_the_library(
    odd: Library, client: tuple[str, int], headers: dict[str, str], trusted: bool
) -> None:
    may = client == HERE and not headers
    with client_of(odd, Rules(Trust(proxy=trusted)), client=client) as visitor:
        assert visitor.post("/upload?name=a.txt", content=QUAY, headers=headers).status_code == (200 if may else 403)
        sent = {"visit": "s" * 20, "do": "remove", "article": 1}
        judged = {"visit": "s" * 20, "questions": ["Who?"], "turn": 0, "right": True}
        for what, given in (("act", sent), ("take", {"visit": "s" * 20, "files": []}), ("judge", judged)):
            answer = visitor.post(f"/page/{what}", json=given, headers=headers)
            assert answer.status_code == (200 if may else 403)
            assert ("can only be read" in answer.text) is not may
        begun = visitor.post("/page/begin", json={}, headers=headers).json()
        assert ('data-do="remove"' in begun["quoth-list"]) is may
        assert ("webkitdirectory" in begun["quoth-adding"]) is may
        assert len(odd.articles()) == (1 if may else 2)


def test_a_proxy_that_sets_no_header_is_known_by_http_1_0(odd: Library) -> None:
    upload = request_for("/upload?name=a.txt", "Content-Length: 4", method="POST", version="1.0") + "text"
    with running(odd, Rules()) as port:
        assert raw(port, upload)[0] == 403
        assert raw(port, upload.replace("HTTP/1.0", "HTTP/1.1"))[0] == 200


@pytest.mark.parametrize("client", [HERE, ELSEWHERE])
def test_a_read_only_server_rejects_every_upload(odd: Library, client: tuple[str, int]) -> None:
    for rules in (Rules(read_only=True), Rules(password=Password("ann", "secret"), read_only=True)):
        with client_of(odd, rules, client=client) as visitor:
            headers = {"Authorization": basic("ann:secret")}
            assert visitor.post("/upload?name=a.txt", content=QUAY, headers=headers).status_code == 403


def test_the_health_check_needs_no_password_and_says_nothing_private(odd: Library) -> None:
    with client_of(odd, Rules(password=Password("ann", "secret")), client=ELSEWHERE) as client:
        assert client.get("/").status_code == 401
        for wrong in ({}, {"Authorization": basic("ann:wrong")}):
            found = client.get("/healthz", headers=wrong)
            assert (found.status_code, found.text) == (200, "The library can be read.\n")
        assert client.head("/healthz").status_code == 200
        assert client.post("/healthz", json={}, headers={"Authorization": basic("ann:secret")}).status_code == 405
        assert client.get("/%68ealthz").status_code == 404
        assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 403
        database = odd.folder / "library.sqlite"
        away = database.rename(database.with_name("away"))
        found = client.get("/healthz")
        assert (found.status_code, found.text.count("\n")) == (503, 1)
        assert "cannot be read now" in found.text
        assert str(odd.folder) not in found.text
        away.rename(database)
        assert client.get("/healthz").status_code == 200


def test_an_empty_library_is_healthy(library: Library) -> None:
    with client_of(library) as client:
        assert client.get("/healthz").status_code == 200


def test_the_page_adds_an_upload(odd: Library) -> None:
    with client_of(odd) as client:
        token = client.post(f"/upload?name={quote('#1 ж.txt')}", content=QUAY).json()["token"]
        assert "1 added." in send(client, "take", files=[token])["said"]
        assert client.post("/upload?name=a", content=iter([b"x"])).status_code == 411
    assert "#1 ж.txt" in {Path(a.source).name for a in odd.articles()}
