"""The records that travel between modules: frozen, and with little behaviour.

All offsets count characters of ``Article.text``. A span is ``(start, end)``, where ``end`` is excluded.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from .reading.document import Page

COLLECTION_SEPARATOR = "; "
"""Between the collections of an article that is in several."""
Span = tuple[int, int]
Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Ints = npt.NDArray[np.int64]


def file_name(source: str) -> str:
    """Return the last part of a path, of this system or of Windows."""
    return source.replace("\\", "/").rsplit("/", 1)[-1]


def english_date(date: dt.date | None) -> str:
    """Return a date as "31 October 2025"; empty if there is none."""
    return f"{date.day} {date:%B %Y}" if date else ""


class Record:
    """Base of the public records."""

    __slots__ = ()
    derived: ClassVar[tuple[str, ...]] = ()
    """Properties that ``to_dict`` adds to the fields."""

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON has it: dicts, lists, strings, numbers; dates in ISO 8601.

        The command's ``--json`` prints exactly this.
        """
        names = [f.name for f in dataclasses.fields(self)]  # type: ignore[arg-type]
        return {name: _as_json(getattr(self, name)) for name in (*names, *self.derived)}


def _as_json(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if hasattr(value, "_asdict"):
        return {name: _as_json(part) for name, part in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(name): _as_json(part) for name, part in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, (tuple, list)):
        return [_as_json(part) for part in value]
    return value


@dataclass(frozen=True, slots=True)
class Article(Record):
    """An article as it was read: a file, or one of several articles in a file.

    A changed article becomes a new one with a new id, so an id always means the same text.
    """

    id: int
    source: str
    """The path as it was given; for a file with several articles, path#name."""
    title: str | None
    author: str | None
    published: dt.date | None
    digest: str
    """SHA-256 of the file's bytes, in hexadecimal."""
    text: str = field(repr=False)
    """For plain text and Markdown, the decoded file itself, without its byte-order mark; for other formats, written
    from the file's own characters."""
    added: dt.datetime = dt.datetime.min
    language: str | None = None
    """An ISO 639-1 code: as the file states it, else as detected in its text."""
    url: str | None = None
    pages: tuple[Page, ...] = ()
    """Empty if the format has no pages."""
    copy_of: int | None = None
    """For a near-duplicate, the id of the first article of its group, even after that one was removed."""
    tags: tuple[str, ...] = ()
    """Tags or keywords that the file, or where it comes from, states. One tag in another is "a/b"."""
    collection: str | None = None
    """What a person would call the group that the article is in: a collection of Zotero, a mailbox, a feed, a site.
    One in another is "a/b", and several are "a; b". None for a plain file."""
    reference: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What the file, or a reference manager, states for citing it, as an item of CSL-JSON; empty if nothing beyond the
    fields above."""

    @property
    def family(self) -> int:
        """The same number for all near-duplicates of each other."""
        return self.id if self.copy_of is None else self.copy_of

    def page_at(self, place: int) -> int | None:
        """Return the index, from 0, of the page that holds a character; None if no page does."""
        return next((i for i, page in enumerate(self.pages) if any(a <= place < b for a, b in page.spans)), None)


@dataclass(frozen=True, slots=True)
class Passage(Record):
    """A run of whole sentences under one heading, short enough for the model to read at once."""

    id: int
    article_id: int
    start: int
    end: int
    text: str
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Hit(Record):
    """A passage that was retrieved for a question."""

    passage: Passage
    article: Article
    score: float
    """Higher is better. Scores of different questions cannot be compared."""


@dataclass(frozen=True, slots=True)
class Rejected(Record):
    """A file that could not be added."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Changes(Record):
    """What ``add``, ``rebuild`` or ``remove`` did. Articles and files are named by their sources."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    """Files that are stored under another path now, by the new path. Nothing of them is embedded again."""
    missing: tuple[str, ...] = ()
    """Files that have disappeared from a folder together with most of it. Their articles are kept unless
    ``forget_missing`` is given."""
    rejected: tuple[Rejected, ...] = ()
    ignored: tuple[str, ...] = ()
    """Files in a given folder that are not added: of other formats, or listed by an ignore file."""
    why_ignored: tuple[str, ...] = ()
    """The reason for each of ``ignored``, in the same order."""
    embedded: int = 0
    """Number of passages that went through the model."""


def by_reason(changes: Changes) -> dict[str, list[str]]:
    """Return the ignored files for each reason."""
    reasons: dict[str, list[str]] = {}
    for source, reason in zip(changes.ignored, changes.why_ignored, strict=True):
        reasons.setdefault(reason, []).append(source)
    return reasons


@dataclass(frozen=True, slots=True)
class Status(Record):
    """What a library holds and what it was built with."""

    folder: str
    articles: int
    passages: int
    model: str
    generation: int
    bytes: int
    candidates: str = ""
    """Address of the candidate engine, without its key; empty if the indexes in the folder are searched."""
    behind: int = 0
    """Number of generations that the engine lags behind."""


@dataclass(frozen=True, slots=True)
class Progress(Record):
    """How far an ``add`` or ``rebuild`` has come."""

    files: int
    """Number of files processed."""
    all_files: int
    passages: int
    """Number of passages embedded."""
    bytes: int
    """Bytes of the files processed so far, in proportion to their embedded passages."""
    all_bytes: int
    """Bytes of all files that are new or may have changed."""
    waiting: bool = False
    """Whether it is waiting for another process that is changing the library."""
    file: str = ""
    """Source of the file that is being read, or was read last; empty before the first."""
    page: int = 0
    """Number of the page of that file that is being recognised by OCR; 0 if none is."""
    pages: int = 0
    """Number of that file's pages; 0 if unknown."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """The result of one forward pass over a text of n word pieces, special tokens left out."""

    vector: Floats
    """Shape (dimensions,), unit length."""
    tokens: Floats
    """Shape (n, directions), each row of unit length."""
    spans: Ints
    """Shape (n, 2): the offsets of each word piece in the text."""


def unit(vectors: Floats) -> Floats:
    """Scale vectors to length 1 along the last axis; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
