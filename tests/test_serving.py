"""What the server gives out and takes in, to whom: tried on the whole application, and over sockets
where a client would be too polite."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import pytest
import uvicorn
from starlette.testclient import TestClient

from quoth import Library
from quoth.ui.server.app import CannotServe, _listening, application
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.security.origins import Trust, own_names
from quoth.ui.server.security.passwords import Password, TooManyTries
from quoth.ui.server.service import Settings
from tests.made import FERRY, QUAY, pdf, write

HERE, ELSEWHERE = ("127.0.0.1", 50000), ("192.168.1.7", 50000)
BASIC = "Basic " + base64.b64encode(b"ann:secret").decode()
WORDS = "Odd\r\n\r\nThe zebra said :warning: 5:100:5 &amp;\tand\x0bleft <b> yesterday.\r\n"


@pytest.fixture
def odd(library: Library, tmp_path: Path) -> Library:
    write(tmp_path, "odd «ж».txt", b"\xef\xbb\xbf" + WORDS.encode())
    write(tmp_path, "ferry.pdf", pdf([[(40, 500, FERRY)]], title="The ferry"))
    library.add([tmp_path / "odd «ж».txt", tmp_path / "ferry.pdf"])
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


def send(client: TestClient, what: str, visit: str = "s" * 20, **given: Any) -> dict[str, Any]:
    """Ask for what the page asks for; of several answers, the last."""
    answer = client.post(f"/page/{what}", json={"visit": visit, **given})
    assert answer.status_code == 200, answer.text
    last: dict[str, Any] = json.loads(answer.text.strip().split("\n")[-1])
    return last


# ---- what is there ---------------------------------------------------------------------------------------------------

CLOSED = [
    "/file=/etc/passwd", "/gradio_api/file=/etc/passwd", "/gradio_api/file=http://127.0.0.1:9/x",
    "/gradio_api/file/etc/passwd", "/gradio_api/proxy=http://127.0.0.1:9/x", "/gradio_api/stream/a/b/c/playlist.m3u8",
    "/gradio_api/dev/reload", "/gradio_api/token", "/gradio_api/app_id", "/gradio_api/user", "/monitoring",
    "/monitoring/summary", "/gradio_api/deep_link?session_hash=x", "/login", "/logout", "/gradio_api/runs",
    "/gradio_api/openapi.json", "/gradio_api/vibe-code", "/gradio_api/custom_component/a/client/b/c.js", "/svelte/a.js",
    "/gradio_api/upload_progress?upload_id=x", "/manifest.json", "/pwa_icon", "/docs", "/openapi.json",
    "/gradio_api/mcp/", "/gradio_api/mcp/schema", "/..%2f", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
    "/static/../../etc/passwd", "/static/..%2f..%2f..%2fetc/passwd", "/static/%2e%2e/x",
    "/assets/..\\..\\etc\\passwd", "/assets/..%5c..%5cx", "/assets//etc/passwd", "/static/%2fetc%2fpasswd",
    "/assets/.env", "/%67radio_api/file=/etc/passwd", "/gradio_api/heartbeat/a%2fb", "/article/1/file/..",
    "/article/../1/file", "/article/-1/file", "//etc/passwd", "/article/1", "/article/" + "9" * 30 + "/file", "/\x00",
    "/article/1/file%00", "/library.sqlite", "/added/a.txt",
]  # fmt: skip
CLOSED_TO_POSTS = [
    "/gradio_api/upload", "/gradio_api/component_server", "/gradio_api/stream/x", "/gradio_api/process_recording",
    "/gradio_api/vibe-edit", "/gradio_api/run-history/connect", "/gradio_api/api/ask", "/gradio_api/profiling/clear",
    "/gradio_api/mcp/", "/login",
]  # fmt: skip


def raw(port: int, request: str) -> tuple[int, str]:
    """The status and the whole of what comes back to a request in its own words."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request.encode("utf-8"))
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP") else 0, answer.decode("utf-8", "replace")


def get(path: str, *headers: str, version: str = "1.1", method: str = "GET") -> str:
    lines = headers if any(line.lower().startswith("host:") for line in headers) else ("Host: 127.0.0.1", *headers)
    return (
        f"{method} {path} HTTP/{version}\r\n"
        + "".join(f"{line}\r\n" for line in (*lines, "Connection: close"))
        + "\r\n"
    )


class _Quiet(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@pytest.fixture
def port(odd: Library) -> Iterator[int]:
    app, ending = application(odd, Settings(min_confidence=0), Rules(read_only=True))
    listener = _listening("127.0.0.1", 0)
    server = _Quiet(uvicorn.Config(app, log_level="critical", proxy_headers=False, ws="none"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    assert server.up.wait(60)
    yield int(listener.getsockname()[1])
    ending()
    server.should_exit = True
    thread.join(30)
    assert not thread.is_alive()


def test_nothing_is_there_but_what_the_page_needs(port: int) -> None:
    for path in CLOSED:
        status, answer = raw(port, get(path))
        assert status in (400, 404), (path, answer)
        assert "root:" not in answer
        assert "/tmp" not in answer
    for path in CLOSED_TO_POSTS:
        status, answer = raw(
            port, get(path, "Content-Type: application/json", "Content-Length: 2", method="POST") + "{}"
        )
        assert status == 404, (path, answer)
    for path in ("/", "/config", "/gradio_api/info"):
        assert raw(port, get(path, "Content-Length: 2", method="POST") + "{}")[0] == 405
        assert raw(port, get(path))[0] == 200
    assert raw(port, get("/gradio_api/run/ask", method="OPTIONS"))[0] == 405


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
def test_it_answers_to_its_own_names_alone(port: int, host: str, status: int) -> None:
    for path in ("/", "/config", "/gradio_api/info"):
        found, answer = raw(port, get(path, f"Host: {host}"))
        assert found == status or (found == 400 and status == 403), answer
        if found == 403:
            assert "does not go by the name" in answer
            assert "--allow-host" in answer


def test_two_hosts_or_none_are_no_host(port: int) -> None:
    assert raw(port, get("/", "Host: 127.0.0.1", "Host: evil.example"))[0] in (400, 403)
    assert raw(port, get("/", "Host: evil.example", "X-Forwarded-Host: 127.0.0.1"))[0] == 403
    assert raw(port, "GET / HTTP/1.0\r\n\r\n")[0] == 403


def test_a_name_can_be_allowed(odd: Library) -> None:
    with client_of(odd, Rules(Trust(frozenset({"quoth.example"}))), host="quoth.example") as client:
        assert client.get("/").status_code == 200
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 403


def test_other_sites_may_send_nothing_to_any_address(odd: Library) -> None:
    sent = (
        "/gradio_api/run/ask",
        "/gradio_api/call/ask",
        "/gradio_api/queue/join",
        "/gradio_api/cancel",
        "/upload?name=a",
        "/gradio_api/mcp/",
    )
    read = ("/", "/config", "/gradio_api/info", "/chat.js", "/article/1/file", "/gradio_api/mcp/")
    with client_of(odd, Rules(mcp=True)) as client:
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
                    "Another site's page sent this; only this server's own page may.\n",
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
            )  # a link that somebody followed
        own = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
        assert (
            client.post("/gradio_api/run/ask", json={"data": ["What did the zebra say?"]}, headers=own).status_code
            == 200
        )


def test_every_answer_says_what_a_browser_may_do(odd: Library) -> None:
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


def test_no_file_and_no_address_can_be_named_in_a_question(odd: Library) -> None:
    secret = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    abroad = {"path": "http://127.0.0.1:9/x", "url": "http://127.0.0.1:9/x", "meta": {"_type": "gradio.FileData"}}
    with client_of(odd, Rules(mcp=True)) as client:
        for value in (secret, abroad, [secret], {"deep": [{"er": secret}]}):
            for path in ("/gradio_api/run/ask", "/gradio_api/call/ask", "/gradio_api/queue/join", "/gradio_api/mcp/"):
                refused = client.post(path, json={"data": [value], "session_hash": "s"})
                assert (refused.status_code, refused.text) == (
                    403,
                    "Quoth reads no file and fetches nothing for a visitor.\n",
                )
        hidden = json.dumps({"data": [secret]}).replace("_type", "\\u005ftype")
        assert client.post("/gradio_api/run/ask", content=hidden).status_code == 403
        assert client.post("/gradio_api/run/ask", content=hidden.encode("utf-16")).status_code in (400, 403)
        assert client.post("/gradio_api/run/ask", content=b"[" * 100_000).status_code == 400
        assert client.post("/gradio_api/run/ask", content=b'{"data": ["' + b"x" * 2**20 + b'"]}').status_code == 413


# ---- who may change the library --------------------------------------------------------------------------------------

FORWARDED = [
    {}, {"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"X-Forwarded-Proto": "https"},
    {"X-Forwarded-Host": "127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}, {"Via": "1.1 proxy"}, {"Host": "192.168.1.7"},
]  # fmt: skip


@pytest.mark.parametrize("headers", FORWARDED)
@pytest.mark.parametrize("client", [HERE, ELSEWHERE])
@pytest.mark.parametrize("trusted", [True, False])
def test_without_a_password_only_this_machine_itself_may_change_the_library(
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
            assert ("only be read" in answer.text) is not may
        begun = visitor.post("/page/begin", json={}, headers=headers).json()
        assert ('data-do="remove"' in begun["quoth-list"]) is may
        assert ("webkitdirectory" in begun["quoth-adding"]) is may
        assert len(odd.articles()) == (1 if may else 2)


def test_a_proxy_that_adds_nothing_is_known_by_its_old_version_of_http(odd: Library) -> None:
    app, ending = application(odd, Settings(min_confidence=0), Rules())
    listener = _listening("127.0.0.1", 0)
    server = _Quiet(uvicorn.Config(app, log_level="critical", proxy_headers=False, ws="none"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    assert server.up.wait(60)
    request = get("/upload?name=a.txt", "Content-Length: 4", method="POST", version="1.0") + "text"
    try:
        assert raw(listener.getsockname()[1], request)[0] == 403
        assert raw(listener.getsockname()[1], request.replace("HTTP/1.0", "HTTP/1.1"))[0] == 200
    finally:
        ending()
        server.should_exit = True
        thread.join(30)


@pytest.mark.parametrize("client", [HERE, ELSEWHERE])
def test_a_page_to_read_only_takes_no_upload_from_anyone(odd: Library, client: tuple[str, int]) -> None:
    for rules in (Rules(read_only=True), Rules(password=Password("ann", "secret"), read_only=True)):
        with client_of(odd, rules, client=client) as visitor:
            assert visitor.post("/upload?name=a.txt", content=QUAY, headers={"Authorization": BASIC}).status_code == 403


def test_an_upload_is_taken_in_by_the_page(odd: Library) -> None:
    with client_of(odd) as client:
        token = client.post(f"/upload?name={quote('#1 ж.txt')}", content=QUAY).json()["token"]
        assert "1 added." in send(client, "take", files=[token])["said"]
        assert client.post("/upload?name=a", content=iter([b"x"])).status_code == 411
    assert "#1 ж.txt" in {Path(a.source).name for a in odd.articles()}


# ---- the password ----------------------------------------------------------------------------------------------------


def test_everything_asks_for_the_password(odd: Library) -> None:
    with client_of(odd, Rules(password=Password("ann", "secret"), mcp=True), client=ELSEWHERE) as client:
        for path in (
            "/",
            "/config",
            "/chat.js",
            "/static/x.js",
            "/article/1/file",
            "/gradio_api/info",
            "/gradio_api/mcp/",
            "/nothing",
        ):
            refused = client.get(path)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Basic ")
        for path in ("/upload?name=a", "/gradio_api/run/ask", "/gradio_api/queue/join", "/gradio_api/mcp/"):
            assert client.post(path, json={}).status_code == 401
        client.headers["Authorization"] = BASIC
        assert client.get("/").status_code == 200
        assert client.post("/upload?name=a.txt", content=QUAY).status_code == 200
        assert "May" not in client.post("/gradio_api/run/ask", json={"data": ["What did the zebra say?"]}).json().get(
            "error", ""
        )


class _Time:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def __call__(self) -> float:
        return self.now


def basic(secret: str) -> str:
    return "Basic " + base64.b64encode(secret.encode()).decode()


def test_wrong_passwords_are_slowed_down_more_each_time() -> None:
    async def tried() -> tuple[list[float], float]:
        time = _Time()
        door = Password("ann", "secret", clock=time, sleep=time.sleep)
        starts: list[float] = []
        for guess in range(12):
            assert not await door.admits(basic(f"ann:{guess}"), "10.0.0.1")
            starts.append(time.now)
        before = time.now
        assert await door.admits(
            basic("ann:secret"), "10.0.0.1"
        )  # the right one has to wait as long, or it would be known by that
        return [b - a for a, b in pairwise(starts)], time.now - before

    pauses, last = anyio.run(tried)
    assert pauses[0] >= 0.25
    assert pauses == sorted(pauses)
    assert pauses[-1] >= 30
    assert last >= 30


def test_who_guesses_holds_up_nobody_else_and_is_refused_if_many_at_once() -> None:
    async def tried() -> tuple[float, int]:
        time = _Time()
        asleep = anyio.Event()

        async def forever(_: float) -> None:
            await asleep.wait()

        door = Password("ann", "secret", clock=time, sleep=forever)
        assert await door.admits(basic("ann:secret"), "10.0.0.2")
        refused = 0

        async def guess(number: int) -> None:
            nonlocal refused
            try:
                await door.admits(basic(f"ann:{number}"), "10.0.0.1")
            except TooManyTries:
                refused += 1

        async with anyio.create_task_group() as tasks:
            for number in range(200):
                tasks.start_soon(guess, number)
            await anyio.wait_all_tasks_blocked()
            with anyio.fail_after(30):
                assert await door.admits(basic("ann:secret"), "10.0.0.2")
            found = refused
            asleep.set()
        return time.now, found

    now, refused = anyio.run(tried)
    assert now == 1000
    assert refused >= 190


def test_guesses_from_many_addresses_are_slowed_down_and_remembered_within_bounds() -> None:
    async def tried() -> tuple[float, int]:
        time = _Time()
        door = Password("ann", "secret", clock=time, sleep=time.sleep)
        for number in range(10_500):
            await door.admits(basic("ann:x"), f"10.{number // 65536}.{number // 256 % 256}.{number % 256}")
        return time.now - 1000, len(door._clients)

    took, remembered = anyio.run(tried)
    assert took > 3600
    assert remembered <= 10_000


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!",
        "Bearer x",
        "Basic " + base64.b64encode(b"ann").decode(),
        basic("ann:secret:"),
        basic("Ann:secret"),
    ],
)
def test_what_is_not_the_password_is_wrong(header: str) -> None:
    assert not anyio.run(Password("ann", "secret").admits, header, "10.0.0.1")
    assert anyio.run(Password("änn", "päss:wörd").admits, basic("änn:päss:wörd"), "10.0.0.1")


# ---- what is saved, and who sees what --------------------------------------------------------------------------------


def test_a_saved_file_is_the_original_and_its_text_where_that_is_gone(odd: Library, tmp_path: Path) -> None:
    with client_of(odd) as client:
        for article in odd.articles():
            saved = client.get(f"/article/{article.id}/file")
            assert hashlib.sha256(saved.content).hexdigest() == article.digest
            assert saved.headers["content-type"] == "application/octet-stream"
            assert (
                saved.headers["content-disposition"]
                == f"attachment; filename*=utf-8''{quote(Path(article.source).name, safe='')}"
            )
            text = client.get(f"/article/{article.id}/text")
            assert text.content == article.text.encode()
        assert odd.articles()[0].text == WORDS
        (tmp_path / "odd «ж».txt").write_text("Something else.", "utf-8")
        (tmp_path / "ferry.pdf").unlink()
        for article in odd.articles():
            assert client.get(f"/article/{article.id}/file").status_code == 404
            assert client.get(f"/article/{article.id}/text").content == article.text.encode()
        assert client.get("/article/99/text").status_code == 404


def test_programs_and_assistants_get_an_articles_letters(odd: Library) -> None:
    with client_of(odd) as client:
        answer = client.post("/gradio_api/run/article", json={"data": [odd.articles()[0].source, 0, 500]}).json()
        assert json.loads(answer["data"][0])["text"] == WORDS


def test_visitors_do_not_see_each_others_conversation(odd: Library) -> None:
    zebra, ferry = "What did the zebra say?", "When did the ferry carry its last passengers?"
    ann, bob, eve = "ann" * 6, "bob" * 6, "eve" * 6
    with client_of(odd) as client:
        send(client, "talk", ann, questions=[zebra])
        assert zebra not in send(client, "talk", bob, questions=[ferry])["html"]
        asked = {ann: [zebra], bob: [ferry], eve: []}
        made = {who: send(client, "export", who, format="html", questions=q)["content"] for who, q in asked.items()}
        exported = {who: base64.b64decode(content).decode() for who, content in made.items()}
        assert {who: (zebra in text, ferry in text) for who, text in exported.items()} == {
            ann: (True, False), bob: (False, True), eve: (False, False),
        }  # fmt: skip
        send(client, "act", ann, do="remove", article=1)
        send(client, "act", bob, do="undo")
        assert len(odd.articles()) == 1  # what ann removed is hers to restore
        send(client, "act", ann, do="undo")
        assert len(odd.articles()) == 2


def test_half_a_character_in_a_question_is_no_error(odd: Library) -> None:
    with client_of(odd) as client:
        body = '{"visit": "ssssssssssssssssssss", "questions": ["What did the \\ud800 zebra say?"]}'
        answer = client.post("/page/talk", content=body, headers={"Content-Type": "application/json"})
        assert "zebra" in answer.json()["html"]


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("talk", {"visit": "short", "questions": []}), ("talk", {}), ("source", {"visit": "s" * 20, "article": "x"}),
        ("source", {"visit": "s" * 20, "article": -1}), ("basket", {"format": "exe", "items": []}),
        ("basket", {"format": "html", "items": [{"text": 1}]}), ("take", {"visit": "s" * 20, "files": [1]}),
        ("judge", {"visit": "s" * 20, "questions": ["Who?"], "turn": 0, "right": False}),
        ("export", {"visit": "s" * 20, "questions": [], "format": "exe"}),
    ],
)  # fmt: skip
def test_what_the_page_would_never_send_is_refused(odd: Library, what: str, given: dict[str, Any]) -> None:
    with client_of(odd) as client:
        assert client.post(f"/page/{what}", json=given).status_code == 422
        assert client.get(f"/page/{what}").status_code == 405
        assert client.post("/page/anything", json={}).status_code == 404


def test_under_a_path_and_behind_a_proxy_the_page_knows_its_address(odd: Library) -> None:
    with client_of(odd, Rules(Trust(frozenset({"quoth.example"}), proxy=True)), root_path="/quoth") as client:
        headers = {"X-Forwarded-Host": "quoth.example", "X-Forwarded-Proto": "https", "Origin": "https://quoth.example"}
        assert client.get("/config", headers=headers).json()["root"] == "https://quoth.example/quoth"
        assert client.get("/config", headers=headers | {"X-Forwarded-Host": "evil.example"}).status_code == 403
    with client_of(odd) as client:  # nobody is believed who was not to be trusted
        assert (
            client.get(
                "/config", headers={"X-Forwarded-Host": "evil.example", "X-Gradio-Server": "http://evil.example"}
            ).json()["root"]
            == "http://127.0.0.1"
        )


def test_a_port_that_is_taken_is_said(odd: Library) -> None:
    with _listening("127.0.0.1", 0) as listener, pytest.raises(CannotServe, match="--port"):
        _listening("127.0.0.1", listener.getsockname()[1])


def test_long_answers_are_packed_and_how_far_a_change_is_comes_at_once(odd: Library) -> None:
    with client_of(odd) as client:
        begun = client.post("/page/begin", json={})
        assert begun.headers["content-encoding"] == "gzip"
        assert "quoth-list" in begun.json()
        assert "content-encoding" not in client.post("/page/begin", json={}, headers={"Accept-Encoding": ""}).headers
        changed = client.post("/page/act", json={"visit": "s" * 20, "do": "update"})
        assert "content-encoding" not in changed.headers
        assert changed.headers["x-accel-buffering"] == "no"
