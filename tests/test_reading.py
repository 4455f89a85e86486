"""Detection of encodings, separation of prose and boilerplate, and metadata in the article's own lines."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pytest

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import Block
from quoth.index.reading.formats.text import plain_blocks
from quoth.index.reading.metadata.fields import front_matter
from quoth.index.reading.metadata.header import header
from quoth.index.sync.chunk import cut
from tests.conftest import SEEDS


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The “deal” isn’t done — it’s £30 and café.", "utf-8"),
        ("The “deal” isn’t done — it’s £30 and café.", "utf-8-sig"),
        ("The “deal” isn’t done — it’s £30 and café.", "cp1252"),
        ("It’s 5.", "cp1252"),
        ("L’été dernier, la France a décidé d’interdire les importations à l’étranger.", "cp1252"),
        ("The deal — done, really.", "utf-16"),
        ("The deal — done, really.", "utf-16-le"),
        ("W ubiegłym roku rząd zdecydował się wprowadzić nowe cła na towary z Chin, powiedział minister.", "cp1250"),
        ("В прошлом году правительство решило ввести новые пошлины на китайские товары.", "cp1251"),
        ("昨年、政府は中国製品に新たな関税を課すことを決定した、と大臣は述べた。", "shift_jis"),
    ],
)
def test_text_is_decoded_exactly(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 10, b"\x7fELF\x02\x01\x01\0\0\0" * 50, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 20]
)
def test_a_binary_file_is_rejected(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="binary"):
        decode(data)


@pytest.mark.parametrize(
    ("name", "title", "author", "published"),
    [
        ("000", "The Contradictory Outcome of the First Trump-Xi Meeting of 2025",
         "Jenny Leonard, Shawn Donnan, Joe Deaux", dt.date(2025, 10, 31)),
        ("001", "Overview: A Rare-Earth Breakthrough in U.S.-China Talks", None, None),
        ("002", "Trump, Xi Seal Rare Earth Truce", "Staff Writer", dt.date(2025, 10, 31)),
        ("003", None, None, None),
        ("004", "Rare Earth Reckoning: Inside the 2025 US-China Trade Truce", "Victoria Mossi", None),
    ],
)  # fmt: skip
def test_title_author_and_date_of_the_seeds(
    name: str, title: str | None, author: str | None, published: dt.date | None
) -> None:
    text = decode(next(SEEDS.glob(f"{name}_*.txt")).read_bytes())
    metadata = header(text, plain_blocks(text))
    assert (metadata.title, metadata.author, metadata.published) == (title, author, published)


def test_boilerplate_of_the_seeds_is_not_prose() -> None:
    for path in SEEDS.glob("*.txt"):
        text = decode(path.read_bytes())
        body = "\n".join(text[b.start : b.end] for b in plain_blocks(text) if b.kind in ("prose", "item", "row"))
        for words in (
            "newsletter", "Photo by", "min read", "media kit", "Editorial note", "publisher above", "Lifestyle",
        ):  # fmt: skip
            assert words not in body, (path.name, words)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "It ends the truce of China-U.S. relations. Talks go on.",
            ["It ends the truce of China-U.S. relations.", "Talks go on."],
        ),
        ("He met U.S. Secretary Bessent there. It rained.", ["He met U.S. Secretary Bessent there.", "It rained."]),
        ("He flew to the U.S. The talks went on.", ["He flew to the U.S.", "The talks went on."]),
        ("The river St. John rose. Nobody died.", ["The river St. John rose.", "Nobody died."]),
    ],
)
def test_a_sentence_does_not_end_after_an_abbreviation_inside_it(text: str, sentences: list[str]) -> None:
    block = Block("prose", 0, len(text))
    words = [(m.start(), m.end()) for m in re.finditer(r"\S+", text)]
    (passage,) = cut(text, [block], np.array(words), 100)
    assert [text[a:b] for a, b in passage.sentences] == sentences


def test_front_matter_is_read_and_an_ambiguous_date_is_ignored() -> None:
    metadata = front_matter("---\ntitle: A truce\nauthor: [Ann Lee, Bo Ito]\ndate: 2025-10-31\n---\nText.\n")
    assert (metadata.title, metadata.author) == ("A truce", "Ann Lee, Bo Ito")
    assert metadata.published == dt.date(2025, 10, 31)
    assert front_matter("---\ndate: 10/11/2025\n---\nText.\n").published is None
    assert front_matter("---\ndate: 2024-5-3 10:00:00 +0200\n---\nText.\n").published == dt.date(2024, 5, 3)


def test_front_matter_has_only_plain_values() -> None:
    metadata = front_matter(
        '---\nlanguage: no\ntitle: "\\uD83D\\uDE00 and \\uD83D"\nauthors:\n  - name: Ann\n  - Bo\n---\n'
    )
    assert (metadata.language, metadata.title, metadata.author) == ("no", "😀 and \ufffd", "Ann, Bo")
    aliases = "---\na: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\ntitle: [*b, *b]\nauthor: Ann\n---\n"
    assert len(front_matter(aliases).title or "") < len(aliases)
    assert front_matter("---\ntitle: [a, b]\nurl: {a: b}\n---\n").title is None
    assert front_matter("---\ntitle: " + "[" * 5000 + "\n---\n").author is None


WRAPPED = (
    "The bridge\n\nThe old bridge was closed in the spring of 2021, and the county had it\n"
    "mended over two winters by a firm of good builders from Hull, and by\n"
    "J. R. Keller, who drew it. The bill came to 48 million in the end, not\n45. The county paid it all.\n\n"
    "See https://example.org/" + "long/" * 30 + "\n"
)
PAGES = (
    "Report\n\nThe harbour took in forty ships, and of these nine were\n\n- 3 -\n\n\fReport\n\n"
    "refused for want of papers.\n\n- 4 -\n\n\fReport\n\nThe rest sailed.\n"
)


@pytest.mark.parametrize(
    ("name", "text", "blocks"),
    [
        ("a.txt", WRAPPED, [("prose", WRAPPED[12 : WRAPPED.index("\n\nSee")])]),
        ("a.txt", "Harbour\n\nDepth: 11 metres\nBerths: 42\n\nIt is run by the county.", [
            ("row", "Depth: 11 metres"), ("row", "Berths: 42"), ("prose", "It is run by the county."),
        ]),
        ("a.txt", "Prices\n\nTea   2.50\nCake  3.00\nSoup  4.20\n", [
            ("row", "Tea   2.50"), ("row", "Cake  3.00"), ("row", "Soup  4.20"),
        ]),
        ("a.txt", PAGES, [("prose", PAGES[8 : PAGES.index("\n\n- 4")]), ("prose", "The rest sailed.")]),
        ("a.txt", "Note\n\nCopyright lapsed in 1962, so anyone may print it.\n\n"
                  "First published in 1951, the atlas sold well.\n\nSubscribe to our newsletter\n", [
            ("prose", "Copyright lapsed in 1962, so anyone may print it."),
            ("prose", "First published in 1951, the atlas sold well."),
        ]),
        ("a.md", '<div class="n"><p>The pier is <b>90</b> metres long.</p>\n'
                 '<table><tr><td>Lund</td><td>97</td></tr></table></div>\n', [
            ("prose", "The pier is <b>90</b> metres long."), ("row", "Lund</td><td>97"),
        ]),
        ("a.md", "![plan](data:image/png;base64,QUJD)\n\nIt will be built of larch. <!-- or not -->\n",
         [("prose", "It will be built of larch.")]),
    ],
)  # fmt: skip
def test_kinds_and_limits_of_paragraphs(name: str, text: str, blocks: list[tuple[str, str]]) -> None:
    (article,) = read(name, text.encode())
    actual = [
        (b.kind, article.text[b.start : b.end]) for b in article.blocks if b.kind not in ("boilerplate", "heading")
    ]
    assert [block for block in actual if "example.org" not in block[1] and block[1] != "Prices"] == blocks
    assert article.text == text


@pytest.mark.parametrize(
    ("text", "title", "author", "published"),
    [
        ("---\ntitle: Salt: a short history\nauthors:\n  - name: Ann Lee\n  - Bo Ito\ndate: 2024-05-03\n"
         "tags: [a\n---\nText.\n", "Salt: a short history", "Ann Lee, Bo Ito", dt.date(2024, 5, 3)),
        ('+++\ntitle = "Salt"\nauthor = "Mara Quist"\ndate = 2024-05-03\n+++\nText.\n',
         "Salt", "Mara Quist", dt.date(2024, 5, 3)),
        ("Updated 5 June 2024 at 10:30\n\n# The quay\n\nBoats may lie there.\n", "The quay", None, dt.date(2024, 6, 5)),
        ("# The quay\n\nPublished: 03/04/2024\n\nBy Mara Quist | 5 min read\n\nBoats may lie there.\n",
         "The quay", "Mara Quist", None),
    ],
)  # fmt: skip
def test_loosely_written_metadata_are_read(
    text: str, title: str, author: str | None, published: dt.date | None
) -> None:
    (article,) = read("a.md", text.encode())
    assert (article.title, article.author, article.published) == (title, author, published)
    assert all("Published" not in article.text[b.start : b.end] for b in article.blocks if b.kind != "boilerplate")
