"""Records that the stages of the pipeline pass to each other.

discover -> compare -> read -> chunk -> embed -> store: each stage takes the records of the stage before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.provided import Provided
from quoth.index.records import Article, Span
from quoth.index.storage.rows import FileState, KnownFile, Layout


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that is new, or differs from what the library has of it."""

    path: str
    """The real path."""
    source: str
    """The path as it was given."""
    given: str
    """That path made absolute, with its links."""
    digest: str
    """sha256 of the file's bytes, in hexadecimal."""
    corrections: bytes
    """Content of the YAML file that corrects it; empty if absent."""
    provided: Provided
    """What its place says of it."""
    state: FileState
    known: KnownFile | None
    """The file as the library knows it; None if it is new."""


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article of a changed file that is new, or differs from what the library has of it."""

    file: ChangedFile
    content: ParsedArticle


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage before it has an id: its span, its heading, and its sentences' spans."""

    start: int
    end: int
    heading: str | None
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An article split into passages, before they are embedded."""

    file: str
    """The real path."""
    given: str
    """The absolute path under which the file was found, with its links."""
    name: str
    """Which of the file's articles it is; empty where the file is one article."""
    article: Article
    cuts: list[Cut]
    context: tuple[str, ...]
    """What the model reads before each passage: title, heading, and the header of the passage's table."""
    layout: Layout
