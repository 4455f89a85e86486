"""Web pages as files: the article of the page is read as a browser shows it."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle
from tests.made import FERRY, QUAY


def read_one(name: str, data: bytes | str) -> ParsedArticle:
    (article,) = read(name, data.encode() if isinstance(data, str) else data)
    return article


def prose(article: ParsedArticle) -> list[str]:
    return [article.text[b.start : b.end] for b in article.blocks if b.kind != "boilerplate"]


PAGE = f"""<!doctype html><html lang="en"><head><title>The last ferry | The Quay Herald</title>
<script type="application/ld+json">\
{{"@type": "NewsArticle", "headline": "The last ferry", "author": {{"name": "Mara Quist"}},
"datePublished": "2019-11-03T08:00:00Z"}}</script></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/w">Weather for the whole of the coast</a></li></ul></nav>
<article><h1>The last ferry</h1>\
<p>{FERRY} It had run for <b>ninety</b> years, and <i>no</i> other boat took its place.</p>
<h2>The quay</h2><p>{QUAY} The band played until the lights of the ship were gone behind the cape.</p>
<table><tr><th>Route</th><th>Child</th></tr><tr><td>Hook Point</td><td>2.10</td></tr></table>
<p>The county had offered a third of the sum, and the port refused to find the rest of it on its own.</p></article>
<footer><p>Copyright 2019 The Quay Herald. All rights reserved. \
Terms of use and privacy policy apply to everything here.</p></footer>
</body></html>"""


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def test_only_the_article_of_a_web_page_is_read() -> None:
    article = read_one("ferry.html", PAGE)
    assert (article.title, article.author, article.published, article.language) == (
        "The last ferry", "Mara Quist", dt.date(2019, 11, 3), "en",
    )  # fmt: skip
    assert f"{FERRY} It had run for ninety years, and no other boat took its place." in prose(article)
    assert "Weather" not in article.text
    assert "Copyright" not in article.text
    assert [(b.level, article.text[b.start : b.end]) for b in article.blocks if b.kind == "heading"] == [
        (2, "The quay")
    ]
    assert "Route | Child\n--- | ---\nHook Point | 2.10" in article.text


def test_a_saved_page_equals_the_page_and_has_only_letters_of_the_page() -> None:
    mhtml = (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://example.org/ferry\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; boundary="B"\n\n--B\nContent-Type: text/html\n'
        "Content-Transfer-Encoding: 8bit\n\n" + PAGE + "\n--B--\n"
    )
    article = read_one("ferry.mhtml", mhtml)
    assert article.text == read_one("ferry.html", PAGE).text
    assert article.url == "https://example.org/ferry"

    class TextParser(HTMLParser):
        text = ""

        def handle_data(self, data: str) -> None:
            self.text += data

    parser = TextParser()
    parser.feed(PAGE)
    at = 0
    for line in article.text.splitlines():
        at = letters(parser.text).index(letters(line), at) + len(letters(line))


def test_visible_text_is_read_as_the_page_shows_it_and_hidden_text_is_left_out() -> None:
    page = (
        f"<p>{FERRY}<br>{QUAY} It <span hidden>never</span> rained.</p>"
        "<p style='display:none'>Nobody reads this line of the page here.</p>" * 3
    )
    article = read_one("a.html", f"<html><body><article>{page}</article></body></html>")
    assert FERRY in article.text
    assert "It rained." in article.text
    assert "never" not in article.text
    assert "Nobody" not in article.text


def test_line_breaks_of_the_page_are_kept_and_those_of_its_source_are_not() -> None:
    page = (
        f"<html><body><article><p>{FERRY}<br>{QUAY}</p><p>The boat\n\n  was  old.</p>"
        "<pre>a  b\nc</pre></article></body></html>"
    )
    text = read_one("a.html", page).text
    assert f"{FERRY}\n{QUAY}" in text
    assert "The boat was old." in text


def test_a_page_without_head_and_body_tags_is_read() -> None:
    (article,) = read(
        "a.html",
        (
            "<!doctype html><title>The quay</title><article><h1>The quay</h1>"
            f"<p>{FERRY} {QUAY}</p><p>{FERRY} {QUAY}</p></article>"
        ).encode(),
    )
    assert article.title == "The quay"
    assert QUAY in article.text
