"""Vaults of Obsidian and Logseq: names, tags, aliases and links; the text of an article is the file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from quoth import Article, Filter, Library
from quoth.index.reading.formats.vault import vault_page

FERRY = """---
aliases: [Norderney ferry, "Fähre"]
tags: travel north-sea
---
# Timetable

The [[Norderney|island]] ferry sails at nine. #timetable/summer It waits for [[Trains#Morning|the morning train]].

![[map.png]]
![[Tides#^high]]

The crossing takes fifty minutes. ^crossing

%% Ask the office
whether this is still true. %%

- It costs 12 euros, %%or less%% as the sign says.

`#no-tag` and #123 and https://f.example/#neither

| Day | Ships |
| --- | --- |
| Monday | [[Norderney]] |
"""
LOGSEQ = """title:: The northern ferry
tags:: travel, [[North sea]]
alias:: Boat
doi:: 10.1234/x

- The ferry sails at nine. #[[time table]]
  id:: 64c3f1b2-0000-4000-8000-000000000001
  collapsed:: true
	- It waits for [[Trains]].
- ((64c3f1b2-0000-4000-8000-000000000001))
- {{query (todo now)}}
- TODO Buy a ticket for the crossing.
  SCHEDULED: <2024-05-03 Fri>
  :LOGBOOK:
  CLOCK: [2024-05-02 Thu 10:00:00]
  :END:
"""


def saved(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


def articles(library: Library) -> dict[str, Article]:
    return {Path(article.source).name: article for article in library.articles()}


def quotable(library: Library, article: Article) -> list[str]:
    return [article.text[a:b] for a, b in library.sentences(article.id)]


@pytest.fixture
def obsidian(tmp_path: Path) -> Path:
    return saved(tmp_path / "Island", {
        ".obsidian/app.json": "{}", ".trash/Old.md": "The old ferry sank.", "Ferry.md": FERRY,
        "Places/Norderney.md": "The island has a lighthouse of brick.\r\n", "2024-05-03.md": "We saw the lighthouse.",
        "Sketch.excalidraw.md": "Text of the drawing.", "map.png": "PNG",
    })  # fmt: skip


def test_notes_of_obsidian(library: Library, obsidian: Path) -> None:
    changes = library.add(obsidian)
    found = articles(library)
    assert sorted(found) == ["2024-05-03.md", "Ferry.md", "Norderney.md"]
    ferry = found["Ferry.md"]
    assert ferry.text == FERRY
    assert (ferry.title, ferry.collection) == ("Ferry", "Island")
    assert ferry.tags == ("travel", "north-sea", "timetable/summer", "Norderney ferry", "Fähre")
    assert quotable(library, ferry) == [
        "The [[Norderney|island]] ferry sails at nine.",
        "#timetable/summer It waits for [[Trains#Morning|the morning train]].",
        "The crossing takes fifty minutes.", "It costs 12 euros,", "as the sign says.",
        "`#no-tag` and #123 and https://f.example/#neither", "| Day | Ships |", "| Monday | [[Norderney]] |",
    ]  # fmt: skip
    assert found["Norderney.md"].text.endswith("brick.\r\n")
    assert found["Norderney.md"].collection == "Island/Places"
    assert (found["2024-05-03.md"].title, found["2024-05-03.md"].published) == ("2024-05-03", dt.date(2024, 5, 3))
    for words in ("island ferry", "Norderney", "morning train", "Trains"):
        assert library.find(words).total
    assert library.retrieve("ferry", where=Filter(tags=frozenset({"Timetable"})))[0].article == ferry
    assert {entry.source for entry, *_ in [(hit.article,) for hit in library.retrieve("x", 9, where=Filter(
        collection="island/places"
    ))]} == {found["Norderney.md"].source}  # fmt: skip
    why = {Path(source).name: reason for source, reason in zip(changes.ignored, changes.why_ignored, strict=True)}
    assert why[".obsidian"] == "Obsidian keeps it for itself"
    assert (why[".trash"], why["Sketch.excalidraw.md"]) == ("it is hidden", "it is a drawing")
    assert library.add(obsidian / "Ferry.md").embedded == 0
    assert library.rebuild(obsidian).embedded == 0


def test_a_quote_holds_the_link_as_it_stands(library: Library, obsidian: Path) -> None:
    library.add(obsidian)
    quote = library.ask("When does the island ferry sail?", min_confidence=0).quotes[0]
    assert quote.text == "The [[Norderney|island]] ferry sails at nine."
    assert FERRY[quote.start : quote.end] == quote.text


def test_pages_of_logseq(library: Library, tmp_path: Path) -> None:
    graph = saved(tmp_path / "Graph", {
        "logseq/config.edn": "{}", "logseq/bak/pages/Ferry/2024.md": "- The old text.", "pages/Ferry.md": LOGSEQ,
        "pages/Sea___North.md": "- The sea is cold.", "journals/2024_05_03.md": "- We saw the lighthouse.",
    })  # fmt: skip
    library.add(graph)
    found = articles(library)
    assert sorted(found) == ["2024_05_03.md", "Ferry.md", "Sea___North.md"]
    ferry = found["Ferry.md"]
    assert (ferry.text, ferry.title, ferry.collection) == (LOGSEQ, "The northern ferry", "Graph")
    assert ferry.tags == ("travel", "North sea", "time table", "Boat")
    assert ferry.reference["DOI"] == "10.1234/x"
    assert quotable(library, ferry) == [
        "The ferry sails at nine.", "#[[time table]]", "It waits for [[Trains]].",
        "TODO Buy a ticket for the crossing.",
    ]  # fmt: skip
    assert found["Sea___North.md"].title == "Sea/North"
    assert found["2024_05_03.md"].published == dt.date(2024, 5, 3)
    assert library.add(graph).embedded == 0


def test_a_renamed_note_is_called_what_its_file_is_called_now(library: Library, obsidian: Path) -> None:
    library.add(obsidian)
    (obsidian / "Ferry.md").rename(obsidian / "Boat.md")
    library.rebuild(obsidian)
    assert sorted(str(article.title) for article in library.articles()) == ["2024-05-03", "Boat", "Norderney"]


@pytest.mark.every_store
def test_notes_in_a_renamed_folder_stay_the_same_articles(library: Library, obsidian: Path) -> None:
    library.add(obsidian)
    before = {article.id for article in library.articles()}
    (obsidian / "Places").rename(obsidian / "Islands")
    changes = library.rebuild(obsidian)
    assert (len(changes.moved), changes.added, changes.removed, changes.embedded) == (1, (), (), 0)
    assert {article.id for article in library.articles()} == before
    note = articles(library)["Norderney.md"]
    assert (note.collection, Path(note.source).parent.name) == ("Island/Islands", "Islands")
    assert library.rebuild(obsidian).unchanged == tuple(sorted(article.source for article in library.articles()))
    obsidian.rename(obsidian.with_name("Coast"))
    changes = library.rebuild(obsidian.with_name("Coast"))
    assert (len(changes.moved), changes.added, changes.embedded) == (3, (), 0)
    assert {article.collection for article in library.articles()} == {"Coast", "Coast/Islands"}


def test_only_what_the_programs_add_is_hidden(library: Library, tmp_path: Path) -> None:
    words = "- std::vector is a list.\r\n- Sorting::\r\n- ((64c3-f1b2))\r\n- It grows when it is full.\r\n"
    saved(tmp_path / "notes", {
        "Graph/logseq/config.edn": "{}", "Graph/pages/Lists.md": words,
        "Island/.obsidian/app.json": "{}",
        "Island/snake___case %2F.md": "The crossing takes fifty minutes. ^crossing\r\nIt is cheap. ^price\r\n",
    })  # fmt: skip
    library.add(tmp_path / "notes")
    lists, snake = (articles(library)[name] for name in ("Lists.md", "snake___case %2F.md"))
    assert quotable(library, lists) == ["std::vector is a list.", "It grows when it is full."]
    assert snake.title == "snake___case %2F"
    assert quotable(library, snake) == ["The crossing takes fifty minutes.", "It is cheap."]


def test_a_logbook_without_an_end_hides_nothing_else() -> None:
    """Thousands of them are read at once: none is searched for its end beyond the next one."""
    page = ":LOGBOOK:\n" * 20_000 + "- The ferry sails at nine.\n:LOGBOOK:\nCLOCK: [2024-05-02 Thu]\n:END:\n"
    article = vault_page("Logs", page, "logseq")
    last = article.blocks[-1]
    assert article.text[last.start : last.end] == "The ferry sails at nine."


def test_markdown_elsewhere_stays_as_it_is(library: Library, tmp_path: Path) -> None:
    saved(tmp_path / "notes", {"Ferry.md": FERRY})
    library.add(tmp_path / "notes")
    (article,) = library.articles()
    assert (article.title, article.collection) == ("Timetable", None)
    assert article.tags == ("travel north-sea",)
