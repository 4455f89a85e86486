"""Web pages and feeds: the article is found wherever it stands, as the page shows it, and nothing else is read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

import pytest

from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.formats.html_choice import best_order
from tests.made import FERRY, QUAY

MORE = "The county had offered a third of the sum, and the port refused to find the rest of it on its own."
CONSENT = (
    "We and our 40 partners store and access information on your device, such as cookies, and process personal data to "
    "show you advertising. Your choice is kept for a year, and you may change it at the foot of every page."
)


def article_of(body: str, head: str = "") -> ParsedArticle:
    (article,) = read("a.html", f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode())
    assert isinstance(article, ParsedArticle)
    return article


def text_of(words: str, head: str = "") -> str:
    """Return the text of a page whose article has these words in its second paragraph."""
    paragraphs = article_of(f"<article><p>{FERRY}</p><p>{words}</p><p>{QUAY} {MORE}</p></article>", head).text
    first, *between, last = paragraphs.split("\n\n")
    assert (first, last) == (FERRY, f"{QUAY} {MORE}")
    return "\n\n".join(between)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("It gave work to 1,250<sup><a href='#n3'>3</a></sup> people.", "It gave work to 1,250³ people."),
        ("They caught 4 × 10<sup>6</sup> fish and drank H<sub>2</sub>O.", "They caught 4 × 10⁶ fish and drank H₂O."),
        ("It burned in 1911<span style='vertical-align: super'>4</span>.", "It burned in 1911⁴."),
        ("It sank in 1913<a role='doc-noteref' href='#n5'>5</a>.", "It sank in 1913⁵."),
        ("On the 5<sup>th</sup> of May it rained [<sup>2</sup>].", "On the 5th of May it rained [²]."),
        ("A berth costs <del>80</del> <ins>65</ins> crowns.", "A berth costs 65 crowns."),
        ("From <s>six</s> eight, not <strike>nine</strike> ten.", "From eight, not ten."),
        ("It costs <span style='text-decoration: line-through'>9</span> 7 crowns.", "It costs 7 crowns."),
        ("<ruby>渡<rp>（</rp><rt>と</rt><rp>）</rp>船<rt>せん</rt></ruby>は毎朝出ます。", "渡船は毎朝出ます。"),
        ("The <span aria-hidden='true'>★</span>quay is <i hidden>not</i> old.", "The quay is old."),
        ("Price: <b class='sr-only'>now</b> 12 crowns a head.", "Price: 12 crowns a head."),
        ("It costs <b class='sr-only'>$12.99</b><b aria-hidden='true'>$12<sup>99</sup></b> a head.",
         "It costs $12.99 a head."),
        ("A long word: Schiff&shy;fahrts<wbr>gesell\u200bschaft.", "A long word: Schifffahrtsgesellschaft."),
        ("Write here:<textarea>my own words</textarea> nothing.", "Write here: nothing."),
    ],
)  # fmt: skip
def test_a_page_is_read_as_it_is_shown(words: str, text: str) -> None:
    assert text_of(words) == text


def test_the_simple_rules_of_a_style_element_are_followed() -> None:
    rules = (
        "<style>.gone { display: none } p .x { display: none } .old { text-decoration: line-through }"
        ".tab { display: none } .up {vertical-align: super} .tab.open { display: block } "
        "@media print { .paper { display: none } }</style>"
    )
    pairs = (("gone", "not"), ("x", "this"), ("old", "was"), ("tab", "is"), ("paper", "here"))
    words = " ".join(f"<b class='{name}'>{word}</b>" for name, word in pairs)
    assert text_of(f"{words} 7<b class=up>2</b>.", rules) == "this is here 7²."


def test_what_the_reader_can_open_is_read() -> None:
    answer = "The boat carries nine hundred people and forty cars."
    page = (
        f"<article><h1>The ferry</h1><p>{FERRY} {QUAY}</p><h2><button aria-expanded='false' aria-controls='a1'>How many"
        f" people does the boat carry?</button></h2><div id='a1' hidden><p>{answer}</p></div>"
        f"<details><summary>And why?</summary><p>{MORE}</p></details></article>"
    )
    text = article_of(page).text
    assert "How many people does the boat carry?" in text
    assert answer in text
    assert f"And why?\n\n{MORE}" in text


@pytest.mark.parametrize(
    "page",
    [
        "<div style='display:none'>{}</div>",
        "<main aria-hidden='true'>{}</main><div role='dialog'>Subscribe to our letter</div>",
        "<div><noscript>{}</noscript></div>",
        "<div><template shadowrootmode='open'>{}</template></div>",
        "<div><template>{}</template></div>",
        "<button class='menu'>Menu<main>{}</main>",
        "<div class='page'><aside>{}</aside></div>",
        "<dialog open>{}</dialog>",
        "<form action='/'>{}</form>",
        "<div id='cookie-banner'><p>" + CONSENT + "</p><button>Accept all</button></div><aside>{}</aside>",
        "<aside>{}</aside><div><p>" + CONSENT + "</p><a href='#'>Accept all</a></div>",
        "<aside>{}</aside><p>" + CONSENT + "</p>",
    ],
)
def test_an_article_is_found_wherever_it_stands(page: str) -> None:
    text = article_of(page.format(f"<h1>The last ferry</h1><p>{FERRY} {QUAY}</p><p>{MORE} {MORE}</p>")).text
    assert f"{FERRY} {QUAY}\n\n{MORE} {MORE}" in text
    for other in ("partners", "Subscribe", "Accept", "Menu"):
        assert other not in text


def test_an_article_about_cookies_is_no_consent_notice() -> None:
    body = f"<article><h1>Cookies</h1><p>{CONSENT}</p><p>{CONSENT}</p></article>"
    assert article_of(body).text.count("partners") == 2
    recipe = "<div class='chocolate-chip-cookies'><p>We use cookies in our trifle, broken into four.</p></div>"
    assert "broken into four" in article_of(f"<article><p>{FERRY} {QUAY}</p>{recipe}<p>{MORE}</p></article>").text


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        ("<div id=onetrust-banner-sdk>{}<button>Alle annehmen</button></div>",
         "Wir und 812 Partner speichern Informationen auf Ihrem Gerät, etwa Cookies, und lesen sie aus."),
        ("<div id=didomi-host><p>{}</p><button>Continuer</button></div>",
         "Avec nos partenaires, nous déposons des traceurs. Vous pouvez retirer votre accord à tout moment."),
        ("<div id=sp_message_container_55><div>{}<button>Continuar</button></div></div>",
         "Con tu acuerdo, nosotros y nuestros socios usamos identificadores para medir el rendimiento."),
        ("<div class=qc-cmp2-container><p>{}</p><button>More options</button></div>",
         "With your permission we and our vendors may use precise geolocation and store cookies."),
        ("<div id=usercentrics-root><p>{}</p><button>Zustimmen</button></div>",
         "Diese Seite setzt Dienste Dritter ein. Ich kann meine Zustimmung jederzeit widerrufen."),
        ("<div id=cookie-notice role=dialog><span>{}</span><a href='#'>Vale</a></div>",
         "Usamos galletas en esta página. Si sigues, entendemos que te parece bien, cookies incluidas."),
    ],
)  # fmt: skip
def test_a_notice_of_a_widespread_program_is_not_read(notice: str, words: str) -> None:
    notice = notice.format(words)
    text = article_of(f"<main><h1>The ferry</h1><p>{FERRY} {QUAY}</p>{notice}<p>{MORE} {MORE}</p></main>").text
    assert f"{FERRY} {QUAY}\n\n{MORE} {MORE}" in text
    assert words not in text


@pytest.mark.parametrize(
    "writer",
    [
        "<span itemprop='author'><b itemprop='name'>{}</b> 12 posts</span>", "<a class='username author'>{}</a>",
        "<p class='author'>Post by {} » Sat Feb 24, 2024</p>",
    ],
)  # fmt: skip
def test_the_author_of_a_thread_is_the_writer_of_its_first_post(writer: str) -> None:
    posts = "".join(
        f"<div class='post'>{writer.format(name)}<p>{FERRY} {MORE}</p></div>" for name in ("kai.berg", "Ann", "Otto")
    )
    assert article_of(f"<div><h1>The ferry</h1>{posts}</div>").author == "kai.berg"


def test_customers_are_not_the_authors_of_a_page() -> None:
    reviews = [{"@type": "Review", "author": {"@type": "Person", "name": name}} for name in ("Ann Quist", "Otto Brand")]
    head = f'<script type="application/ld+json">{json.dumps(reviews)}</script>'
    assert article_of(f"<article><h1>Boats</h1><p>{FERRY} {QUAY}</p><p>{MORE}</p></article>", head).author is None


def test_a_stated_author_is_read_without_character_references() -> None:
    described = json.dumps({"@type": "Article", "author": {"name": "By Mara &amp; Otto Quist"}})
    head = f'<script type="application/ld+json">{described}</script>'
    assert article_of(f"<article><h1>Boats</h1><p>{FERRY} {QUAY}</p></article>", head).author == "Mara & Otto Quist"


@pytest.mark.parametrize(
    "head",
    [
        "<style>" + "/*" * 300_000 + "</style>", "<style>" + "a " * 300_000 + "</style>",
        "<style>" + "@" * 600_000 + "</style>",
    ],
)  # fmt: skip
def test_a_style_sheet_of_any_form_is_read_at_once(head: str) -> None:
    assert text_of("The quay is old.", head) == "The quay is old."


def test_cells_that_span_a_thousand_rows_and_columns_are_filled_up_to_a_limit() -> None:
    rows = "".join(f"<tr><td rowspan=1000 colspan=1000>Kestrel</td><td>{i}</td></tr>" for i in range(3_000))
    page = f"<article><p>{FERRY}</p><table>{rows}</table><p>{QUAY} {MORE}</p></article>"
    assert article_of(page).text.endswith(MORE)


@pytest.mark.parametrize("body", [f"{FERRY}\n{QUAY} {MORE}", f"<p>{FERRY}</p><p>{QUAY} {MORE}</p>"])
def test_an_article_that_is_only_in_the_data_of_a_page_is_read(body: str) -> None:
    described = json.dumps({"@type": "NewsArticle", "headline": "The \ud83d ferry", "articleBody": body})
    page = article_of("<div id='app'></div>", f'<script type="application/ld+json">{described}</script>')
    assert page.text == f"{FERRY}\n\n{QUAY} {MORE}"
    assert page.title == "The \ufffd ferry"


@pytest.mark.parametrize("depth", [300, 20_000])
@pytest.mark.parametrize("tag", ["<div>", "<font>", "<blockquote><p>", "<table><tr><td>"])
def test_nothing_is_lost_in_a_page_that_nests_deeply(tag: str, depth: int) -> None:
    ends = "</div>" * depth if tag == "<div>" else ""
    text = article_of(f"<article><p>{FERRY}</p>{tag * depth}<p>{QUAY}</p>{ends}<p>{MORE}</p></article>").text
    assert [text.count(words) for words in (FERRY, QUAY, MORE)] == [1, 1, 1]
    assert text.index(FERRY) < text.index(QUAY) < text.index(MORE)


def test_a_term_and_its_meaning_are_one_item() -> None:
    page = (
        f"<article><p>{FERRY} {QUAY}</p><dl><dt>Freeboard</dt><dd>The height of the deck above the water.</dd>"
        "<div><dt>Neap</dt><dt>Neap tide</dt><dd><p>A tide of</p><p>small range.</p></dd></div></dl>"
        f"<p>{MORE}</p></article>"
    )
    article = article_of(page)
    assert [article.text[b.start : b.end] for b in article.blocks if b.kind == "item"] == [
        "Freeboard\nThe height of the deck above the water.", "Neap\nNeap tide\nA tide of\nsmall range.",
    ]  # fmt: skip


def test_all_parts_of_a_page_that_is_no_article_are_read() -> None:
    posts = "".join(
        f"<div class='post'><div class='who'>Ann{i}</div><p>{i}. {FERRY} {MORE}</p></div>" for i in range(9)
    )
    text = article_of(f"<nav><a href='/'>Home</a></nav><div class='thread'><h1>The ferry</h1>{posts}</div>").text
    assert [f"Ann{i}\n\n{i}. {FERRY}" in text for i in range(9)] == [True] * 9
    assert "Home" not in text


def test_a_paragraph_that_a_comment_cites_is_read_once() -> None:
    comments = "".join(f"<div class='comment'><p>{FERRY}</p><p>I was there, number {i}.</p></div>" for i in range(9))
    page = f"<article><h1>The ferry</h1><p>{FERRY} {QUAY}</p><p>{MORE} {MORE}</p></article>"
    text = article_of(f"{page}<div class='comments'>{comments}</div>").text
    assert text.count(FERRY) == 1
    assert "number" not in text


@pytest.mark.parametrize(
    ("blocks", "lines", "pairs"),
    [
        ("abcd", "abcd", [(0, 0), (1, 1), (2, 2), (3, 3)]),
        ("xaxbx", "axb", [(1, 0), (2, 1), (3, 2)]),
        ("ab", "ba", [(1, 0)]),
        ("", "a", []),
    ],
)
def test_blocks_and_lines_match_in_order(
    blocks: Sequence[str], lines: Sequence[str], pairs: list[tuple[int, int]]
) -> None:
    assert list(best_order(blocks, lines)) == pairs


def test_a_page_of_many_repeated_blocks_is_read() -> None:
    rows = "".join(f"<p>Like</p><p>Reply {i % 7}</p>" for i in range(10_000))
    assert FERRY in article_of(f"<article><p>{FERRY} {QUAY}</p>{rows}<p>{MORE}</p></article>").text


ITEMS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Quay</title>
<item><guid>a</guid><title>Soup &amp;amp; bread</title><pubDate>Tue, 12 May 2020 23:30:00 -0500</pubDate>
<description>&lt;![CDATA[The bakery burned &amp; nobody was hurt.]]&gt;</description></item>
<item><guid>b</guid><description>Sixty lamps were hung.</description><content:encoded/></item>
<item><guid>c</guid><description>In short.</description><content:encoded><![CDATA[<p>It opens at <b>ten</b>.</p>]]>
</content:encoded></item>
<item><guid>d</guid><description>&amp;lt;p&amp;gt;It was escaped twice.&amp;lt;/p&amp;gt;</description></item>
</channel></rss>"""


@pytest.mark.parametrize("before", ["", "\n", "\ufeff", "\ufeff \n<!-- made by hand -->\n"])
def test_the_longer_text_of_each_entry_of_a_feed_is_read(before: str) -> None:
    articles = [a for a in read("a.xml", (before + ITEMS).encode()) if isinstance(a, ParsedArticle)]
    assert [(a.name, a.text) for a in articles] == [
        ("a", "The bakery burned & nobody was hurt."), ("b", "Sixty lamps were hung."), ("c", "It opens at ten."),
        ("d", "It was escaped twice."),
    ]  # fmt: skip
    assert (articles[0].title, articles[0].published) == ("Soup & bread", dt.date(2020, 5, 12))


def test_the_marked_up_content_of_an_atom_feed_is_read() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Quay</title><entry><id>a</id><title>Pier</title>'
        '<published>2020-05-12T23:30:00-05:00</published><content type="xhtml">'
        '<div xmlns="http://www.w3.org/1999/xhtml"><p>The pier is <b>90</b> metres long.</p></div></content></entry>'
        "</feed>"
    )
    (article,) = read("a.atom", feed.encode())
    assert isinstance(article, ParsedArticle)
    assert (article.text, article.published) == ("The pier is 90 metres long.", dt.date(2020, 5, 12))


def test_text_after_the_end_of_the_body_is_read() -> None:
    menu = "<header><nav><a href='/'>Home</a></nav></header></body></html>"
    assert FERRY in article_of(f"{menu}<article><h1>The last ferry</h1><p>{FERRY}</p><p>{QUAY}</p></article>").text
