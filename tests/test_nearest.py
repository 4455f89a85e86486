"""The sentence of the articles that is nearest to a given one, and the words in which they differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import BadQuestion, Library
from quoth.qa.nearest import Nearest, nearest

SAILS = "The ferry to Norderney sails at nine."
TAKES = "The crossing takes fifty minutes."
COSTS = "It costs “12,500 lire” – a day – for adults."
TEXT = f"The ferry\n\n{SAILS} {TAKES}\n\n{COSTS}\n"


@pytest.fixture
def ferry(library: Library, tmp_path: Path) -> Library:
    (tmp_path / "ferry.txt").write_text(TEXT, "utf-8")
    (tmp_path / "mill.txt").write_text("The mill burned down in 1911. Nobody was hurt, and it was rebuilt.", "utf-8")
    library.add([tmp_path / "ferry.txt", tmp_path / "mill.txt"])
    return library


def found(given: str, library: Library) -> Nearest:
    result = nearest(given, library)
    assert result is not None
    assert result.given == given
    for difference in result.differences:  # every word is a slice of its text, letter for letter
        assert given[slice(*difference.given_span)] == difference.given
        assert result.article.text[slice(*difference.there_span)] == difference.there
        assert result.start <= difference.there_span[0] <= difference.there_span[1] <= result.end
    return result


def differences(given: str, library: Library) -> tuple[str, list[tuple[str, str, str]]]:
    result = found(given, library)
    return result.text, [(d.kind, d.given, d.there) for d in result.differences]


@pytest.mark.parametrize(
    ("given", "text", "differ"),
    [
        ("The crossing takes sixty minutes.", TAKES, [("replaced", "sixty", "fifty")]),
        ("The ferry to Juist sails at nine.", SAILS, [("replaced", "Juist", "Norderney")]),
        ("The ferry sails at nine.", SAILS, [("missing", "", "to Norderney")]),
        ("The crossing nearly always takes fifty minutes.", TAKES, [("added", "nearly always", "")]),
        ("THE CROSSING TAKES FIFTY MINUTES.", TAKES, [
            ("replaced", "THE CROSSING TAKES FIFTY MINUTES", "The crossing takes fifty minutes"),
        ]),
        ("the crossing takes fifty minutes!", TAKES, [("replaced", "the", "The"), ("replaced", "!", ".")]),
        ("The mill burned down in 1912.", "The mill burned down in 1911.", [("replaced", "1912", "1911")]),
        ('It costs  "12,000 lire" - a day - for adults.', COSTS, [
            ("replaced", '"12,000', "“12,500"), ("replaced", '" -', "” –"), ("replaced", "-", "–"),
        ]),
    ],
    ids=["a number", "a name", "words left out", "words added", "only case", "case and marks", "another article",
         "typography"],
)  # fmt: skip
def test_the_nearest_sentence_and_where_it_differs(
    ferry: Library, given: str, text: str, differ: list[tuple[str, str, str]]
) -> None:
    assert differences(given, ferry) == (text, differ)


def test_a_quote_that_joins_sentences_is_compared_with_all_of_them(ferry: Library) -> None:
    assert differences(f"{SAILS} The crossing takes sixty minutes.", ferry) == (
        f"{SAILS} {TAKES}",
        [("replaced", "sixty", "fifty")],
    )
    text, differ = differences(f"{SAILS} {COSTS}", ferry)  # the sentence between them was left out
    assert text == TEXT[TEXT.index(SAILS) :].rstrip()
    assert differ == [("missing", "", ". The crossing takes fifty minutes")]


def test_a_part_of_a_sentence_is_compared_with_that_part_only(ferry: Library) -> None:
    result = found("ferry to Juist sails", ferry)
    assert (result.text, result.part_text) == (SAILS, "ferry to Norderney sails")
    assert [(d.given, d.there) for d in result.differences] == [("Juist", "Norderney")]
    assert found("crossing takes fifty hours", ferry).part_text == "crossing takes fifty minutes"


def test_similarity_is_the_share_of_common_letters(ferry: Library) -> None:
    assert found("The crossing\n takes fifty minutes.", ferry).similarity == 1
    # 29 letters and marks each; of "sixty" and "fifty", i, t and y are common
    assert found("The crossing takes sixty minutes.", ferry).similarity == pytest.approx(27 / 29)


@pytest.mark.parametrize("given", ["Penguins cannot fly, but they swim well.", "?!", "", "Ein Huhn."])
def test_nothing_is_near_a_sentence_about_something_else(ferry: Library, given: str) -> None:
    assert nearest(given, ferry) is None


def test_nothing_is_near_in_an_empty_library(library: Library) -> None:
    assert nearest(TAKES, library) is None


def test_a_text_of_many_pages_is_refused(ferry: Library) -> None:
    with pytest.raises(BadQuestion, match="2,001 characters"):
        nearest("a" * 2001, ferry)


def test_it_is_found_among_many_similar_sentences(library: Library, tmp_path: Path) -> None:
    names = [f"{first}{last}" for first in ("Al", "Bo", "Ka", "Mi", "Zo") for last in ("dran", "lith", "mund", "vik")]
    for year, name in enumerate(names * 10, 1700):
        (tmp_path / f"{year}.txt").write_text(f"In {year} the bridge of {name} was opened by its mayor.", "utf-8")
    library.add(tmp_path)
    result = found("In 1779 the old bridge of Zovik was opened by a mayor.", library)
    assert result.text == "In 1779 the bridge of Zovik was opened by its mayor."
    assert [(d.given, d.there) for d in result.differences] == [("old", ""), ("a", "its")]


def test_half_a_character_is_no_text(ferry: Library) -> None:
    for look_up in (ferry.nearest, ferry.verify):
        with pytest.raises(BadQuestion, match="character 1 is half of a surrogate pair"):
            look_up("\ud800 lamps")
