"""Markdown: struck and hidden text does not answer, marks of notes do not join numbers, code has no headings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.index.reading.document import Block
from quoth.index.reading.formats.markdown import markdown_blocks
from quoth.index.reading.layout.markup import struck, without_struck
from quoth.index.records import Article, Passage
from quoth.qa.records import Quote
from quoth.ui.page.cards import card
from quoth.ui.page.source import source_html


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It costs ~~12 crowns~~ 9 crowns.", "It costs 9 crowns."),
        ("It costs <del>12</del> <s>10</s> 9 crowns.", "It costs 9 crowns."),
        ("It is <!-- not\nyet --> open.", "It is open."),
        ("It is <span hidden>not</span> <b style='display: none'>yet</b> open.", "It is open."),
        ("It has 1,250[^3] seats.", "It has 1,250 seats."),
        ("It has 1,250<sup>3</sup> seats and 10^6^ lamps.", "It has 1,250 ³ seats and 10 ⁶ lamps."),
        ("Write `~~12~~` to strike.", "Write `~~12~~` to strike."),
        ("```\n~~12~~\n```", "``` ~~12~~ ```"),
        ("The <a title='the hidden bay'>bay</a> and a <!-- b", "The <a title='the hidden bay'>bay</a> and a <!-- b"),
        ("Between ~~ and ~~ nothing is struck.", "Between ~~ and ~~ nothing is struck."),
    ],
)
def test_what_is_read_has_the_places_of_the_text(text: str, read: str) -> None:
    copy = without_struck(text)
    assert " ".join(copy.split()) == read
    assert len(copy) == len(text)


def test_struck_spans_are_slices_of_the_text() -> None:
    text = "It costs ~~12 crowns~~ 9[^1] crowns. <!-- no -->"
    assert [text[a:b] for a, b in struck(text)] == ["~~12 crowns~~", "<!-- no -->"]


def test_blocks_that_are_struck_or_hidden_are_not_prose() -> None:
    text = "~~The shed is open.~~\n\n<div hidden>\n\nThe shed is red.\n\n</div>\n\nThe shed is new.\n"
    assert [text[b.start : b.end] for b in markdown_blocks(text) if b.kind == "prose"] == ["The shed is new."]


def test_a_line_in_a_code_block_is_no_heading() -> None:
    text = "```sh\n# One\n```\n\n# Two\n\n   ~~~\n   # Three\n   ~~~\n\n````\n```\n# Four\n````\n\n~~~\n# Five\n"
    blocks = markdown_blocks(text)
    assert [text[b.start : b.end] for b in blocks if b.kind == "heading"] == ["Two"]
    assert [text[b.start : b.end] for b in blocks if b.kind == "row"] == ["# One", "# Three", "```\n# Four", "# Five"]


def test_a_struck_value_is_neither_marked_nor_quoted_alone(tmp_path: Path, library: Library) -> None:
    text = "# The shed\n\nThe key of the shed costs ~~12 crowns~~ 9 crowns.\n\n"
    text += "Its lamp is red. ~~It was made by Ole Brun.~~\n"
    (tmp_path / "shed.md").write_text(text)
    library.add([tmp_path / "shed.md"])
    (quote, *_) = ask("What does the key of the shed cost?", library=library).quotes
    assert quote.text == "The key of the shed costs ~~12 crowns~~ 9 crowns."
    assert all("12" not in text[a:b] and "~" not in text[a:b] for a, b in quote.highlights)
    answer = ask("Who made the lamp that is red?", library=library)
    assert not any("Ole Brun" in found.text for found in answer.quotes)


def test_struck_text_is_shown_struck_through() -> None:
    text = "It costs ~~12~~ 9 crowns. It is red."
    article = Article(1, "shed.md", "Shed", None, None, "", text)
    quote = Quote(text, 0, len(text), article, Passage(1, 1, 0, len(text), text), 0.0, ((16, 24),))
    assert card(1, quote, True, []).text == "It costs <s>~~12~~</s> <mark>9 crowns</mark>. It is red."
    source = source_html(article, 0, 10, blocks=[Block("prose", 0, len(text))])
    assert source.count("<s>") == source.count("</s>") > 0
    shown = re.sub(r"<[^>]+>", "", source)
    assert text in shown
