"""Questions without their own verb, completed from the previous question."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.qa.question.completed import completed


@pytest.mark.parametrize(
    ("question", "previous", "full"),
    [
        ("Why?", "When did the ferry stop?", "Why did the ferry stop?"),
        ("Why not?", "Does the shop sell oars?", "Why does the shop sell oars?"),
        ("And on what day?", "Where was the fair held?", "On what day was the fair held?"),
        ("Since when?", "Is the bridge closed?", "Since when is the bridge closed?"),
        ("And in 2019?", "How many people came in 2018?", "How many people came in 2019?"),
        ("What about 2019?", "What was the profit of Marten in 2018?", "What was the profit of Marten in 2019?"),
        ("And Norway?", "What share does Sweden hold?", "What share does Norway hold?"),
        ("What about the Terns?", "Who were the Gulls?", "Who were the Terns?"),
        ("And Norway's?", "What is Sweden’s share?", "What is Norway’s share?"),
        ("And for children?", "What does a ticket cost for adults?", "What does a ticket cost for children?"),
        ("And on Sundays?", "What does a ticket cost?", "What does a ticket cost on Sundays?"),
        ("And in May?", "How many ships came in April?", "How many ships came in May?"),
        ("And in Norway?", "Who leads Marten?", "Who leads Marten in Norway?"),
        ("And room 14?", "Who sleeps in room 12?", "Who sleeps in room 14?"),
        ("And the KX-4472?", "What does the KX-4417 cost?", "What does the KX-4472 cost?"),
    ],
)
def test_a_question_is_completed_from_the_previous_one(question: str, previous: str, full: str) -> None:
    assert completed(question, previous) == full


@pytest.mark.parametrize(
    ("question", "previous"),
    [
        ("Why?", "How many crates did the ferry bring?"),  # "crates" would be lost
        ("Who else?", "Who was a guest?"),
        ("And what did Trump pledge?", "Who was a guest?"),
        ("What about children?", "What does a ticket cost for adults?"),
        ("And her husband?", "Who is Ada Brun?"),
        ("And Norway?", "Did Sweden join Denmark?"),  # which of the two?
        ("When was that?", "Who was a guest?"),
        ("rare earths", "Who was a guest?"),
    ],
)
def test_a_question_that_cannot_be_completed_for_certain_is_not(question: str, previous: str) -> None:
    assert completed(question, previous) is None


def test_the_complete_question_is_searched_for_and_can_be_completed_again(library: Library, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(
        "The ferry stopped in May.\n\nThe ferry stopped for lack of crew.\n\nThe bus stopped in June.\n", "utf-8"
    )
    library.add([tmp_path / "ferry.txt"])
    first = ask("When did the ferry to Hollin stop?", library=library)
    second = ask("Why?", library=library, history=[first])
    third = ask("And when exactly?", library=library, history=[first, second])
    assert second.searched_for == "Why did the ferry to Hollin stop?"
    assert third.searched_for == "When did the ferry to Hollin stop?"
    assert third.question == "And when exactly?"
