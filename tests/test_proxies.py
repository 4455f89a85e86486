"""The proxy configurations of docs/serving.md, with Debian's nginx and Caddy, in front of the real command."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from quoth import Library
from tests.browser import DESKTOP, TRUCE, ask, serving

pytestmark = pytest.mark.browser
RECIPES = (Path(__file__).parent.parent / "docs" / "serving.md").read_text("utf-8")
OPTIONS = ("--trust-proxy", "--root-path", "/quoth")


def recipe(language: str) -> str:
    """Return the code block in this language."""
    block = re.search(rf"```{language}\n(.*?)```", RECIPES, re.DOTALL)
    assert block
    return block[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def nginx(folder: Path, port: int, server: str) -> list[str]:
    """Return the command for the recipe with another port, and without TLS, for which there is no certificate."""
    site = (
        re.sub(r"\n\s*ssl_\w+ [^\n]*", "", recipe("nginx"))
        .replace("443 ssl", f"127.0.0.1:{port}")
        .replace("127.0.0.1:7860", server)
    )
    folders = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{name}_temp_path {folder}/{name};" for name in folders)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {temporary}\n{site} }}",
        "utf-8",
    )
    return ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, port: int, server: str) -> list[str]:
    """Return the command for the recipe with a certificate for this machine."""
    site = (
        recipe("caddyfile")
        .replace("quoth.example {", f"https://localhost:{port} {{\n bind 127.0.0.1\n tls internal")
        .replace("127.0.0.1:7860", server)
    )
    top = f"{{\n admin off\n auto_https disable_redirects\n skip_install_trust\n storage file_system {folder}\n}}\n"
    (folder / "Caddyfile").write_text(top + site, "utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


PROXIES = {"nginx": ("http", nginx), "caddy": ("https", caddy)}


@contextmanager
def proxied(kind: str, folder: Path, server: str) -> Iterator[str]:
    if shutil.which(kind) is None:
        pytest.skip(
            f"{kind} IS NOT INSTALLED, SO ITS CONFIGURATION WAS NOT TESTED: apt-get install "
            f"{kind}{'-light' * (kind == 'nginx')}"
        )
    folder.mkdir()
    port, (scheme, command) = free_port(), PROXIES[kind]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command(folder, port, server), stderr=log, stdout=log) as proxy,
    ):
        try:
            url = f"{scheme}://localhost:{port}"
            with httpx.Client(verify=_lenient(), transport=None) as client:
                while proxy.poll() is None:
                    try:
                        client.get(url)
                        break
                    except httpx.TransportError:
                        continue
            assert proxy.poll() is None, (folder / "log").read_text("utf-8")
            yield url
        finally:
            proxy.terminate()


def _lenient() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def visitor(chromium: Browser, **options: Any) -> Any:
    return chromium.new_context(viewport=DESKTOP, ignore_https_errors=True, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [*PROXIES])
def test_behind_a_proxy_the_page_works_and_is_read_only_without_a_password(
    chromium: Browser, seed_library: Library, tmp_path: Path, kind: str
) -> None:
    with (
        serving(seed_library.folder, *OPTIONS) as (url, _),
        proxied(kind, tmp_path / kind, url.removeprefix("http://").rstrip("/")) as site,
    ):
        context = visitor(chromium)
        errors: list[str] = []
        context.on(
            "console",
            lambda message: (
                errors.append(f"{message.text} {message.location['url']}") if message.type == "error" else None
            ),
        )
        requests: list[str] = []
        context.on("request", lambda request: requests.append(request.url))
        page = context.new_page()
        page.goto(f"{site}/quoth")
        expect(page.locator(".quoth-welcome")).to_be_visible()
        ask(page, TRUCE)
        page.locator("#quoth-turns .quoth-cite").first.click()
        expect(page.locator("#quoth-quote")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Save the file").click()
        assert download.value.path().stat().st_size
        expect(page.locator(".quoth-shelf")).to_be_visible()
        assert page.locator("#quoth-adding input, .quoth-act").count() == 0
        # The favicon is the site's, outside the path.
        assert [error for error in errors if not error.endswith(f"{site}/favicon.ico")] == []
        assert [sent for sent in requests if not sent.startswith(f"{site}/quoth")] == []
        context.close()
        with httpx.Client(base_url=f"{site}/quoth/", verify=_lenient()) as client:
            refused = client.post("upload?name=a.txt", content=b"text")
            assert (refused.status_code, "can only be read" in refused.text) == (403, True)
            # The answer is sent as server-sent events.
            event = client.post("gradio_api/call/ask", json={"data": [TRUCE]}).json()["event_id"]
            assert "May 12, 2025" in client.get(f"gradio_api/call/ask/{event}").text


@pytest.mark.parametrize("kind", [*PROXIES])
def test_behind_a_proxy_articles_are_added_with_the_password(chromium: Browser, tmp_path: Path, kind: str) -> None:
    (tmp_path / "okapi.txt").write_text("The okapi slept all day long.", "utf-8")
    (tmp_path / "heron.txt").write_text("The heron waited in the reeds for fish.", "utf-8")
    library = Library(tmp_path / "library")
    library.add(tmp_path / "okapi.txt")
    with (
        serving(library.folder, *OPTIONS, "--auth", "ann:secret") as (url, _),
        proxied(kind, tmp_path / kind, url.removeprefix("http://").rstrip("/")) as site,
    ):
        assert httpx.get(f"{site}/quoth/", verify=_lenient()).status_code == 401
        context = visitor(chromium, http_credentials={"username": "ann", "password": "secret"})
        page = context.new_page()
        page.goto(f"{site}/quoth/")
        page.locator("#quoth-adding input[multiple]").set_input_files(tmp_path / "heron.txt")
        expect(page.locator("#quoth-said").get_by_text("1 added.")).to_be_visible()
        ask(page, "Where did the heron wait?")
        expect(page.locator("blockquote").first).to_contain_text("in the reeds")
        context.close()
