"""Asking, searching, following citations and copying in a real Chromium."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import (
    SHARE,
    TRUCE,
    articles,
    ask,
    choose,
    newest,
    opened,
    search,
    shot,
    wide,
)
from tests.conftest import SEEDS

pytestmark = pytest.mark.browser


def test_a_citation_opens_its_quote_and_no_other_host_is_asked(context: BrowserContext, seed_chat: str) -> None:
    hosts: set[str | None] = set()
    context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page = opened(context, seed_chat)
    page.evaluate("""() => {
        const turns = document.querySelector('#quoth-turns');
        window.busy = [];
        new MutationObserver(() => window.busy.push(turns.ariaBusy)).observe(turns, { attributes: true });
    }""")
    ask(page, TRUCE)
    card = page.locator(".quoth-card").first
    expect(card.locator("mark")).to_have_text("May 12, 2025")
    expect(page.locator("#quoth-status")).to_have_text("1 quote found.")
    assert page.evaluate("window.busy").count("true") >= 1
    assert page.locator("#quoth-turns").get_attribute("aria-busy") is None
    quote = card.locator("blockquote").inner_text()
    card.locator(".quoth-cite").first.click()
    marked = page.locator("#quoth-quote")
    expect(marked).to_be_in_viewport()
    expect(marked).to_be_focused()
    assert marked.inner_text() == quote
    assert quote in "".join(page.locator(".quoth-passage").all_inner_texts())
    shot(page, "chat")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the file").click()
    assert download.value.path().read_bytes() == (SEEDS / download.value.suggested_filename).read_bytes()
    assert {host for host in hosts if host} == {urlsplit(seed_chat).hostname}


def test_an_unanswered_question_shows_the_nearest_passages(page: Page) -> None:
    ask(page, "What is the capital of Australia?")
    expect(page.locator(".quoth-absent")).to_contain_text("Your articles do not answer this")
    expect(page.locator(".quoth-absent")).to_contain_text("nearest passages, which are not an answer")
    assert page.locator(".quoth-absent .quoth-card").count() >= 1
    assert page.locator(".quoth-absent mark").count() == 0
    shot(page, "not-found")


def test_sources_that_differ_are_shown_side_by_side(each_page: Page) -> None:
    page = each_page
    ask(page, SHARE)
    sides = page.locator(".quoth-sides > div")
    expect(sides).to_have_count(2)
    assert {sides.nth(i).locator("mark").inner_text() for i in (0, 1)} == {"90%", "92%"}
    left, right = (sides.nth(i).bounding_box() for i in (0, 1))
    assert left
    assert right
    assert (left["y"] == right["y"] and left["x"] < right["x"]) if wide(page) else left["y"] < right["y"]
    shot(page, "differ")


def test_buttons_lead_from_quote_to_quote_and_back_to_the_question(phone_page: Page) -> None:
    page = phone_page
    ask(page, SHARE)
    cites = page.locator("#quoth-turns .quoth-cite")
    cites.first.click()
    first = page.locator("#quoth-quote").inner_text()
    page.get_by_role("button", name="Next quote").click()
    expect(page.locator("#quoth-quote")).not_to_have_text(first)
    expect(cites.nth(1)).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Previous quote").click()
    expect(page.locator("#quoth-quote")).to_have_text(first)
    page.get_by_role("button", name="Back to the question").click()
    expect(cites.first).to_be_focused()


def test_a_quote_is_copied_as_text_markdown_or_link(desktop: BrowserContext, page: Page) -> None:
    ask(page, TRUCE)
    quote = page.locator("blockquote").first.inner_text()

    def copied(button: str) -> str:
        page.locator("summary", has_text="⋯").first.click()
        page.get_by_role("button", name=button, exact=True).first.click()
        expect(page.locator("#quoth-status")).to_have_text("Copied.")
        return str(page.evaluate("navigator.clipboard.readText()"))

    assert copied("Copy").startswith(f"“{quote}”\n— 003_10ac6688236258e8.txt, paragraph ")
    assert copied("Copy as Markdown").startswith("> Although a 90-day tariff truce")
    other = desktop.new_page()
    other.goto(copied("Copy link"))
    expect(other.locator("#quoth-quote")).to_have_text(quote)
    expect(other.locator("#quoth-quote")).to_be_in_viewport()


def test_a_conversation_continues_can_be_edited_and_survives_a_reload(phone_page: Page) -> None:
    page = phone_page
    ask(page, "When did Trump and Xi speak by phone?")
    ask(page, "Who else was invited to China?")
    expect(newest(page).locator(".quoth-note q")).to_contain_text(
        "Who else was invited to China? (When did Trump and Xi speak by phone?"
    )
    expect(newest(page).locator("blockquote").first).to_contain_text("First Lady Melania Trump")
    expect(newest(page).locator(".quoth-question")).to_be_in_viewport()
    page.reload()
    expect(page.locator(".quoth-turn")).to_have_count(2)
    page.get_by_role("button", name="Edit what was searched for").click()
    box = page.get_by_label("Your question")
    expect(box).to_have_value("Who else was invited to China? (When did Trump and Xi speak by phone?)")
    box.fill(TRUCE)
    page.keyboard.press("Enter")
    expect(newest(page).locator(".quoth-question")).to_contain_text(TRUCE)
    expect(page.locator(".quoth-turn")).to_have_count(2)


def test_conversations_are_listed_reopened_exported_and_deleted(phone_page: Page) -> None:
    page = phone_page
    ask(page, TRUCE)
    page.get_by_text("Conversations").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as Markdown").click()
    assert download.value.suggested_filename == "quotes.md"
    text = download.value.path().read_text("utf-8")
    assert "## When was the 90-day tariff truce reached?" in text
    assert "003\\_10ac6688236258e8.txt" in text
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as HTML").click()
    assert "<mark>May 12, 2025</mark>" in download.value.path().read_text("utf-8")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".quoth-welcome")).to_be_visible()
    ask(page, SHARE)
    expect(page.locator(".quoth-conversation")).to_have_text([SHARE, TRUCE])
    page.get_by_text("Conversations").click()
    page.locator(".quoth-conversation").nth(1).click()
    expect(page.locator(".quoth-question")).to_contain_text([TRUCE])
    page.get_by_text("Conversations").click()
    page.get_by_role("button", name=f"Delete the conversation {SHARE}").click()
    expect(page.locator(".quoth-conversation")).to_have_text([TRUCE])


def test_chosen_articles_are_asked_then_all_again(phone_page: Page) -> None:
    page = phone_page
    articles(page)
    page.get_by_label("Ask Trump, Xi Seal Rare Earth Truce").check()
    ask(page, SHARE)
    expect(page.locator("#quoth-narrowed")).to_have_text("Asking only 1 of 5 articles. Ask all")
    expect(newest(page).locator(".quoth-note").first).to_have_text("Asked only: 1 chosen article")
    assert page.locator(".quoth-sides").count() == 0
    assert {
        "Trump, Xi Seal Rare Earth Truce" in cite for cite in page.locator("#quoth-turns .quoth-cite").all_inner_texts()
    } == {True}
    page.reload()  # the answer keeps its filter
    expect(newest(page).locator(".quoth-note").first).to_have_text("Asked only: 1 chosen article")
    ask(page, SHARE)
    expect(newest(page).locator(".quoth-sides")).to_have_count(1)


def test_a_click_asks_all_articles_when_the_chosen_ones_do_not_answer(page: Page) -> None:
    articles(page)
    page.get_by_label("Ask Overview: A Rare-Earth Breakthrough in U.S.-China Talks").check()
    ask(page, TRUCE)
    expect(page.locator(".quoth-absent")).to_be_visible()
    page.get_by_role("button", name="Ask all articles instead").click()
    expect(page.locator(".quoth-words")).to_have_text("May 12, 2025")
    expect(page.locator(".quoth-turn")).to_have_count(1)
    expect(page.locator("#quoth-narrowed")).to_be_empty()
    articles(page)
    page.get_by_text("Author and dates").click()
    page.get_by_label("Published since").fill("2031-01-01")
    ask(page, TRUCE)
    expect(newest(page).get_by_role("alert")).to_contain_text("No article matches these filters")
    page.get_by_role("button", name="Ask all", exact=True).click()
    expect(page.locator("#quoth-narrowed")).to_be_empty()
    expect(page.get_by_label("Published since")).to_have_value("")


def test_example_questions_are_answered(page: Page) -> None:
    example = page.locator(".quoth-example").first
    question = example.inner_text()
    shot(page, "start")
    example.click()
    expect(page.locator(".quoth-question")).to_contain_text(question)
    expect(page.locator(".quoth-answer:not(.quoth-absent) blockquote").first).to_be_visible()
    expect(page.locator(".quoth-welcome")).to_be_hidden()


def test_words_are_searched_for(page: Page) -> None:
    search(page, "rare earth mining")
    expect(newest(page).locator(".quoth-total")).to_contain_text("passages in ")
    count = int((newest(page).locator(".quoth-total").inner_text()).split()[0])
    assert newest(page).locator(".quoth-card").count() == count
    marked = newest(page).locator("mark").all_text_contents()
    assert "rare earth mining" in marked
    shot(page, "search")
    newest(page).locator(".quoth-card .quoth-cite").first.click()
    expect(page.locator("#quoth-quote").first).to_be_in_viewport()
    ask(page, "\u201ctariff truce\u201d")  # quotation marks mean a search, whatever the switch says
    expect(newest(page).locator(".quoth-total")).to_have_text("1 passage in 1 article")
    expect(newest(page).locator("mark")).to_have_text("tariff truce")
    page.reload()
    expect(page.locator(".quoth-turn .quoth-kind")).to_have_text(["Search", "Search"])
    page.get_by_role("button", name="Edit these words").first.click()
    expect(page.get_by_label("Your question")).to_have_value("rare earth mining")
    expect(page.get_by_role("radio", name="Search")).to_be_checked()


def test_a_quote_is_saved_as_a_picture(page: Page) -> None:
    ask(page, TRUCE)
    page.locator("summary", has_text="⋯").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a picture").click()
    assert download.value.suggested_filename == "quote.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_questions_asked_in_quick_succession_are_all_answered(page: Page) -> None:
    box = page.get_by_label("Your question")
    for question in (TRUCE, SHARE, "What is the capital of Australia?"):
        box.fill(question)
        page.keyboard.press("Enter")
        expect(box).to_have_value("")  # accepted, but not answered yet
    expect(page.locator(".quoth-turn")).to_have_count(3)
    expect(page.locator(".quoth-pending")).to_have_count(0)
    expect(page.locator(".quoth-turn .quoth-question").first).to_contain_text(TRUCE)
    expect(newest(page).locator(".quoth-missing")).to_be_visible()
    page.get_by_role("button", name="Edit this question").first.click()  # then another question is asked
    page.locator(".quoth-example").first.evaluate("button => button.click()")
    expect(page.locator(".quoth-turn")).to_have_count(4)


def test_selected_words_of_an_article_are_asked_about(each_page: Page) -> None:
    page = each_page
    ask(page, "How long will China delay its restrictions?")
    articles(page)
    page.locator(".quoth-item .quoth-cite", has_text="Rare Earth Reckoning").click()
    page.get_by_text("Outline", exact=True).click()
    expect(page.get_by_role("button", name="Economic Impacts on Key Sectors")).to_be_visible()
    choose(page, "rare earth export curbs")
    expect(page.get_by_role("toolbar")).to_be_in_viewport()
    shot(page, "source")
    page.get_by_role("button", name="Ask about this").click()
    expect(page.get_by_label("Your question")).to_have_value("rare earth export curbs ")
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(page.get_by_role("toolbar")).to_have_count(0)
