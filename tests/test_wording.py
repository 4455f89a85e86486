"""Typos, accents, hyphens, spellings and abbreviations in questions; with the tiny encoder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoth import Library, ask
from quoth.index.search.bm25 import WordIndex
from quoth.index.search.snapshot import Snapshot
from quoth.index.text.analysis import stems
from quoth.index.text.normalize import normalised
from quoth.qa.question.spelling import correct
from quoth.qa.question.understand import understand


@pytest.fixture
def treaty(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    (tmp_path / "treaty.txt").write_text(
        "The Committee on Foreign Investment in the United States (CFIUS) reviews tax-free investments in "
        "semiconductors.\n\n"
        "CFIUS was founded in Austria.\n\nPlíšková praised neodymium and the colour of rare-earth elements (REEs).\n",
        "utf-8",
    )  # fmt: skip
    library.add(tmp_path / "treaty.txt")
    # For the tiny encoder every word is a single word piece; for real models only common words are.
    monkeypatch.setattr(Snapshot, "is_common", lambda self, word: word in ("Australia", "color", "founded"))
    return library


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Who praised neodymum?", "Who praised neodymium?"),
        ("Who praised noedymium?", "Who praised neodymium?"),
        ("What did pliskova praise?", "What did pliskova praise?"),
        ("Which taxfree investments?", "Which tax-free investments?"),
        ("Which semi-conductors?", "Which semiconductors?"),
        ("Was it founded in Australia?", "Was it founded in Australia?"),
        ("Praisd by whom?", "Praised by whom?"),
        ("What’s neodymium's colour?", "What’s neodymium's colour?"),
        ("What about 12345?", "What about 12345?"),
        ("Who is Xi?", "Who is Xi?"),
        ("Which unreviews?", "Which unreviews?"),
    ],
)
def test_only_typos_are_corrected(treaty: Library, asked: str, meant: str) -> None:
    assert correct(asked, treaty.snapshot()).searched == meant


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("Was Pliskov a guest?", "Was Plíšková a guest?"),
        ("was it reviewed by CFUIS?", "was it reviewed by CFIUS?"),
    ],
)
def test_a_similar_name_is_offered_but_not_searched_for(treaty: Library, asked: str, offered: str) -> None:
    answer = ask(asked, library=treaty)
    assert (answer.searched_for, answer.did_you_mean) == (asked, offered)


@pytest.mark.parametrize(
    "asked", ["Which semi-conductors?", "What’s tax free?", "What did pliskova praise?", "Where was CFIUS founded?"]
)
def test_other_spellings_are_shown_as_typed(treaty: Library, asked: str) -> None:
    answer = ask(asked, library=treaty)
    assert (answer.searched_for, answer.did_you_mean) == (asked, None)


def test_a_corrected_typo_is_shown(treaty: Library) -> None:
    answer = ask("Who praised neodymum?", library=treaty)
    assert (answer.question, answer.searched_for) == ("Who praised neodymum?", "Who praised neodymium?")
    assert "neodymium" in answer.quotes[0].text


def test_abbreviations_are_searched_for_in_both_forms(treaty: Library) -> None:
    long = "Committee on Foreign Investment in the United States"
    assert understand("Where was CFIUS founded?", treaty.snapshot()).text == f"Where was CFIUS founded? ({long})"
    assert understand(f"Where was the {long} founded?", treaty.snapshot()).text.endswith("(CFIUS)")
    assert understand("Who praised rare earth elements?", treaty.snapshot()).text.endswith("(REE)")


@pytest.mark.parametrize(
    ("british", "american"),
    [("the colours", "the color"), ("organisations", "organizations"), ("a theatre", "the theater"),
     ("analysed", "analyzed"), ("defence", "defense"), ("catalogues", "catalogs"), ("programmes", "programs"),
     ("the U.S.", "the US"), ("Plíšková’s", "Pliskova")],
)  # fmt: skip
def test_british_and_american_spellings_have_the_same_stem(british: str, american: str) -> None:
    assert stems(british) == stems(american)


@given(st.lists(st.text(min_size=1, max_size=30), max_size=5))
def test_words_are_spelled_as_in_the_articles(texts: list[str]) -> None:
    index = WordIndex(None)
    index.update([], [(1, 1, "en", texts)])
    held = index.words()
    for text in texts:
        for word in text.split():
            spelled = held.spelled(word)
            assert spelled is None or any(spelled in normalised(each)[0] for each in texts)


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "when was the 90-day tarif truce reached", "90 day tariff truce date",
        "When was the ninety-day tariff truce reachd?", "When was the 90-day TARIFF truce reached?",
    ],
)  # fmt: skip
def test_the_answer_is_found_however_the_question_is_typed(seed_library: Library, question: str) -> None:
    answer = ask(question, library=seed_library)
    assert answer.found
    assert "May 12, 2025" in answer.quotes[0].text


@pytest.mark.model
def test_a_common_word_is_no_typo(seed_library: Library) -> None:
    for question in ("What is the capital of Australia?", "Did Merkel like the truck?"):
        assert correct(question, seed_library.snapshot()).searched == question
