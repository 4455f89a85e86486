"""The explanation of an answer states what the answer was made from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.ui.page.answers import answer_html


@pytest.fixture
def truce(library: Library, tmp_path: Path) -> Library:
    (tmp_path / "one.txt").write_text("The truce was signed on May 12. The treaty was read aloud.", "utf-8")
    (tmp_path / "two.txt").write_text("The truce was signed on May 19. A band played in the harbour.", "utf-8")
    library.add([tmp_path / "one.txt", tmp_path / "two.txt"])
    return library


def test_each_step_is_explained(truce: Library) -> None:
    answer = ask("When was the truce signed?", library=truce, min_confidence=0)
    quote, mark, found, differ = answer.why
    assert quote.startswith("Quote: the best sentence scores ")
    assert mark.startswith("Mark: the question asks for a date; the likeliest answers in the sentence are “May 1")
    assert found.startswith(f"Found: the confidence is {answer.confidence:.0%}, at least the required 0%")
    assert differ.startswith("Differ: ")
    assert {"“May 12”", "“May 19”"} <= set(re.findall("“.+?”", differ))
    assert "Why this?" in answer_html(answer)


def test_the_explanation_says_why_nothing_was_found(truce: Library) -> None:
    answer = ask("When did Merkel open the bridge in 1951?", library=truce, min_confidence=0.9)
    assert f"Found: the confidence is {answer.confidence:.0%}, less than the required 90%: " in answer.why[2]
    assert "sentence, heading and title lack a number of the question" in answer.why[2]
    assert "sentence, heading and title lack a number of the question" in answer.why[2]
    assert "Why not?" in answer_html(answer)


def test_the_explanation_says_if_articles_were_not_compared(truce: Library) -> None:
    assert ask("What about the truce?", library=truce, min_confidence=0).why[3].startswith("Differ: not compared")
