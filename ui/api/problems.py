"""Errors as programs get them: problem details for HTTP APIs (RFC 9457).

Every problem has a stable ``type``. ``detail`` is for people and may change; it names no folder of the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.responses import Response

from quoth.index.errors import (
    BadQuestion,
    LibraryBusy,
    LibraryClosed,
    LibraryDamaged,
    LibraryNotWritable,
    LibraryUnavailable,
    ModelUnavailable,
    NoArticles,
    QuothError,
    SettingsMismatch,
)
from quoth.ui.programs.operations import NoPage, UnknownArticle

MEDIA_TYPE = "application/problem+json"
_PREFIX = "urn:quoth:problem:"


class Kind(NamedTuple):
    """A kind of problem."""

    status: int
    title: str
    detail: str = ""
    """What is told if nothing more is known."""
    retry_after: int | None = None
    """Seconds after which to try again."""


KINDS = {
    "bad-request": Kind(400, "The request cannot be read"),
    "unauthorized": Kind(401, "A token or a password is required"),
    "unknown-host": Kind(403, "The server is not known by this name"),
    "cross-site": Kind(403, "A page of another site sent this request"),
    "read-only": Kind(403, "The library can only be read"),
    "refused-path": Kind(403, "Files outside of the library's folders cannot be added by path"),
    "not-found": Kind(404, "There is nothing at this path"),
    "unknown-article": Kind(404, "The library does not hold this article"),
    "no-page": Kind(404, "The page cannot be shown"),
    "method-not-allowed": Kind(405, "The path does not accept this method"),
    "no-articles": Kind(409, "There is no such article", "The library is empty, or no article matches the filters."),
    "name-taken": Kind(409, "Another file has this name"),
    "length-required": Kind(411, "The length of the request is required"),
    "too-large": Kind(413, "The request is too large"),
    "invalid-request": Kind(422, "A field is missing or wrong"),
    "bad-question": Kind(422, "The question cannot be searched for"),
    "too-many-tries": Kind(429, "Too many wrong tokens or passwords"),
    "failed": Kind(500, "The server failed", "The server's log says why."),
    "library-damaged": Kind(500, "The library is damaged", "The server's log says what to do."),
    "wrong-library": Kind(500, "The library was built by another version", "The server's log says what to do."),
    "library-busy": Kind(503, "The library is being changed", "Try again in a moment.", 5),
    "library-unavailable": Kind(503, "The library cannot be read now", "The server's log says why.", 30),
    "library-not-writable": Kind(503, "The library cannot be written now", "The server's log says why.", 30),
    "model-unavailable": Kind(503, "The model cannot be loaded", "The server's log says why.", 30),
}
"""All kinds of problems, by the last part of their ``type``."""
_KIND_OF: Mapping[type[QuothError], str] = {
    BadQuestion: "bad-question", NoArticles: "no-articles", UnknownArticle: "unknown-article", NoPage: "no-page",
    LibraryBusy: "library-busy", LibraryUnavailable: "library-unavailable", LibraryClosed: "library-unavailable",
    LibraryNotWritable: "library-not-writable", LibraryDamaged: "library-damaged", SettingsMismatch: "wrong-library",
    ModelUnavailable: "model-unavailable",
}  # fmt: skip


class FieldProblem(BaseModel):
    """A field of a request that is missing or wrong."""

    where: str = Field(description="Where the field is: body, query or path.", examples=["body"])
    field: str = Field(description="Its name, with a slash before each inner name.", examples=["earlier/0"])
    reason: str = Field(description="What is wrong.", examples=["Input should be a valid string"])


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="The kind of problem. It never changes.", examples=[f"{_PREFIX}bad-question"])
    title: str = Field(description="The kind of problem in words.", examples=["The question cannot be searched for"])
    status: int = Field(description="The status of the response.", examples=[422])
    detail: str = Field(
        description="What happened this time, and what to do.",
        examples=["The question has no word in it. Ask with a sentence or with keywords."],
    )
    errors: list[FieldProblem] | None = Field(
        default=None, description="The fields that are wrong. Only with the type …:invalid-request.", examples=[None]
    )


class Refused(Exception):
    """A request that is answered with a problem."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem(kind, detail)


def problem(kind: str, detail: str = "", errors: list[FieldProblem] | None = None) -> Problem:
    """Return a problem of a kind.

    :param detail: by default that of the kind.
    """
    known = KINDS[kind]
    return Problem(
        type=_PREFIX + kind, title=known.title, status=known.status, detail=detail or known.detail or known.title,
        errors=errors,
    )  # fmt: skip


def problem_of(error: QuothError, *, in_full: bool = False) -> Problem:
    """Return the problem that an error is to a program.

    :param in_full: tell the error's message, which may name folders of the server. What a request itself caused is
        always told in full.
    """
    kind = next((_KIND_OF[base] for base in type(error).__mro__ if base in _KIND_OF), "failed")
    told = in_full or isinstance(error, (BadQuestion, UnknownArticle, NoPage))
    return problem(kind, str(error) if told else "")


def invalid(error: RequestValidationError) -> Problem:
    """Return the problem of a request whose fields are wrong."""
    fields = [
        FieldProblem(
            where=str(where), field="/".join(map(str, names)),
            # pydantic puts "Value error" before a message of our own
            reason=str(found.get("ctx", {}).get("error") or found["msg"]),
        )
        for found in error.errors() for where, *names in [found["loc"]]
    ]  # fmt: skip
    said = "; ".join(f"{each.field or each.where}: {each.reason}" for each in fields)
    return problem("invalid-request", f"{said}.", fields)


def response(told: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response with a problem."""
    kind = KINDS[told.type.removeprefix(_PREFIX)]
    retry = {} if kind.retry_after is None else {"Retry-After": str(kind.retry_after)}
    return Response(
        told.model_dump_json(exclude_none=True), told.status, {**retry, **(headers or {})}, media_type=MEDIA_TYPE
    )


def either(one: str, other: str) -> str:
    """Return a description of two responses; of the other one if there is no first."""
    return f"{one}; or {other[0].lower()}{other[1:]}" if one else other


def documented(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """Return the responses with these kinds of problems, for the OpenAPI description."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        known = KINDS[kind]
        described = found.setdefault(known.status, {
            "description": "", "content": {MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"}, "examples": {},
            }},
        })  # fmt: skip
        described["description"] = either(described["description"], known.title)
        described["content"][MEDIA_TYPE]["examples"][kind] = {"value": problem(kind).model_dump(exclude_none=True)}
        if known.retry_after is not None or kind == "too-many-tries":
            described["headers"] = {
                "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}, "required": True}
            }
    return found
