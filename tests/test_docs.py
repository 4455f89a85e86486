"""Every code block of the documentation runs or is checked, links lead somewhere, and the site has no warnings."""

from __future__ import annotations

import ast
import doctest
import io
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from configparser import ConfigParser
from contextlib import redirect_stdout
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

import quoth
from quoth.index.embedding.encoder import OnnxEncoder
from quoth.index.records import Encoded
from tests.conftest import SEEDS
from tests.pages import GENERATED, ROOT, Block, blocks, commands, pages, parse_command, run_quoth, steps, write_files
from tests.pictures import pictures_in
from tests.postgres import Databases

BLOCKS = [block for page in pages() if page not in GENERATED for block in blocks(page)]
RUN_BY = re.compile(r"run as tests\s+\(`(tests/\w+\.py)`\)")
"""A page names the module that runs its examples, if it is not this one."""
RUN_FOREVER = ("quoth chat", "quoth watch", "quoth mcp")
OUTPUT = doctest.OutputChecker()
FORMS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def check_python(block: Block) -> None:
    if not block.is_doctest:
        ast.parse(block.text)


def check_shell(block: Block) -> None:
    script = "".join(f"{command}\n" for command, _ in steps(block.text)) if block.language == "console" else block.text
    if bash := shutil.which("bash"):
        done = subprocess.run([bash, "-n"], input=script, capture_output=True, text=True, check=False)
        assert not done.stderr
    for arguments in commands(script):
        parse_command(arguments)


def check_json(block: Block) -> None:
    try:
        json.loads(block.text)
    except json.JSONDecodeError:  # or an object in each line
        for line in block.text.splitlines():
            json.loads(line)


def check_braces(block: Block) -> None:
    """Each line of a server's settings ends a statement, or opens or closes a block."""
    depth = 0
    for line in (re.sub(r"\s*#.*", "", line).rstrip() for line in block.text.splitlines()):
        depth += line.endswith("{") - line.strip().startswith("}")
        assert depth >= 0
        assert not line or block.language != "nginx" or line[-1] in "{};"
    assert depth == 0


def check_javascript(block: Block) -> None:
    if node := shutil.which("node"):
        command = [node, "--input-type=module", "--check"]
        done = subprocess.run(command, input=block.text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def check_ini(block: Block) -> None:
    settings = ConfigParser(interpolation=None)
    settings.read_string(block.text)
    for section in settings.values():
        for arguments in commands(section.get("ExecStart", "")):
            parse_command(arguments)


CHECKS: dict[str, Callable[[Block], object] | None] = {
    "python": check_python, "console": check_shell, "sh": check_shell, "bash": check_shell, "json": check_json,
    "toml": lambda block: tomllib.loads(block.text), "yaml": lambda block: [*yaml.safe_load_all(block.text)],
    "xml": lambda block: ElementTree.fromstring(block.text), "nginx": check_braces, "caddyfile": check_braces,
    "js": check_javascript, "ini": check_ini,
    **dict.fromkeys(("html", "http", "markdown", "powershell", "sql", "text")),
}  # fmt: skip
"""How a block in each language is checked without running it; None for those that any text is in."""


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"{block.page}:{block.line}")
def test_a_block_is_in_its_language(block: Block) -> None:
    assert block.language in CHECKS, f"{block.place}: label it with one of {', '.join(CHECKS)}"
    if check := CHECKS[block.language]:
        check(block)


def runs(block: Block) -> bool:
    """Whether a block of Python can run here: it needs nothing but Quoth, and no server."""
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(block.text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    return imported <= {"quoth", *sys.stdlib_module_names} and "http://" not in block.text


def run_session(block: Block) -> None:
    for command, shown in steps(block.text):
        if command.startswith(RUN_FOREVER):
            continue
        if command.startswith("quoth "):
            printed = run_quoth(command)
        else:
            done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
            printed = (done.stdout + done.stderr).strip()
        assert OUTPUT.check_output(f"{shown}\n", f"{printed}\n", FORMS), (
            f"{block.place}: `{command}` does not print\n{shown}\nbut\n{printed}"
        )


@pytest.fixture(scope="module")
def embedded_once() -> Iterator[None]:
    """Several pages add the same articles. An encoder gives the same vectors for a text, so it is embedded once."""
    known: dict[str, Encoded] = {}
    encode = OnnxEncoder.encode

    def remembering(self: OnnxEncoder, texts: Sequence[str]) -> list[Encoded]:
        new = [text for text in texts if text not in known]
        known.update(zip(new, encode(self, new), strict=True))
        return [known[text] for text in texts]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OnnxEncoder, "encode", remembering)
        yield


@pytest.mark.model
@pytest.mark.usefixtures("embedded_once")
@pytest.mark.parametrize("page", sorted({block.page for block in BLOCKS if block.language in ("console", "python")}))
def test_the_examples_of_a_page_run_from_top_to_bottom(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder with the files that the page shows, the articles of docs/api.md, and folders of the repository."""
    if (named := RUN_BY.search((ROOT / page).read_text("utf-8"))) and named[1] != "tests/test_docs.py":
        assert (ROOT / named[1]).is_file()
        return
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QUOTH_LIBRARY", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("benchmarks", "seeds", "tests"):
        Path(name).symlink_to(ROOT / name)
    for name in ("docs/api.md", page):
        write_files(name, tmp_path)
    names: dict[str, object] = {}
    printed = ""
    for block in (block for block in BLOCKS if block.page == page):
        if block.language == "console":
            run_session(block)
        elif block.is_doctest:
            examples = doctest.DocTestParser().get_doctest(block.text, names, page, page, block.line - 1)
            report: list[str] = []
            doctest.DocTestRunner(optionflags=FORMS).run(examples, out=report.append, clear_globs=False)
            assert not report, "".join(report)
            names = examples.globs
        elif block.is_script and runs(block) and page != "README.md":
            with redirect_stdout(io.StringIO()) as output:
                exec(compile(block.text, block.place, "exec"), {})
            printed = output.getvalue()
        elif block.is_output:
            assert OUTPUT.check_output(block.text, printed, FORMS), f"{block.place}: the script prints\n{printed}"


@pytest.mark.model
@pytest.mark.usefixtures("embedded_once")
def test_the_readme_s_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "articles").symlink_to(SEEDS)
    monkeypatch.chdir(tmp_path)
    for block in BLOCKS:
        if block.page == "README.md" and block.is_script and runs(block):
            exec(block.text, {})
    assert "May 12, 2025" in capsys.readouterr().out


def test_the_sql_of_a_page_runs(postgres: Databases) -> None:
    postgres.new()
    postgres.run("CREATE DATABASE library")
    postgres.run("CREATE SCHEMA quoth; CREATE ROLE writer; CREATE ROLE reader", "library")
    sql = [block.text for block in BLOCKS if block.language == "sql"]
    assert sql
    for text in sql:
        postgres.run(text, "library")


@pytest.mark.parametrize("name", pages())
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"https?:", link):
            assert ((ROOT / name).parent / link).exists(), link


def test_every_picture_is_made_by_a_test() -> None:
    shown = {name for page in pages() for name in re.findall(r"/?([\w-]+)\.png\)", (ROOT / page).read_text("utf-8"))}
    made = {name for file in (ROOT / "tests").glob("test_*.py") for name in pictures_in(file.read_text("utf-8"))}
    assert shown == made == {file.stem for file in (ROOT / "docs").glob("*.png")}


def test_the_readme_is_short() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.split()) <= 900
    assert len(re.findall(r"!\[", text)) <= 3


def test_every_public_name_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference.rst").read_text("utf-8")
    named = re.findall(r"^\.\. auto(?:class|exception|function):: (\w+)$", text, re.MULTILINE)
    assert sorted(named) == sorted(quoth.__all__)


def test_the_site_is_built_without_warnings(tmp_path: Path) -> None:
    options = ["-q", "-W", "--keep-going", "-n", "-c", "docs", "-d", str(tmp_path / "doctrees")]
    command = [sys.executable, "-m", "sphinx", *options, ".", str(tmp_path / "site")]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    for page in pages():
        assert (tmp_path / "site" / page).with_suffix(".html").is_file()
    text = "".join(file.read_text("utf-8") for file in (tmp_path / "site").rglob("*.html"))
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=.https?:[^>]*>", text)
