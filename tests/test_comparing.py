"""Articles that disagree, and articles that say the same in other words; with the tiny encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.ui.citations import differing_sides
from quoth.ui.cli.format import answer_pieces
from quoth.ui.cli.styled import letters
from quoth.ui.page.answers import answer_html


def disagreeing(library: Library, tmp_path: Path, question: str, *texts: str) -> list[set[str]]:
    """The marked words of each disagreement about the question between articles of these texts."""
    for i, text in enumerate(texts):
        (tmp_path / f"{i}.txt").write_text(text, "utf-8")
    library.add([tmp_path / f"{i}.txt" for i in range(len(texts))])
    found = []
    for disagreement in ask(question, library=library).disagreements:
        assert len({q.article.id for q in disagreement.quotes}) == len(disagreement.quotes)
        for quote in disagreement.quotes:
            assert quote.text == quote.article.text[quote.start : quote.end]
            assert all(quote.start <= a < b <= quote.end for a, b in quote.highlights)
        found.append({q.article.text[a:b] for q in disagreement.quotes for a, b in q.highlights})
    return found


@pytest.mark.parametrize(
    ("question", "one", "other", "marked"),
    [
        ("What share of rare earth processing does China control?",
         "China controls 70% of rare earth mining and around 90% of rare earth processing.",
         "China, controlling 92% of rare earth processing, sets the price.", {"90%", "92%"}),
        ("What share of the club did Larkfield get?",
         "Larkfield did get 75 percent of the shares. Its rivals envy the club.",
         "Larkfield did get 80 percent of the shares of the club.", {"75 percent", "80 percent"}),
        ("When did Trump and Xi sign the truce?",
         "Trump and Xi did sign the truce on October 30.", "Trump and Xi sign the truce on November 1, it says.",
         {"October 30", "November 1"}),
        ("Where was the Super Bowl played?",
         "The Super Bowl was played in Tampa that night.", "The Super Bowl was played in Glendale that night.",
         {"Tampa", "Glendale"}),
        ("How many people died in the flood?",
         "In the flood 42 people died on Sunday.", "The flood: 57 people died there.", {"42 people", "57 people"}),
        ("How much did Halcyon-3 cost?", "Halcyon-3 had cost 380 million euros.",
         "Halcyon-3 watched the storms over the northern sea for a year and a half.\n\nIt fell silent in April. Nobody"
         " knows why, and two boards of inquiry have looked for the reason since then.\n\nThe satellite cost 430"
         " million euros.", {"380 million euros", "430 million euros"}),
        ("When was the siren first sounded?",
         "The siren was first sounded at 2.55 a.m., when the water stood in the cellars.",
         "The siren stood on the roof of the fire station.\n\nIt was first sounded at 1.40 a.m., and by then the road"
         " was under water.", {"2.55 a.m.", "1.40 a.m."}),
    ],
)  # fmt: skip
def test_different_answers_are_quoted_in_pairs(
    library: Library, tmp_path: Path, question: str, one: str, other: str, marked: set[str]
) -> None:
    assert [{m.strip() for m in found} for found in disagreeing(library, tmp_path, question, one, other)] == [marked]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("What share of rare earth processing does China control?",
         "China controls around 90% of rare earth processing.",
         "China has control of 90 percent of rare earth processing."),
        ("What share of rare earth processing does China control?",
         "China controls 90% of rare earth processing.", "China controls 70% of rare earth mining."),
        ("When did Trump and Xi sign the truce?",
         "Trump and Xi did sign the truce on October 30.", "Trump and Xi did sign the truce on 30 Oct 2025."),
        ("Who won the final in 2021?",
         "Emma Raducanu won the final in 2021 against Leylah Fernandez.",
         "In 2021 Raducanu won the final at Flushing Meadows."),
        ("What did Trump and Xi sign?",
         "Trump and Xi did sign the truce on October 30.", "Trump and Xi did sign the truce on November 1."),
        ("What share of processing does China control?",
         "China does control 40% of mining, 30% of smelting and 90% of processing.",
         "China does control 92% of processing.\nChina had control of 90% of processing in May."),
        ("When did Trump and Xi sign the truce?",
         "Trump and Xi did sign the truce on October 30.",
         "It was rumoured that Trump and Xi did sign the truce on November 1."),
        ("How many people died in the flood?", "In the flood 1,987 people died on Sunday.",
         "The flood: about 2,000 people died there."),
        ("Where was the Super Bowl played?", "The Super Bowl was played in Busan that night.",
         "The Super Bowl was played in South Korea that night, at Busan in South Korea."),
        ("How much did Halcyon-3 cost?", "Halcyon-3 had cost 380 million euros.",
         "Halcyon-3 watched the storms and Halcyon-4 the ice.\n\nThe satellite cost 430 million euros."),
        ("How much did Halcyon-3 cost?", "Halcyon-3 had cost 380 million euros.",
         "Halcyon-3 watched the storms.\n\nOld Harbour Dam cost 430 million euros."),
        ("What is the capacity of the Ropewalk Ground?", "The Ropewalk Ground has a capacity of 21,500.",
         "The Ropewalk Ground was valued at 28 million last year."),
        ("Who is the head of Vanguard?", "The head of Vanguard is CEO Tim Buckley.",
         "The head of Vanguard is Investment Officer Tim Buckley."),
        ("Did Merkel sign the treaty?", "Merkel did sign the treaty.",
         "Merkel spoke in Bonn.\n\nShe did not sign the pact."),
        ("When was the truce signed?", "The truce was signed on May 12.",
         "The harbour was opened by a brass band on June 5."),
    ],
)  # fmt: skip
def test_no_disagreement_if_articles_agree_or_are_about_other_subjects(
    library: Library, tmp_path: Path, question: str, one: str, other: str
) -> None:
    assert disagreeing(library, tmp_path, question, one, other) == []


@pytest.mark.model
def test_the_seed_articles_disagree_about_processing(seed_library: Library) -> None:
    found = ask("What share of rare earth processing does China control?", library=seed_library).disagreements
    assert any({q.article.text[a:b] for q in d.quotes for a, b in q.highlights} == {"90%", "92%"} for d in found)


def test_yes_and_no_disagree(library: Library, tmp_path: Path) -> None:
    assert len(disagreeing(
        library, tmp_path, "Did Merkel sign the treaty?", "Merkel did sign the treaty.",
        "Merkel did not sign the treaty.",
    )) == 1  # fmt: skip
    assert disagreeing(
        library, tmp_path, "Did Merkel sign the treaty?", "Merkel did sign the treaty.",
        "Merkel did not sign the pact.",
    ) == []  # fmt: skip


def test_an_answer_disagrees_though_only_its_heading_names_the_subject(library: Library, tmp_path: Path) -> None:
    (tmp_path / "paper.md").write_text("Contact with Halcyon-3 was lost on 8 April.\n", "utf-8")
    (tmp_path / "notes.md").write_text(
        "# Notes\n\n## Halcyon-3 in numbers\n\nContact was lost on 10 April, when it was above the sea.\n", "utf-8"
    )
    library.add([tmp_path / "paper.md", tmp_path / "notes.md"])
    (disagreement,) = ask("On what day was contact with Halcyon-3 lost?", library=library).disagreements
    assert {q.article.text[a:b] for q in disagreement.quotes for a, b in q.highlights} == {"8 April", "10 April"}


def test_yes_and_no_disagree_if_the_subject_was_named_before(library: Library, tmp_path: Path) -> None:
    assert len(disagreeing(
        library, tmp_path, "Did Merkel sign the treaty?", "Merkel did sign the treaty.",
        "Merkel spoke in Bonn for an hour.\n\nShe did not sign the treaty.",
    )) == 1  # fmt: skip


def test_an_article_that_says_yes_and_no_disagrees_with_none(library: Library, tmp_path: Path) -> None:
    assert disagreeing(
        library, tmp_path, "Did Merkel sign the treaty in 1990?", "Merkel did sign the treaty in 1990.",
        "In May 1990 Merkel did not sign the treaty.\n\nIn June 1990 Merkel did sign the treaty.",
    ) == []  # fmt: skip


def test_what_an_article_says_elsewhere_does_not_differ(library: Library, tmp_path: Path) -> None:
    assert disagreeing(
        library, tmp_path, "How many people died in the flood?", "In the flood 42 people died on Sunday.",
        "The flood: 40 people died there at once.\n\nIn the end 42 people died in the flood.",
    ) == []  # fmt: skip


def test_a_newer_page_replaces_an_older_one(library: Library, tmp_path: Path) -> None:
    for year, fare in ((2019, "4 dollars"), (2024, "6 dollars")):
        (tmp_path / f"{year}.md").write_text(
            f"---\ntitle: Harbour ferry fares\ndate: {year}-05-03\n---\n\nThe harbour ferry fare is {fare} for all.\n",
            "utf-8",
        )
    library.add([tmp_path / "2019.md", tmp_path / "2024.md"])
    answer = ask("How much is the harbour ferry fare?", library=library)
    assert answer.disagreements == ()
    assert (
        answer.remark
        == "“Harbour ferry fares” of 3 May 2024 is newer than the version of 3 May 2019, which says something else."
    )
    assert {"4 dollars", "6 dollars"} == {q.article.text[a:b] for q in answer.quotes for a, b in q.highlights}


def test_quotes_that_differ_are_shown_once_each_on_two_sides(library: Library, tmp_path: Path) -> None:
    for name, city in (("a", "Tampa"), ("b", "Tampa"), ("c", "Glendale")):
        (tmp_path / f"{name}.txt").write_text(
            f"The Super Bowl {'was played' if name == 'a' else 'game was once played'} in {city} that night.", "utf-8"
        )
    library.add([tmp_path / f"{name}.txt" for name in "abc"])
    answer = ask("Where was the Super Bowl played?", library=library)
    (sides,) = differing_sides(answer)
    assert sorted(sorted(q.article.source[-5] for q in side) for side in sides) == [["a", "b"], ["c"]]
    html = answer_html(answer)
    assert html.count("Your sources differ") == 1
    assert html.count("data-article") == 3
    assert "Glendale (c.txt)" in letters(answer_pieces(answer))
