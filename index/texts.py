"""Texts from anywhere, made searchable in memory by the same steps as the files of a library."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache

from quoth.index.embedding.encoder import Encoder
from quoth.index.reading.document import Block, Metadata, Page, ParsedArticle
from quoth.index.reading.formats.markdown import markdown_blocks
from quoth.index.reading.formats.text import plain_blocks
from quoth.index.reading.layout.markup import is_markdown
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.search.memory import snapshot_of
from quoth.index.search.snapshot import Snapshot
from quoth.index.storage.rows import NewArticle
from quoth.index.sync.chunk import draft_of
from quoth.index.sync.embed import embed
from quoth.index.text.normalize import without_halves

from .errors import UnreadableFile
from .threads import cores

_REMEMBERED = 1_000
"""Number of texts that stay embedded in memory, with about 15 kB each: the next question often has some of them."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text with what is known about it."""

    text: str
    source: str | None = None
    """If it is the name of a Markdown file, the text is read as Markdown."""
    metadata: Metadata = field(default_factory=Metadata)
    heading: str | None = None
    """The heading that the text begins below."""
    page: str | None = None
    """Label of the page that it is on."""


def read_texts(texts: Mapping[int, Text], encoder: Encoder) -> Snapshot | None:
    """Return a snapshot of the texts; None if none of them has a word in it.

    :param texts: by the id that the text's article gets. Each becomes an article of the same length.
    """
    with ThreadPoolExecutor(cores(), "quoth-texts") as threads:
        read = threads.map(lambda text: _embedded(text, encoder), texts.values())  # type: ignore[arg-type]
        articles = [
            replace(new, article=replace(new.article, id=id_, source=new.article.source or f"passage {id_ + 1}"))
            for id_, new in zip(texts, read, strict=True)
            if new
        ]
    return snapshot_of("the given passages", articles, encoder) if articles else None


@lru_cache(_REMEMBERED)
def _embedded(text: Text, encoder: Encoder) -> NewArticle | None:
    """Return the text split into passages and embedded; None if it has no word in it.

    Its first lines state no metadata: a text may begin anywhere in its document.
    """
    words = without_halves(text.text)
    source = text.source or ""
    blocks = markdown_blocks(words) if is_markdown(source) else plain_blocks(words)
    content = parsed_article(words, blocks, text.metadata, has_header=False)
    content = replace(content, pages=(Page(text.page, ((0, len(words)),)),) if text.page else ())
    try:
        draft = draft_of("", "", source, content, "", encoder, text.heading)
    except UnreadableFile:  # all of it looks like headings or menus
        try:
            draft = draft_of("", "", source, _as_prose(content), "", encoder, text.heading)
        except UnreadableFile:
            return None
    # one by one: this thread has a core for itself
    (embedded,) = embed([draft], lambda inputs: [encoder.encode([each])[0] for each in inputs])
    return embedded


def _as_prose(content: ParsedArticle) -> ParsedArticle:
    return replace(content, blocks=(Block("prose", 0, len(content.text)),))
