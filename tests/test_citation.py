"""Questions for an article's author and date are answered from its metadata."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.qa.answer.citation import asks_of_citation


@pytest.fixture
def salt(library: Library, tmp_path: Path) -> Library:
    (tmp_path / "salt.md").write_text(
        "---\ntitle: Salt and the sea\nauthor: Mara Quist\ndate: 2024-05-03\n---\n\n"
        "Salt is won from the sea in pans.\n",
        "utf-8",
    )
    (tmp_path / "ferry.txt").write_text(
        "The last ferry\n\nBy Jon Reed\n\nThe report on the ferry was written by Ada Holm. The ferry carried salt.\n",
        "utf-8",
    )
    library.add([tmp_path / "salt.md", tmp_path / "ferry.txt"])
    return library


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        ("Who wrote the article about salt and the sea?", "Mara Quist"),
        ("When was the piece “Salt and the sea” published?", "3 May 2024"),
        ("Who is the author of the story on the last ferry?", "Jon Reed"),
    ],
)
def test_the_citation_answers(salt: Library, question: str, remark: str) -> None:
    answer = ask(question, library=salt)
    assert answer.found
    assert remark in (answer.remark or "")


def test_a_byline_is_quoted(salt: Library) -> None:
    (quote,) = ask("Who wrote the article on the last ferry?", library=salt).quotes
    assert quote.text == "By Jon Reed" == quote.article.text[quote.start : quote.end]
    assert [quote.article.text[a:b] for a, b in quote.highlights] == ["Jon Reed"]


def test_this_article_means_the_one_quoted_before(salt: Library) -> None:
    first = ask("How is salt won from the sea?", library=salt, min_confidence=0)
    assert "Mara Quist" in (ask("Who wrote this article?", library=salt, history=[first]).remark or "")


def test_missing_metadata_gives_no_remark(salt: Library) -> None:
    assert ask("When was the article on the last ferry published?", library=salt).remark is None
    assert ask("Who wrote the article about beavers?", library=salt).remark is None


@pytest.mark.parametrize(
    "question", ["Who wrote the report on the ferry?", "When was the treaty written?", "Who wrote Hamlet?"]
)
def test_questions_about_other_texts_are_not_about_metadata(question: str) -> None:
    assert asks_of_citation(question) is None
