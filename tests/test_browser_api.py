"""The page that describes the HTTP API, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, expect

from quoth import Library
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.security.tokens import Tokens
from tests.made import write
from tests.server import filled, running
from tests.words import WordEncoder

pytestmark = pytest.mark.browser
TOKEN = "c" * 16


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("described")
    with Library(folder / "library", encoder=WordEncoder()) as library:
        filled(library, folder)
        with running(library, Rules(tokens=Tokens(None, TOKEN))) as port:
            yield f"http://127.0.0.1:{port}/api/v1/docs"


def test_the_description_is_tried(context: BrowserContext, address: str, tmp_path: Path) -> None:
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []

    def section(title: str) -> Locator:
        return page.locator("section").filter(has=page.get_by_text(title, exact=True))

    ask = section("Answer a question")
    ask.locator("textarea").fill('{"question": "When did the ferry carry its last passengers?"}')
    ask.get_by_role("button", name="Send").click()
    expect(ask.locator("output")).to_contain_text("autumn of 2019")
    drawn = section("See a page")
    drawn.get_by_label("article").fill("2")
    drawn.get_by_label("end").fill("12")
    drawn.get_by_role("button", name="Send").click()
    expect(drawn.get_by_alt_text("The page")).to_be_visible()
    added = section("Add a file")
    file = write(tmp_path, f"{tmp_path.name}.txt", f"The pier of {tmp_path.name} has a lamp.")
    added.get_by_label("name").fill(file.name)
    added.locator("[type=file]").set_input_files(file)
    page.get_by_label("Token").fill(TOKEN)
    added.get_by_role("button", name="Send").click()
    expect(added.locator("output")).to_contain_text('"event":"result"')
    assert said == []
    assert all(url.startswith((address.removesuffix("docs"), "blob:")) for url in asked)
