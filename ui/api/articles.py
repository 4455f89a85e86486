"""The routes for articles: list, text, page, remove, add."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from quoth.index.sync.tally import ProgressCallback
from quoth.ui.programs.operations import Operations
from quoth.ui.programs.paths import are_inside
from quoth.ui.programs.results import changes_made
from quoth.ui.programs.schemas import ArticlesListed, ArticleText, ChangesMade
from quoth.ui.server.imports import Imports
from quoth.ui.server.uploads import NotUploaded, Uploads

from .events import adding
from .parameters import Id, Listed, Marked, Part, Paths, Place, Uploaded
from .problems import Refused, documented

_Article = Annotated[Id, Path(description="The article's id.", examples=[1])]
_LINES: dict[int | str, dict[str, Any]] = {200: {
    "description": "Lines of JSON: events of the kind “progress”, and in the last line “result” or “problem”.",
    "content": {"application/x-ndjson": {"schema": {"$ref": "#/components/schemas/Event"}}},
}}  # fmt: skip


def routes(operations: Operations, imports: Imports, uploads: Uploads) -> APIRouter:
    """Return the routes.

    :param imports: adds files that were uploaded, to the library of the operations.
    :param uploads: keeps them until then.
    """
    router = APIRouter(tags=["articles"])

    @router.get("/articles", responses=documented("invalid-request", "library-busy"), summary="List the articles")
    def articles(sent: Annotated[Listed, Query()]) -> ArticlesListed:
        """Return a part of the list of articles, in the order in which they were added."""
        return operations.articles(sent.skip, sent.limit)

    @router.get(
        "/articles/{article:int}", summary="Read an article",
        responses=documented("unknown-article", "invalid-request", "library-busy"),
    )  # fmt: skip
    def article(article: _Article, sent: Annotated[Part, Query()]) -> ArticleText:
        """Return the text of an article, or a part of it. Offsets beyond the text count as its end."""
        return operations.article(article, sent.start, sent.end, most=None)

    @router.get(
        "/articles/{article:int}/pages/{number:int}", summary="See a page", response_class=_Png,
        responses={
            200: {
                "description": "The page, as a PNG",
                "headers": {"Quoth-Marked": {
                    "description": "Whether the characters are marked. They are not if their place is not certain.",
                    "schema": {"type": "string", "enum": ["true", "false"]}, "required": True,
                }},
            },
            **documented("unknown-article", "no-page", "invalid-request", "library-busy"),
        },
    )  # fmt: skip
    def page(
        article: _Article, number: Annotated[Place, Path(description="The page, counted from 1.", examples=[1])],
        sent: Annotated[Marked, Query()],
    ) -> Response:  # fmt: skip
        """Return a page of an article's file as a picture, with a quote marked. Only for PDF files that are still the
        ones that were read.
        """
        drawn = operations.page(article, sent.start, sent.end, number=number)
        return _Png(drawn.png, headers={"Quoth-Marked": str(drawn.marked).lower()})

    @router.delete(
        "/articles/{article:int}", summary="Remove an article",
        responses=documented("unknown-article", "invalid-request", "library-busy", "library-not-writable"),
    )  # fmt: skip
    def remove(article: _Article) -> ChangesMade:
        """Remove an article from the library. Its file is not deleted."""
        return operations.remove([article])

    @router.post(
        "/articles", summary="Add a file", response_class=_Lines, responses={
            **_LINES,
            **documented(
                "bad-request", "name-taken", "length-required", "too-large", "invalid-request", "library-busy",
                "library-not-writable",
            ),
        },
        openapi_extra={"requestBody": {
            "description": "The file, at most 50 MB", "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
        }},
    )  # fmt: skip
    async def add(request: Request, sent: Annotated[Uploaded, Query()]) -> Response:
        """Upload a file and add it to the library. The body is the file. Adding goes on if the client goes away."""
        size = request.headers.get("content-length", "")
        if not size.isdecimal():
            raise Refused("length-required", "The request has no Content-Length header.")
        if int(size) == 0:
            raise Refused("bad-request", "The request has no body. Send the file as the body.")
        try:
            token = await uploads.receive(sent.name, int(size), request.stream())
        except NotUploaded as error:
            raise Refused("too-large", str(error)) from error
        except ClientDisconnect as error:
            raise Refused("bad-request", "The file did not arrive completely.") from error

        def is_taken() -> bool:
            return bool(imports.conflicts([token]))

        def change(progress: ProgressCallback) -> ChangesMade:
            if sent.existing != "refuse" and is_taken():
                return changes_made(imports.resolve([token], replacing=sent.existing == "replace", progress=progress))
            changes, conflicts = imports.add([token], progress)
            if changes is None:
                raise _taken(uploads, [upload.token for upload in conflicts], sent.name)
            return changes_made(changes)

        if sent.existing == "refuse" and await run_in_threadpool(is_taken):
            raise _taken(uploads, [token], sent.name)
        return adding(change)

    @router.post(
        "/articles/paths", summary="Add files of the server", response_class=_Lines,
        responses={
            **_LINES, **documented("refused-path", "invalid-request", "library-busy", "library-not-writable"),
        },
    )  # fmt: skip
    async def add_paths(sent: Paths) -> Response:
        """Add new and changed files in folders that were added with `quoth add` before. Adding goes on if the client
        goes away.
        """
        if not await run_in_threadpool(are_inside, sent.paths, operations.library):
            raise Refused(
                "refused-path",
                "Only files in folders that were added with `quoth add` can be added by their paths. "
                "Upload other files, or add them with `quoth add`.",
            )
        return adding(lambda progress: operations.add(sent.paths, progress))

    return router


class _Png(Response):
    media_type = "image/png"


class _Lines(Response):
    media_type = "application/x-ndjson"


def _taken(uploads: Uploads, tokens: list[str], name: str) -> Refused:
    """Drop an upload whose name is taken, and return the problem."""
    uploads.drop(tokens)
    return Refused(
        "name-taken",
        f"Another file was uploaded as {name!r} before. Send it with existing=replace or existing=keep, "
        "or under another name.",
    )
