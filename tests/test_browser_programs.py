"""Programs that ask a chat, and a read-only chat behind a password."""

from __future__ import annotations

import json
import signal

import pytest
from playwright.sync_api import Browser, expect

from quoth import Library
from tests.browser import (
    DESKTOP,
    TRUCE,
    articles,
    ask,
    serving,
)

pytestmark = pytest.mark.browser


def test_programs_ask_through_the_api(seed_chat: str) -> None:
    from gradio_client import Client

    client = Client(seed_chat, verbose=False)
    answer = json.loads(client.predict(TRUCE, api_name="/ask"))
    assert answer["found"]
    quote = answer["quotes"][0]
    assert quote["highlights"] == ["May 12, 2025"]
    opened = json.loads(client.predict(quote["source"], quote["start"], quote["end"], api_name="/article"))
    assert opened["text"] == quote["text"]
    assert len(json.loads(client.predict("fentanyl", 2, api_name="/retrieve"))) == 2
    with pytest.raises(Exception, match="no word in it"):
        client.predict("?", api_name="/ask")


def test_a_read_only_chat_with_a_password_logs_no_question_and_ends_at_ctrl_c(
    chromium: Browser, seed_library: Library
) -> None:
    from gradio_client import Client

    with serving(seed_library.folder, "--read-only", "--auth", "ann:secret") as (url, server):
        context = chromium.new_context(viewport=DESKTOP, http_credentials={"username": "ann", "password": "secret"})
        page = context.new_page()
        page.goto(url)
        expect(page.locator(".quoth-welcome")).to_be_visible()
        ask(page, TRUCE)
        articles(page)
        expect(page.locator(".quoth-shelf")).to_be_visible()
        assert page.locator("#quoth-adding input, .quoth-act").count() == 0
        context.close()
        programs = Client(url, verbose=False, httpx_kwargs={"auth": ("ann", "secret")})
        assert json.loads(programs.predict(TRUCE, api_name="/ask"))["found"]
        with pytest.raises(ValueError, match="credentials"):
            Client(url, verbose=False)
        server.send_signal(signal.SIGINT)
        _, log = server.communicate(timeout=30)
    assert "answered in" in log
    assert "truce" not in log
    assert "Traceback" not in log
