"""Questions that refer to the previous one, and questions that need no context."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.qa.question.answer_types import AnswerType
from quoth.qa.question.follow_up import NEAR, REFERRING, SURE, VAGUE, Topic, context_of, refers_back
from quoth.qa.question.understand import understand


@pytest.mark.parametrize(
    "question",
    ["When was that?", "Who else?", "Have they worked?", "And what did Trump pledge?",
     "Have his talks with Bessent worked?",
     "Why?", "How much?", "What about Norway?", "How long will it last?", "When did that happen?", "Tell me more",
     "No, I meant the ferry", "And in 2019?", "Any others?", "Why not?", "Why did it do better than the other places?",
     "Which prizes did she win?", "How long can a mail take with them?", "What are the two of them writing?"],
)  # fmt: skip
def test_questions_that_refer_to_the_previous_one(question: str) -> None:
    assert refers_back(question)


@pytest.mark.parametrize(
    "question",
    ["Did Apple raise its prices?", "What did Trump say about his talks?", "Is that treaty in force?",
     "Are there minerals in Norway?", "Who said that China would delay exports?",
     "Is it true that China delays exports?", "US", "rare earths", "What happened in 2019?",
     "What did the nurses say about their talks?", "When is it legal to fish?"],
)  # fmt: skip
def test_questions_that_need_no_context(question: str) -> None:
    assert not refers_back(question)


@pytest.fixture
def talks(library: Library, tmp_path: Path) -> Library:
    (tmp_path / "talks.txt").write_text(
        "Bessent and Lifeng held talks in Busan. The talks of Bessent ended on October 30.\n\n"
        "Merkel was a guest at the talks.\n\nMacron was a guest at the talks, too.\n\n"
        "Gulls sat upon a wall in the harbour.\n",
        "utf-8",
    )  # fmt: skip
    library.add(tmp_path / "talks.txt")
    return library


def test_history_does_not_change_a_question_that_needs_no_context(talks: Library) -> None:
    first = ask("Who was a guest at the talks?", library=talks)
    alone = ask("Where did Bessent and Lifeng hold talks?", library=talks)
    after = ask("Where did Bessent and Lifeng hold talks?", library=talks, history=[first])
    assert (after.searched_for, after.quotes, after.confidence) == (alone.question, alone.quotes, alone.confidence)


def test_a_follow_up_is_completed_from_the_previous_question_and_answer(talks: Library) -> None:
    first = ask("Where did Bessent and Lifeng hold talks?", library=talks)
    then = ask("When was that?", library=talks, history=[first])
    assert then.searched_for == "When was that? (Where did Bessent and Lifeng hold talks? Busan)"
    assert "October 30" in then.quotes[0].text
    # The third question is still completed from the first, without nested brackets. No pronoun means a date.
    third = ask("And who was there?", library=talks, history=[first, then])
    assert third.searched_for == "And who was there? (Where did Bessent and Lifeng hold talks? When was that?)"


@pytest.fixture
def bands(library: Library, tmp_path: Path) -> Library:
    (tmp_path / "gulls.md").write_text(
        "# The Gulls\n\nThe Gulls were a band of four.\n\nThe band was formed in Hull.\n", "utf-8"
    )
    (tmp_path / "terns.md").write_text(
        "# The Terns\n\nThe Terns were a band of six.\n\nThe band was formed in Cork.\n", "utf-8"
    )
    library.add([tmp_path / "gulls.md", tmp_path / "terns.md"])
    return library


@pytest.mark.parametrize(
    "question", ["Where was the band formed?", "Where was their band formed?", "Where was it formed?"]
)
@pytest.mark.parametrize(("name", "town"), [("Gulls", "Hull"), ("Terns", "Cork")])
def test_a_pronoun_means_the_subject_of_the_previous_answer(
    bands: Library, question: str, name: str, town: str
) -> None:
    first = ask(f"Who were the {name}?", library=bands, min_confidence=0)
    then = ask(question, library=bands, history=[first], min_confidence=0)
    assert town in then.quotes[0].text


def test_log_odds_of_the_articles_of_a_conversation(bands: Library) -> None:
    first = ask("Who were the Gulls?", library=bands, min_confidence=0)
    source = first.quotes[0].article.source
    assert context_of("Where was it formed?", [first]).topics[source].odds == REFERRING
    assert context_of("Where was the band formed?", [first]).topics[source].odds == VAGUE
    assert context_of("Where were the Terns formed?", [first]).topics == {}
    # One answer later, the article that was quoted first counts less, but still counts.
    second = ask("Who were the Terns?", library=bands, min_confidence=0)
    both = context_of("Where was it formed?", [first, second]).topics
    assert both[second.quotes[0].article.source].odds == REFERRING > both[source].odds > 0


def test_a_sentence_near_the_quotes_is_more_probable_than_one_far_away_or_the_quote_itself() -> None:
    topic = Topic(REFERRING, ((1000, 1100),))
    after, far, quoted = (topic.log_odds(span) for span in ((1100, 1200), (9000, 9100), (1020, 1080)))
    assert after == REFERRING + NEAR
    assert REFERRING < far < REFERRING + 0.01
    assert quoted == REFERRING


def test_the_articles_of_a_doubtful_answer_count_less(bands: Library) -> None:
    first = ask("Who were the Gulls?", library=bands)
    source = first.quotes[0].article.source
    doubtful = replace(first, found=False, confidence=SURE / 10)
    odds = context_of("Where was it formed?", [doubtful]).topics[source].odds
    assert odds == pytest.approx(REFERRING + math.log(1 / 10))


def test_a_complete_question_gets_no_words_of_the_previous_one(talks: Library) -> None:
    first = ask("Where did Bessent and Lifeng hold talks?", library=talks)
    question = "And which guests upon the wall saw the gulls?"
    assert ask(question, library=talks, history=[first]).searched_for == question
    short = "And why can't they come?"
    assert ask(short, library=talks, history=[first]).searched_for.startswith(f"{short} (Where did Bessent")


def test_no_function_word_is_taken_for_an_abbreviation(library: Library, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("Information technology (IT) is bought by delivery orders (DO).\n", "utf-8")
    library.add([tmp_path / "plan.txt"])
    assert understand("How do I buy it?", library.snapshot()).text == "How do I buy it?"
    assert "information technology" in understand("Who buys IT?", library.snapshot()).text.lower()


def test_who_else_gets_another_answer(talks: Library) -> None:
    first = ask("Who was a guest at the talks?", library=talks)
    second = ask("Who else?", library=talks, history=[first])
    assert first.quotes[0].text == "Merkel was a guest at the talks."
    assert "Macron" in second.quotes[0].text


def test_what_about_has_the_answer_type_of_the_previous_question(talks: Library) -> None:
    history = [ask("What share does China control?", library=talks)]
    assert understand("And Norway?", talks.snapshot(), history).answer_type is AnswerType.SHARE
    assert understand("And who pledged it?", talks.snapshot(), history).answer_type is AnswerType.NAME
