"""The main job on the five seed articles, with the real model."""

from __future__ import annotations

import pytest

from quoth import Library, ask, retrieve

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What score out of ten did Trump give the meeting?", "12 out of 10"),
        ("When was the 90-day tariff truce reached?", "on May 12, 2025"),
        ("At which summit was the deal signed?", "APEC summit"),
        ("Was Taiwan discussed at the meeting?", "not discussed during the meeting"),
        ("Which committee reviews Chinese investments in the U.S.?", "Committee on Foreign Investment"),
    ],
)
def test_the_first_quote_answers(seed_library: Library, question: str, words: str) -> None:
    answer = ask(question, library=seed_library)
    assert answer.found
    assert words in answer.quotes[0].text
    assert words in "".join(h.passage.text for h in retrieve(question, 5, library=seed_library))
    for quote in answer.quotes:
        assert quote.text == quote.article.text[quote.start : quote.end]


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Australia?", "How can I subscribe to the daily newsletter?",
        "Who won the 2022 football world cup?",
    ],
)  # fmt: skip
def test_what_the_articles_do_not_say_is_not_found(seed_library: Library, question: str) -> None:
    assert not ask(question, library=seed_library).found
