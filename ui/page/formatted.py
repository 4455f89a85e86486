"""A Markdown article as it is meant to look, with the quote marked on exactly its own characters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from quoth.index.reading.layout.markup import is_markdown
from quoth.index.reading.metadata.fields import front_matter
from quoth.index.records import Article, Span

from .markdown_blocks import markdown_nodes
from .markdown_inline import Run, Tag

_MOST_CHARS, _MOST_MARKS = 400_000, 40_000
"""Maximum length of an article that is shown formatted, and of the characters in it that may be markup: about a second
of a server's time."""
_MARKS = "\n\r!#&*+-.<>[\\]_`|~"


class Words(NamedTuple):
    """Characters that are shown and marked alike."""

    text: str
    start: int
    end: int
    """Their place in the article's text, which can have markup in place of them."""
    is_quote: bool = False
    in_passage: bool = False
    is_first: bool = False
    """The quote begins here."""


class Shown(NamedTuple):
    """The beginning or the end of an element, or words."""

    tag: Tag | None
    words: Words | None = None


def is_formatted(article: Article) -> bool:
    """Whether an article has a formatted view."""
    if not is_markdown(article.source) or len(article.text) > _MOST_CHARS:
        return False
    return sum(map(article.text.count, _MARKS)) <= _MOST_MARKS


def formatted(article: Article, quote: Span, passage: Span) -> Iterator[Shown]:
    """Yield what to show of a Markdown article, in order."""
    has_begun = False
    for node in markdown_nodes(article.text, front_matter(article.text).body_start):
        if isinstance(node, Tag):
            yield Shown(node)
            continue
        if not has_begun and node.start >= quote[1]:  # none of it is shown
            has_begun = True
            yield Shown(None, Words("", node.start, node.start, True, False, True))
        for words in _cut(node, quote, passage):
            yield Shown(None, words._replace(is_first=words.is_quote and not has_begun))
            has_begun = has_begun or words.is_quote


def _cut(run: Run, quote: Span, passage: Span) -> Iterator[Words]:
    """Yield the parts of a run that are marked alike. What stands for markup is marked as a whole."""
    text, start, end = run
    if len(text) != end - start:
        yield Words(text, start, end, _overlaps((start, end), quote), _overlaps((start, end), passage))
        return
    borders = sorted({start, end, *(min(max(place, start), end) for place in (*quote, *passage))})
    for low, high in pairwise(borders):
        part = text[low - start : high - start]
        yield Words(part, low, high, _overlaps((low, high), quote), _overlaps((low, high), passage))


def _overlaps(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
