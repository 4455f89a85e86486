"""Slides as text: each slide is a page, and the speaker's notes on it are another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Metadata, Page, ParsedArticle
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.stated import metadata_shown

from .common import BULLET

_MAX_TITLE_CHARS = 100


@dataclass(slots=True)
class Text:
    """Paragraphs of a shape on a slide."""

    lines: list[str]
    bullets: list[bool]
    """Whether each paragraph has a bullet."""


@dataclass(slots=True)
class Table:
    """A table or a chart on a slide."""

    rows: list[list[str]]
    header_rows: int | None


@dataclass(slots=True)
class Slide:
    """What is shown on a slide."""

    number: int
    """Its place among all slides, hidden ones included, counted from 1."""
    title: str = ""
    shapes: list[Text | Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What the speaker's notes on the slide say."""


class SlideWriter:
    """Writes slides one after another."""

    def __init__(self) -> None:
        self._writer = Writer()
        self._pages: list[Page] = []
        self._title: str | None = None

    @property
    def text(self) -> str:
        return self._writer.text

    def add(self, slide: Slide) -> None:
        """Write a slide: its title as a heading, its shapes, and its notes apart from them, below the title again."""
        start = self._writer.length
        title, shapes = slide.title or _short_first_line(slide.shapes), slide.shapes
        if title:
            self._writer.add("heading", title, level=2)
            self._title = self._title or title
        for shape in shapes:
            if isinstance(shape, Table):
                self._writer.table(shape.rows, header_rows=shape.header_rows, group=shape)
                continue
            for line, bullet in zip(shape.lines, shape.bullets, strict=True):
                if line == title and not slide.title:
                    continue
                if bullet:
                    self._writer.add("item", line, bullet=BULLET, group=shape)
                else:
                    self._writer.add("prose", line)
        self._page(str(slide.number), start)
        if slide.notes:
            start = self._writer.length
            self._writer.add("heading", title, level=2)  # keeps them apart from the slide
            for line in slide.notes:
                self._writer.add("prose", line)
            self._page(f"{slide.number} (notes)", start)

    def article(self, metadata: Metadata) -> ParsedArticle:
        """Return the article that was written; its title is the first slide's unless the text shows the stated one.

        :param metadata: what the file's properties state.

        :raises UnreadableFile: nothing was written.
        """
        if not self._writer.blocks:
            raise UnreadableFile("it contains no text")
        metadata = metadata_shown(metadata, self._writer.text, self._title or "")
        article = parsed_article(self._writer.text, self._writer.blocks, metadata, has_header=False)
        return replace(article, pages=tuple(self._pages))

    def _page(self, label: str, start: int) -> None:
        if self._writer.length > start:
            self._pages.append(Page(label, ((start, self._writer.length),)))


def _short_first_line(shapes: list[Text | Table]) -> str:
    """Return the first paragraph of a slide without a title if it stands alone in its shape and is short."""
    first = shapes[0] if shapes else None
    alone = isinstance(first, Text) and len(first.lines) == 1 and not first.lines[0].endswith((".", ":", ";"))
    return first.lines[0] if alone and isinstance(first, Text) and len(first.lines[0]) <= _MAX_TITLE_CHARS else ""
