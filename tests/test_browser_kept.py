"""Keeping quotes, judging answers and failures in a real Chromium."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from quoth import Library
from tests.browser import TRUCE, ask, newest, opened, serving_here, shot
from tests.made import FERRY, write

pytestmark = pytest.mark.browser


def test_quotes_are_kept_with_notes_in_order_and_exported_after_a_restart(
    desktop: BrowserContext, tmp_path: Path
) -> None:
    folder = tmp_path / "library"
    article = write(tmp_path, "kept.txt", "The truce was reached in May.\n\nHerring swim in the Baltic sea.\n")
    Library(folder).add(article)
    with serving_here(folder) as url:
        page = opened(desktop, url)
        for question in ("When was the truce reached?", "Where do herring swim?"):
            ask(page, question)
            newest(page).get_by_role("button", name="Keep quote 1").click()
        expect(page.locator(".quoth-basket-show")).to_have_text("Kept 2")
        expect(newest(page).locator(".quoth-keep").first).to_have_text("★")
        page.reload()
        page.get_by_role("button", name="Kept 2").click()
        page.get_by_label("Note on kept quote 2").fill("Ask Ann")
        page.get_by_role("button", name="Move up").last.click()
        kept = page.locator(".quoth-kept blockquote")
        expect(kept).to_have_text(["Herring swim in the Baltic sea.", "The truce was reached in May."])
        port = urlsplit(url).port or 0
    article.write_text("The truce was reached in June.\n\nHerring swim in the Baltic sea.\n", "utf-8")
    Library(folder).add(article)
    with serving_here(folder, port):
        page.reload()
        page.get_by_role("button", name="Kept 2").click()
        expect(page.get_by_label("Note on kept quote 1")).to_have_value("Ask Ann")
        shot(page, "kept")
        for form, name, held in (
            ("Markdown", "kept.md", "Ask Ann"), ("HTML", "kept.html", "It now reads"), ("Word", "kept.docx", ""),
            ("BibTeX", "kept.bib", "@misc{kept,"), ("CSL-JSON", "kept.json", '"id": "kept"'),
        ):  # fmt: skip
            with page.expect_download() as download:
                page.get_by_role("button", name=form, exact=True).click()
            assert download.value.suggested_filename == name
            content = download.value.path().read_bytes()
            assert held.encode() in content
        expect(page.locator("#quoth-checked")).to_contain_text("1 of 2 quotes are no longer in the articles")
        expect(page.locator(".quoth-kept > li").nth(1)).to_have_attribute("data-standing", "changed")
        page.locator(".quoth-kept .quoth-cite").nth(1).click()
        expect(page.locator(".quoth-stands")).to_contain_text("Now it says:")
        page.get_by_role("button", name="Kept", exact=True).click()
        page.get_by_role("button", name="Remove from kept quotes").first.click()
        expect(page.locator(".quoth-kept > li")).to_have_count(1)


def test_judged_answers_are_saved_for_quoth_eval(desktop: BrowserContext, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    Library(folder).add(write(tmp_path, "ferry.txt", FERRY))
    with serving_here(folder) as url:
        page = opened(desktop, url)
        for question, button in (
            ("When did the northern ferry carry its last passengers?", "This is the answer"),
            ("What did the ferry carry?", "Report as wrong"),
        ):
            ask(page, question)
            newest(page).locator("summary", has_text="⋯").first.click()
            newest(page).get_by_role("button", name=button).click()
            expect(newest(page).locator(".quoth-judged")).to_contain_text("feedback.jsonl")
        ask(page, "What is the capital of Australia?")
        newest(page).get_by_role("button", name="Correct: the articles do not answer this").click()
        expect(newest(page).locator(".quoth-judged")).to_contain_text("feedback.jsonl")
    said = [json.loads(line) for line in (folder / "feedback.jsonl").read_text("utf-8").splitlines()]
    assert said == [
        {"question": "When did the northern ferry carry its last passengers?", "answers": [FERRY]},
        {"question": "What did the ferry carry?", "not": [FERRY]},
        {"question": "What is the capital of Australia?", "answers": []},
    ]


def test_failures_are_shown_and_announced(desktop: BrowserContext, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    Library(folder).add(write(tmp_path, "ferry.txt", FERRY))
    with serving_here(folder) as url:
        page = opened(desktop, url)
        ask(page, "What did the ferry carry?")
        expect(page.get_by_role("alert")).to_have_count(0)
        (folder / "feedback.jsonl").write_text("not JSON\n", "utf-8")
        page.locator("summary", has_text="⋯").first.click()
        page.get_by_role("button", name="This is the answer").first.click()
        expect(page.get_by_role("alert")).to_contain_text("Your judgement was not saved.")
    page.get_by_label("Your question").fill(TRUCE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(
        "The server did not answer. Check that it is running, then try again."
    )
    expect(page.locator(".quoth-pending")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_have_value(TRUCE)  # and is not lost
    page.get_by_label("Your question").fill("")
    page.get_by_role("button", name="Edit this question").click()
    page.keyboard.press("Enter")
    expect(page.locator(".quoth-turn .quoth-card")).to_have_count(1)  # nor is the answer to be replaced
    expect(page.get_by_label("Your question")).to_have_value("What did the ferry carry?")
    with serving_here(folder, urlsplit(url).port or 0):
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_count(0)
        ask(page, TRUCE)
        expect(page.locator(".quoth-question")).to_have_count(2)
        expect(page.get_by_role("alert")).to_have_count(0)
        page.get_by_text("Conversations").click()
        with page.expect_download() as download:  # the new server does not know the conversation
            page.get_by_role("button", name="Export as Markdown").click()
        assert FERRY in download.value.path().read_text("utf-8")
