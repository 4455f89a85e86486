"""Rules, fares and notices that replace one another: the answer is of the version that the question is about."""

from __future__ import annotations

import pytest

from quoth import Library, ask
from quoth.qa.question.versions import Version, versions


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What did it cost under the rules of 2023?", [("rules", "2023")]),
        ("How many people did the 2011 census count in June 2012?", [("census", "2011")]),
        ("Which dogs does the Dog Act 2016 name?", [("act", "2016")]),
        ("What happened in 2019 to the boats of the summer of 2018?", []),
        ("Who was chosen since 2020 and in May 2021?", []),
        ("How did the 2014-15 season end?", []),
        ("From 1947 to 1967, what did it cost?", []),
    ],
)
def test_versions_in_questions(question: str, found: list[tuple[str, str]]) -> None:
    assert [(version.noun, version.year) for version in versions(question)] == found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Harbour Rules 2023", True),
        ("the 2025 rules", False),
        ("Rules of 2025, until 2023 others", True),
        ("Fees", None),
    ],
)
def test_a_text_names_a_version_by_its_year(text: str, named: bool | None) -> None:
    assert Version("rules", "2023").is_named_in(text) is named


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("harbour")
    berths = (
        "# Harbour rules of {}\n\n## Fees\n\nA berth for one day costs {} crowns. Members pay half.\n\n## Quiet\n\n"
    )
    bulletin = "---\ntitle: Library bulletin\ndate: {}\n---\n\nThe reading room opens at {}. It closes at {}.\n"
    files = {
        "berths-old.md": berths.format(2023, 40) + "Engines rest from ten at night.\n",
        "berths-new.md": berths.format(2025, 55) + "Engines rest from nine at night.\n",
        "ferry.md": "# The ferry to Hollin\n\n## Fares of 2022\n\nA crossing costs 12 crowns. Bicycles travel free.\n\n"
        "## Fares since 2024\n\nA crossing costs 15 crowns. Bicycles cost 3 crowns.\n",
        "bulletin-1.md": bulletin.format("2021-03-02", "nine", "six"),
        "bulletin-2.md": bulletin.format("2023-03-05", "eleven", "eight"),
        "parking.md": "# Parking in Norden\n\nAs of 2019, a parking card costs 100 crowns a year.\n\n"
        "As of 2024, a parking card costs 130 crowns a year.\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = Library(tmp_path_factory.mktemp("library") / "library")
    library.add([folder])
    return library


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did a berth cost for a day under the rules of 2023?", "40 crowns"),
        ("What has a berth for a day cost since 2025?", "55 crowns"),
        ("What did a berth for a day cost in 2024?", "40 crowns"),
        ("What does a berth for a day cost now?", "55 crowns"),
        ("When do engines have to rest according to the 2023 rules?", "ten at night"),
        ("When do engines have to rest since 2025?", "nine at night"),
        ("What did a crossing to Hollin cost in 2023?", "12 crowns"),
        ("What does a crossing to Hollin cost since 2024?", "15 crowns"),
        ("When did the reading room open in 2022?", "at nine"),
        ("When does the reading room open since 2023?", "at eleven"),
        ("What did a parking card cost in 2021?", "100 crowns"),
        ("What has a parking card cost since 2024?", "130 crowns"),
    ],
)
def test_the_version_in_force_is_quoted(harbour: Library, question: str, words: str) -> None:
    assert words in ask(question, library=harbour).quotes[0].text


@pytest.mark.model
def test_a_version_that_the_articles_do_not_have_is_not_found(harbour: Library) -> None:
    assert not ask("What did a berth cost for a day under the rules of 2019?", library=harbour).found
