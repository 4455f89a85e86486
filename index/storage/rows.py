"""The records that the store takes and returns."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args

from quoth.index.embedding.late_interaction import PackedTokens
from quoth.index.reading.document import Block, BlockKind, GlyphRun, OcrWord
from quoth.index.records import Article, Floats, Passage, Span

_BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
Stamp = tuple[int, ...]
"""A file's size in bytes, the time of its last change in nanoseconds, and whatever else changes with its content."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of an article's text, and the places of its characters on pages (see reading/document.py)."""

    blocks: tuple[Block, ...] = ()
    runs: tuple[GlyphRun, ...] = ()
    words: tuple[OcrWord, ...] = ()

    def packed(self) -> bytes:
        """The layout as it is stored."""
        rows = (
            [[_BLOCK_KINDS.index(b.kind), b.start, b.end, b.level] for b in self.blocks],
            [list(r) for r in self.runs],
            [list(w) for w in self.words],
        )
        return zlib.compress(json.dumps(rows, separators=(",", ":")).encode())

    @staticmethod
    def unpacked(data: bytes) -> Layout:
        """The layout that was stored.

        :raises ValueError: it is corrupt.
        """
        try:
            blocks, runs, words = json.loads(zlib.decompress(data))
        except zlib.error as error:
            raise ValueError(f"a layout is corrupt ({error})") from error
        return Layout(
            tuple(Block(_BLOCK_KINDS[kind], *rest) for kind, *rest in blocks),
            tuple(GlyphRun(*run) for run in runs),
            tuple(OcrWord(*word) for word in words),
        )


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage to store."""

    start: int
    end: int
    heading: str | None
    sentences: tuple[Span, ...]
    vector: Floats
    tokens: PackedTokens


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to store. It replaces the current article of the same file and name."""

    file: str
    """The real path of the file."""
    given: str
    """The absolute path under which it was found, with its links."""
    name: str
    """Which article of the file it is; empty if the file is one article."""
    article: Article
    passages: tuple[NewPassage, ...]
    layout: Layout = Layout()


class FileState(NamedTuple):
    """A file as it was when it was last read."""

    digest: str
    stamp: Stamp | None
    """None if a later change might not show in it."""


class KnownFile(NamedTuple):
    """A file as the library knows it."""

    source: str
    """The path as it is shown."""
    given: str
    """The absolute path under which it was found, with its links; empty if unknown."""
    digest: str
    stamp: Stamp | None
    articles: dict[str, int]
    """Ids of its articles by their names; the name is empty if the file is one article."""


class Refusal(NamedTuple):
    """A file, or one of its articles, that could not be added."""

    path: str
    """The real path of the file."""
    name: str
    """Which article of the file it is; empty for the file itself."""
    source: str
    """The path as the caller gave it, with ``#name`` if the article has a name."""
    reason: str
    state: FileState
    """The file as it was when it was refused; without a digest if it could not be opened."""


class Placed(NamedTuple):
    """An article's id and the ids of its passages: ``first`` and the consecutive ones, ``passages`` in number."""

    id: int
    first: int
    passages: int


class Head(NamedTuple):
    """A generation of the database: the number of changes so far, and a token that no other generation has."""

    generation: int
    token: str


class Entry(NamedTuple):
    """An article in the catalogue."""

    id: int
    source: str
    title: str | None
    author: str | None
    published: dt.date | None
    chars: int
    added: dt.datetime
    copy_of: int | None = None
    tags: tuple[str, ...] = ()
    collection: str | None = None


class Description(NamedTuple):
    """What is known of an article beyond its title, author, date, language and address; see ``Article``."""

    tags: tuple[str, ...] = ()
    collection: str | None = None
    reference: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what re-ranking and quoting need."""

    passage: Passage
    sentences: tuple[Span, ...]
    vector: Floats
    tokens: PackedTokens


def named(source: str, name: str) -> str:
    """The source of one article of a file: the file's source, and the article's name if it has one."""
    return f"{source}#{name}" if name else source
