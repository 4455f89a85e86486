"""What goes into the store and comes out of it, and how arrays lie in its rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .records import Article, Floats, Halves, Ints, Passage, Span
from .tokens import PackedTokens

Stamp = tuple[int, int]
"""A file's size in bytes and the time of its last change in nanoseconds."""


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
    """An article on its way into the store; ``path`` says which older one it replaces."""

    path: str
    article: Article
    passages: tuple[NewPassage, ...]
    stamp: Stamp | None = None
    """What the file looked like, if that can be told from a later change."""


class Known(NamedTuple):
    """An article as the library knows its file."""

    id: int
    digest: str
    source: str
    stamp: Stamp | None


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


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what re-ranking and quoting need."""

    passage: Passage
    sentences: tuple[Span, ...]
    vector: Floats
    tokens: PackedTokens


def matrix(rows: list[tuple[int, bytes]], dimensions: int) -> tuple[Ints, Halves]:
    ids = np.fromiter((id_ for id_, _ in rows), np.int64, len(rows))
    return ids, np.frombuffer(b"".join(vector for _, vector in rows), np.float16).reshape(len(rows), dimensions)


def pack_spans(spans: Ints, start: int) -> bytes:
    """Spans as uint16 pairs from a passage's start; no passage is longer than that allows."""
    return (spans - start).astype(np.uint16).tobytes()


def unpack_spans(packed: bytes, start: int) -> Ints:
    return np.frombuffer(packed, np.uint16).reshape(-1, 2).astype(np.int64) + start
