"""Records of a parsed article. Offsets count characters of ``ParsedArticle.text``; the end of a span is excluded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Span = tuple[int, int]
BlockKind = Literal["heading", "prose", "item", "row", "boilerplate"]


@dataclass(frozen=True, slots=True)
class Block:
    """A span of the text with one function: a heading, a paragraph, a list item, a table row or boilerplate."""

    kind: BlockKind
    start: int
    """For an item, the offset after its bullet."""
    end: int
    level: int = 0
    """Level of a heading: 1 is the topmost, 0 is unknown. Always 0 for other kinds."""


class GlyphRun(NamedTuple):
    """A span of the text whose characters are also consecutive on a page."""

    start: int
    end: int
    page: int
    """Index of the page, from 0."""
    first: int
    """Index of the first character on its page, as the file format counts characters."""


class Page(NamedTuple):
    """A page or a slide, and the spans of the text on it; in subtitles, what is said from one time on."""

    label: str
    """The page number as printed, or the time ("00:12:31")."""
    spans: tuple[Span, ...]
    scanned: bool = False
    """Whether the page is an image that was read by OCR."""

    @property
    def is_time(self) -> bool:
        """Whether the label is a time."""
        return ":" in self.label


class OcrWord(NamedTuple):
    """A word that was read by OCR, with its rectangle.

    ``left``, ``top``, ``width`` and ``height`` are shares of the page's width and height, from its upper left corner.
    """

    page: int
    """Index of the page, from 0."""
    first: int
    """Index of the word's first character on the page."""
    end: int
    """Index after the word's last character on the page."""
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata that a file states about its article, and where the article's text begins."""

    title: str | None = None
    author: str | None = None
    published: dt.date | None = None
    language: str | None = None
    """An ISO 639-1 code."""
    url: str | None = None
    tags: tuple[str, ...] = ()
    collection: str | None = None
    """What a person would call the group that the article is in, such as a feed."""
    reference: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """An item of CSL-JSON; empty if nothing is stated beyond the fields above."""
    body_start: int = 0
    """Offset of the text after the front matter."""
    header_blocks: tuple[Block, ...] = ()
    """Blocks that state the metadata or repeat the title. They do not belong to the article's prose."""


class Refused(NamedTuple):
    """An unreadable article in a file of several articles, and the reason."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """One article of a file."""

    text: str
    blocks: tuple[Block, ...]
    """Blocks in order, without overlap. The text between them is white space, markup or bullets."""
    title: str | None = None
    author: str | None = None
    published: dt.date | None = None
    language: str | None = None
    """An ISO 639-1 code."""
    url: str | None = None
    name: str = ""
    """Name of the article within its file, independent of the file's other articles.
    Empty if the file holds a single article."""
    pages: tuple[Page, ...] = ()
    """Empty if the format has no pages."""
    runs: tuple[GlyphRun, ...] = ()
    """Positions of the text's characters on the pages, in the order of the text.
    Characters that reading inserted belong to no run."""
    words: tuple[OcrWord, ...] = ()
    """Words of the pages that were read by OCR."""
    tags: tuple[str, ...] = ()
    collection: str | None = None
    reference: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """An item of CSL-JSON; empty if nothing is stated beyond the fields above."""
