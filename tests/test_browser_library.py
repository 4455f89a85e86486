"""Adding, reading, finding and removing articles in a real Chromium."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from quoth import Library
from quoth.index.records import Encoded
from tests.browser import articles, ask, choose, newest, opened, serving_here, shot
from tests.conftest import SEEDS
from tests.made import FERRY, QUAY, pdf, write
from tests.words import WordEncoder

pytestmark = pytest.mark.browser


def test_a_pdf_page_is_shown_with_the_quote_marked(
    desktop: BrowserContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    above = [
        "The harbour master wrote a long letter to the county about the",
        "landing stage, and got no answer to it for a year and a half.",
    ]
    below = [
        "Nobody had asked the crew. The cook, who had been on board for",
        "thirty years, took the ship's bell home with him that night.",
    ]
    lines = [(40, y, line) for y, line in zip((500, 484, 260, 244), above + below, strict=True)] + [(40, 300, FERRY)]
    library = Library(tmp_path / "library")
    write(tmp_path, "ferry.pdf", pdf([[(40, 500, QUAY)], lines], title="The last ferry"))
    monkeypatch.chdir(tmp_path)
    library.add(["ferry.pdf"])
    with serving_here(library.folder) as url:
        page = opened(desktop, url)
        ask(page, "When did the northern ferry carry its last passengers?")
        cite = page.locator(".quoth-card .quoth-cite").first
        expect(cite).to_contain_text("page 2")
        cite.click()
        picture, box = page.locator(".quoth-page img"), page.locator(".quoth-box")
        expect(picture).to_have_js_property("complete", True)
        expect(box).to_be_in_viewport()
        sheet, mark = picture.bounding_box(), box.bounding_box()
        assert sheet is not None
        assert mark is not None
        left, middle = (
            (mark["x"] - sheet["x"]) / sheet["width"],
            (mark["y"] + mark["height"] / 2 - sheet["y"]) / sheet["height"],
        )
        assert left == pytest.approx(40 / 400, abs=0.01)
        assert middle == pytest.approx(1 - 304 / 600, abs=0.01)
        expect(page.locator(".quoth-sheet figcaption")).to_contain_text("Page 2 of 2")
        expect(page.get_by_role("button", name="Next page")).to_be_disabled()
        shot(page, "pdf")
        page.get_by_role("button", name="Previous page").click()
        expect(page.locator(".quoth-sheet figcaption")).to_contain_text("Page 1 of 2")
        expect(page.locator(".quoth-box")).to_have_count(0)
        page.get_by_role("button", name="Larger").click()
        expect(page.get_by_role("button", name="Larger")).to_have_attribute("aria-pressed", "true")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A chat about a library that tests may change, and its folder of articles."""
    folder = tmp_path_factory.mktemp("own") / "articles"
    shutil.copytree(SEEDS, folder)
    (folder / "odd.txt").write_text(
        "Odd notes\n\nThe zebra said <img src=x onerror=alert(1)> **bold** $x^2$ ${1+1} {\"path\": \"/etc/passwd\"} "
        "yesterday.\n\n"
        "أعلنت الحكومة الهدنة في بوسان يوم الخميس.\n\n停战协议在釜山签署,为期一年。\n", "utf-8",
    )  # fmt: skip
    Library(folder.parent / "library").add(folder)
    with serving_here(folder.parent / "library") as url:
        yield url, folder


def test_markup_in_articles_stays_text(desktop: BrowserContext, own: tuple[str, Path]) -> None:
    page = opened(desktop, own[0])
    page.on("dialog", lambda dialog: pytest.fail("a script of an article ran"))
    ask(page, "What did the zebra say?")
    words = 'The zebra said <img src=x onerror=alert(1)> **bold** $x^2$ ${1+1} {"path": "/etc/passwd"} yesterday.'
    expect(page.locator("blockquote").first).to_have_text(words)
    page.locator("#quoth-turns .quoth-cite").first.click()
    expect(page.locator("#quoth-quote")).to_have_text(words)
    ask(page, "停战协议在哪里签署?")
    expect(newest(page).locator("blockquote").first).to_contain_text("釜山")
    ask(page, "أين أعلنت الحكومة الهدنة؟")
    arabic = page.locator("blockquote", has_text="بوسان").first
    assert arabic.evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_articles_are_added_asked_about_removed_and_restored(
    desktop: BrowserContext, own: tuple[str, Path], tmp_path: Path
) -> None:
    other, page = opened(desktop, own[0]), opened(desktop, own[0])
    articles(page)
    (tmp_path / "herring.txt").write_text("Herring swim in the Baltic sea during the long winter.", "utf-8")
    (tmp_path / "empty.txt").write_text("", "utf-8")
    page.locator("#quoth-adding input[multiple]").set_input_files([tmp_path / "herring.txt", tmp_path / "empty.txt"])
    expect(page.locator("#quoth-said").get_by_text("1 added.")).to_be_visible()
    expect(page.locator("#quoth-said li")).to_contain_text("empty.txt:")
    ask(other, "Where do herring swim?")  # a page opened before the change
    expect(other.locator("blockquote").first).to_contain_text("Herring swim in the Baltic sea")
    page.bring_to_front()  # Chromium draws a background page only once a second
    page.get_by_label("Find among 7 articles").fill("herr")
    expect(page.locator(".quoth-item:visible")).to_have_count(1)
    page.get_by_label("Order of the articles").select_option("By title")
    shot(page, "library")
    page.get_by_role("button", name="Remove herring.txt").click()
    expect(page.locator("#quoth-said").get_by_text("1 removed.")).to_be_visible()
    expect(page.get_by_label("Find among 6 articles")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Find among 7 articles")).to_have_value("herr")  # also after they are drawn again
    expect(page.locator(".quoth-item:visible")).to_have_count(1)
    expect(page.get_by_label("Order of the articles")).to_have_value("title")
    page.get_by_role("button", name="Remove herring.txt").click()
    expect(page.get_by_label("Find among 6 articles")).to_be_visible()


def test_files_changed_on_disk_are_shown_and_brought_up_to_date(phone: BrowserContext, own: tuple[str, Path]) -> None:
    page = opened(phone, own[0])
    said = "The zebra said nothing at all today."
    (own[1] / "odd.txt").write_text(said, "utf-8")
    page.reload()
    articles(page)
    expect(page.locator(".quoth-outdated")).to_contain_text("1 changed")
    page.get_by_role("button", name="Update").click()
    expect(page.locator(".quoth-outdated")).to_have_count(0)
    ask(page, "What did the zebra say?")
    expect(page.locator("blockquote").first).to_have_text(said)


def test_articles_are_sorted(desktop: BrowserContext, own: tuple[str, Path]) -> None:
    page = opened(desktop, own[0])
    articles(page)
    items = page.locator(".quoth-item")
    before = items.locator(".quoth-cite").all_text_contents()
    page.get_by_label("Order of the articles").select_option("Longest first")
    lengths = [int(item.get_attribute("data-chars") or 0) for item in items.all()]
    assert lengths == sorted(lengths, reverse=True)
    page.get_by_label("Order of the articles").select_option("As added")
    assert items.locator(".quoth-cite").all_text_contents() == before


def test_articles_of_one_file_fold_under_it(desktop: BrowserContext, tmp_path: Path) -> None:
    library = Library(tmp_path / "library", encoder=WordEncoder())
    rows = "".join(f"Row {n},The ferry {n} carried {n} crates of pears to the island.\n" for n in range(1, 5))
    write(tmp_path, "rows.csv", f"title,text\n{rows}")
    write(tmp_path, "alone.txt", "Herring swim in the Baltic sea during the long winter.")
    library.add([tmp_path / "rows.csv", tmp_path / "alone.txt"])
    with serving_here(library.folder, encoder=WordEncoder()) as url:
        page = opened(desktop, url)
        articles(page)
        shown, fold = page.locator(".quoth-item:visible"), page.locator(".quoth-group summary")
        expect(fold).to_have_text("rows.csv 4 articles")
        expect(shown).to_have_count(1)
        page.locator(".quoth-filter").fill("row 3")
        expect(shown.locator(".quoth-cite")).to_have_text(["Row 3"])
        page.locator(".quoth-filter").fill("rows.csv")
        expect(fold).to_be_visible()
        page.locator(".quoth-filter").fill("")
        expect(shown).to_have_count(1)  # folded as before
        fold.focus()
        page.keyboard.press("Enter")
        expect(shown).to_have_count(5)
        violations = [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert violations == []
        page.get_by_role("button", name="Remove Row 2").click()
        expect(fold).to_have_text("rows.csv 3 articles")
        expect(shown).to_have_count(4)  # still open
        page.get_by_role("button", name="Remove all articles of rows.csv").click()
        expect(fold).to_have_count(0)
        page.get_by_role("button", name="Undo").click()
        expect(fold).to_have_text("rows.csv 4 articles")
        expect(shown).to_have_count(5)


def test_files_dropped_on_an_empty_library_are_added(desktop: BrowserContext, tmp_path: Path) -> None:
    Library(tmp_path / "library").refresh()
    with serving_here(tmp_path / "library") as url:
        page = opened(desktop, url)
        expect(page.locator(".quoth-welcome")).to_contain_text("There are no articles yet")
        page.evaluate("""() => {
            const given = new DataTransfer();
            given.items.add(new File(["Herring swim in the Baltic sea during the long winter."], "herring.txt"));
            const drop = new DragEvent("drop", { dataTransfer: given, bubbles: true });
            document.querySelector("#quoth-scroll").dispatchEvent(drop);
        }""")
        expect(page.locator(".quoth-welcome")).to_contain_text("Ask your article")
        ask(page, "Where do herring swim?")
        expect(page.locator("blockquote").first).to_contain_text("Herring swim in the Baltic sea")


def test_an_article_is_read_by_its_outline_and_selected_words_are_used(desktop: BrowserContext, tmp_path: Path) -> None:
    filler = "The ferry sailed on. " * 60
    sections = "".join(f"# Chapter {n}\n\n{filler}\n\nCaptain Orla {n} came 𝒜board.\n\n" for n in range(1, 6))
    library = Library(tmp_path / "library")
    library.add(write(tmp_path, "ferry.md", sections))
    with serving_here(library.folder) as url:
        page = opened(desktop, url)
        articles(page)
        page.locator(".quoth-item .quoth-cite").click()
        page.get_by_text("Outline", exact=True).click()
        page.get_by_role("button", name="Chapter 5").click()
        heading = page.locator(".quoth-formatted .quoth-heading", has_text="Chapter 5")
        expect(heading).to_be_in_viewport()
        expect(heading).to_be_focused()
        choose(page, "Captain Orla 4 came \U0001d49cboard.")
        page.get_by_role("button", name="Keep", exact=True).click()
        kept = json.loads(page.evaluate("localStorage.getItem('quoth-kept')"))
        text = library.articles()[0].text
        assert [text[k["start"] : k["end"]] for k in kept] == ["Captain Orla 4 came \U0001d49cboard."]
        choose(page, "Captain Orla 3")
        page.get_by_role("button", name="Ask about this").click()
        expect(page.get_by_label("Your question")).to_have_value("Captain Orla 3 ")
        choose(page, "Captain Orla 2")
        page.get_by_role("button", name="Search for this").click()
        expect(page.locator(".quoth-total")).to_have_text("1 passage in 1 article")


def test_markdown_is_read_formatted_or_as_text_and_kept_to_the_letter(desktop: BrowserContext, tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    said = "The ferry carried **four hundred 𝒜people** &amp; [a goat](https://example.org/goat) in 2019."
    library.add(write(tmp_path, "ferry.md", f"# The ferry\n\n{said}\n\n| Port | Fare |\n|---|---|\n| Quay | 2.10 |\n"))
    with serving_here(library.folder) as url:
        page = opened(desktop, url)
        ask(page, "What did the ferry carry in 2019?")
        page.locator("#quoth-turns .quoth-cite").first.click()
        view, text = page.locator(".quoth-formatted"), page.locator(".quoth-text")
        expect(view.locator("mark").first).to_be_focused()
        assert "".join(view.locator("mark").all_text_contents()) == (
            "The ferry carried four hundred 𝒜people & a goat in 2019."
        )
        expect(view.get_by_role("cell", name="2.10")).to_be_visible()
        expect(text).to_be_hidden()
        violations = [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert violations == []
        page.evaluate("""() => {
            const [first, last] = [document.querySelector(".quoth-formatted strong"),
                document.querySelector(".quoth-formatted a")].map((e) => e.querySelector("mark").firstChild);
            getSelection().setBaseAndExtent(first, 5, last, 6);
        }""")
        page.get_by_role("button", name="Keep", exact=True).click()
        (kept,) = json.loads(page.evaluate("localStorage.getItem('quoth-kept')"))
        assert kept["text"] == "hundred 𝒜people** &amp; [a goat"
        assert library.articles()[0].text[kept["start"] : kept["end"]] == kept["text"]
        page.get_by_role("button", name="Text", exact=True).click()
        expect(view).to_be_hidden()
        expect(text.locator("mark")).to_have_text(said)
        page.reload()
        expect(text).to_be_visible()  # remembered
        expect(page.get_by_role("button", name="Formatted")).to_have_attribute("aria-pressed", "false")


class SlowEncoder(WordEncoder):
    """Takes its time for many texts, so that adding lasts long enough to be watched."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        time.sleep(0.03 * len(texts) if len(texts) > 1 else 0)
        return super().encode(texts)


def test_articles_already_added_are_asked_while_the_rest_of_a_folder_is_added(
    desktop: BrowserContext, tmp_path: Path
) -> None:
    Library(tmp_path / "library", encoder=SlowEncoder()).refresh()
    folder = tmp_path / "given"
    (folder / "deep" / ".hidden").mkdir(parents=True)
    write(folder, "0.txt", "Herring swim in the Baltic sea during the long winter.")
    write(folder / "deep" / ".hidden", "no.txt", "This is hidden.")
    for n in range(1, 60):
        lines = (f"Ship {n} carried {m} crates of {n * m} pears to the island.\n\n" for m in range(40))
        write(folder / "deep", f"{n}.txt", "".join(lines))
    with serving_here(tmp_path / "library", encoder=SlowEncoder()) as url:
        page = opened(desktop, url)
        expect(page.get_by_role("button", name="Try it with the example articles")).to_be_visible()
        shot(page, "empty")
        page.locator(".quoth-invited input[webkitdirectory]").set_input_files(folder)
        expect(page.locator(".quoth-welcome")).to_contain_text("Ask your ", timeout=60_000)
        expect(page.locator(".quoth-welcome progress")).to_be_visible()
        ask(page, "Where do herring swim?")
        expect(page.locator("blockquote").first).to_have_text("Herring swim in the Baltic sea during the long winter.")
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".quoth-welcome")).to_contain_text("Ask your 60 articles", timeout=120_000)
        expect(page.locator(".quoth-doing progress")).to_have_count(0)


def test_example_articles_are_added_to_an_empty_library(desktop: BrowserContext, tmp_path: Path) -> None:
    Library(tmp_path / "library").refresh()
    with serving_here(tmp_path / "library") as url:
        page = opened(desktop, url)
        page.get_by_role("button", name="Try it with the example articles").click()
        expect(page.locator(".quoth-welcome")).to_contain_text("Ask your 5 articles")
        expect(page.locator(".quoth-example").first).to_be_visible()
