"""find(): every passage with some words, and how the page shows them; with the tiny encoder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quoth import Library
from quoth.index.errors import BadQuestion, NoArticles
from quoth.qa.filters import Filter
from quoth.qa.find import find, is_quoted
from quoth.ui.page.answers import matches_html
from tests.made import write

pytestmark = pytest.mark.every_store

MINES = (
    "Mines in the north\n\nRare earths come from two mines. The rare blue earth of the north is another thing.\n\n"
    "A miner earns little. It is rare that one stays.\n"
)
MAGNETS = "Magnets\n\nMagnets need RARE  EARTHS, the trade says.\n\nNobody makes magnets of tin.\n"


@pytest.fixture
def ores(library: Library, tmp_path: Path) -> Library:
    library.add([write(tmp_path, "mines.txt", MINES), write(tmp_path, "magnets.txt", MAGNETS)])
    library.refresh()
    return library


def marked(library: Library, text: str, where: Filter = Filter()) -> dict[str, list[list[str]]]:  # noqa: B008
    found = find(text, library=library, where=where)
    return {
        Path(quotes[0].article.source).name: [[q.article.text[a:b] for a, b in q.highlights] for q in quotes]
        for quotes in found.by_article
    }


def test_words_are_found_in_any_form_and_order(ores: Library) -> None:
    rare = ["Rare earths", "rare", "earth", "rare"]  # short paragraphs make one passage
    assert marked(ores, "earth rare") == {"mines.txt": [rare], "magnets.txt": [["RARE", "EARTHS"]]}
    assert find("earth rare", library=ores).total == 2


def test_words_in_quotation_marks_must_match_exactly(ores: Library) -> None:
    assert marked(ores, '"rare earths"') == {"mines.txt": [["Rare earths"]], "magnets.txt": [["RARE  EARTHS"]]}
    assert marked(ores, "„the rare blue earth“") == {"mines.txt": [["The rare blue earth"]]}
    assert marked(ores, "“rare earth”") == {}  # not a part of a longer word
    assert find("“rare earth”", library=ores).total == 0


def test_words_are_stemmed_in_the_language_of_the_article(ores: Library, tmp_path: Path) -> None:
    write(tmp_path, "haus.txt.yaml", "language: de\n")
    ores.add(write(tmp_path, "haus.txt", "Alle Häuser am Hafen wurden im Winter an Fremde verkauft.\n"))
    assert marked(ores, "Haus Häfen") == {"haus.txt": [["Häuser", "Hafen"]]}
    assert set(marked(ores, "mine")) == {"mines.txt"}


def test_filters_restrict_which_articles_are_searched(ores: Library, tmp_path: Path) -> None:
    where = Filter(frozenset({str(tmp_path / "magnets.txt")}))
    assert set(marked(ores, "rare earths", where)) == {"magnets.txt"}
    with pytest.raises(NoArticles):
        find("rare", library=ores, where=Filter(frozenset({"nowhere.txt"})))


def test_an_empty_library_is_an_error(library: Library) -> None:
    library.refresh()
    with pytest.raises(NoArticles, match="holds no articles yet"):
        find("rare earths", library=library)


def test_texts_without_a_word_to_search_for_are_errors(ores: Library) -> None:
    with pytest.raises(BadQuestion, match="Nearly every sentence"):
        find("the of", library=ores)
    with pytest.raises(BadQuestion, match="no word"):
        find("“…”", library=ores)
    assert find("zebra", library=ores).total == 0


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('"a b"', True), (" “a” ", True), ("„a“", True), ("« a b »", True), ('a "b"', False), ('"a" and "b"', False),
        ('""', False),
    ],
)  # fmt: skip
def test_whether_a_text_is_in_quotation_marks(text: str, quoted: bool) -> None:
    assert is_quoted(text) is quoted


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["rare", "earths", "mines", "north", "blue", "tin", "Mines"]), min_size=1, max_size=3))
def test_every_match_is_a_slice_with_the_words_marked(ores: Library, words: list[str]) -> None:
    for text in (" ".join(words), f'"{" ".join(words)}"'):
        for quotes in find(text, library=ores).by_article:
            for quote in quotes:
                assert quote.text == quote.article.text[quote.start : quote.end]
                assert quote.highlights
                for start, end in quote.highlights:
                    assert quote.start <= start < end <= quote.end
                if text.startswith('"'):
                    wanted = r"\s+".join(map(re.escape, words))
                    assert re.fullmatch(wanted, quote.article.text[slice(*quote.highlights[0])], re.IGNORECASE)


def test_the_page_counts_matches_and_groups_them_by_article(ores: Library) -> None:
    html = matches_html(find('"rare earths"', library=ores))
    assert "2 passages in 2 articles" in html
    assert html.count("quoth-found") == 2
    assert "<mark>Rare earths</mark>" in html
    assert "No passage has these words." in matches_html(find("zebra", library=ores))
