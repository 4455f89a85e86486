"""Answer types, mentions, quotes, and the features of the confidence; with the tiny encoder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoth import Answer, Library, ask
from quoth.index.records import Floats, Span
from quoth.qa.answer.confidence import confidence_features
from quoth.qa.extract.mentions import mentions, new_mentions
from quoth.qa.question.answer_types import AnswerType, answer_type_of
from quoth.qa.question.understand import Question, understand
from quoth.qa.ranking import spans
from quoth.qa.ranking.evidence import Evidence
from quoth.qa.ranking.pieces import MAX_CHARS, sentence_windows
from quoth.qa.ranking.read import evidence_of
from quoth.qa.ranking.rerank import rerank
from quoth.qa.ranking.retrieve import retrieve_candidates


def filled(library: Library, tmp_path: Path, text: str) -> Library:
    file = tmp_path / "article.txt"
    file.write_text(text, "utf-8")
    library.add(file)
    return library


@pytest.mark.parametrize(
    ("question", "answer_type"),
    [
        ("When was the truce reached?", AnswerType.DATE),
        ("In which year did it end?", AnswerType.DATE),
        ("How long is the bridge?", AnswerType.EXTENT),
        ("How long did the truce last?", AnswerType.DURATION),
        ("How many months will it last?", AnswerType.DURATION),
        ("What share of mining does China control?", AnswerType.SHARE),
        ("How much money was lost?", AnswerType.MONEY),
        ("How many elements are covered?", AnswerType.NUMBER),
        ("Who signed it?", AnswerType.NAME),
        ("In which city did they meet?", AnswerType.PLACE),
        ("Super Bowl 2021 location", AnswerType.PLACE),
        ("Who spoke when the truce was signed?", AnswerType.NAME),
        ("What is a tariff?", AnswerType.OTHER),
    ],
)
def test_answer_type_of_a_question(question: str, answer_type: AnswerType) -> None:
    assert answer_type_of(question) is answer_type


@pytest.mark.parametrize(
    ("answer_type", "text", "found"),
    [
        (AnswerType.DATE, "It was signed on May 12, 2025, a Monday.", ["May 12, 2025", "Monday"]),
        (AnswerType.DURATION, "The truce lasts for one year.", ["one year"]),
        (AnswerType.SHARE, "It holds around 90% of mining, 92 percent of processing.", ["90%", "92 percent"]),
        (AnswerType.MONEY, "Stocks lost $2 trillion in value.", ["$2 trillion"]),
        (AnswerType.NAME, "However, Scott Bessent met He Lifeng in May.", ["Scott Bessent", "He Lifeng"]),
        (
            AnswerType.NAME,
            "U.S. President Donald Trump met Émile Zola and J. R. Keller.",
            ["U.S. President Donald Trump", "Émile Zola", "J. R. Keller"],
        ),
        (AnswerType.DATE, "It opened on 3 March 2025.", ["3 March 2025"]),
        (
            AnswerType.TIME,
            "It rings at 3.30 a.m., at 17:40 and at half past six.",
            ["3.30 a.m.", "17:40", "half past six"],
        ),
        (
            AnswerType.DURATION,
            "It took 5 hours and 20 minutes of a 90-day truce.",
            ["5 hours and 20 minutes", "90-day"],
        ),
        (
            AnswerType.LENGTH,
            "A 150-centimetre cable, 5,000 m or 3.1 miles.",
            ["150-centimetre", "5,000 m", "3.1 miles"],
        ),
        (AnswerType.MONEY, "It costs £38, or 10 000 euros.", ["£38", "10 000 euros"]),
        (AnswerType.SHARE, "Nine in ten, or two thirds.", ["Nine in ten", "two thirds"]),
        (AnswerType.NUMBER, "It helped 21/28 patients, and 31 coins were found.", ["21/28 patients", "31 coins"]),
        (AnswerType.AGE, "Vance, 46, hired 12 engineers on 3 May 2019; the 89-year-old left.", ["46", "89-year"]),
        (AnswerType.OTHER, "It was signed on May 12, 2025.", []),
    ],
)
def test_mentions_of_each_answer_type(answer_type: AnswerType, text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in mentions(answer_type, text)] == found


def test_a_name_in_the_question_is_no_new_mention() -> None:
    text = "Trump met Xi Jinping."
    assert [text[a:b] for (a, b), _ in new_mentions(AnswerType.NAME, text, {"trump", "meet"})] == ["Xi Jinping"]


def test_a_new_name_is_cut_down_to_what_the_question_does_not_have() -> None:
    text = "It was Tesla CEO Elon Musk."
    assert [(text[a:b], known) for (a, b), known in new_mentions(AnswerType.NAME, text, {"tesla", "ceo"})] == [
        ("Elon Musk", 2 / 4)
    ]


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12), st.sampled_from([", ", " ", "; ", ""]))
def test_the_windows_of_a_long_sentence_cover_all_of_it(lengths: list[int], between: str) -> None:
    text = between.join("x" * n for n in lengths) + "."
    if len(text) <= MAX_CHARS:
        return
    windows = sentence_windows(text, (0, len(text)))
    assert all(0 < end - start <= MAX_CHARS for start, end in windows)
    covered = {i for start, end in windows for i in range(start, end)}
    assert all(i in covered for i, c in enumerate(text) if c == "x")


def test_the_answering_part_of_a_too_long_sentence_is_quoted(library: Library, tmp_path: Path) -> None:
    filler = "the delegates walked through many halls and gardens without saying a word to anybody there"
    sentence = ", ".join([filler] * 5) + ", and at the end they signed the treaty of Busan."
    quote = ask("Who signed the treaty of Busan?", library=filled(library, tmp_path, sentence)).quotes[0]
    assert "signed the treaty of Busan" in quote.text
    assert len(quote.text) <= MAX_CHARS
    assert quote.text == quote.article.text[quote.start : quote.end]


def test_a_sentence_is_quoted_alone_if_its_neighbours_add_nothing(library: Library, tmp_path: Path) -> None:
    filled(
        library,
        tmp_path,
        "Rain fell over the quiet harbour. Bessent signed the treaty in Busan. Gulls sat upon the long wall.",
    )
    assert (
        ask("Where was the treaty signed by Bessent?", library=library).quotes[0].text
        == "Bessent signed the treaty in Busan."
    )


def test_answer_spans_are_computed_once(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(library, tmp_path, "The truce was signed in Busan. It was signed on October 30. The truce lasts one year.")
    calls: Counter[tuple[Span, Span]] = Counter()
    compute = spans.span_features

    def counted(question: Question, evidence: Evidence, span: Span) -> tuple[list[Span], Floats]:
        calls[evidence.span, span] += 1
        return compute(question, evidence, span)

    monkeypatch.setattr(spans, "span_features", counted)
    assert ask("When was the truce signed?", library=library, min_confidence=0).why
    assert set(calls.values()) == {1}


def test_confidence_features_of_what_the_passage_lacks(library: Library, tmp_path: Path) -> None:
    filled(library, tmp_path, "Trump signed the truce on October 30.")

    def of(text: str, history: Sequence[Answer] = ()) -> dict[str, float]:
        question = understand(text, library.snapshot(), history)
        ranked = rerank(question, retrieve_candidates(question, library.snapshot()))
        return confidence_features(question, evidence_of(ranked, [None] * len(ranked))[0])

    assert of("Did Trump sign it on October 30?")["numbers_missing"] == 0
    assert of("Did Trump sign it on October 31?")["numbers_missing"] == 1
    assert of("Did Trump sign it?")["typed"] == 0
    assert of("When did Trump sign it?")["typed"] == 1
    assert of("When did Trump sign it?")["nothing"] == 0
    assert of("How much did Trump pay?")["nothing"] == 1
    follow_up = of("And did Trump sign it?", [ask("Did Merkel not come in 2019?", library=library)])
    assert follow_up["numbers_missing"] == 0, "only the question's own words count"
