"""The examples of docs/api-http.md run against a chat, and its lists are those of the API."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from quoth import Library
from quoth.ui.api.app import api
from quoth.ui.api.description import described, operations
from quoth.ui.api.problems import KINDS
from quoth.ui.programs.operations import Operations
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.uploads import Uploads
from tests.pages import ROOT, write_files
from tests.server import running
from tests.words import WordEncoder

TEXT = (ROOT / "docs" / "api-http.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:7860"


def blocks(language: str, address: str) -> list[str]:
    """Return the code blocks in a language, for a chat at another address."""
    found = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return [block.replace(ADDRESS, address) for block in found]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a chat with the two articles of the documentation; its folder is the working directory."""
    folder = tmp_path_factory.mktemp("docs")
    write_files("docs/api.md", folder)
    (folder / "pier.txt").write_text("The pier is ninety metres long.", "utf-8")
    before = Path.cwd()
    os.chdir(folder)
    try:
        with Library("library", encoder=WordEncoder()) as library:
            library.add(["articles"])
            with running(library, Rules()) as port:
                yield f"http://127.0.0.1:{port}"
    finally:
        os.chdir(before)


def ran(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_python(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    for block in blocks("python", address):
        exec(block, names)
    client, *rest = capsys.readouterr().out.splitlines()
    assert client == "True The crossing takes fifty minutes. The ferry · Ann Lee · 3 May 2025, paragraph 2"
    assert rest[0].endswith("The ferry sails at nine.")
    assert rest[1].startswith("progress 0.0")
    assert rest[-1].split() == ["result"]


def test_the_python_client_has_about_ten_lines() -> None:
    client, *_ = blocks("python", ADDRESS)
    assert len([line for line in client.splitlines() if line]) <= 12


def test_curl(address: str) -> None:
    if shutil.which("curl") is None or "--json" not in ran("curl", "--help", "all"):
        pytest.skip("needs curl 7.82 or later")
    printed = [ran("bash", "-ec", block) for block in blocks("sh", address) if "quoth.example" not in block]
    assert '"text":"The crossing takes fifty minutes."' in printed[0]
    assert '"given":"ten","there":"nine"' in printed[0]
    assert '"event":"result"' in printed[1]
    assert "added/pier.txt" in printed[1]


def test_javascript(address: str) -> None:
    if shutil.which("node") is None:
        pytest.skip("needs Node")
    (script,) = blocks("js", address)
    assert ran("node", "--input-type=module", "--eval", script) == "true The crossing takes fifty minutes.\n"


def test_every_request_and_problem_is_listed(library: Library) -> None:
    routes = api(Operations(library, 0, None), Uploads(), Rules(), root_path="").routes
    known = {f"{method.upper()} {path}" for path, method, _ in operations(described(routes, "", Rules()))}
    listed = {re.sub(r"\?.*", "", request) for request in re.findall(r"^\| `([A-Z]+ /[^`]*)`", TEXT, re.MULTILINE)}
    assert listed == known
    problems = re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", TEXT, re.MULTILINE)
    assert {kind: int(status) for kind, status in problems} == {kind: told.status for kind, told in KINDS.items()}
