"""The wheel in an environment of its own, used from a folder whose modules have the names of our folders."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

import pytest

from tests.made import pdf, write

ROOT = Path(__file__).parent.parent
SCRIPT = """
import quoth

with quoth.Library("library") as library:
    changes = library.add(["articles"])
    assert len(changes.added) == 3 and not changes.rejected, changes
    for question, words in (
        ("How long does the crossing take?", "fifty minutes"),
        ("How many lamps does the lighthouse have?", "three lamps"),
        ("When does the market open?", "eight"),
    ):
        answer = library.ask(question)
        assert answer.best and words in answer.best.text, (question, answer)
        print(answer.best.citation)
print(quoth.__file__)
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; the other distributions are those of the tests."""
    folder = tmp_path_factory.mktemp("install")
    source = folder / "source"  # a copy, so that nothing of an earlier build gets into the wheel
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("quoth", "index", "qa", "ui", "haystack_integrations"):
        shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder / "wheels", source],
        check=True,
    )  # fmt: skip
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    packages = Path(
        sysconfig.get_path("purelib", vars={"base": str(folder / "venv"), "platbase": str(folder / "venv")})
    )
    before = {path.name for path in packages.iterdir()}
    (wheel,) = (folder / "wheels").glob("*.whl")
    subprocess.run([*pip, "--python", python, "install", "--no-deps", "--no-index", wheel], check=True)
    installed = {path.name for path in packages.iterdir()} - before
    assert installed == {"haystack_integrations", "quoth", "quoth-0.1.0.dist-info"}
    components = {path.name for path in (packages / "haystack_integrations").rglob("*.py")}
    assert components == {"__init__.py", "reader.py", "retriever.py"}
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    return python


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with modules that a user might have, and articles of three formats."""
    for name in ("index.py", "reading.py", "search.py", "qa/__init__.py", "ui/__init__.py", "tests/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("raise RuntimeError('this is not part of quoth')\n", "utf-8")
    articles = tmp_path / "articles"
    articles.mkdir()
    write(articles, "ferry.txt", "The ferry sails at nine.\n\nThe crossing takes fifty minutes.\n")
    write(
        articles,
        "market.html",
        "<html><body><h1>Market</h1><p>The market opens at eight every Friday.</p></body></html>",
    )
    write(articles, "light.pdf", pdf([[(50, 500, "The lighthouse has three lamps and one keeper.")]]))
    return tmp_path


@pytest.mark.model
def test_the_wheel_works_beside_modules_of_the_same_names(python: Path, place: Path) -> None:
    (place / "script.py").write_text(SCRIPT, "utf-8")
    done = subprocess.run([python, "script.py"], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.splitlines()[-1]).is_relative_to(python.parent.parent)
    again = subprocess.run(
        [python, "-m", "quoth", "ask", "How long does the crossing take?", "-l", "library"],
        cwd=place, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "fifty minutes" in again.stdout, again.stderr


@pytest.mark.model
def test_the_installed_chat_opens_and_has_its_files(python: Path, place: Path) -> None:
    subprocess.run([python, "-m", "quoth", "add", "articles/ferry.txt", "-l", "library"], cwd=place, check=True)
    command = [python, "-m", "quoth", "chat", "--port", "0", "-l", "library"]
    with subprocess.Popen(command, cwd=place, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            line = next((line for line in server.stderr if "open at" in line), "")
            address = next(word for word in line.split() if word.startswith("http"))
            for name in ("", "page.css", "start.js"):
                with urllib.request.urlopen(address + name) as response:
                    assert response.status == 200
        finally:
            server.terminate()
