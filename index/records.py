"""The records that travel between the rooms. Frozen, and without behaviour to speak of.

All offsets count characters of ``Article.text``; a span is ``(start, end)``, end excluded.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from quoth.index.reading.document import Page

Span = tuple[int, int]
Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Article:
    """A file, or one of several articles in a file, as it was read.

    A changed article becomes a new one with a new id, so an id always means the same text.
    """

    id: int
    source: str
    """The path as it was given; of a file that holds several articles, path#name."""
    title: str | None
    author: str | None
    published: dt.date | None
    digest: str
    """sha256 of the file's bytes, in hexadecimal."""
    text: str = field(repr=False)
    """Of plain text and Markdown the decoded file itself, every character of it (a byte-order mark is not text); of
    other formats written from the file's own characters."""
    added: dt.datetime = dt.datetime.min
    language: str | None = None
    """An ISO 639-1 code, as the file states it or by its letters."""
    url: str | None = None
    pages: tuple[Page, ...] = ()
    """Empty where the format has no pages."""
    copy_of: int | None = None
    """Of a near-copy of other articles the id of the first of them, also once that is gone."""

    @property
    def family(self) -> int:
        """The same for near-copies of each other."""
        return self.id if self.copy_of is None else self.copy_of

    def page_at(self, place: int) -> int | None:
        """The number, from 0, of the page on which a character stands; None where it stands on none."""
        return next((i for i, page in enumerate(self.pages) if any(a <= place < b for a, b in page.spans)), None)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences under one heading, short enough for the model to read at once."""

    id: int
    article_id: int
    start: int
    end: int
    text: str
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question; a higher score is better."""

    passage: Passage
    article: Article
    score: float


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that was not taken, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What an ``add``, ``rebuild`` or ``remove`` did, as sources."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    """Files that lay elsewhere before, by where they lie now; they cost nothing."""
    missing: tuple[str, ...] = ()
    """Files that are gone from a folder, but so many at once that they are only forgotten if that is asked for."""
    rejected: tuple[Rejected, ...] = ()
    ignored: tuple[str, ...] = ()
    """Files of other types that lie in a folder that was given."""
    embedded: int = 0
    """Passages that went through the model."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ``add`` or ``rebuild`` is."""

    files: int
    """That were looked at."""
    all_files: int
    passages: int
    """That were embedded."""
    bytes: int
    """Of the files whose passages were embedded, in proportion."""
    all_bytes: int
    """Of the files that are, or may be, new or changed."""
    waiting: bool = False
    """For another that changes the library."""
    file: str = ""
    """The source of the file that is being read, or was read last; empty before the first."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """What one forward pass says of one text of n word pieces (special tokens left out)."""

    vector: Floats
    """Shape (dimensions,), unit length."""
    tokens: Floats
    """Shape (n, directions), each row of unit length."""
    spans: Ints
    """Shape (n, 2): where each word piece stands in the text."""


def unit(vectors: Floats) -> Floats:
    """The vectors scaled to length 1 along the last axis; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
