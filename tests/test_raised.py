"""Superscripts, subscripts and tables with spanning cells, as they are written in an article's text."""

from __future__ import annotations

import pytest

from quoth.index.reading.layout.grid import Cell, grid
from quoth.index.reading.layout.raised import lowered, raised
from quoth.index.reading.layout.writer import Writer


@pytest.mark.parametrize(
    ("words", "expected"),
    [("3", "³"), ("-6", "⁻⁶"), ("1,2", "¹,²"), ("a", "ᵃ"), ("th", "th"), ("[4]", "[4]"), ("*", "*"), ("2n", "²ⁿ")],
)
def test_a_superscript_has_raised_characters_unless_it_is_a_word_or_a_mark_in_brackets(
    words: str, expected: str
) -> None:
    assert raised(words) == expected


def test_a_subscript_has_lowered_characters() -> None:
    assert f"H{lowered('2')}O, x{lowered('i')}" == "H₂O, xᵢ"


def test_the_words_of_a_spanning_cell_stand_in_each_place_that_it_covers() -> None:
    rows = [
        [Cell("Kestrel Pool", rows=2), Cell("Summer"), Cell("6:30")],
        [Cell("Winter"), Cell("8:00")],
        [Cell("All pools", columns=2), Cell("9:00")],
    ]
    assert grid(rows) == [
        ["Kestrel Pool", "Summer", "6:30"],
        ["Kestrel Pool", "Winter", "8:00"],
        ["All pools", "All pools", "9:00"],
    ]


def test_a_header_of_two_rows_becomes_one_above_a_rule() -> None:
    writer = Writer()
    writer.table(
        [["Year", "Ducks", "Ducks"], ["Year", "male", "female"], ["2019", "120", "135"]], header_rows=2, group=1
    )
    assert writer.text == "Year | Ducks male | Ducks female\n--- | --- | ---\n2019 | 120 | 135"
    assert [writer.text[b.start : b.end] for b in writer.blocks] == [
        "Year | Ducks male | Ducks female",
        "2019 | 120 | 135",
    ]


def test_a_table_without_a_header_begins_with_a_rule() -> None:
    writer = Writer()
    writer.table([["Depth", "11 metres"], ["Length", "40 metres"]], header_rows=0, group=1)
    assert writer.text == "--- | ---\nDepth | 11 metres\nLength | 40 metres"
