"""What programs get, whatever protocol they use, and the examples that describe it."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Filter, Library, NoArticles
from quoth.ui.api import events
from quoth.ui.api.app import api
from quoth.ui.api.description import described, operations
from quoth.ui.programs import schemas
from quoth.ui.programs.operations import NoPage, Operations, UnknownArticle
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.uploads import Uploads
from tests.made import write
from tests.pages import write_files


@pytest.mark.every_store
def test_null_characters_are_only_characters(library: Library, tmp_path: Path) -> None:
    library.add(write(tmp_path, "ferry.txt", "The ferry sails at nine."))
    programs = Operations(library, 0, None)
    assert programs.verify("The ferry sails at\0nine.").nearest
    assert programs.ask("When does the ferry\0 sail?").found
    assert programs.search("ferry\0sails").total == 1
    with pytest.raises(UnknownArticle):
        programs.article("a\0b")
    with pytest.raises(NoArticles):
        programs.retrieve("ferry", where=Filter(author="a\0"))


def test_articles_are_removed_together_or_not_at_all(library: Library, tmp_path: Path) -> None:
    for name in ("ferry.txt", "quay.txt", "pier.txt"):
        write(tmp_path, name, f"This is {name}, which has its own words.")
    programs = Operations(library, 0, None)
    programs.add([tmp_path])
    first, second, _ = programs.articles().articles
    with pytest.raises(UnknownArticle):
        programs.remove([first.article, 99])
    assert programs.status().articles == 3
    assert programs.remove([first.article, second.article]).removed == [first.source, second.source]


def test_a_text_without_pages_and_a_long_text(library: Library, tmp_path: Path) -> None:
    text = "The pier is long. " * 2000
    library.add(write(tmp_path, "pier.txt", text))
    programs = Operations(library, 0, None)
    assert programs.article(1).text == text[:20_000]
    assert programs.article(str(tmp_path / "pier.txt"), 30_000, 10**9).text == text[30_000:]
    assert programs.article(1, most=None).text == text
    with pytest.raises(NoPage, match="no such page"):
        programs.page(1, 0, 3)


def test_the_examples_are_what_the_articles_of_the_documentation_give(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_files("docs/api.md", tmp_path)
    programs = Operations(library, 0, None)
    programs.add(["articles"])
    routes = api(programs, Uploads(), Rules(), root_path="").routes
    examples = {}
    for path, _, operation in operations(described(routes, "", Rules())):
        for media_type, content in operation["responses"]["200"]["content"].items():
            if "json" in media_type:
                schema, example = content["schema"], content["example"]
                one, name = (example[0], schema["items"]) if "items" in schema else (example, schema)
                name = name["$ref"].rpartition("/")[2]
                getattr(events if name == "Event" else schemas, name).model_validate(one)
                examples[path, name] = one
    assert len(examples) >= 8
    answer = programs.ask("How long does the crossing take?").model_dump(mode="json")
    example = examples["/ask", "AnswerFound"]
    for part in (answer, example):
        for name in ("confidence", "why"):
            part.pop(name)
        for quote in part["quotes"]:
            del quote["score"], quote["language"]  # the text is too short to tell its language
    assert answer == example
    checked = programs.verify("The crossing takes sixty minutes.").model_dump(mode="json")
    assert checked | {"nearest": None} == examples["/verify", "QuoteChecked"] | {"nearest": None}
    given = examples["/verify", "QuoteChecked"]["nearest"]
    different = {"similarity": 0, "language": None}
    assert checked["nearest"] | different == given | different
    assert checked["nearest"]["similarity"] == pytest.approx(given["similarity"], abs=0.01)
