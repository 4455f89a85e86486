"""The page's own words: the choice of the language, complete translations, plurals, numbers and dates."""

from __future__ import annotations

import ast
import datetime as dt
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from babel import Locale
from jinja2 import Environment, nodes
from starlette.testclient import TestClient

from quoth import Library
from quoth.ui.citations import day
from quoth.ui.language import say, say_many, translations
from quoth.ui.server.accept_language import preferred
from quoth.ui.server.app import application
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.service import Settings

UI = Path(__file__).parent.parent / "ui"
LANGUAGES = sorted(translations())


class Words(NamedTuple):
    """The English words in the code."""

    plain: set[str]
    counted: set[str]
    """Words with a count, in their form for several."""
    strings: set[str]
    """All strings, because some words reach say() in a variable."""


def words_of_code() -> Words:
    calls: list[tuple[str, list[object]]] = []
    strings: set[object] = set()
    for file in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant):
                strings.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                calls.append((node.func.id, [getattr(argument, "value", None) for argument in node.args]))
    for file in (UI / "page" / "templates").glob("*.html"):
        template = Environment().parse(file.read_text("utf-8"))
        strings |= {constant.value for constant in template.find_all(nodes.Const)}
        for call in template.find_all(nodes.Call):
            calls.append((getattr(call.node, "name", ""), [getattr(word, "value", None) for word in call.args]))
    for file in (UI / "page" / "static").glob("*.js"):
        script = file.read_text("utf-8")
        calls += [("say", [words]) for words in re.findall(r'\bsay\(\s*"([^"]*)"', script)]
        calls += [("say_many", [None, *forms]) for forms in re.findall(r'\bsayMany\([^"]*"([^"]*)", "([^"]*)"', script)]
    plain = {words[0] for name, words in calls if name in ("say", "say_html")}
    counted = {words[2] for name, words in calls if name == "say_many"}
    plain, counted, strings = ({word for word in found if isinstance(word, str)} for found in (plain, counted, strings))
    return Words(plain, counted, strings | plain | counted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_exactly_the_words_of_the_page_are_translated(language: str) -> None:
    said = words_of_code()
    known = translations()[language]
    assert (said.plain | said.counted) - set(known) == set()
    assert set(known) - said.strings == set()
    assert {english for english, words in known.items() if isinstance(words, dict)} == said.counted


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_with_a_count_have_a_form_for_every_plural_of_the_language(language: str) -> None:
    plural = Locale(language).plural_form
    categories = {plural(count) for count in range(1000)} | {"other"}
    for english, words in translations()[language].items():
        if isinstance(words, dict):
            assert set(words) == categories, english


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_same_names_and_no_html(language: str) -> None:
    for english, words in translations()[language].items():
        names = sorted(re.findall(r"\{\w+\}", english))
        for form in words.values() if isinstance(words, dict) else [words]:
            filled = sorted(re.findall(r"\{\w+\}", form))
            assert filled == names or (isinstance(words, dict) and form == words.get("one") and filled == []), english
            assert not set(form) & set('<>&"'), english


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"), ("de", "de"), ("de-AT,de;q=0.9,en;q=0.8", "de"), ("en-GB,de", "en"), ("ja,fr;q=0.3,de;q=0.4", "de"),
        ("ja", "en"), ("de;q=0", "en"), ("*", "en"), ("de;q=x,es", "es"), (";;,=,\x00", "en"),
    ],
)  # fmt: skip
def test_the_preferred_language(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


def test_a_german_browser_gets_a_german_page_and_english_documents(library: Library, tmp_path: Path) -> None:
    (tmp_path / "truce.txt").write_text("The truce lasts one year.", "utf-8")
    library.add(tmp_path / "truce.txt")
    library.refresh()
    app, _ = application(library, Settings(min_confidence=0), Rules())
    visit = {"visit": "v" * 20}
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 5000)) as client:
        german = {"Accept-Language": "de-DE"}
        parts = client.post("/page/begin", json={}, headers=german).json()
        assert "Gespräche" in parts["quoth-head"]
        assert "Fragen Sie Ihren Artikel" in parts["quoth-begin"]
        asked = {**visit, "questions": ["How long lasts the truce?"]}
        assert "Absatz 1" in client.post("/page/talk", json=asked, headers=german).json()["html"]
        assert 'language = "de"' in client.get("/words.js", headers=german).text
        english = client.post("/page/talk", json=visit | {"questions": ["Is there a truce?"]})
        assert "paragraph 1" in english.json()["html"]
        update = {**visit, "do": "update"}  # runs in another thread
        taken = client.post("/page/act", json=update, headers=german).text
        assert "unverändert" in taken or "Nichts" in taken
        items = [{"text": "one year", "source": str(tmp_path / "truce.txt"), "start": 16, "end": 24}]
        made = client.post("/page/basket", json={"format": "html", "items": items}, headers=german).json()
        assert made["standing"] == ["in place"]
        assert made == client.post("/page/basket", json={"format": "html", "items": items}).json()


def test_counts_and_days() -> None:
    from quoth.ui import language

    assert say_many(1, "{count} article", "{count} articles") == "1 article"
    assert say_many(12345, "{count} article", "{count} articles") == "12,345 articles"
    assert day(dt.date(2025, 3, 7)) == "7 March 2025"
    said = {}
    for code in LANGUAGES:
        token = language._language.set(code)
        said[code] = (say_many(12345, "{count} article", "{count} articles"), day(dt.date(2025, 3, 7)), say("Copied."))
        language._language.reset(token)
    assert {"de", "es", "fr"} <= set(said)
    assert said["de"] == ("12.345 Artikel", "7. März 2025", "Kopiert.")
    assert said["fr"] == ("12\u202f345 articles", "7 mars 2025", "Copié.")
    assert said["es"] == ("12.345 artículos", "7 de marzo de 2025", "Copiado.")
    assert say("Not in the file") == "Not in the file"


def test_a_language_with_more_plurals_has_a_form_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    from quoth.ui import language

    forms = {"one": "{count} artykuł", "few": "{count} artykuły", "many": "{count} artykułów", "other": "–"}
    monkeypatch.setattr(language, "translations", lambda: {"pl": {"{count} articles": forms}})
    token = language._language.set("pl")
    said = [say_many(count, "{count} article", "{count} articles") for count in (1, 3, 5, 22, 25)]
    language._language.reset(token)
    assert said == ["1 artykuł", "3 artykuły", "5 artykułów", "22 artykuły", "25 artykułów"]
