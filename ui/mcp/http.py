"""The server over HTTP, to be mounted in the chat."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from mcp.server.streamable_http_manager import StreamableHTTPASGIApp
from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import BaseRoute, Route

from quoth.ui.programs.operations import Operations

from .server import assistants_server

PATHS = ("/mcp", "/mcp/", "/gradio_api/mcp", "/gradio_api/mcp/")
"""Where assistants reach the server; all but the first for clients that were set up for Gradio's."""


def assistants(
    operations: Operations, *, allow_changes: bool
) -> tuple[list[BaseRoute], Callable[[], AbstractAsyncContextManager[None]]]:
    """Return the routes, and the context in which they can answer. Every request stands for itself, without a session.

    The guard is in front of them (ui/server/security): it checks the host and the origin, by rules that the SDK's own
    check cannot express, such as any address of this machine.
    """
    server = assistants_server(lambda create: operations, allow_changes=allow_changes)
    server.streamable_http_app(
        stateless_http=True, transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False)
    )
    endpoint = StreamableHTTPASGIApp(server.session_manager)
    return [Route(path, endpoint) for path in PATHS], server.session_manager.run
