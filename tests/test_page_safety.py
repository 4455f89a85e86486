"""In a real Chromium, the words of an article stay text, and the page shows, copies and saves every letter."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from quoth import Library
from tests.browser import DESKTOP, ask, opened, serving_here
from tests.made import docx, paragraph, write
from tests.proof import Proof
from tests.test_verbatim import HOSTILE

pytestmark = pytest.mark.browser
SHORT, LONG = 24, 144
"""Numbers of hostile articles: more than all payloads, and all payloads in all formats."""

RUN = "window.ran=1;alert(1);fetch('http://127.0.0.1:9/beacon')"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f'<img src=x onerror="{RUN}"> <img src="http://127.0.0.1:9/beacon.png">',
    "<style>*{display:none!important;background:url(http://127.0.0.1:9/beacon)}</style>",
    f"[a](javascript:{RUN}) <a href=\"javascript:{RUN}\" autofocus onfocus=\"{RUN}\">b</a>",
    "![a](http://127.0.0.1:9/beacon.png) ![b][c] [c]: http://127.0.0.1:9/beacon2.png",
    "$\\href{javascript:alert(1)}{x}$ $$\\htmlData{a=b}{y}$$ \\(\\unicode{x}\\)",
    '{"path": "/etc/passwd", "url": "http://127.0.0.1:9/beacon", "meta": {"_type": "gradio.FileData"}}',
    "${" + RUN + "} {{" + RUN + "}} <%= 1 %> #{1}",
    f"<svg onload=\"{RUN}\"><script>{RUN}</script><use href=\"http://127.0.0.1:9/beacon#x\"/></svg>",
    f"<iframe srcdoc=\"<script>parent.ran=1</script>\" src=\"javascript:{RUN}\"></iframe>",
    "<object data=\"http://127.0.0.1:9/beacon\"></object><embed src=\"http://127.0.0.1:9/beacon\">",
    '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/beacon">',
    '<base href="http://127.0.0.1:9/beacon/"><link rel=stylesheet href="http://127.0.0.1:9/beacon.css">',
    f"\"'><script>{RUN}</script><x title='",
    f"</blockquote></textarea></title></style><script>{RUN}</script>",
    '<form action="http://127.0.0.1:9/beacon"><button autofocus>send</button></form>'
    '<details open ontoggle="window.ran=1">',
    f"&lt;script&gt;{RUN}&lt;/script&gt; &#60;img src=x onerror=window.ran=1&#62;",
    "\u202e<script>window.ran=1</script>\u202c \x1b[31m",
]  # fmt: skip
FILLER = (
    "<p>The keepers wrote down all that they heard during the day, and read it out to each other in the evening.</p>"
    "<p>Nobody in the town believed them, and the mayor, who had studied animals, asked for a second opinion.</p>"
    "<p>In the spring a professor came from the capital, sat down before the fence, and listened for a week.</p>"
)
FORMATS = ("txt", "md", "html", "csv", "eml", "jsonl", "rss", "docx")
MADE = "script, style, iframe, object, embed, svg, form, meta, base, link, img, textarea"


def article(kind: str, words: str) -> str | bytes:
    """The content of a file of this format whose article contains these words."""
    shown = html.escape(words)
    made = {
        "html": "<!doctype html><html><head><title>Zebras</title></head><body>"
        f"<article><h1>Zebras</h1><p>{shown}</p>{FILLER}</article></body></html>",
        "csv": 'title,text\n"Zebras","' + words.replace('"', '""') + '"\n',
        "eml": f"From: a@example.org\r\nSubject: Zebras\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n",
        "jsonl": json.dumps({"title": "Zebras", "text": words}) + "\n",
        "rss": '<rss version="2.0"><channel><title>Z</title><item><title>Zebras</title>'
        f"<description>{html.escape(shown)}</description></item></channel></rss>",
    }
    if kind == "docx":
        return docx(paragraph("".join(c for c in words if c >= " ")))
    return made.get(kind, f"Zebras\n\n{words}\n")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """A chat about hostile articles that take the payloads and the formats in turn."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "articles").mkdir()
    turns, count = range(len(FORMATS)), LONG if request.config.getoption("--proof") else SHORT
    every = [(FORMATS[(i + j) % len(FORMATS)], payload) for i in turns for j, payload in enumerate(PAYLOADS)]
    for number, (kind, payload) in enumerate(every[:count]):
        words = f"The zebra number {number + 1000} said {payload} yesterday."
        write(folder / "articles", f"zebra{number}.{kind}", article(kind, words))
    changes = Library(folder / "library").add(folder / "articles")
    assert (changes.rejected, changes.ignored) == ((), ())
    with serving_here(folder / "library", min_confidence=0) as url:
        yield url


@pytest.mark.promise("Any article is only text")
@pytest.mark.parametrize("policy", [True, False], ids=["policy", "no-policy"])
def test_no_article_runs_loads_or_leaks(chromium: Browser, hostile: str, policy: bool, proof: Proof) -> None:
    """Escaping must suffice without the policy, which holds even if escaping fails."""
    context = chromium.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    if not policy:

        def stripped(route: Route) -> None:
            answer = route.fetch()
            kept = {k: v for k, v in answer.headers.items() if k != "content-security-policy"}
            route.fulfill(response=answer, headers=kept)

        context.route(hostile, stripped)
    page = opened(context, hostile)
    assert (
        page.evaluate("fetch('data:,x').then(() => true, () => false)") is not policy
    )  # whether the policy is in force
    requests.clear()
    page.on("dialog", lambda dialog: pytest.fail("a script of an article ran"))
    page.on("popup", lambda popup: pytest.fail("an article opened a window"))
    expect(page.locator(".quoth-shelf .quoth-cite")).to_have_count(LONG if proof.is_long else SHORT)
    for fold in page.locator(".quoth-group summary").all():
        fold.click()
    quoted: set[int] = set()
    for number in proof.times(SHORT, LONG):
        page.evaluate("quoth.open(null)")
        expect(page.locator(".quoth-welcome")).to_be_visible()
        ask(page, f"What did the zebra number {number + 1000} say?")
        shown = " ".join(page.locator("blockquote").all_text_contents())
        quoted |= {int(found) for found in re.findall(r"number (\d+) said", shown)}
        shelved = page.locator(".quoth-shelf .quoth-cite").nth(number)
        source = str(shelved.get_attribute("data-source"))
        shelved.click()
        expect(page.locator("#quoth-article header p")).to_contain_text(source)
        expect(page.locator(".quoth-text")).to_contain_text("The zebra number")
        assert page.locator("#quoth-turns, #quoth-article").locator(MADE).count() == 0
    assert len(quoted) > 0.9 * proof.tries
    assert page.evaluate("window.ran") is None
    assert page.url.startswith(hostile)
    assert [asked for asked in requests if not asked.startswith(hostile) or "beacon" in asked.partition("?")[0]] == []
    context.close()


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Library]]:
    """A chat that tests may change, about articles whose letters are hard to preserve."""
    folder = tmp_path_factory.mktemp("odd")
    library = Library(folder / "library")
    for number, text in enumerate(HOSTILE):
        sentence = f"The zebra number {number + 1000} said {text.strip()} yesterday."
        write(folder, f"{number}.txt", f"Notes\r\n\r\n{sentence}\r\n")
    library.add([folder / f"{number}.txt" for number in range(len(HOSTILE))])
    with serving_here(folder / "library", min_confidence=0) as url:
        yield url, library


def test_the_page_shows_and_copies_every_letter_even_without_the_clipboard_api(
    desktop: BrowserContext, odd: tuple[str, Library]
) -> None:
    url, library = odd
    texts = {a.id: a.text for a in library.articles()}
    desktop.add_init_script(
        "window.read = navigator.clipboard.read.bind(navigator.clipboard); delete Navigator.prototype.clipboard"
    )
    page = opened(desktop, url)
    seen = 0
    for number in range(len(HOSTILE)):
        page.evaluate("quoth.open(null)")
        expect(page.locator(".quoth-welcome")).to_be_visible()
        ask(page, f"What did the zebra number {number + 1000} say?")
        card = page.locator(".quoth-card").first
        cite = card.locator(".quoth-cite").first
        text = texts[int(cite.get_attribute("data-article") or 0)]
        quote = text[int(cite.get_attribute("data-start") or 0) : int(cite.get_attribute("data-end") or 0)]
        assert card.locator("blockquote").evaluate("e => e.textContent") == quote
        cite.click()
        expect(page.locator("#quoth-article header p")).to_have_text(str(cite.get_attribute("data-source")))
        assert page.locator(".quoth-text").evaluate("e => e.textContent") == text
        card.locator("summary").click()
        card.get_by_role("button", name="Copy", exact=True).click()
        expect(page.locator("#quoth-status")).to_have_text("Copied.")
        copied = page.evaluate("read().then(([item]) => item.getType('text/plain')).then((blob) => blob.text())")
        assert copied.startswith(f"“{quote}”\n— ")
        seen += "\r" in quote
    assert seen


def test_the_page_does_not_violate_its_own_policy(
    desktop: BrowserContext, odd: tuple[str, Library], tmp_path: Path
) -> None:
    messages: list[str] = []
    desktop.on(
        "console", lambda message: messages.append(message.text) if message.type in ("error", "warning") else None
    )
    desktop.on("weberror", lambda error: messages.append(str(error.error)))
    page = opened(desktop, odd[0])
    ask(page, "What did the zebra number 1003 say?")
    page.locator("#quoth-turns .quoth-cite").first.click()
    expect(page.locator("#quoth-quote").first).to_be_visible()
    page.get_by_text("Author and dates").click()
    page.locator(".quoth-tick").first.check()
    page.get_by_role("separator", name="Width of the articles").press("ArrowRight")
    page.get_by_text("Conversations").click()
    with page.expect_download():
        page.get_by_role("button", name="Export as HTML").click()
    with page.expect_download():
        page.get_by_role("link", name="Save the file").click()
    policy = write(tmp_path, "policy.txt", "The okapi kept every policy.")
    page.locator("#quoth-adding input[multiple]").set_input_files(policy)
    expect(page.locator("#quoth-said").get_by_text("1 added.")).to_be_visible()
    page.get_by_role("button", name="Remove policy.txt").click()
    expect(page.locator("#quoth-said").get_by_text("1 removed.")).to_be_visible()
    page.reload()
    expect(page.locator(".quoth-turn")).to_have_count(1)
    assert messages == []


@pytest.mark.parametrize("name", ["#1.txt", "NOTES.TXT", "essay.markdown", "письмо о море.txt", '"it\'s" 100% [x].txt'])
def test_a_file_is_added_and_saved_under_its_own_name(
    desktop: BrowserContext, odd: tuple[str, Library], tmp_path: Path, name: str
) -> None:
    content = b"\xef\xbb\xbf" + f"The okapi of {name} slept\r\nall day long.\r\n".encode()
    page = opened(desktop, odd[0])
    page.locator("#quoth-adding input[multiple]").set_input_files(write(tmp_path, name, content))
    expect(page.locator("#quoth-said").get_by_text("1 added.")).to_be_visible()
    page.locator(".quoth-shelf").get_by_role("button", name=f"Open {name} at this quote").or_(
        page.locator(".quoth-shelf .quoth-cite", has_text=name)
    ).first.click()
    expect(page.locator("#quoth-article h2")).to_have_text(name)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the file").click()
    saved = download.value.path().read_bytes()
    assert hashlib.sha256(saved).digest() == hashlib.sha256(content).digest()
    page.get_by_role("button", name=f"Remove {name}").click()
    expect(page.locator("#quoth-said").get_by_text("1 removed.")).to_be_visible()


def questions(page: Page) -> list[list[str]]:
    return [talk["questions"] for talk in page.evaluate("quoth.all()")]


def test_two_tabs_of_one_conversation_do_not_overwrite_each_other(
    desktop: BrowserContext, odd: tuple[str, Library]
) -> None:
    first, then, other, more = (f"What did the zebra number {number} say?" for number in (1001, 1002, 1003, 1004))
    one = opened(desktop, odd[0])
    ask(one, first)
    two = opened(desktop, odd[0])
    two.evaluate("quoth.open(quoth.all()[0].id)")
    expect(two.locator(".quoth-turn")).to_have_count(1)
    ask(one, then)
    ask(two, other)
    assert questions(one) == [[first, other], [first, then]]
    ask(one, more)
    ask(two, more)
    assert sorted(questions(two)) == sorted([[first, then, more], [first, other, more]])
    expect(one.locator(".quoth-conversation")).to_have_count(2)
