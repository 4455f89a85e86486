"""What goes into the store and comes out of it, and how arrays lie in its rows."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from dataclasses import dataclass
from typing import NamedTuple, get_args

import numpy as np

from quoth.index.reading.document import Block, BlockKind, GlyphRun, OcrWord
from quoth.index.records import Article, Floats, Halves, Ints, Passage, Span
from quoth.index.search.late_interaction import PackedTokens

_BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
Stamp = tuple[int, int]
"""A file's size in bytes and the time of its last change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What an article's text is made of, and where its characters stand on pages (see reading/records.py)."""

    blocks: tuple[Block, ...] = ()
    runs: tuple[GlyphRun, ...] = ()
    words: tuple[OcrWord, ...] = ()

    def packed(self) -> bytes:
        """As it is stored."""
        rows = (
            [[_BLOCK_KINDS.index(b.kind), b.start, b.end, b.level] for b in self.blocks],
            [list(r) for r in self.runs],
            [list(w) for w in self.words],
        )
        return zlib.compress(json.dumps(rows, separators=(",", ":")).encode())

    @staticmethod
    def unpacked(data: bytes) -> Layout:
        blocks, runs, words = json.loads(zlib.decompress(data))
        return Layout(
            tuple(Block(_BLOCK_KINDS[kind], *rest) for kind, *rest in blocks),
            tuple(GlyphRun(*run) for run in runs),
            tuple(OcrWord(*word) for word in words),
        )


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage on its way into the store."""

    start: int
    end: int
    heading: str | None
    sentences: tuple[Span, ...]
    vector: Floats
    tokens: PackedTokens


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article on its way into the store; file and name say which older one it replaces."""

    file: str
    name: str
    """Which of the file's articles it is; empty where the file is one article."""
    article: Article
    passages: tuple[NewPassage, ...]
    layout: Layout = Layout()

    @property
    def path(self) -> str:
        """No other article has it."""
        return f"{self.file}#{self.name}" if self.name else self.file


class FileState(NamedTuple):
    """A file as it was when it was last read."""

    digest: str
    stamp: Stamp | None
    """None where a later change might not show in it."""


class KnownFile(NamedTuple):
    """A file as the library knows it."""

    source: str
    digest: str
    stamp: Stamp | None
    articles: dict[str, int]
    """Ids of its articles by their names; the name is empty where the file is one article."""


class Placed(NamedTuple):
    """An article's id, and those of its passages: ``first`` and as many as ``passages`` says."""

    id: int
    first: int
    passages: int


class Head(NamedTuple):
    """A state of the truth: the number of changes so far, and a token that no other state has."""

    generation: int
    token: str


class Entry(NamedTuple):
    """What a catalogue says of an article."""

    id: int
    source: str
    title: str | None
    author: str | None
    published: dt.date | None
    chars: int
    added: dt.datetime
    copy_of: int | None = None


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what re-ranking and quoting need."""

    passage: Passage
    sentences: tuple[Span, ...]
    vector: Floats
    tokens: PackedTokens


def matrix(rows: list[tuple[int, bytes, int]], dimensions: int) -> tuple[Ints, Halves]:
    """Ids and vectors (n, dimensions) of rows of ``vectors``.

    :raises ValueError: one is not what was written.
    """
    for id_, vector, written in rows:
        if checksum(id_, vector) != written:
            raise ValueError(f"the vector of passage {id_} is not what was written")
    ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    return ids, np.frombuffer(b"".join(row[1] for row in rows), np.float16).reshape(len(rows), dimensions)


def checksum(*values: str | bytes | int | float | None) -> int:
    """CRC-32 of the values, each with its kind and length: for what a disk may change, not for what somebody would."""
    found = 0
    for value in values:
        data = (
            value
            if isinstance(value, bytes)
            else (value if isinstance(value, str) else repr(value)).encode("utf-8", "surrogatepass")
        )
        found = zlib.crc32(data, zlib.crc32(b"%s%d" % (type(value).__name__.encode(), len(data)), found))
    return found


def pack_spans(spans: Ints, start: int) -> bytes:
    """Spans as uint16 pairs from a passage's start; no passage is longer than that allows."""
    return (spans - start).astype(np.uint16).tobytes()


def unpack_spans(packed: bytes, start: int) -> Ints:
    return np.frombuffer(packed, np.uint16).reshape(-1, 2).astype(np.int64) + start
