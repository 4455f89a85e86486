"""What this process and the one that reads files send each other: a JSON value per line.

The other process reads files that somebody else made. If one of them took it over, JSON could still bring nothing but
wrong values, whereas a pickle could run code. msgspec checks their types, and is faster than pickle.
"""

from __future__ import annotations

from typing import Any

import msgspec

from quoth.index.reading.document import ParsedArticle, Refused
from quoth.index.reading.provided import Provided


class Request(msgspec.Struct):
    """A file to read."""

    path: str
    digest: str
    """SHA-256 of the file's bytes, in hexadecimal."""
    columns: dict[str, str]
    """Which columns of tables hold what."""
    corrections: bytes
    """Content of the YAML file that corrects it; empty if absent."""
    provided: Provided
    """What its place says of it."""


class Content(msgspec.Struct, tag=True):
    """An article of the file, or one that cannot be read."""

    content: ParsedArticle | Refused


class PageStarted(msgspec.Struct, tag=True):
    """The reading of a scan's page begins."""

    number: int
    """From 1."""
    pages: int


class End(msgspec.Struct, tag=True):
    """The last answer about a file."""

    usable: bool
    """Whether the process can read another file."""
    reason: str | None
    """Why this file could not be read; None if it was read."""


Answer = Content | PageStarted | End
_request, _answer = msgspec.json.Decoder(Request), msgspec.json.Decoder[Answer](Answer)


def packed(message: Any) -> bytes:
    """Return a message as a line."""
    return msgspec.json.encode(message) + b"\n"


def request_in(line: bytes) -> Request:
    """Return the request in a line.

    :raises ValueError: there is none.
    """
    return _request.decode(line)


def answer_in(line: bytes) -> Answer:
    """Return the answer in a line.

    :raises ValueError: there is none.
    """
    return _answer.decode(line)
