"""Saved quotes checked against the current articles, and sentences searched for in all articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Library
from quoth.qa.verify import Saved, Verified, counted_places, places, verify

TEXT = (
    "The ferry\n\nThe ferry to Norderney sails at nine. The crossing takes fifty minutes.\n\n"
    "It costs “12 euros” – a day – for adults.\n"
)
QUOTE = "The crossing takes fifty minutes."


@pytest.fixture
def ferry(library: Library, tmp_path: Path) -> Path:
    file = tmp_path / "ferry.txt"
    file.write_text(TEXT, "utf-8")
    library.add(file)
    return file


def saved(ferry: Path, text: str = QUOTE) -> Saved:
    start = TEXT.index(text)
    return Saved(text, str(ferry), start, start + len(text))


def status_of(found: Verified) -> tuple[str, str]:
    return found.status, found.text


def test_a_quote_in_its_place_is_in_place(library: Library, ferry: Path) -> None:
    assert status_of(verify(saved(ferry), library)) == ("in place", QUOTE)


def test_a_quote_after_inserted_text_has_moved(library: Library, ferry: Path) -> None:
    ferry.write_text(TEXT.replace("The ferry to", "On weekdays the ferry to"), "utf-8")
    library.add(ferry)
    found = verify(saved(ferry), library)
    assert (*status_of(found), found.start) == ("moved", QUOTE, TEXT.index(QUOTE) + len("On weekdays "))


def test_a_quote_in_other_words_is_changed(library: Library, ferry: Path) -> None:
    ferry.write_text(TEXT.replace("fifty minutes", "fifty-five minutes"), "utf-8")
    library.add(ferry)
    assert status_of(verify(saved(ferry), library)) == ("changed", "The crossing takes fifty-five minutes.")


def test_a_quote_without_a_similar_sentence_is_gone(library: Library, ferry: Path) -> None:
    ferry.write_text(TEXT.replace(QUOTE, "Dogs need a ticket."), "utf-8")
    library.add(ferry)
    assert status_of(verify(saved(ferry), library)) == ("gone", "")


def test_a_quote_moves_with_a_renamed_article(library: Library, ferry: Path) -> None:
    quote = saved(ferry)
    other = ferry.rename(ferry.with_name("boats.txt"))
    library.add(other)
    found = verify(quote, library)
    assert status_of(found) == ("moved", QUOTE)
    assert found.article is not None
    assert found.article.source == str(other)


def test_a_sentence_is_found_wherever_it_occurs(library: Library, ferry: Path, tmp_path: Path) -> None:
    (tmp_path / "twice.txt").write_text(f"A day at sea begins early.\n\n{QUOTE} {QUOTE}", "utf-8")
    library.add(tmp_path / "twice.txt")
    found = places(QUOTE, library)
    assert [(Path(v.article.source).name, v.status) for v in found if v.article] == [("ferry.txt", "in place")] + [
        ("twice.txt", "in place")
    ] * 2
    assert all(v.text == QUOTE for v in found)
    assert places("The crossing takes sixty minutes.", library) == []


def test_a_sentence_with_other_spaces_and_punctuation_is_found_as_changed(library: Library, ferry: Path) -> None:
    (found,) = places('It  costs "12 euros" - a day -\nfor adults.', library)
    assert status_of(found) == ("changed", "It costs “12 euros” – a day – for adults.")


def test_all_places_are_counted_and_the_first_are_named(library: Library, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("The pier is long. The pier is old. The pier is closed.", "utf-8")
    library.add(tmp_path)
    total, found = counted_places("The pier is", library, 4)
    assert (total, [place.start for place in found]) == (6, [0, 18, 35, 0])
    total, found = counted_places("The  pier is", library, 4)  # to the letter nowhere
    assert (total, len(found), {place.status for place in found}) == (6, 4, {"changed"})
