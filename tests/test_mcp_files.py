"""What is published for assistants: the document, the registry's entry, and the bundle."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from typer.testing import CliRunner

from quoth import Library
from quoth.ui.cli.main import app
from tests.assistant import READING, server_of, talk

ROOT = Path(__file__).parent.parent
BUNDLE = ROOT / "deploy" / "mcpb"
TEXT = (ROOT / "docs" / "mcp.md").read_text("utf-8")
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ENTRY = json.loads((ROOT / "server.json").read_text("utf-8"))
FILTERS = {"author", "since", "until", "sources", "tags", "collection"}
MANIFEST = json.loads((BUNDLE / "manifest.json").read_text("utf-8"))


def servers() -> list[dict[str, Any]]:
    """The servers of all configurations in the document."""
    return [
        server
        for block in BLOCKS
        for key in ("mcpServers", "servers")
        for server in block.get(key, {}).values()
    ]  # fmt: skip


def options(*command: str) -> str:
    """The help of a command, as it is without colours and line breaks."""
    return " ".join(
        CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "500", "NO_COLOR": "1"}).output.split()
    )


def test_every_configuration_starts_the_command_or_names_its_address() -> None:
    started = [server for server in servers() if "command" in server]
    assert len(started) == 2
    for server in started:
        assert (server["command"], server["args"]) == ("uvx", ["quoth", "mcp"])
        assert server["env"].keys() == {"QUOTH_LIBRARY"}
    remote = [*(server for server in servers() if "url" in server), *(b for b in BLOCKS if "server_url" in b)]
    assert len(remote) == 3
    assert {server.get("url", server.get("server_url")) for server in remote} == {"https://quoth.example/mcp"}
    assert len(BLOCKS) == 5


def test_every_tool_is_documented(library: Library) -> None:
    async def listed(client: Any) -> list[Any]:
        return list((await client.list_tools()).tools)

    tools = talk(server_of(library, allow_changes=True), listed)
    table = dict(re.findall(r"\| `(\w+)` \| (.*?) \|", TEXT))
    assert [*table] == [tool.name for tool in tools] == [tool["name"] for tool in MANIFEST["tools"]]
    for tool in tools:
        named = set(re.findall(r"`(\w+)`", table[tool.name]))
        assert named == set(tool.input_schema["properties"]) - FILTERS
    assert [tool.name for tool in tools[:-2]] == READING


def test_the_variables_exist() -> None:
    for variable in ("QUOTH_LIBRARY", "QUOTH_ALLOW_CHANGES"):
        assert variable in options("mcp")
    assert "--allow-changes" in options("chat")
    assert "--mcp" not in options("chat")  # accepted, but no longer shown


def test_the_entry_of_the_registry() -> None:
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", ENTRY["name"])
    assert 1 <= len(ENTRY["description"]) <= 100
    (package,) = ENTRY["packages"]
    assert ENTRY["version"] == package["version"] == PROJECT["version"]
    assert (package["registryType"], package["identifier"]) == ("pypi", PROJECT["name"])
    assert (package["transport"], package["runtimeHint"]) == ({"type": "stdio"}, "uvx")
    assert package["packageArguments"] == [{"type": "positional", "value": "mcp"}]
    for variable in package["environmentVariables"]:
        assert variable["name"] in options("mcp")
        assert variable["format"] in ("string", "number", "boolean", "filepath")


def test_the_bundle_holds_what_its_manifest_names(tmp_path: Path) -> None:
    build = runpy.run_path(str(BUNDLE / "build.py"))["build"]
    bundle = build(tmp_path / "a")
    assert bundle.name == f"quoth-{PROJECT['version']}.mcpb"
    assert bundle.read_bytes() == build(tmp_path / "b").read_bytes()
    with ZipFile(bundle) as archive:
        assert json.loads(archive.read("manifest.json")) == MANIFEST
        assert MANIFEST["server"]["entry_point"] in archive.namelist()
        wanted = tomllib.loads(archive.read("pyproject.toml").decode())["project"]
    assert wanted["dependencies"] == [f"{PROJECT['name']}=={PROJECT['version']}"]
    assert wanted["requires-python"] == PROJECT["requires-python"]
    assert (MANIFEST["manifest_version"], MANIFEST["version"]) == ("0.4", PROJECT["version"])
    assert MANIFEST["server"]["type"] == "uv"
    assert MANIFEST["user_config"]["library"]["type"] == "directory"
    used = re.findall(r"\$\{user_config\.(\w+)\}", json.dumps(MANIFEST["server"]))
    assert {*used} == {*MANIFEST["user_config"]}


def test_the_bundle_starts_the_server(tmp_path: Path) -> None:
    settings = {"QUOTH_LIBRARY": str(tmp_path / "none"), "QUOTH_ALLOW_CHANGES": "false"}
    hello = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n'
    answered = subprocess.run(
        [sys.executable, BUNDLE / MANIFEST["server"]["entry_point"]], input=hello, capture_output=True, text=True,
        check=True, env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
    )  # fmt: skip
    assert json.loads(answered.stdout)["result"] == {}
