"""The server: the page, downloads of articles, uploads, and the guard in front of them."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI, Request
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from quoth.index.errors import QuothError
from quoth.index.library import Library
from quoth.ui.api.app import api
from quoth.ui.mcp.http import assistants
from quoth.ui.page.source import saved_as
from quoth.ui.programs.operations import Operations
from quoth.ui.server.gradio_page import WEB, mount
from quoth.ui.server.security.guard import API, UPLOAD, Guard, Rules
from quoth.ui.server.security.headers import SecurityHeaders

from .accept_language import LanguageMiddleware
from .routes import LONG, routes
from .service import PageService, Settings
from .uploads import NotUploaded, Uploads

_WEB = Path(__file__).parent.parent / "page" / "static"
_SHUTDOWN_SECONDS = 3
"""Seconds for open connections to close."""


class CannotServe(QuothError):
    """The server cannot listen on the address and port."""


def application(
    library: Library, settings: Settings, rules: Rules, *, root_path: str = ""
) -> tuple[ASGIApp, Callable[[], None]]:
    """Return the whole server, and a function that ends its open connections.

    :param root_path: the path under which a proxy serves it.
    """
    uploads = Uploads()

    operations = Operations(library, settings.min_confidence, settings.cross_encoder)
    for_assistants, answering = assistants(operations, allow_changes=settings.allow_changes)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with uploads:
            async with answering():
                yield

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)

    for name in WEB:
        app.get(f"/{name}")(_file(name))
    app.exception_handler(QuothError)(_as_text)
    app.include_router(routes(PageService(library, settings, uploads)))

    @app.get("/article/{id_}/file")
    def file(id_: int) -> Response:
        """Send the file that an article was read from, byte for byte."""
        article = library.article(id_)
        path = library.file_of(article) if article else None
        if article is None or path is None:
            return PlainTextResponse(
                "The article or its file was deleted, or the file has changed since it was read. "
                "Open the article again.\n",
                404,
            )
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != article.digest:
            return PlainTextResponse("The file has just changed. Open the article again.\n", 404)
        return _download(path.name, content, "application/octet-stream")

    @app.get("/article/{id_}/text")
    def text(id_: int) -> Response:
        """Send an article's text, letter for letter."""
        article = library.article(id_)
        if article is None:
            return PlainTextResponse("The article is no longer in the library; ask again.\n", 404)
        return _download(saved_as(article.source), article.text.encode(), "text/plain; charset=utf-8")

    @app.post(UPLOAD)
    async def upload(request: Request, name: str) -> Response:
        """Store a file until the page adds it to the library."""
        size = request.headers.get("content-length", "")
        if not size.isdecimal():
            return JSONResponse({"error": "The request has no Content-Length header."}, 411)
        try:
            return JSONResponse({"token": await uploads.receive(name, int(size), request.stream())})
        except NotUploaded as error:
            return JSONResponse({"error": str(error)}, 413)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody gets it

    app.mount(API, api(operations, uploads, rules, root_path=root_path))
    app.router.routes += for_assistants
    ending = mount(app, library, settings, root_path=root_path)
    compressed = GZipMiddleware(app, compresslevel=1)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        # Progress is not compressed: that would delay it.
        path = scope.get("path", "")
        is_long = path in LONG or (path.startswith(f"{API}/") and scope["method"] == "GET" and "/pages/" not in path)
        await (compressed if is_long else app)(scope, receive, send)

    return SecurityHeaders(Guard(LanguageMiddleware(answer), rules)), ending


def serve(
    library: Library,
    settings: Settings,
    rules: Rules,
    host: str,
    port: int,
    ready: Callable[[str], Any],
    *,
    root_path: str = "",
) -> None:
    """Serve the page until interrupted.

    :param ready: called with the page's address as soon as it can be reached.
    :raises CannotServe: the server cannot listen on the address and port.
    """
    with listen(host, port) as listener:
        app, ending = application(library, settings, rules, root_path=root_path)
        config = uvicorn.Config(
            app, log_level="error", access_log=False, proxy_headers=False, server_header=False, ws="none",
            lifespan="on", timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )  # fmt: skip
        try:
            Server(config, lambda: ready(_address(host, listener)), ending).run([listener])
        except KeyboardInterrupt:
            return


class Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], Any], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready, self._ending = ready, ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)


async def _as_text(_: Request, error: Exception) -> Response:
    """Send the message of an error that is meant for people."""
    return PlainTextResponse(str(error), 409)


def _file(name: str) -> Callable[[], Response]:
    return lambda: FileResponse(_WEB / name, headers={"Cache-Control": "no-cache"})


def listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        raise CannotServe(
            f"The chat cannot listen on {host}, port {port}: {error.strerror}. If a chat is already open there, "
            "choose another port with --port, or any free one with --port 0."
        ) from error


def _address(host: str, listener: socket.socket) -> str:
    """Return the address to open in a browser."""
    name = {"0.0.0.0": "localhost", "::": "localhost", "": "localhost"}.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}/"


def _download(name: str, content: bytes, kind: str) -> Response:
    """Send content for the browser to save, never to show."""
    headers = {
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(content, headers=headers, media_type=kind)
