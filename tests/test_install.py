"""The source archive and the wheel, and the wheel installed with pip, pipx and uv.

It is used from a folder whose modules have the names of our folders.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.installed import BIN, ROOT, Home, add_dependencies, build, metadata, run
from tests.made import pdf, write

REPOSITORY = "https://github.com/quoth-qa/quoth"
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
        assert answer.best.citation
print(quoth.__file__)

from quoth.ui.server.library_admin import EXAMPLES

assert len(list(EXAMPLES.glob("*.txt"))) == 5  # which the page of a new library offers
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source archive and the wheel."""
    return build(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def wheels(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel, and empty ones of its dependencies."""
    folder = tmp_path_factory.mktemp("wheels")
    wheel = folder / built[1].name
    wheel.hardlink_to(built[1])
    add_dependencies(wheel)
    return folder


@pytest.fixture(scope="module")
def home(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which pip has installed Quoth, in the virtual environment ``venv``."""
    home = Home(tmp_path_factory.mktemp("pip") / "home", wheels)
    run(sys.executable, "-m", "venv", "--without-pip", home.folder / "venv")
    home.install(
        sys.executable, "-m", "pip", "--python", home.folder / "venv" / BIN / "python", "install", "-q", "quoth"
    )
    return home


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


def test_the_wheel_holds_every_file_of_the_package(built: tuple[Path, Path]) -> None:
    files = (path for name in ("index", "qa", "ui", "seeds") for path in (ROOT / name).rglob("*") if path.is_file())
    ours = {f"quoth/{path.relative_to(ROOT).as_posix()}" for path in files if path.suffix != ".pyc"}
    assert not ours - {*zipfile.ZipFile(built[1]).namelist()}


def test_checkers_of_packages_find_nothing(built: tuple[Path, Path]) -> None:
    run(sys.executable, "-m", "twine", "--no-color", "check", "--strict", *built)
    run(sys.executable, "-m", "check_wheel_contents", built[1], cwd=ROOT)


def test_the_package_page_has_whole_addresses(built: tuple[Path, Path]) -> None:
    about = metadata(built[1])
    page = str(about.get_payload())
    links = re.findall(r"\]\((?!#)([^)]+)\)", page)
    assert f"{REPOSITORY}/raw/v{about['Version']}/docs/chat.png" in links
    assert all(link.startswith("https://") for link in links)
    for link in links:
        if path := re.fullmatch(rf"{REPOSITORY}/(?:raw|blob)/v[0-9.]+/([^#]+)(?:#.*)?", link):
            assert (ROOT / path[1]).exists(), link


def test_the_licences_are_those_of_the_code_and_of_the_weights(built: tuple[Path, Path]) -> None:
    about = metadata(built[1])
    assert about["License-Expression"] == "MIT AND CC-BY-SA-4.0 AND Apache-2.0"
    names = about.get_all("License-File") or []
    assert {"LICENSE", "LICENSES/CC-BY-SA-4.0.txt", "LICENSES/Apache-2.0.txt"} <= {*names}


def test_the_source_archive_holds_no_tests_and_nothing_made(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"docs/quoth.1", "docs/chat.png", "seeds/003_10ac6688236258e8.txt", "index/embedding/default.onnx"} <= names
    assert not [name for name in names if name.startswith(("tests", "build", "benchmarks")) or name.endswith(".pyc")]


@pytest.mark.model
def test_the_wheel_works_beside_modules_of_the_same_names(home: Home, place: Path) -> None:
    (place / "script.py").write_text(SCRIPT, "utf-8")
    python = home.folder / "venv" / BIN / "python"
    printed = run(python, "script.py", cwd=place, env=home.environment)
    assert Path(printed.splitlines()[-1]).is_relative_to(home.folder)


@pytest.mark.model
def test_the_installed_chat_opens_and_has_its_files(home: Home, place: Path) -> None:
    quoth = home.folder / "venv" / BIN / "quoth"
    run(quoth, "add", "articles/ferry.txt", "-l", "library", cwd=place, env=home.environment)
    command = [quoth, "chat", "--port", "0", "-l", "library"]
    with subprocess.Popen(command, cwd=place, env=home.environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            line = next((line for line in server.stderr if "open at" in line), "")
            address = next(word for word in line.split() if word.startswith("http"))
            for name in ("", "page.css", "start.js"):
                with urllib.request.urlopen(address + name) as response:
                    assert response.status == 200
        finally:
            server.terminate()


@pytest.mark.model
@pytest.mark.parametrize("how", ["pipx", "uv", "uvx"])
def test_installed_as_a_program(how: str, wheels: Path, place: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", wheels)
    command: list[str | Path] = [home.folder / "bin" / "quoth"]
    if how == "pipx":
        home.install("pipx", "install", "--skip-maintenance", "quoth")
        assert (home.folder / "man" / "man1" / "quoth.1").exists()
    elif how == "uv":
        home.install("uv", "tool", "install", "--excludes", ROOT / "locks" / "no-torch.txt", "quoth")
    else:
        command = [Path(sys.executable).with_name("uvx"), "quoth"]
    version = metadata(next(wheels.glob("quoth-*")))["Version"]
    assert run(*command, "--version", env=home.environment) == f"quoth {version}\n"
    run(*command, "add", place / "articles" / "ferry.txt", cwd=place, env=home.environment)
    answer = run(*command, "ask", "How long does the crossing take?", cwd=place, env=home.environment)
    assert "The crossing takes fifty minutes." in answer
    assert bool([*home.folder.rglob("torch-*.dist-info")]) == (how != "uv")
