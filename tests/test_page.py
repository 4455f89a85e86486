"""The parts of the page, with the tiny encoder: conversations, exports, the library pane, the tools."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from quoth import Answer, Article, Changes, Library, Passage, Quote, Rejected, ask
from quoth.index.errors import BadQuestion
from quoth.index.storage.rows import Entry
from quoth.qa.filters import EVERYTHING, Filter
from quoth.ui.exports import conversation as export
from quoth.ui.page.answers import answer_html, turn_html
from quoth.ui.page.examples import examples
from quoth.ui.page.frame import welcome_html
from quoth.ui.page.groups import in_groups
from quoth.ui.page.library_pane import changes_html, error_html, known_html, library_html
from quoth.ui.page.quote_text import quote_html
from quoth.ui.page.source import source_html
from quoth.ui.server.conversation import Conversation, Query
from quoth.ui.server.service import PageService, Settings
from quoth.ui.server.sessions import MAX_SESSIONS, Session, Sessions
from quoth.ui.server.tools import Tools
from quoth.ui.server.uploads import Uploads
from tests.conftest import SEEDS
from tests.made import write


@pytest.fixture
def truce(library: Library, tmp_path: Path) -> Library:
    text = "The truce *lasts* <i>one</i> year.\n\nIt was signed in Busan on October 30.\n"
    library.add(write(tmp_path, "truce.txt", text))
    return library


def no_report(words: str, share: float) -> None:
    """Discards progress."""


def talk(*questions: str, shown: int = 0) -> Conversation:
    return Conversation.of({"questions": questions, "shown": shown})


def test_each_question_has_its_own_filter() -> None:
    one = {"sources": ["a.txt"], "author": "Ann", "since": "2025-10-31", "until": "soon"}
    given = {"questions": ["a", "b", "“c”", "d"], "only": [None, one, 1], "searches": [3]}
    where = Filter(frozenset({"a.txt"}), "Ann", dt.date(2025, 10, 31))
    assert Conversation.of(given).queries == (
        Query("a"),
        Query("b", where),
        Query("“c”", where, True),
        Query("d", EVERYTHING, True),
    )
    assert Conversation.of({}) == Conversation()


def test_a_known_question_is_not_asked_again(truce: Library) -> None:
    on, session = PageService(truce, Settings(min_confidence=0), Uploads()), Session()
    on.converse(talk("How long lasts the truce?"), session)
    first = session.turns[0]
    drawn = on.converse(talk("How long lasts the truce?", "And where was it signed?", shown=1), session)
    second = session.turns[1]
    assert drawn.count('class="quoth-turn"') == 1  # nor rendered
    assert session.turns[0] is first
    assert second.answer is not None
    assert second.answer.searched_for.startswith("And where was it signed? (How long lasts the truce?")
    # The second question refers to the first, so it is asked again once the first is edited.
    on.converse(talk("When was the truce signed?", "And where was it signed?"), session)
    assert session.turns[1] is not second


def test_the_session_unused_for_longest_is_forgotten() -> None:
    sessions = Sessions()
    kept = sessions.of("first")
    kept.pending.append("x")
    for number in range(MAX_SESSIONS - 1):
        sessions.of(str(number))
    assert sessions.of("first") is kept
    for number in range(MAX_SESSIONS):
        sessions.of(f"another {number}")
    assert sessions.of("first").pending == []


def test_an_invalid_question_is_reported_and_the_others_stay(truce: Library) -> None:
    on, session = PageService(truce, Settings(min_confidence=0), Uploads()), Session()
    html = on.converse(talk("How long lasts the truce?", "?!"), session)
    assert [bool(t.answer) for t in session.turns] == [True, False]
    assert 'role="alert"' in html
    assert html.index("How long lasts the truce?") < html.index("?!")


def test_questions_are_asked_again_once_the_library_has_changed(library: Library, tmp_path: Path) -> None:
    on, session = PageService(library, Settings(min_confidence=0), Uploads()), Session()
    library.refresh()
    asked = talk("How long lasts the truce?")
    assert 'role="alert"' in on.converse(asked, session)  # there are no articles yet
    library.add(write(tmp_path, "truce.txt", "The truce lasts one year."))
    assert "one year" in on.converse(asked, session)
    answer = session.turns[0].answer
    on.converse(asked, session)
    assert session.turns[0].answer is answer
    library.add(write(tmp_path, "truce.txt", "The truce lasts two years."))
    on.converse(talk("How long lasts the truce?", "Who came?", shown=1), session)
    assert session.turns[0].answer is answer  # the page shows it already
    assert "two years" in on.converse(asked, session)


def test_undo_still_works_after_a_change_that_fails(truce: Library, tmp_path: Path) -> None:
    on, session = PageService(truce, Settings(min_confidence=0), Uploads()), Session()
    id_ = truce.articles()[0].id
    on.admin.act("remove", id_, session, no_report)
    assert "Undo" not in on.admin.act("remove", id_, session, no_report)
    on.admin.act("undo", 0, session, no_report)
    assert len(truce.articles()) == 1


def test_only_answers_from_all_articles_are_judged(truce: Library) -> None:
    on, session = PageService(truce, Settings(min_confidence=0), Uploads()), Session()
    given = {"questions": ["?!", "How long lasts the truce?", "And where was it signed?", "Who lasts?"]}
    where = {"sources": [truce.articles()[0].source]}
    on.converse(Conversation.of(given | {"only": [None, None, None, where]}), session)
    assert "expired" in on.judge(0, "", True, session)
    assert "a filter was active" in on.judge(3, "", True, session)
    on.judge(2, "Busan", True, session)
    (row,) = [json.loads(line) for line in (truce.folder / "feedback.jsonl").read_text("utf-8").splitlines()]
    assert row["question"] == ["How long lasts the truce?", "And where was it signed?"]


def test_a_removed_article_is_restored_even_if_its_file_was_deleted(truce: Library, tmp_path: Path) -> None:
    on, session = PageService(truce, Settings(min_confidence=0), Uploads()), Session()
    text = truce.articles()[0].text
    on.admin.act("remove", truce.articles()[0].id, session, no_report)
    assert truce.articles() == []
    (tmp_path / "truce.txt").unlink()
    on.admin.act("undo", 0, session, no_report)
    assert [a.text for a in truce.articles()] == [text]


def test_articles_are_restored_in_one_change(library: Library, tmp_path: Path) -> None:
    on, session = PageService(library, Settings(min_confidence=0), Uploads()), Session()
    on.admin.act("undo", 0, session, no_report)  # nothing was removed
    library.add([write(tmp_path, f"{n}.txt", f"Ferry {n} carries pears.") for n in range(4)])
    session.removed = [(article.source, article.text) for article in library.articles()]
    library.remove_articles([article.id for article in library.articles()])
    before = library.status().generation
    on.admin.act("undo", 0, session, no_report)
    assert (len(library.articles()), library.status().generation) == (4, before + 1)


ROWS = "title,text\n" + "".join(
    f"Row {n},The ferry {n} carried {n} crates of pears to the island.\n" for n in (1, 2, 3)
)


def test_the_articles_of_one_file_are_removed_and_restored_together(library: Library, tmp_path: Path) -> None:
    on, session = PageService(library, Settings(min_confidence=0), Uploads()), Session()
    library.add([write(tmp_path, "rows.csv", ROWS), write(tmp_path, "alone.txt", "The truce lasts one year.")])
    before = {(a.source, a.text) for a in library.articles()}
    shelf = on.admin.shelf(True)
    assert (shelf.count('class="quoth-group"'), shelf.count('class="quoth-item"')) == (1, 4)
    assert "Remove all articles of rows.csv" in shelf
    second = next(a.id for a in library.articles() if a.title == "Row 2")
    assert "3 removed" in on.admin.act("remove-all", second, session, no_report)
    assert [a.source for a in library.articles()] == [str(tmp_path / "alone.txt")]
    assert "quoth-group" not in on.admin.shelf(True)
    on.admin.act("undo", 0, session, no_report)
    assert {(a.source, a.text) for a in library.articles()} == before
    (tmp_path / "rows.csv").unlink()  # then their texts are kept
    on.admin.act("remove-all", next(a.id for a in library.articles() if a.title == "Row 1"), session, no_report)
    on.admin.act("undo", 0, session, no_report)
    assert {a.text for a in library.articles()} == {text for _, text in before}


def test_articles_fold_under_their_collection_else_their_file() -> None:
    def entry(id_: int, source: str, collection: str | None = None) -> Entry:
        return Entry(id_, source, None, None, None, 10, dt.datetime(2025, 1, 1), None, (), collection)

    groups = in_groups([
        entry(1, "inbox.mbox#a@b"), entry(2, "notes.txt"), entry(3, "inbox.mbox#c@d"), entry(4, "one.csv#1"),
        entry(5, "x.pdf", "Physics/Light; Sea"), entry(6, "y.pdf", "Physics/Light"), entry(7, "C#/a.txt"),
        entry(8, "C#/b.txt"), entry(9, "l.pdf", "Law; order"), entry(10, "m.pdf", "Law; order; Sea"),
    ])  # fmt: skip
    assert [(group.name, [article.id for article in group.articles]) for group in groups] == [
        ("inbox.mbox", [1, 3]), ("", [2]), ("", [4]), ("Physics/Light", [5, 6]), ("", [7]), ("", [8]),
        ("Law; order", [9, 10]),
    ]  # fmt: skip


def test_the_example_articles_are_added_with_reports_of_progress(library: Library) -> None:
    on, told = PageService(library, Settings(min_confidence=0), Uploads()), list[str]()
    library.refresh()
    assert 'data-do="examples"' in on.welcome(True)
    assert 'data-do="examples"' not in on.welcome(False)
    said = on.admin.act("examples", 0, Session(), lambda words, share: told.append(words))
    assert "5 added" in said
    assert {Path(a.source).name for a in library.catalogue()} == {file.name for file in SEEDS.glob("*.txt")}
    assert told[-1].startswith("5 of 5 files, ")


def test_an_export_holds_every_quote_and_its_source(truce: Library) -> None:
    answer = ask("How long lasts the truce?", library=truce, min_confidence=0)
    quote = answer.quotes[0]
    html = export.html([answer])
    assert "&lt;" in html
    assert "<i>" not in html
    assert f"characters {quote.start} to {quote.end}" in html
    rendered = MarkdownIt().render(export.markdown([answer]))
    assert "&lt;i&gt;one&lt;/i&gt;" in rendered
    assert "<em>" not in rendered


def test_the_library_pane_escapes_and_reports_changes() -> None:
    article = Entry(1, 'x/"<b>.txt', None, "<i>A</i>", None, 4, dt.datetime(2025, 11, 1))
    html = library_html([article], Changes(added=("n",), removed=("o", "p")), changeable=True)
    assert "<b>" not in html
    assert "<i>A" not in html
    assert "1 new, 2 deleted" in html
    assert "Update" not in library_html([article], Changes(added=("n",)), changeable=False)
    told = changes_html(Changes(added=("a",), rejected=(Rejected("dir/<x>.txt", "it is empty"),)))
    assert "1 added." in told
    assert "&lt;x&gt;.txt: it is empty" in told


def test_the_tools_quote_and_open_at_a_place(truce: Library) -> None:
    tools = Tools(truce, 0, None)
    quote = json.loads(tools.ask("How long lasts the truce?"))["quotes"][0]
    opened = json.loads(tools.article(quote["source"], quote["start"], quote["end"]))
    assert opened["text"] == quote["text"]
    assert "no article" in json.loads(tools.article("nowhere.txt"))["error"]
    assert len(json.loads(tools.retrieve("truce", 500))) <= 50
    with pytest.raises(BadQuestion):
        tools.ask("?")


def test_two_files_of_the_same_name_are_distinguished(tmp_path: Path, library: Library) -> None:
    for folder, who in (("north", "Merkel"), ("south", "Macron")):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, "treaty.txt", f"The treaty of Busan was signed by {who} in the old town hall.")
    library.add([tmp_path / "north", tmp_path / "south"])
    html = answer_html(ask("Who signed the treaty of Busan?", library=library, min_confidence=0))
    assert f"treaty.txt · {tmp_path / 'north' / 'treaty.txt'}, paragraph 1" in html
    assert f"treaty.txt · {tmp_path / 'south' / 'treaty.txt'}, paragraph 1" in html


def test_examples_come_from_the_articles_and_are_answered_by_them() -> None:
    text = "China controls roughly 70% of rare earth mining. The 90-day tariff truce was signed in Busan in May 2025."
    article = Article(1, "a.txt", "Truce", None, None, "", text, language="en")
    asked: list[str] = []

    def answers(question: str) -> bool:
        asked.append(question)
        return "mining" in question or "When" in question

    found = examples([article], answers)
    assert found == ["What share of rare earth mining does China control?", "When was the 90-day tariff truce signed?"]
    assert "How long is the tariff truce?" in asked
    assert examples([replace(article, language="fr")], answers) == []
    assert examples([], answers) == []


@given(st.text())
def test_any_text_can_be_searched_for_examples(text: str) -> None:
    examples([Article(1, "a.txt", None, None, None, "", text)], lambda _: True)


def test_the_page_begins_with_examples_or_an_invitation() -> None:
    assert "&lt;b&gt;" in welcome_html(2, ["<b>"], may_change=True)
    assert "Drop files" in welcome_html(0, [], may_change=True)
    assert "Drop files" not in welcome_html(0, [], may_change=False)


def test_an_answer_begins_with_its_words_and_folds_further_quotes(library: Library, tmp_path: Path) -> None:
    library.add(write(tmp_path, "a.txt", "The treaty of <Hook> was signed in Busan."))
    answer = ask("Where was the treaty of Hook signed?", library=library, min_confidence=0)
    first = answer.quotes[0]
    at = first.article.text.index("<Hook>")
    told = replace(answer, quotes=(replace(first, highlights=((at, at + 6),)), first), has_headline=True)
    html = answer_html(told)
    assert '<p class="quoth-words" dir="auto">&lt;Hook&gt;</p>' in html
    assert html.index("quoth-words") < html.index("<blockquote") < html.index("More from 1 article")
    absent = answer_html(replace(told, found=False), filtered=True)
    assert "Ask all articles instead" in absent
    assert "quoth-words" not in absent
    assert "quoth-words" not in answer_html(replace(told, has_headline=False)), "the words are not certain"


def test_a_value_stays_text_in_every_template() -> None:
    odd = "A <b>\r&\0 {{ 1 }} {0}"
    shown = "A &lt;b&gt;&#13;&amp;␀ {{ 1 }} {0}"
    text = "The truce lasts one year."
    article = Article(1, odd, odd, odd, None, "", text)
    quote = Quote(text, 0, len(text), article, Passage(1, 1, 0, len(text), text), 1.0)
    answer = Answer(odd, odd + "?", True, 0.9, (replace(quote, also=(quote,)),), did_you_mean=odd, why=(odd,))
    entry = Entry(1, odd, odd, odd, None, 4, dt.datetime(2025, 11, 1))
    for html in (
        turn_html(0, odd, ""), answer_html(answer), answer_html(replace(answer, found=False), filtered=True),
        source_html(article, 0, 3), library_html([entry], Changes(), changeable=True), error_html(odd),
        known_html([odd]), welcome_html(1, [odd], may_change=True), export.html([answer]),
    ):  # fmt: skip
        assert shown in html
        assert not {"\r", "\0"} & set(html)
        assert "<b>" not in html


@pytest.mark.parametrize("text", [
    "Hut | Beds\n--- | ---\nElk | 3\nFox | 4", "Hut | Beds |\n|---|---|\n| Elk | 3 |\n| Fox | <4>", "Elk | 3\nFox | 4",
    "See here.\n\nHut | Beds\n--- | ---\nElk | 3\nWinter\nFox | 4\n\nAnd there.", "--- | ---\nElk | 3\nFox | 4",
], ids=range(5))  # fmt: skip
def test_a_quoted_table_has_aligned_cells_and_keeps_every_character(text: str) -> None:
    at = text.index("Fox")
    html = quote_html(text, 100, [(100 + at, 103 + at)])
    assert unescape(re.sub(r"<[^>]*>", "", html)) == text
    assert "<mark>Fox</mark>" in html
    if "---" in text:
        shown = re.sub(r'<span class="quoth-bar">.*?</span>', "", html, flags=re.DOTALL)
        assert "---" not in shown
        assert "|" not in shown
        assert shown.count('role="columnheader"') == 2 * ("Hut" in text)
        assert '<span role="cell"><mark>Fox</mark></span>' in shown
