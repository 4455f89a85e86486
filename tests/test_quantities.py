"""The unit that a question asks for is marked, not the number beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.qa.question.quantities import asked_quantity

TEXT = "The head runs on 24 Volts and draws 0.2 A at 40 °C; it weighs 1.5 kg."


@pytest.mark.parametrize(
    ("question", "number", "found"),
    [
        ("How much current does the head need?", "0.2", (1, "0.2 A")),
        ("How much current does the head need?", "24", (-1, "24")),
        ("What voltage does it need?", "24", (1, "24 Volts")),
        ("How hot may it get?", "40", (1, "40 °C")),
        ("How heavy is it?", "1.5", (1, "1.5 kg")),
        ("What is the current price of the head?", "0.2", (0, "0.2")),
        ("How many heads are there?", "24", (0, "24")),
    ],
)
def test_a_number_with_a_unit_of_the_quantity(question: str, number: str, found: tuple[int, str]) -> None:
    start = TEXT.index(number)
    value, end = asked_quantity(question, TEXT, start, start + len(number))
    assert (value, TEXT[start:end]) == found


@pytest.mark.model
def test_the_mark_is_the_quantity_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "head.txt"
    file.write_text(f"The print head\n\n{TEXT} Clean the head once a week with a dry cloth.", "utf-8")
    library = Library(tmp_path / "library")
    library.add([file])
    for question, words in (("How much current does the head need?", "0.2 A"), ("How heavy is the head?", "1.5 kg")):
        quote = ask(question, library=library).quotes[0]
        assert [quote.article.text[a:b] for a, b in quote.highlights] == [words]
