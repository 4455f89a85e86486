"""The source of a quote: every character of the article once, with headings, tables and pages."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoth import Article, Library, Passage, Quote, ask
from quoth.index.reading.document import Block
from quoth.ui.citations import marked
from quoth.ui.escape import in_html
from quoth.ui.page.answers import answer_html
from quoth.ui.page.source import source_html
from quoth.ui.server.tools import Tools
from tests.made import FERRY, QUAY, pdf, write


@given(st.text(), st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=4))
def test_marking_never_changes_a_character(text: str, spans: list[tuple[int, int]]) -> None:
    html = marked(text, 0, spans)
    assert html.replace("<mark>", "").replace("</mark>", "") == in_html(text)


@given(st.integers(-10, 100), st.integers(-10, 100))
def test_a_place_outside_the_article_still_shows_all_of_it(start: int, end: int) -> None:
    article = Article(1, "a.txt", None, None, None, "", "The <truce> lasts.")
    body = source_html(article, start, end, (start - 5, end + 5)).split('aria-label="The article">')[1]
    tags = ('<span class="quoth-passage">', "</span>", '<mark id="quoth-quote" tabindex="-1">', "</mark>", "</div>")
    for tag in tags:
        body = body.replace(tag, "")
    assert body == in_html(article.text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Busan.", 1),
        ("One line\nof two.\n\n\nThe second\nBusan.", 2),  # wrapped to a width
        ("A line as long as a paragraph " * 5 + "\nThe second.\nBusan.", 3),
        ("\n\nBusan.", 1),
    ],
)
def test_the_paragraph_of_a_quote(text: str, number: int) -> None:
    article = Article(1, "a.txt", None, None, None, "", text)
    start = text.index("Busan.")
    passage = Passage(1, 1, 0, len(text), text)
    assert Quote("Busan.", start, start + 6, article, passage, 0.0).paragraph == number


def test_a_part_of_a_sentence_is_shown_as_a_part(library: Library, tmp_path: Path) -> None:
    filler = "the delegates walked through many halls and gardens without saying a word to anybody there"
    said = ", ".join([filler] * 5) + ", and at the end they signed the treaty of Busan."
    library.add(write(tmp_path, "long.txt", said))
    html = answer_html(ask("Who signed the treaty of Busan?", library=library, min_confidence=0))
    assert '<span class="quoth-cut" aria-hidden="true">… </span>' in html


def test_the_source_shows_headings_and_tables_and_every_character_once() -> None:
    text = "What it costs\n\nThe fare is <four> euros.\n\nRoute | Child\nHook Point | 2.10\n\nShare this"
    blocks = [
        Block("heading", 0, 13, 2), Block("prose", 15, 40), Block("row", 42, 55), Block("row", 56, 73),
        Block("boilerplate", 75, 85),
    ]  # fmt: skip
    article = Article(1, "a.html", None, None, None, "", text)
    start = text.index("Point")
    shown = source_html(article, start, start + 12, (42, 73), blocks=blocks)
    body = shown.split('aria-label="The article">')[1].removesuffix("</div>")
    assert unescape(re.sub(r"<[^>]*>", "", body)) == text
    assert body.count('role="row"') == 2
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", body) == ["Point", "2.10"]
    assert body.count('id="quoth-quote"') == 1
    assert re.search('role="heading" aria-level="4"[^>]*>What it costs<', body)


def test_a_page_of_a_pdf_is_rendered_for_programs(tmp_path: Path, library: Library) -> None:
    file = write(tmp_path, "ferry.pdf", pdf([[(40, 500, FERRY)]], title="The ferry"))
    library.add(file)
    library.refresh()
    tools = Tools(library, 0, None)
    quote = json.loads(tools.ask("What did the ferry carry?"))["quotes"][0]
    assert quote["page"] == "1"
    drawn = json.loads(tools.page(quote["source"], quote["start"], quote["end"]))
    assert (drawn["page"], drawn["marked"]) == ("1", True)
    assert b64decode(drawn["png"]).startswith(b"\x89PNG")
    file.write_bytes(pdf([[(40, 500, QUAY)]]))
    assert "gone or has changed" in json.loads(tools.page(quote["source"], quote["start"], quote["end"]))["error"]
