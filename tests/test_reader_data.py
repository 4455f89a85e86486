"""What the reader is trained on: made-up questions and texts whose answers are known."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.reader.examples import Example, Source, window
from benchmarks.reader.forms import tables, varied, yes_or_no

TEXT = (
    "The old mill of Varn stands by the river. The mill was sold to a baker in 1911. It burned in May. "
    "Anna Holt has not rebuilt the wheel, which lies in the yard."
)


def source(question: str, answer: str | None, text: str = TEXT) -> Source:
    place = None if answer is None else (text.index(answer), text.index(answer) + len(answer))
    return Source(question, "Varn", "Mill of Varn", text, place, place, "set")


def test_sentences_become_questions_to_be_answered_with_yes_or_no() -> None:
    found = {s.question: s.text[slice(*s.answer)] for s in yes_or_no([source("?", None)]) if s.answer}
    assert found["Was the mill sold to a baker in 1911?"] == "was sold to a baker in 1911"
    assert found["Has Anna Holt rebuilt the wheel?"] == "has not rebuilt the wheel"
    assert not any(question.startswith(("Is It", "Was It")) for question in found)


@given(st.integers(0, 10_000))
@settings(max_examples=200)
def test_a_window_keeps_the_answer(seed: int) -> None:
    example = window(source("Who bought the mill?", "a baker"), random.Random(seed))
    assert example.answer is not None
    assert example.text[slice(*example.answer)] == "a baker"
    assert example.text in TEXT


def test_words_that_the_window_leaves_out_become_a_heading() -> None:
    asked = source("When did the mill of Varn burn?", "May")
    headings = {window(asked, random.Random(seed)).title for seed in range(100)}
    assert "Mill of Varn\nMill varn" in headings, "the windows without the first two sentences"
    assert "Mill of Varn" in headings


@given(st.integers(0, 10_000))
@settings(max_examples=200)
def test_other_forms_keep_the_answer(seed: int) -> None:
    start = TEXT.index("1911")
    example = Example("When was the bakery sold?", "", TEXT, (start, start + 4), "set")
    found = varied(example, random.Random(seed))
    assert found.answer is not None
    assert found.text[slice(*found.answer)] == "1911"
    assert found.question in ("When was the bakery sold?", "When was the bakery sold", "bakery sold")
    assert found.text == TEXT or all(line.startswith("- ") for line in found.text.splitlines())


@pytest.mark.parametrize("seed", range(30))
def test_a_table_answers_in_the_named_row(seed: int) -> None:
    named = "In May, Anna Holt met Jon Falk, Liv Sand, Ada Brun, Ines Reed, Tomas Berg, Ola Lind, Per Dahl, Siv Moe, "
    (example,) = tables([source("?", None, f"{named}and others often spoke quietly.")], 1, random.Random(seed))
    rows = [line.split(" | ") for line in example.text.splitlines()]
    if example.answer is None:
        assert example.group == "other-table"
    else:
        before = example.text.rfind("\n", 0, example.answer[0]) + 1
        row = example.text[before:].split("\n")[0].split(" | ")
        assert row in rows
        assert row[0] in example.question
        assert example.text[slice(*example.answer)] in row[1:]
