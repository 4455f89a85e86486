"""Questions of all kinds, valid or not, and filters; with the tiny encoder."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quoth import Library, ask, retrieve
from quoth.index.embedding.late_interaction import pack, similarities
from quoth.index.errors import BadQuestion, NoArticles
from quoth.qa.filters import Filter
from quoth.ui.page.answers import answer_html
from quoth.ui.page.source import source_html


@pytest.fixture
def truce(library: Library, tmp_path: Path) -> Library:
    file = tmp_path / "truce.txt"
    file.write_text(
        "<b>Talks</b> & ${more}\n\nThe truce lasts <i>one</i> year. It was signed in Busan on October 30.\n", "utf-8"
    )
    library.add([file])
    return library


@pytest.mark.parametrize("question", ["", "   ", "?!…", "a" * 100_000])
def test_questions_that_cannot_be_searched_for_are_errors(truce: Library, question: str) -> None:
    with pytest.raises(BadQuestion):
        ask(question, library=truce)


@pytest.mark.parametrize(
    "question", ["truce", "title:truce AND (year OR", '"truce', "休战 持续 多久", "*", "truce^2 ~ -x", "🙂 truce"]
)
def test_operators_other_scripts_and_single_words_are_searched_for_as_words(truce: Library, question: str) -> None:
    if question == "*":
        with pytest.raises(BadQuestion):
            ask(question, library=truce)
    else:
        assert ask(question, library=truce).quotes


def test_a_missing_or_empty_library_is_an_error(library: Library, tmp_path: Path) -> None:
    with pytest.raises(NoArticles, match="quoth add"):
        ask("truce", library=library)
    with pytest.raises(NoArticles, match="no library"):
        ask("truce", library=tmp_path / "nowhere")


def test_a_sentence_that_refers_to_the_one_before_is_quoted_with_it(truce: Library) -> None:
    assert ask("It was signed in Busan on October", library=truce).quotes[0].text.startswith("The truce lasts")


def test_article_text_is_escaped_on_the_page(truce: Library) -> None:
    quote = ask("truce lasts one year", library=truce).quotes[0]
    html = answer_html(ask("truce lasts one year", library=truce)) + source_html(quote.article, quote.start, quote.end)
    assert "<i>" not in html
    assert "&lt;i&gt;" in html


def test_the_answering_words_are_marked(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "geneva.txt"
    file.write_text("Although a 90-day truce was reached in Geneva on May 12, 2025, talks go on.", "utf-8")
    library.add(file)

    def marked(question: str) -> list[str]:
        quote = ask(question, library=library).quotes[0]
        return [quote.article.text[a:b] for a, b in quote.highlights]

    assert marked("When was the truce reached?") == ["May 12, 2025"]
    assert marked("In which city was the truce reached?") == ["Geneva"]
    assert marked("How long is the truce reached in Geneva?") == ["90-day"]


def test_packed_signs_estimate_the_cosine(encoder) -> None:
    # For equal directions, mean size over root mean square of a normal component is sqrt(2/pi), scaled back to 1.
    found = encoder.encode(["truce busan"])[0]
    from quoth.index.embedding.late_interaction import PackedTokens

    cosines = similarities(found.tokens, [PackedTokens(found.spans, pack(found.tokens))])[0]
    assert cosines[0, 0] == pytest.approx(1, abs=0.2)
    assert abs(cosines[0, 1]) < 0.5


@pytest.mark.model
def test_the_command_from_articles_to_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from quoth.ui.cli.main import app
    from tests.conftest import SEEDS

    monkeypatch.setenv("QUOTH_LIBRARY", str(tmp_path / "library"))
    run = CliRunner().invoke
    assert run(app, ["add", str(SEEDS)]).exit_code == 0
    answer = json.loads(run(app, ["ask", "When was the 90-day tariff truce reached?", "--json"]).stdout)
    assert answer["found"]
    first = answer["quotes"][0]
    assert first["text"] == first["article"]["text"][first["start"] : first["end"]]
    assert run(app, ["ask", "What is the capital of Australia?"]).exit_code == 1
    assert run(app, ["retrieve", "fentanyl", "-k", "2"]).stdout.count("[") >= 2
    assert json.loads(run(app, ["status", "--json"]).stdout)["articles"] == 5
    assert run(app, ["remove", str(SEEDS)]).exit_code == 0
    assert "Usage" in run(app, ["--help"]).stdout


def test_filters_restrict_which_articles_answer(library: Library, tmp_path: Path) -> None:
    for name, author, day in (("one", "Ann Lee", "2025-10-30"), ("two", "Bo Ray", "2025-11-02"), ("three", "", "")):
        head = f"---\nauthor: {author}\ndate: {day}\n---\n" if author else ""
        (tmp_path / f"{name}.md").write_text(f"{head}The truce was signed by {name}.\n", "utf-8")
    library.add([tmp_path / f"{name}.md" for name in ("one", "two", "three")])

    def answering(where: Filter) -> set[str]:
        hits = retrieve("Who signed the truce?", 9, library=library, where=where)
        quotes = ask("Who signed the truce?", library=library, where=where).quotes
        found = {Path(h.article.source).stem for h in hits}
        assert {Path(q.article.source).stem for quote in quotes for q in (quote, *quote.also)} <= found
        return found

    assert answering(Filter()) == {"one", "two", "three"}
    assert answering(Filter(author="ann")) == {"one"}
    assert answering(Filter(since=dt.date(2025, 11, 1))) == {"two"}
    assert answering(Filter(since=dt.date(2025, 10, 30), until=dt.date(2025, 10, 30))) == {"one"}
    assert answering(Filter(sources=frozenset({str(tmp_path / "three.md"), str(tmp_path / "two.md")}))) == {
        "two",
        "three",
    }
    with pytest.raises(NoArticles, match="No article matches these filters"):
        answering(Filter(author="nobody"))


@pytest.mark.model
def test_a_question_of_very_many_short_words_can_be_asked(seed_library: Library) -> None:
    for question in ("中" * 2_000, "1 " * 1_000, "Who met? " * 200):
        ask(question, library=seed_library)
