"""Keyboard, accessibility, panes, window sizes, languages and prints in a real Chromium."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdfium2 import PdfDocument

from tests.browser import (
    DESKTOP,
    PHONE,
    SHARE,
    TRUCE,
    articles,
    ask,
    newest,
    opened,
    search,
    shot,
    talk,
    wide,
)

pytestmark = pytest.mark.browser


def test_everything_works_by_keyboard(page: Page) -> None:
    page.locator("body").click(position={"x": 1, "y": 1})
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type(SHARE)
    page.keyboard.press("Enter")
    expect(page.locator(".quoth-turn")).to_have_count(1)
    page.keyboard.press("Escape")
    page.locator("#quoth-turns .quoth-cite").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#quoth-quote")).to_be_focused()
    assert page.locator("#quoth-quote").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("j")
    expect(page.locator("#quoth-turns .quoth-cite").nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    expect(page.locator("#quoth-turns .quoth-cite").first).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#quoth-turns .quoth-cite").first).to_be_focused()


@pytest.mark.parametrize(("size", "theme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone-dark", "desktop-light"])
def test_the_page_is_accessible_and_needs_no_sideways_scrolling(
    chromium: Browser, seed_chat: str, size: dict[str, int], theme: str
) -> None:
    context = chromium.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{seed_chat}?__theme={theme}")
    expect(page.locator(".quoth-welcome")).to_be_visible()
    ask(page, "What is the capital of Australia?")
    search(page, "tariff truce")
    page.locator(".quoth-way").get_by_text("Ask", exact=True).click()
    ask(page, SHARE)
    newest(page).locator(".quoth-keep").first.click()
    page.get_by_text("Conversations").click()
    articles(page)
    talk(page)
    newest(page).locator(".quoth-cite").first.click()
    expect(page.locator("#quoth-quote")).to_be_in_viewport()
    if size == PHONE:
        shot(page, "phone")
    for tab in ("Source", "Kept"):
        page.locator(".quoth-tab", has_text=tab).click()
        violations = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def test_panes_close_and_widen_and_keep_their_state(context: BrowserContext, seed_chat: str) -> None:
    page = opened(context, seed_chat)
    shelf, source = page.locator("#quoth-library"), page.locator("#quoth-source")
    if not wide(page):
        articles(page)
        expect(page.get_by_label("Your question")).to_be_hidden()
        page.go_back()
        expect(shelf).to_be_hidden()
        ask(page, TRUCE)
        page.locator("#quoth-turns .quoth-cite").first.click()
        expect(page.locator("#quoth-quote")).to_be_in_viewport()
        expect(page.get_by_label("Your question")).to_be_hidden()
        page.go_back()
        expect(page.locator("#quoth-turns .quoth-cite").first).to_be_focused()
        assert page.url == seed_chat
        return
    before = shelf.bounding_box()
    bar = page.get_by_role("separator", name="Width of the articles")
    place = bar.bounding_box()
    assert before
    assert place
    page.mouse.move(place["x"] + 3, 400)
    page.mouse.down()
    page.mouse.move(place["x"] + 83, 400)
    page.mouse.up()
    bar.press("ArrowRight")
    page.reload()
    expect(page.locator(".quoth-welcome")).to_be_visible()
    after = shelf.bounding_box()
    assert after
    assert after["width"] == pytest.approx(before["width"] + 80 + 24, abs=6)
    page.get_by_role("button", name="Close the articles").click()
    page.reload()
    expect(page.locator(".quoth-welcome")).to_be_visible()
    expect(shelf).to_be_hidden()
    ask(page, TRUCE)
    page.locator("#quoth-turns .quoth-cite").first.click()
    expect(source).to_be_visible()
    page.get_by_role("button", name="Close the source").click()
    expect(source).to_be_hidden()
    expect(page.locator("#quoth-turns .quoth-cite").first).to_be_focused()
    page.get_by_role("button", name="Articles", exact=True).click()
    expect(shelf).to_be_visible()


def test_only_new_answers_are_drawn_and_the_question_box_grows(phone_page: Page) -> None:
    page = phone_page
    ask(page, TRUCE)
    page.locator(".quoth-turn").evaluate("e => { e.kept = true; }")
    ask(page, SHARE)
    assert page.locator(".quoth-turn").first.evaluate("e => e.kept")
    tops = [turn.bounding_box() for turn in page.locator(".quoth-turn").all()]
    assert tops[0]
    assert tops[1]
    assert tops[0]["y"] < tops[1]["y"]
    box = page.get_by_label("Your question")
    low = box.bounding_box()
    box.fill("What was said of soybeans, fentanyl, rare earths, tariffs, chips and ships?\n" * 4)
    high = box.bounding_box()
    assert low
    assert high
    assert high["height"] > 2 * low["height"]
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport()


@pytest.mark.parametrize("width", [320, 2560])
def test_narrow_and_wide_windows_with_large_letters(chromium: Browser, seed_chat: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 1000})
    page = opened(context, seed_chat)
    page.add_style_tag(content="html { font-size: 200% }")
    ask(page, SHARE)
    page.locator("#quoth-turns .quoth-cite").first.click()
    expect(page.locator("#quoth-quote")).to_be_in_viewport()
    talk(page)
    for part in ("#quoth-scroll", ".quoth-head", "#quoth-below"):
        assert page.locator(part).evaluate("e => e.scrollWidth <= e.clientWidth"), part
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport()
    context.close()


@pytest.mark.parametrize(
    ("locale", "question", "begin"),
    [
        ("de-AT", "Ihre Frage", "Fragen Sie Ihre 5 Artikel"),
        ("fr", "Votre question", "Interrogez vos 5 articles"),
        ("es-MX", "Su pregunta", "Pregunte a sus 5 artículos"),
    ],
)
def test_the_page_is_in_the_browsers_language(
    chromium: Browser, seed_chat: str, locale: str, question: str, begin: str
) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale=locale)
    page = opened(context, seed_chat)
    expect(page.locator(".quoth-welcome h2")).to_have_text(begin)
    assert page.evaluate("document.documentElement.lang") == locale[:2]
    page.get_by_label(question).fill(SHARE)
    page.keyboard.press("Enter")
    expect(page.locator(".quoth-sides > div")).to_have_count(2)
    shown = {line.strip().casefold() for line in page.locator("#quoth-shell").inner_text().splitlines()}
    assert not shown & {"ask", "search", "new", "kept", "your sources differ", "find", "author and dates", "why this?"}
    context.close()


def test_reduced_motion_is_respected_and_a_print_has_only_the_answers(chromium: Browser, seed_chat: str) -> None:
    context = chromium.new_context(viewport=DESKTOP, reduced_motion="reduce")
    page = opened(context, seed_chat)
    ask(page, TRUCE)
    ask(page, SHARE)
    moving = """() => [...document.querySelectorAll('*')].filter((e) => {
        const style = getComputedStyle(e);
        return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none';
    }).length"""
    assert page.evaluate(moving) == 0
    page.emulate_media(media="print")
    for name in ("#quoth-library", "#quoth-below", ".quoth-head", ".quoth-card .quoth-menu", ".quoth-keep"):
        expect(page.locator(name).first).to_be_hidden()
    expect(page.locator(".quoth-question")).to_have_count(2)
    printed = "".join(p.get_textpage().get_text_range() for p in PdfDocument(page.pdf()))
    for words in (TRUCE, SHARE, "May 12, 2025", "Your sources differ", "92% of global processing"):
        assert words.casefold() in " ".join(printed.split()).casefold()
    assert "Conversations" not in printed
    context.close()


def test_a_page_that_cannot_start_says_why(desktop: BrowserContext, seed_chat: str) -> None:
    page = desktop.new_page()
    why = "The library is damaged: say quoth check."
    page.route("**/page/begin", lambda route: route.fulfill(status=409, body=why))
    page.goto(seed_chat)
    expect(page.get_by_text(why)).to_be_visible()
