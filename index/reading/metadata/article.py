"""Assembly of a parsed article from its text, its blocks and the metadata that its file states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quoth.index.reading.document import Block, Metadata, ParsedArticle
from quoth.index.reading.layout.contents import with_leaders

from .header import header, is_same_title
from .language import language_of
from .reference import with_whole_reference

_LANGUAGE_CHARS = 10_000
"""Maximum number of characters of prose that are used to detect the language."""


def parsed_article(
    text: str, blocks: Sequence[Block], metadata: Metadata, *, name: str = "", has_header: bool = True
) -> ParsedArticle:
    """Return the article, with missing metadata taken from its first lines. Those lines are marked as boilerplate.

    :param metadata: metadata that the file states; it has priority over the lines.
    :param name: see ``ParsedArticle.name``.
    :param has_header: False if the first lines state no metadata, as in a mail.
    """
    blocks = with_leaders(text, blocks)
    prose = "\n".join(text[b.start : b.end] for b in blocks if b.kind == "prose")
    language = language_of(prose[:_LANGUAGE_CHARS], metadata.language)
    lines = header(text, blocks, language) if has_header else Metadata()
    # If the file states another title, the first heading belongs to the article's text.
    if metadata.title and lines.title and not is_same_title(metadata.title, lines.title):
        lines = replace(lines, header_blocks=tuple(b for b in lines.header_blocks if b is not blocks[0]))
    whole = with_whole_reference(
        replace(
            metadata,
            title=metadata.title or lines.title,
            author=metadata.author or lines.author,
            published=metadata.published or lines.published,
            language=language,
        )
    )
    return ParsedArticle(
        text,
        tuple(replace(b, kind="boilerplate") if b in lines.header_blocks else b for b in blocks),
        whole.title, whole.author, whole.published, whole.language, whole.url, name, tags=whole.tags,
        collection=whole.collection, reference=whole.reference,
    )  # fmt: skip
