"""The application of the HTTP API. The server mounts it at /api/v1, behind the guard."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import compile_path

from quoth.index.errors import QuothError
from quoth.ui.programs.operations import Operations
from quoth.ui.server.imports import Imports
from quoth.ui.server.security.guard import API, Rules
from quoth.ui.server.uploads import Uploads

from . import articles, questions
from .description import described, described_html
from .problems import Refused, invalid, problem, problem_of, response

_LOG = logging.getLogger("quoth")
_STATIC = Path(__file__).parent / "static"


def api(operations: Operations, uploads: Uploads, rules: Rules, *, root_path: str) -> FastAPI:
    """Return the application.

    :param rules: what the guard in front of it lets through.
    :param root_path: the path under which a proxy serves the server.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.include_router(questions.routes(operations))
    app.include_router(articles.routes(operations, Imports(operations.library, uploads), uploads))
    description = described(app.routes, f"{root_path}{API}", rules)

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> Response:
        return JSONResponse(description)

    @app.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return HTMLResponse(described_html(description))

    for name in ("docs.css", "docs.js"):
        app.get(f"/{name}", include_in_schema=False)(_file(name))

    app.exception_handler(Refused)(_refused)
    app.exception_handler(QuothError)(_failed)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http(description))
    app.exception_handler(Exception)(_unexpected)
    return app


def _file(name: str) -> Callable[[], Response]:
    return lambda: FileResponse(_STATIC / name, headers={"Cache-Control": "no-cache"})


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return response(error.problem)


async def _failed(_: Request, error: Exception) -> Response:
    assert isinstance(error, QuothError)
    told = problem_of(error)
    if told.status >= 500:
        _LOG.warning("could not answer a program: %s", error)
    return response(told)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(found["type"] == "json_invalid" for found in error.errors()):
        return response(problem("bad-request", "The request is not valid JSON."))
    return response(invalid(error))


def _http(description: dict[str, Any]) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return the handler of errors that FastAPI raises."""
    # Paths without a parameter come first: /articles/paths is no article.
    templates = sorted(description["paths"], key=lambda template: "{" in template)
    methods = [
        (compile_path(template)[0], [method.upper() for method in description["paths"][template]])
        for template in templates
    ]

    async def handler(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 405:
            path = request.scope["path"].removeprefix(API)
            allowed = next((allowed for pattern, allowed in methods if pattern.match(path)), ["GET"])
            told = problem("method-not-allowed", f"This path only accepts {' and '.join(allowed)}.")
            return response(told, {"Allow": ", ".join(allowed)})
        if error.status_code == 404:
            return response(problem("not-found"))
        return response(problem("bad-request", str(error.detail)))

    return handler


async def _unexpected(_: Request, error: Exception) -> Response:
    """Say that the server failed. The error itself is raised again, so that it is logged."""
    return response(problem("failed"))
