"""A person asks in a real Chromium, clicks a citation, and sees the quote marked in the opened article."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from index import Library

pytestmark = pytest.mark.browser
SHOT = Path(__file__).parent.parent / "docs" / "chat.png"


@pytest.fixture(scope="module")
def address(seed_library: Library) -> Iterator[str]:
    command = [sys.executable, "-c", "from ui.cli import main; main()", "chat", "--port", "0", "--library", str(seed_library.folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            for line in server.stderr:
                if "open at" in line:
                    break
            else:
                pytest.fail("the chat ended before it opened")
            yield next(word for word in line.split() if word.startswith("http"))
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def chromium_page() -> Iterator[Page]:
    browser_path = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)
    if browser_path is None:
        pytest.fail("no Chromium on this machine; install it with the system's packages")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=flags)
        yield browser.new_page(viewport={"width": 1280, "height": 860})
        browser.close()


def test_the_server_fetches_nothing_for_a_visitor(address: str) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{address}gradio_api/file=http://127.0.0.1:9/x", timeout=10)
    assert refused.value.code == 403
    assert b"fetches nothing" in refused.value.read()


def test_ask_click_and_see_the_quote_in_its_place(address: str, chromium_page: Page) -> None:
    page = chromium_page
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.goto(address)
    page.get_by_label("Your question").fill("When was the 90-day tariff truce reached?")
    page.keyboard.press("Enter")
    card = page.locator(".quoth-card").first
    expect(card.locator("mark")).to_have_text("May 12, 2025")
    quote = card.locator("blockquote").inner_text().strip()
    card.locator(".quoth-cite").first.click()
    marked = page.locator("#quoth-quote")
    expect(marked).to_be_in_viewport()
    assert marked.inner_text() == quote
    if os.environ.get("QUOTH_SCREENSHOT"):
        page.screenshot(path=SHOT)
    page.get_by_label("Your question").fill("What is the capital of Australia?")
    page.keyboard.press("Enter")
    expect(page.locator(".quoth-absent").first).to_contain_text("do not seem to answer")
    assert {host for host in hosts if host} == {urlsplit(address).hostname}
