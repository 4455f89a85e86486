"""The command ``search``, and the filters of ``ask``, ``retrieve`` and ``search``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from quoth import Library
from quoth.ui.cli.main import app
from tests.terminal import Terminal, quoth, run_quoth


@pytest.fixture
def ores(tmp_path: Path) -> Path:
    """The folder of a library with two articles by different authors."""
    for name, author, day, text in (
        ("mines", "Ann Lee", "2025-05-03", "Rare earths come from two mines.\n\nIt is rare that a miner leaves."),
        ("magnets", "Bo Ray", "2025-06-01", "Magnets need rare  earths, the trade says."),
    ):
        head = f"---\nauthor: {author}\ndate: {day}\n---\n"
        (tmp_path / f"{name}.md").write_text(f"{head}{text}\n", "utf-8")
    Library(tmp_path / "library").add([tmp_path / "mines.md", tmp_path / "magnets.md"])
    return tmp_path / "library"


@pytest.mark.model
def test_search_shows_every_passage_with_the_words(ores: Path) -> None:
    shown = quoth("search", "rare earth", "--library", str(ores))
    assert shown.startswith("2 passages in 2 articles\n\n")
    assert "mines.md · Ann Lee · 3 May 2025 (" in shown
    assert re.findall(r": \d passage|\[\d\]", shown) == [": 1 passage", "[1]", ": 1 passage", "[2]"]
    assert "    — paragraph 1 (" in shown
    found = json.loads(quoth("search", '"rare earths"', "--json", "--author", "ray", "--library", str(ores)))
    (((quote,),), total) = found["by_article"], found["total"]
    assert (total, [quote["article"]["text"][a:b] for a, b in quote["highlights"]]) == (1, ["rare  earths"])
    with Terminal("search", '"rare earths"', "--library", str(ores)) as terminal:
        styled_text, code = terminal.rest()
    assert code == 0
    assert "\x1b[1mRare earths\x1b[0m come from" in styled_text
    for words, *options in (["zebra"], ["zebra", "--json"]):
        done = run_quoth("search", words, *options, "--library", str(ores))
        assert done.returncode == 1
        assert ("No passage contains these words." in done.stdout) is not bool(options)


def printed(*arguments: str) -> Any:
    """Run the command in this process, which loads the model once, and return the JSON that it prints."""
    return json.loads(CliRunner().invoke(app, [*arguments]).stdout)


@pytest.mark.model
def test_filters_restrict_ask_retrieve_and_search(ores: Path) -> None:
    sources = [line.split("(")[-1].removesuffix(")") for line in quoth("status", "-l", str(ores)).splitlines()[1:]]
    mines, magnets = sorted(sources, reverse=True)
    for options, expected in (
        (["--author", "ann"], {mines}), (["--since", "2025-05-04"], {magnets}), (["--until", "2025-05-03"], {mines}),
        (["--source", magnets], {magnets}), (["--source", mines, "--source", magnets], {mines, magnets}),
    ):  # fmt: skip
        arguments = ("rare earths", "--json", "-l", str(ores), *options)
        quotes = printed("ask", "--min-confidence", "0", *arguments)["quotes"]
        assert {quote["article"]["source"] for quote in quotes} <= expected
        assert {hit["article"]["source"] for hit in printed("retrieve", *arguments)} == expected
        by_article = printed("search", *arguments)["by_article"]
        assert {quotes[0]["article"]["source"] for quotes in by_article} == expected
    refused = run_quoth("search", "rare", "--since", "May", "-l", str(ores))
    assert refused.returncode == 2
    assert "'May' is not a date. Use YYYY-MM-DD" in refused.stderr
    assert run_quoth("search", "rare", "--author", "nobody", "-l", str(ores)).returncode == 2
