"""Helpers for tests that drive a real Chromium: chats to open, and what a person does on the page."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, Locator, Page, expect

from quoth import Library
from quoth.index.embedding.encoder import Encoder
from quoth.qa.answer.confidence import FOUND
from quoth.ui.server.app import Server, application, listen
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.service import Settings
from tests.chromium import DESKTOP, PHONE  # noqa: F401
from tests.pictures import shot  # noqa: F401
from tests.terminal import QUOTH

TRUCE = "When was the 90-day tariff truce reached?"
SHARE = "What share of rare earth processing does China control?"
expect.set_options(timeout=20_000)  # the machine may be busy


@contextmanager
def serving(library: Path | str, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address and the process of `quoth chat`."""
    command = [*QUOTH, "chat", "--port", "0", "--library", str(library), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            for line in server.stderr:
                if address := re.search(r"http://\S+", line):
                    break
            else:
                pytest.fail("the chat ended before it opened")
            yield address[0], server
        finally:
            server.terminate()


@contextmanager
def serving_here(
    library: Path, port: int = 0, *, min_confidence: float = FOUND, encoder: Encoder | None = None
) -> Iterator[str]:
    """The address of a chat in this process, which opens much sooner than the command."""
    opened = Library(library, encoder=encoder)
    opened.prepare()
    up = threading.Event()
    with listen("127.0.0.1", port) as listener:
        app, ending = application(opened, Settings(min_confidence), Rules())
        config = uvicorn.Config(app, log_level="error", proxy_headers=False, ws="none", timeout_graceful_shutdown=1)
        server = Server(config, up.set, ending)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            assert up.wait(60)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(30)


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".quoth-welcome")).to_be_visible()
    return page


def ask(page: Page, question: str) -> None:
    talk(page)
    turns = page.locator(".quoth-turn").count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".quoth-turn")).to_have_count(turns + 1)


def talk(page: Page) -> None:
    """Go to the conversation, which is one of three screens on a phone."""
    if not page.get_by_label("Your question").is_visible():
        page.go_back()


def articles(page: Page) -> None:
    expect(page.locator(".quoth-shelf")).to_be_attached()
    if not page.locator(".quoth-shelf").is_visible():
        page.get_by_role("button", name="Articles", exact=True).click()
    expect(page.locator(".quoth-shelf")).to_be_visible()


def newest(page: Page) -> Locator:
    return page.locator(".quoth-turn").last


def wide(page: Page) -> bool:
    assert page.viewport_size
    return page.viewport_size["width"] > 800


def search(page: Page, words: str) -> None:
    page.locator(".quoth-way").get_by_text("Search", exact=True).click()
    ask(page, words)


def choose(page: Page, words: str) -> None:
    """Select words in the open article."""
    script = """(words) => {
        const text = quoth.visible('.quoth-formatted, .quoth-text');
        const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode()); ) {
            const at = node.data.indexOf(words);
            if (at >= 0) { getSelection().setBaseAndExtent(node, at, node, at + words.length); return; }
        }
    }"""
    page.evaluate(script, words)
