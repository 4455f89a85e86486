"""The page's own words: which language is spoken, that every word has a translation, and what counts look like."""

from __future__ import annotations

import ast
import datetime as dt
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from quoth import Library
from quoth.ui.citations import day
from quoth.ui.language import preferred, say, say_many, translations
from quoth.ui.server.app import application
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.service import Settings

UI = Path(__file__).parent.parent / "ui"
LANGUAGES = sorted(translations())


def literals() -> tuple[set[str], set[str]]:
    """The words that the code says, and all strings in it."""
    said: set[str] = set()
    strings: set[str] = set()
    for file in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "say_many"):
                words = node.args[:1] if node.func.id == "say" else node.args[1:3]
                said |= {word.value for word in words if isinstance(word, ast.Constant)}
    for file in (UI / "page" / "static").glob("*.js"):
        found = set(re.findall(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"', file.read_text("utf-8")))
        said |= found
        strings |= found
    return said, strings


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_the_page_says_is_translated_and_nothing_else(language: str) -> None:
    said, strings = literals()
    known = translations()[language]
    assert said - set(known) == set()
    assert set(known) - strings == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_the_same_names_and_has_no_sign_of_html(language: str) -> None:
    for english, words in translations()[language].items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", words)), english
        assert not set(words) & set('<>&"'), english


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"), ("de", "de"), ("de-AT,de;q=0.9,en;q=0.8", "de"), ("en-GB,de", "en"), ("ja,fr;q=0.3,de;q=0.4", "de"),
        ("ja", "en"), ("de;q=0", "en"), ("*", "en"), ("de;q=x,es", "es"), (";;,=,\x00", "en"),
    ],
)  # fmt: skip
def test_the_language_that_the_browser_likes_best(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


def test_the_page_and_its_scripts_speak_german_to_a_german_browser_and_documents_stay_english(
    library: Library, tmp_path: Path
) -> None:
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
        taken = client.post("/page/act", json={**visit, "do": "update"}, headers=german).text  # in a thread of its own
        assert "unverändert" in taken or "Nichts" in taken
        items = [{"text": "one year", "source": str(tmp_path / "truce.txt"), "start": 16, "end": 24}]
        made = client.post("/page/basket", json={"format": "html", "items": items}, headers=german).json()
        assert made["standing"] == ["in place"]
        assert made == client.post("/page/basket", json={"format": "html", "items": items}).json()


def test_counts_and_days(monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert said["fr"] == ("12 345 articles", "7 mars 2025", "Copié.")
    assert said["es"] == ("12.345 artículos", "7 de marzo de 2025", "Copiado.")
    assert say("Not in the file") == "Not in the file"
