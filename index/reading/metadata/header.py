"""Title, author and date of publication in an article's own lines.

They are looked for above the first paragraph and shortly below it (sites repeat the title there and set the byline
under it), and in labelled lines at the end. A date in the running text is never the date of publication.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from quoth.index.reading.document import Block, Metadata
from quoth.index.reading.layout.blocks import word_count
from quoth.index.text.tables import table_at

from .dates import as_date

_BY = (
    r"(?:(?:written|words|story|text|posted|reported|reporting)\s+by|by|von|par|por|di|da|door|autor(?:in)?\s*:"
    r"|auteur\s*:|autore\s*:|(?:original\s+)?authors?\s*:)"
)
_BYLINE = re.compile(
    rf"^{_BY}\s+(?P<who>[^\d|•·]{{2,80}}?)(?:\s*(?:[,|•·–—]|\b(?:on|am|le|el|il|op)\b)\s*(?P<rest>.*\d.*))?$",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"^(?:published|posted|updated|last\s+updated|date)\b\W*\d[\d\s./-]*$", re.IGNORECASE)
_FOOTER_LABEL = re.compile(
    r"^(?:(?:original\s+)?authors?|(?:originally\s+|first\s+)?published(?:\s+on)?)\s*:", re.IGNORECASE
)
_ABOUT_ARTICLE = re.compile(r"(?:by|authors?|published|posted|(?:last\s+)?updated|date)\b", re.IGNORECASE)
_HEADER_BLOCKS = 12
"""Number of blocks at the top that may state author and date, and of blocks at the end that may do so with a label."""
_LINE_CHARS = 120
"""Maximum length of a byline or date line."""


def header(text: str, blocks: Sequence[Block], language: str | None = None) -> Metadata:
    """Return the metadata that the first blocks of a text state, and the last blocks if they are labelled."""
    top = [b for b in blocks[:_HEADER_BLOCKS] if not _is_data(text, b)]
    first = next((b for b in top if not _is_header_line(text, b, language)), None)
    titled = (
        len(blocks) > 1
        and first is not None
        and first.kind == "heading"
        and re.search(r"[^\W\d]{2}", _block_text(text, first))
    )
    title = first if titled else None
    header_blocks = [title] if title else []
    author: str | None = None
    published: dt.date | None = None
    first_prose = next(
        (i for i, b in enumerate(top) if b.kind == "prose" and not _is_header_line(text, b, language)), len(top)
    )
    for i, block in enumerate(top):
        line = _block_text(text, block)
        if block.kind == "item":  # "12. März 2024" looks like a list item
            line = text[text.rfind("\n", 0, block.start) + 1 : block.end].strip()
        if (
            block is title
            or "\n" in line
            or len(line) > _LINE_CHARS
            or (block.kind == "item" and not as_date(line, language))
        ):
            continue
        if title and is_same_title(line, _block_text(text, title)):
            header_blocks.append(block)
        elif author is None and (name := byline(line, language)):
            author, date = name
            published = published or date
            header_blocks.append(block)
        elif _LABELLED.match(line) and as_date(line, language) is None:  # an ambiguous date
            header_blocks.append(block)
        elif published is None and block.kind != "boilerplate" and (date := as_date(line, language)):
            published = date
            header_blocks.append(block)
            above = top[i - 1] if i else None
            if (
                author is None
                and i < first_prose
                and above
                and above.kind == "heading"
                and above is not title
                and word_count(_block_text(text, above)) <= 5
                and is_name(_block_text(text, above))
            ):
                author = _block_text(text, above)
                header_blocks.append(above)
    for block in blocks[_HEADER_BLOCKS:][-_HEADER_BLOCKS:]:
        line = _block_text(text, block)
        if not _FOOTER_LABEL.match(line):
            continue
        if author is None and (match := _BYLINE.match(line)):
            author = match["who"].strip(" .,")
        published = published or as_date(line, language)
        header_blocks.append(block)
    return Metadata(
        title=_block_text(text, title) if title else None,
        author=author,
        published=published,
        header_blocks=tuple(header_blocks),
    )


def byline(line: str, language: str | None = None) -> tuple[str, dt.date | None] | None:
    """Return the author and the date, if any, of a line like "By Ana de la Cruz, 3 May 2024"; None for other lines."""
    match = _BYLINE.match(line)
    if match is None or not is_name(match["who"]):
        return None
    return match["who"].strip(" .,"), as_date(match["rest"], language)


def is_name(words: str) -> bool:
    """Whether every longer word is capitalised, as in names ("Staff Writer", "Ana de la Cruz")."""
    parts = words.split()
    return (
        1 <= len(parts) <= 10
        and not re.search(r"\d", words)
        and all(part[0].isupper() or not part[0].isalpha() or len(part) <= 3 for part in parts)
    )


def is_same_title(one: str, other: str) -> bool:
    """Whether two titles are equal except for case and punctuation."""
    return re.sub(r"\W+", " ", one).strip().casefold() == re.sub(r"\W+", " ", other).strip().casefold()


def _is_data(text: str, block: Block) -> bool:
    """Whether a block is a table's row that does not say of itself that it is about the article."""
    return (
        block.kind == "row" and table_at(text, (block.start, block.end)) is not None
        and not _ABOUT_ARTICLE.match(text, block.start)
    )  # fmt: skip


def _is_header_line(text: str, block: Block, language: str | None) -> bool:
    line = _block_text(text, block)
    return len(line) <= _LINE_CHARS and bool(_BYLINE.match(line) or as_date(line, language))


def _block_text(text: str, block: Block) -> str:
    return text[block.start : block.end]
