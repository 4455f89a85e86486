"""deploy/nginx.conf, with Debian's nginx, in front of two servers: visitors stay at one server while it runs."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from quoth import Library
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.security.origins import Trust
from quoth.ui.server.security.passwords import Password
from tests.made import write
from tests.server import running
from tests.words import WordEncoder

CONFIGURATION = Path(__file__).parent.parent / "deploy" / "nginx.conf"
VISIT = "s" * 20


@dataclass(frozen=True)
class Site:
    """Two servers behind nginx. So that tests can tell them apart, their libraries differ."""

    port: int
    certificate: Path
    servers: dict[str, ExitStack]
    """By the name of the article that only this server has; closing it stops the server."""

    def visitor(self, **options: Any) -> httpx.Client:
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        return httpx.Client(base_url=f"https://localhost:{self.port}", verify=trusted, timeout=60, **options)


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(listener.getsockname()[1]) for listener in listeners]


def adapted(folder: Path, servers: list[int], ports: list[int]) -> str:
    """Return the configuration for this machine: other ports and paths, and without what nginx before 1.27.3 lacks."""
    text = CONFIGURATION.read_text("utf-8")
    for number, port in enumerate(servers, 1):
        text = text.replace(f"quoth-{number}:7860 resolve", f"127.0.0.1:{port}")
    for before, port in zip(("listen 80;", "listen 443 ssl;", "listen 127.0.0.1:8080;"), ports, strict=True):
        assert before in text
        after = f"listen 127.0.0.1:{port}{' ssl' * ('ssl' in before)};"
        text = text.replace(before, after)
    text = re.sub(r"\n\s*(listen \[::\]|http2|resolver|pid|error_log|access_log /dev) ?[^\n]*", "", text)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    own = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in kinds) + "access_log off; "
    text = text.replace("http {", f"http {{ {own}", 1).replace("/etc/nginx/certs", str(folder))
    return f"daemon off; pid {folder}/pid; error_log stderr;\n{text}"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    for program in ("nginx", "openssl"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} IS NOT INSTALLED, SO deploy/nginx.conf WAS NOT TESTED: apt-get install {program}")
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]  # fmt: skip
    subprocess.run(made, check=True, capture_output=True)
    with ExitStack() as stack:
        servers: dict[str, ExitStack] = {}
        inner: list[int] = []
        for name in ("heron.txt", "okapi.txt"):
            library = Library(tmp_path / name.removesuffix(".txt"), encoder=WordEncoder())
            library.add(write(tmp_path, name, f"The {name.removesuffix('.txt')} slept all day."))
            rules = Rules(Trust(proxy=True), Password("ann", "secret"))
            servers[name] = one = stack.enter_context(ExitStack())
            inner.append(one.enter_context(running(library, rules)))
        outer = free_ports(3)
        (tmp_path / "nginx.conf").write_text(adapted(tmp_path, inner, outer), "utf-8")
        stack.enter_context(_nginx(tmp_path, outer[2]))
        yield Site(outer[1], certificate, servers)


@contextmanager
def _nginx(folder: Path, port: int) -> Iterator[None]:
    command = ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log, stdout=log) as process:
        try:
            while process.poll() is None:
                try:
                    assert httpx.get(f"http://127.0.0.1:{port}/").text == "ok\n"
                    break
                except httpx.TransportError:
                    continue
            assert process.poll() is None, (folder / "log").read_text("utf-8")
            yield
        finally:
            process.terminate()


def server_of(visitor: httpx.Client) -> str:
    """Return the article by which the server that answers is known."""
    shelf = visitor.post("/page/shelf", json={}).json()["shelf"]
    (name,) = {name for name in ("heron.txt", "okapi.txt") if name.removesuffix(".txt") in shelf}
    return name


AUTH = ("ann", "secret")


def test_a_browser_stays_at_one_server_and_many_use_both(site: Site) -> None:
    seen: set[str] = set()
    for _ in range(30):
        with site.visitor(auth=AUTH) as browser:
            page = browser.get("/")
            assert "Strict-Transport-Security" in page.headers
            cookie = page.headers["Set-Cookie"]
            assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {*cookie.split("; ")}
            assert "Set-Cookie" not in browser.get("/").headers
            servers = {server_of(browser) for _ in range(3)}
            assert len(servers) == 1
            seen |= servers
    assert seen == {*site.servers}


def test_an_upload_is_added_and_a_program_gets_its_answer(site: Site) -> None:
    for number in range(3):
        with site.visitor(auth=AUTH) as browser:
            browser.get("/")
            upload = browser.post(f"/upload?name={number}.txt", content=f"Wren {number} sang.".encode())
            added = browser.post("/page/take", json={"visit": VISIT, "files": [upload.json()["token"]]})
            assert "1 added." in added.text
        with site.visitor(auth=AUTH) as program:
            event = program.post("/gradio_api/call/ask", json={"data": ["Who slept all day?"]}).json()["event_id"]
            program.cookies.clear()
            assert "slept" in program.get(f"/gradio_api/call/ask/{event}").text


def test_without_the_password_only_the_health_check_answers(site: Site) -> None:
    with site.visitor() as stranger:
        assert stranger.get("/healthz").text == "The library can be read.\n"
        refused = stranger.get("/")
        assert (refused.status_code, "Set-Cookie" in refused.headers) == (401, False)
        assert stranger.post("/upload?name=a.txt", content=b"text").status_code == 401


def test_visitors_of_a_server_that_stops_are_served_by_the_other(site: Site) -> None:
    with site.visitor(auth=AUTH) as browser:
        browser.get("/")
        before = server_of(browser)
        site.servers[before].close()
        (other,) = {*site.servers} - {before}
        assert {server_of(browser) for _ in range(3)} == {other}
