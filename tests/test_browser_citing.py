"""Citing an answer, and an answer as JSON, in a real Chromium: by keyboard, on a phone, for a screen reader."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import SHARE, TRUCE, ask, newest, wide

pytestmark = pytest.mark.browser


def test_an_answer_is_cited_by_keyboard_and_shown_as_json(each_page: Page) -> None:
    page = each_page
    ask(page, SHARE)
    menu = newest(page).get_by_label("What to do with this answer")
    menu.focus()
    page.keyboard.press("Enter")
    newest(page).locator(".quoth-foot").get_by_role("button", name="Cite").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Cite")
    expect(dialog.get_by_role("tab", name="APA")).to_have_attribute("aria-selected", "true")
    reference = dialog.get_by_role("tabpanel", name="APA").locator("p").first
    expect(reference).to_contain_text("Mossi, V. (n.d.). Rare Earth Reckoning: Inside the 2025 US-China Trade Truce.")
    dialog.get_by_role("tab", name="APA").focus()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("tab", name="Chicago")).to_be_focused()
    expect(dialog.get_by_role("tabpanel", name="Chicago")).to_be_visible()
    expect(reference).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("tabpanel", name="BibTeX").locator("pre")).to_contain_text("@misc{mossi")
    violations = [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert violations == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(menu).to_be_focused()
    expect(page.locator(".quoth-turn")).to_have_count(1)
    menu.click()
    page.get_by_role("button", name="As JSON").click()
    text = page.get_by_role("dialog", name="As JSON").locator("pre").text_content()
    answer = json.loads(str(text))
    assert (answer["question"], answer["found"], len(answer["quotes"]) >= 2) == (SHARE, True, True)
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == "answer.json"
    assert json.loads(download.value.path().read_text("utf-8")) == answer
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_reference_is_copied_with_its_italics(page: Page) -> None:
    ask(page, TRUCE)
    page.locator("summary", has_text="⋯").first.click()
    page.locator(".quoth-card").first.get_by_role("button", name="Cite").click()
    dialog = page.get_by_role("dialog", name="Cite")
    dialog.get_by_role("tab", name="APA").click()
    dialog.get_by_role("button", name="Copy: Reference").click()
    expect(dialog.get_by_role("status")).to_have_text("Copied.")
    types = """async () => {
        const [item] = await navigator.clipboard.read();
        return Promise.all(["text/plain", "text/html"].map(async (type) => (await item.getType(type)).text()));
    }"""
    plain, html = page.evaluate(types)
    assert plain == "003_10ac6688236258e8.txt. (n.d.)."
    assert "<i>003_10ac6688236258e8.txt</i>. (n.d.)." in html
    if wide(page):
        dialog.get_by_role("tab", name="CSL-JSON").click()
        dialog.get_by_role("button", name="Copy: CSL-JSON").click()
        (item,) = json.loads(page.evaluate("navigator.clipboard.readText()"))
        assert item["title"] == "003_10ac6688236258e8.txt"
        page.reload()  # the way to cite is remembered
        page.locator("summary", has_text="⋯").first.click()
        page.locator(".quoth-card").first.get_by_role("button", name="Cite").click()
        expect(page.get_by_role("tab", name="CSL-JSON")).to_have_attribute("aria-selected", "true")
