"""Answers about the thing that is asked for: numbered things, sections with the same sentences, and who says what."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Answer, Library, ask
from quoth.qa.question.numbered import Thing, numbered_things
from quoth.qa.question.understand import understand
from quoth.qa.ranking.said import asks_who_says

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("harbour")
    files = {
        "lockers.txt": "\n\n".join(
            f"Locker {number} of the swimming club belongs to {owner}, who pays {fee} crowns a year for it."
            for number, owner, fee in ((11, "Ada Brun", 40), (12, "Jon Falk", 55), (14, "Liv Sand", 70))
        ),
        "tickets.md": "# The cable car of Hollin\n\n## Adults\n\nThe ticket costs 90 crowns, and is valid for a day.\n"
        "\n## Children\n\nThe ticket costs 35 crowns, and is valid for a day.\n\n## Dogs\n\nThe ticket costs 12 crowns,"
        " and is valid for a day.\n",
        "school.txt": "The village school at Hemmel will close in June.\n\n"
        '"The roof is too dear to mend," said Ines Falk, who heads the school board.\n\n'
        'Tomas Reed has taught music there for years. "We were promised a new hall," he said on Tuesday.\n\n'
        "Anna Berg said that the bus to Norden takes an hour.\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = Library(tmp_path_factory.mktemp("library") / "library")
    library.add([folder])
    return library


def marked(answer: Answer) -> list[str]:
    return [answer.quotes[0].article.text[a:b] for a, b in answer.quotes[0].highlights]


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("How many barrels does the shed number 900 hold?", [("shed", "900")]),
        ("Who sleeps in room 12?", [("room", "12")]),
        ("What does regulation 2019/33 forbid?", [("regulation", "2019/33")]),
        ("Who makes part no. 4711-B?", [("part", "4711-B")]),
        ("What is new in version 3.2?", [("version", "3.2")]),
        ("How long is the Boeing 737?", [("boeing", "737")]),
        ("When does flight BA 117 land?", [("ba", "117")]),
        ("Who owns lot #12?", [("lot", "12")]),
        ("Did the 1,200 people who came in 2019 pay 300 crowns?", []),
        ("What happened on May 4, and in May 2019?", []),
        ("Can the hall seat 300 people?", []),
        ("How long were the last 12 miles?", []),
        ("Who won the council election?", []),
    ],
)
def test_numbers_that_name_things(question: str, things: list[tuple[str, str]]) -> None:
    assert [(thing.label, thing.number) for thing in numbered_things(question)] == things


@pytest.mark.parametrize(
    ("label", "number", "text", "named"),
    [
        ("warehouse", "900", "Warehouse nr 900 is full.", True),
        ("warehouse", "1200", "The 1,200th warehouse is full.", True),
        ("room", "12", "Rooms 11 to 14 are closed.", True),
        ("room", "12", "Rooms 5-7, 9 and 11-14 are closed.", True),
        ("room", "13", "Rooms 11, 12 and 14 are closed.", False),
        ("room", "12", "Room 13 has 12 beds.", False),
        ("article", "15", "Article fifteen says so.", True),
        ("war", "2", "It was built before World War II.", True),
        ("part", "4711-B", "Part 4711B is of steel.", True),
        ("version", "3.2", "It came with v3.2 in May.", True),
        ("version", "3.2", "Version 3.20 is old.", False),
        ("version", "3.2", "After version 3.1 came v3.2.", True),
        ("ba", "117", "BA117 waits at bay 7.", True),
        ("flight", "117", "There is no such thing here; 1,117 people came.", None),
        ("warehouse", "900", "The firm has 900 employees, and paid them $900.", None),
        ("room", "12", "They came on 12 May.", None),
        ("ba", "117", "BA-117 waits at bay 7.", True),
        ("boeing", "737", "The 737 carries mail.", True),
    ],
)
def test_written_forms_of_a_number_name_the_same_thing(label: str, number: str, text: str, named: bool | None) -> None:
    assert Thing(label, number, True).is_named_in(text) is named


@pytest.mark.parametrize("words", ["locker 12", "locker number 12", "locker no. 12", "locker #12"])
def test_a_numbered_thing_is_found(harbour: Library, words: str) -> None:
    answer = ask(f"How many crowns a year does the owner pay for {words}?", library=harbour)
    assert answer.quotes[0].text.startswith("Locker 12 ")
    assert answer.found


@pytest.mark.parametrize("words", ["locker 13", "locker number 900", "locker no. 40", "locker #55"])
def test_another_numbered_thing_is_no_answer(harbour: Library, words: str) -> None:
    assert not ask(f"How many crowns a year does the owner pay for {words}?", library=harbour).found


def test_a_sentence_about_the_numbered_thing_comes_before_those_about_others(tmp_path: Path) -> None:
    for name, words in {
        "a": "Locker 4 holds the spare oars.",
        "b": "Locker 7: see the harbour master, window two, eight to noon, with <b>two</b> forms; contents: a bell.",
        "c": "Locker 12 holds two lifebelts.",
    }.items():
        (tmp_path / f"{name}.txt").write_text(words, encoding="utf-8")
    library = Library(tmp_path / "library")
    library.add([tmp_path / f"{name}.txt" for name in "abc"])
    assert ask("Which things does locker 7 hold in winter?", library=library).quotes[0].text.startswith("Locker 7:")


@pytest.mark.parametrize(("whom", "fare"), [("adults", "90"), ("children", "35"), ("dogs", "12")])
def test_of_the_same_sentences_the_one_under_the_heading_asked_for_is_quoted(
    harbour: Library, whom: str, fare: str
) -> None:
    answer = ask(f"What does the ticket for the cable car cost for {whom}?", library=harbour)
    assert answer.found
    assert answer.quotes[0].text.startswith(f"The ticket costs {fare} crowns")


@pytest.mark.parametrize(
    ("question", "words", "speaker"),
    [
        ("Who said that mending the roof is too expensive?", "The roof is too dear to mend", "Ines Falk"),
        ("Who said that they were promised a hall?", "We were promised a new hall", "Tomas Reed"),
        ("According to whom was a hall promised?", "We were promised a new hall", "Tomas Reed"),
        ("Who says that the bus takes an hour?", "the bus to Norden takes an hour", "Anna Berg"),
    ],
)
def test_who_said_so_is_quoted_with_the_words_and_marked(
    harbour: Library, question: str, words: str, speaker: str
) -> None:
    answer = ask(question, library=harbour)
    assert answer.found
    assert words in answer.quotes[0].text
    assert marked(answer) == [speaker]


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who said that the roof leaks?", True),
        ("Which teacher told the council that the roof leaks?", True),
        ("Who asked whether the roof leaks?", True),
        ("Who has warned of the roof?", True),
        ("According to whom does the roof leak?", True),
        ("Who added the roof?", False),
        ("Who asked for a roof?", False),
        ("Who wrote about the school?", False),
        ("What did Ines Falk say?", False),
    ],
)
def test_only_questions_about_speech_ask_who_says_something(harbour: Library, question: str, asks: bool) -> None:
    assert asks_who_says(understand(question, harbour.snapshot())) is asks
