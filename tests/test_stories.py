"""Answers about single stories, each reported problem as a small case of our own; with the real model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from quoth import Answer, Library, ask

pytestmark = pytest.mark.model
Asked = Callable[..., Answer]


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """A function that asks a question of articles with the given texts."""

    def ask_of(question: str, *texts: str) -> Answer:
        folder = tmp_path / "articles"
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"{number}.txt").write_text(text, "utf-8")
        library = Library(tmp_path / "library")
        library.add([folder])
        return ask(question, library=library)

    return ask_of


def marks(answer: Answer) -> set[str]:
    return {q.article.text[a:b] for q in answer.quotes for a, b in q.highlights}


def test_a_denial_in_other_words_is_quoted(asked: Asked) -> None:
    answer = asked(
        "Which villages did not join the water board?",
        "Nine villages joined the water board when it met in April. Ostrow and Lenk stayed away.\n\n"
        "The board buys pipes in spring and sells them to the farms.",
    )
    assert any("Ostrow and Lenk stayed away." in q.text for q in answer.quotes)


def test_numbers_are_found_however_they_are_written(asked: Asked) -> None:
    answer = asked(
        "Who gave 25000 crowns to the choir?",
        "Mrs Edda Lorn gave 25,000 crowns to the choir in May.\n\nThe hall seats 300 and has a new roof.",
    )
    assert answer.found
    assert "Edda Lorn" in answer.quotes[0].text


def test_a_question_about_one_year_is_not_answered_with_another(asked: Asked) -> None:
    text = "In 2022 the lake ferry carried 41,000 people.\n\nThe captain has a parrot, and feeds it figs."
    assert not asked("How many people did the lake ferry carry in 2017?", text).found


def test_a_list_is_quoted_whole(asked: Asked) -> None:
    steps = (
        "To drain the tank:\n\n1. Close the red valve.\n2. Open the tap by the door.\n3. Wait for ten minutes.\n"
        "4. Lift the lid."
    )
    answer = asked(
        "List all steps to drain the tank",
        f"The tank holds rain from the roof.\n\n{steps}\n\nThe lid weighs two kilograms.",
    )
    assert answer.quotes[0].text == steps


def test_near_duplicates_do_not_hide_an_article_that_differs(asked: Asked) -> None:
    agency = (
        "The tunnel under the pass will open on 4 June, the ministry said on Monday. "
        "It is nine kilometres long and cost 800 million."
    )
    copies = [
        f"{agency} {extra}" for extra in ("(agency)", "Read by many.", "From our wire.", "Printed in the evening.")
    ]
    answer = asked(
        "When will the tunnel under the pass open?",
        *copies,
        "The tunnel under the pass will not open before 9 August, its builder said.",
    )
    assert [{q.article.text[a:b] for a, b in q.highlights} for q in answer.disagreements[0].quotes] == [
        {"4 June"},
        {"9 August"},
    ]


def test_the_same_value_in_other_words_is_no_disagreement(asked: Asked) -> None:
    answer = asked(
        "How long was the road closed?",
        "The coast road was closed for six weeks after the slide, and opened again on 2 May.",
        "After the slide the coast road stayed closed for 42 days. Repairs took nine months and cost two million.",
    )
    assert answer.found
    assert answer.disagreements == ()


def test_capitals_and_typos_do_not_lose_the_answer(asked: Asked) -> None:
    text = "The lighthouse keeper, Mr Arne Vold, retired in 1983.\n\nThe museum opens at ten."
    assert "1983" in asked("WHEN DID THE LIGHTHOUSE KEEPR RETIRE?", text).quotes[0].text


@pytest.mark.parametrize(
    ("question", "mark"),
    [
        ("How long is the pier?", "240 metres"),
        ("How long did the works take?", "three years"),
        ("What did the pier cost?", "£38"),
        ("What time does the gate open?", "6.30 a.m."),
        ("Who designed the pier?", "Ruth Adler"),
        ("Where was Ruth Adler born?", "Hull"),
        ("How old was Ruth Adler?", "34"),
        ("What share of the visitors come by train?", "two thirds"),
    ],
)
def test_the_answering_words_are_marked_exactly(pier: Library, question: str, mark: str) -> None:
    quote = ask(question, library=pier).quotes[0]
    assert mark in {quote.article.text[a:b] for a, b in quote.highlights}


@pytest.fixture(scope="module")
def pier(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("pier")
    (folder / "pier.txt").write_text(
        "The pier is 240 metres long, and the works took three years. It cost £38, plus the wood.\n\n"
        "The gate opens at 6.30 a.m. every day. About two thirds of the visitors come by train.\n\n"
        "It was designed by Ruth Adler, who was born in Hull and was 34 at the time.\n", "utf-8",
    )  # fmt: skip
    library = Library(folder / "library")
    library.add([folder / "pier.txt"])
    return library
