"""Greetings and thanks get a reply; questions to the articles do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.qa.question.small_talk import small_talk
from quoth.ui.cli.format import answer_pieces
from quoth.ui.cli.styled import letters
from quoth.ui.exports.conversation import html, markdown
from quoth.ui.page.answers import answer_html


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "hi there!",
        "Good morning, Quoth",
        "thanks!",
        "Thank you very much.",
        "ok, thanks",
        "bye",
        "Who are you?",
        "what can you do?",
        "Hi! How are you?",
        "merci",
        "Danke",
    ],
)
def test_small_talk_gets_a_reply(text: str) -> None:
    assert small_talk(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hello Dolly was sung by whom?",
        "Thanks to whom was it found?",
        "Who are they?",
        "Hi, when was the truce signed?",
        "What is good?",
        "hello world program",
        "And you?",
    ],
)
def test_questions_are_no_small_talk(text: str) -> None:
    assert small_talk(text) is None


def test_a_greeting_gets_no_quotes(library: Library, tmp_path: Path) -> None:
    (tmp_path / "gate.txt").write_text("The porter says hello to every guest.", "utf-8")
    library.add(tmp_path / "gate.txt")
    answer = ask("Hello!", library=library)
    assert (answer.found, answer.quotes) == (False, ())
    assert answer.remark
    for shown in (
        letters(answer_pieces(answer)),
        answer_html(answer),
        html([answer]),
        markdown([answer]).replace("\\", ""),
    ):
        assert answer.remark in shown
        assert "Not found" not in shown
