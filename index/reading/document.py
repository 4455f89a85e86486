"""What a reading is made of. All offsets count characters of ``ParsedArticle.text``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, NamedTuple

Span = tuple[int, int]
BlockKind = Literal["heading", "prose", "item", "row", "boilerplate"]


@dataclass(frozen=True, slots=True)
class Block:
    """A span of the text that is one thing to a reader. For an item, ``start`` is behind its bullet."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """Headings only: 1 is the topmost; 0 means that the text does not say."""


class GlyphRun(NamedTuple):
    """Characters of the text that stand one behind the other on a page, too."""

    start: int
    end: int
    page: int
    """Counted from 0."""
    first: int
    """Number of the first character on its page, as the format counts them."""


class Page(NamedTuple):
    """A page and what of the text stands on it."""

    label: str
    """Its number as it is printed."""
    spans: tuple[Span, ...]
    scanned: bool = False
    """Whether it is a picture that was read by OCR."""


class OcrWord(NamedTuple):
    """A word that was read by OCR."""

    page: int
    first: int
    """Number of its first character on the page."""
    end: int
    left: float
    """From here on as shares of the page's width and height, from its upper left corner."""
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an article states of itself, and where its text begins."""

    title: str | None = None
    author: str | None = None
    published: dt.date | None = None
    language: str | None = None
    """An ISO 639-1 code."""
    url: str | None = None
    body: int = 0
    """Where the text begins, behind the front matter."""
    used: tuple[Block, ...] = ()
    """Blocks that state these facts, or repeat the title: not part of the article's prose."""


class Refused(NamedTuple):
    """An article of a file that holds others, too, which cannot be read, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """One article of a file."""

    text: str
    blocks: tuple[Block, ...]
    """In order, not overlapping; what belongs to none is white space, markup or bullets."""
    title: str | None = None
    author: str | None = None
    published: dt.date | None = None
    language: str | None = None
    """An ISO 639-1 code."""
    url: str | None = None
    name: str = ""
    """Which of the file's articles it is; empty where the file is one article. It does not depend on the others."""
    pages: tuple[Page, ...] = ()
    """Empty where the format has no pages."""
    runs: tuple[GlyphRun, ...] = ()
    """Where the characters stand on the pages, in the text's order; what was put between them stands nowhere."""
    words: tuple[OcrWord, ...] = ()
    """Those of pages that were read by OCR."""
