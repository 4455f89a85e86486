"""Asking, searching, following citations and copying in a real Chromium, with and without a mouse."""

from __future__ import annotations

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdfium2 import PdfDocument

from quoth import Library
from tests.browser import (
    DESKTOP,
    PHONE,
    SHARE,
    TRUCE,
    articles,
    ask,
    choose,
    newest,
    opened,
    search,
    serving,
    shot,
    talk,
    wide,
)
from tests.conftest import SEEDS

pytestmark = pytest.mark.browser


@pytest.fixture
def page(desktop: BrowserContext, seed_chat: str) -> Page:
    return opened(desktop, seed_chat)


@pytest.fixture
def phone_page(phone: BrowserContext, seed_chat: str) -> Page:
    return opened(phone, seed_chat)


@pytest.fixture
def each_page(context: BrowserContext, seed_chat: str) -> Page:
    """For tests in which the layout matters: a page on a desktop, then one on a phone."""
    return opened(context, seed_chat)


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
    expect(box).to_have_value("Who else was invited to China? (When did Trump and Xi speak by phone? June 5, 2025)")
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


def test_programs_ask_through_the_api(seed_chat: str) -> None:
    from gradio_client import Client

    client = Client(seed_chat, verbose=False)
    answer = json.loads(client.predict(TRUCE, api_name="/ask"))
    assert answer["found"]
    quote = answer["quotes"][0]
    assert quote["highlights"] == ["May 12, 2025"]
    opened = json.loads(client.predict(quote["source"], quote["start"], quote["end"], api_name="/article"))
    assert opened["text"] == quote["text"]
    assert len(json.loads(client.predict("fentanyl", 2, api_name="/search"))) == 2
    with pytest.raises(Exception, match="no word in it"):
        client.predict("?", api_name="/ask")


def test_assistants_ask_through_mcp(seed_chat: str) -> None:
    import anyio
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def tools_and_answer() -> tuple[set[str], str]:
        async with (
            streamablehttp_client(f"{seed_chat}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = await session.list_tools()
            names = {tool.name for tool in tools.tools}
            tool = next(name for name in names if name.endswith("ask"))
            result = await session.call_tool(tool, {"question": TRUCE})
            return names, result.content[0].text  # type: ignore[union-attr]

    with ThreadPoolExecutor(1) as pool:  # Playwright may have an event loop in this thread
        names, answer = pool.submit(anyio.run, tools_and_answer).result()
    assert {name.rsplit("_", 1)[-1] for name in names} == {"ask", "search", "article", "page"}
    assert "May 12, 2025" in answer


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
    expect(newest(page).get_by_role("alert")).to_contain_text("None of the library's articles")
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


def test_a_quote_is_saved_as_a_picture(page: Page) -> None:
    ask(page, TRUCE)
    page.locator("summary", has_text="⋯").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a picture").click()
    assert download.value.suggested_filename == "quote.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


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


def test_a_page_that_cannot_start_says_why(desktop: BrowserContext, seed_chat: str) -> None:
    page = desktop.new_page()
    why = "The library is damaged: say quoth check."
    page.route("**/page/begin", lambda route: route.fulfill(status=409, body=why))
    page.goto(seed_chat)
    expect(page.get_by_text(why)).to_be_visible()
