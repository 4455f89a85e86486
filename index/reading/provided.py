"""What the place of a file says about it: a reference manager, a mailbox, a site, a vault of notes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from hashlib import sha256
from typing import Any

from .document import ParsedArticle

_REPLACED = ("title", "author", "published", "language", "url", "tags", "collection", "reference")
"""Fields of an article that count less than what its place says."""


@dataclass(frozen=True, slots=True)
class Provided:
    """What the place of a file says about it. Where it says nothing, what the file states counts."""

    kind: str | None = None
    """The format, if neither name nor content tell it."""
    title: str | None = None
    author: str | None = None
    published: dt.date | None = None
    language: str | None = None
    url: str | None = None
    tags: tuple[str, ...] = ()
    collection: str | None = None
    reference: Mapping[str, Any] = field(default_factory=dict, hash=False)
    content: bytes | None = None
    """The file's content if the place keeps it elsewhere, as a note in a database; None for a file of its own."""

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))

    @property
    def digest(self) -> str:
        """SHA-256 of all but the content, in hexadecimal; empty if nothing is said."""
        if not self:
            return ""
        said = {name: value for name, value in asdict(self).items() if name != "content"}
        return sha256(json.dumps(said, sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()


NOTHING = Provided()


def with_provided(article: ParsedArticle, provided: Provided) -> ParsedArticle:
    """Return an article with what its place says. Of one among several in a file, only the group is known."""
    if article.name:
        return replace(article, collection=provided.collection or article.collection)
    said = {name: value for name in _REPLACED if (value := getattr(provided, name))}
    if not provided.published and not _agrees(article.published, provided.reference):
        said["published"] = None
    return replace(article, **said)


def _agrees(date: dt.date | None, reference: Mapping[str, Any]) -> bool:
    """Whether a date can be that of a reference, which may know no more than the year."""
    (known, *_) = reference.get("issued", {}).get("date-parts") or [[]]
    return date is None or [date.year, date.month, date.day][: len(known)] == known
