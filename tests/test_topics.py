"""Topics typed instead of questions, questions in an article, and words in large type."""

from __future__ import annotations

import pytest

from quoth import Library, ask


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "faq.txt").write_text(
        "Questions about the Hollin heat pump\n\nWhy does the heat pump hum at night?\n\n"
        "At low temperatures the fan turns faster, to draw more warmth from the air.\n\n"
        "Can the heat pump stand in the cellar?\n\nThe maker advises against cellars, as the unit needs fresh air.\n\n"
        "The heat pump weighs 84 kilograms. Its compressor was built in Lund. It needs a fuse of 16 amperes.",
        "utf-8",
    )
    (folder / "choir.txt").write_text(
        "The choir of Varn\n\nThe choir of Varn sings in the old mill on Sundays. It has 34 members, mostly farmers.",
        "utf-8",
    )
    library = Library(tmp_path_factory.mktemp("library") / "library")
    library.add([folder])
    return library


@pytest.mark.model
def test_the_answer_is_not_the_same_question_in_the_article(library: Library) -> None:
    first = ask("Why does the heat pump hum at night?", library=library).quotes[0]
    assert "the fan turns faster" in first.text


@pytest.mark.model
def test_the_words_asked_for_are_shown_by_themselves(library: Library) -> None:
    answer = ask("How much does the heat pump weigh?", library=library)
    assert answer.has_headline
    assert [answer.quotes[0].article.text[a:b] for a, b in answer.quotes[0].highlights] == ["84 kilograms"]


@pytest.mark.model
def test_a_question_of_yes_or_no_has_no_words_by_themselves(library: Library) -> None:
    answer = ask("Can the heat pump stand in the cellar?", library=library)
    assert "advises against cellars" in answer.quotes[0].text
    assert not answer.has_headline


@pytest.mark.model
def test_a_topic_is_answered_if_the_articles_speak_of_it(library: Library) -> None:
    assert ask("heat pump fuse", library=library).found
    assert not ask("heat pump subsidies in Portugal", library=library).found
    assert not ask("orchestra salary negotiations", library=library).found
