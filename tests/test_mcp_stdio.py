"""The command ``quoth mcp``, as assistants start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from quoth import Library
from tests.assistant import MODES, READING, talk
from tests.browser import TRUCE

COMMAND = [sys.executable, "-m", "quoth", "mcp"]
HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}  # fmt: skip
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}


@pytest.mark.model
@pytest.mark.parametrize("mode", MODES)
def test_an_assistant_starts_the_command_and_asks(seed_library: Library, mode: str) -> None:
    started = StdioServerParameters(
        command=COMMAND[0], args=[*COMMAND[1:], "--library", str(seed_library.folder)], env={**os.environ}
    )

    async def work(client: Client) -> tuple[list[str], Any, Any]:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        asked = await client.call_tool("ask", {"question": TRUCE})
        return tools, asked.structured_content, (await client.list_resources()).resources

    tools, answer, resources = talk(stdio_client(started), work, mode)
    assert tools == READING
    assert [highlight["text"] for highlight in answer["quotes"][0]["highlights"]] == ["May 12, 2025"]
    assert len(resources) == len(seed_library.articles())


@contextmanager
def assistant(library: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The command after the client's greeting."""
    with subprocess.Popen(
        [*COMMAND, "--library", str(library), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert send(process, HELLO)["result"]["protocolVersion"] == "2025-11-25"
            send(process, READY)
            yield process
        finally:
            process.kill()


def send(process: subprocess.Popen[str], message: dict[str, Any]) -> Any:
    """Send a message, and return the answer if it is a request."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline()) if "id" in message else None


def called(process: subprocess.Popen[str], tool: str, **arguments: Any) -> Any:
    params = {"name": tool, "arguments": arguments}
    return send(process, {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params})["result"]


@pytest.mark.model
def test_a_library_is_made_on_the_way_and_only_the_protocol_is_on_standard_output(tmp_path: Path) -> None:
    with assistant(tmp_path / "library", "--allow-changes") as process:
        missing = called(process, "ask", question="When does the ferry sail?")
        assert missing["isError"]
        assert missing["content"][0]["text"].startswith(f"There is no library in {tmp_path / 'library'}.")
        (tmp_path / "ferry.txt").write_text("The ferry to Norderney sails at nine.", "utf-8")
        (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 broken")  # its reader prints warnings
        added = called(process, "add", paths=[str(tmp_path / "ferry.txt"), str(tmp_path / "broken.pdf")])
        assert added["structuredContent"]["added"] == [str(tmp_path / "ferry.txt")]
        answer = called(process, "ask", question="When does the ferry sail?")["structuredContent"]
        assert (answer["found"], answer["quotes"][0]["text"]) == (True, "The ferry to Norderney sails at nine.")
        output, _ = process.communicate()  # closes standard input
        assert (process.returncode, output) == (0, "")


def test_ctrl_c_ends_it_without_a_traceback(tmp_path: Path) -> None:
    with assistant(tmp_path) as process:
        process.send_signal(signal.SIGINT)
        output, log = process.communicate(timeout=60)
    assert (process.returncode, output) == (130, "")
    assert "Traceback" not in log
