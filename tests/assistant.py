"""An assistant for tests: calls of the SDK's client, as plain values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import anyio
from mcp import Client
from mcp.server.mcpserver import MCPServer

from quoth import Library
from quoth.ui.mcp.server import assistants_server
from quoth.ui.programs.operations import Operations

MODES = ["2026-07-28", "legacy"]
"""The newest protocol version, and the handshake of 2025-11-25."""
READING = ["ask", "verify_quote", "retrieve", "find", "search", "fetch", "page", "articles", "status"]
_Result = TypeVar("_Result")


def server_of(library: Library, *, allow_changes: bool = False) -> MCPServer:
    return assistants_server(lambda create: Operations(library, 0, None), allow_changes=allow_changes)


def talk(server: Any, work: Callable[[Client], Awaitable[_Result]], mode: str = MODES[0]) -> _Result:
    """Connect a client, in a thread without another event loop, and return what the work with it returns."""

    async def connected() -> _Result:
        async with Client(server, mode=mode) as client:
            return await work(client)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, connected).result()


def call(server: Any, tool: str, mode: str = MODES[0], **arguments: Any) -> tuple[bool, list[str], Any]:
    """Call a tool, and return whether it failed, its texts, and its structured content."""

    async def work(client: Client) -> tuple[bool, list[str], Any]:
        result = await client.call_tool(tool, arguments)
        texts = [content.text for content in result.content if content.type == "text"]
        return bool(result.is_error), texts, result.structured_content

    return talk(server, work, mode)
