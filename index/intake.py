"""A file's text -> an article with its passages embedded, ready for the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .blocks import markdown_blocks, plain_blocks
from .encoder import Encoder
from .errors import UnreadableFile
from .metadata import Metadata, front_matter, header
from .passages import Cut, cut
from .records import Article, Encoded
from .store import NewArticle, NewPassage
from .tokens import PackedTokens, pack

Encode = Callable[[Sequence[str]], list[Encoded]]
Progress = Callable[[int, int], None]
"""Told how many passages of how many have been embedded."""

_CONTEXT_CHARS = 160
_CONTEXT_SHARE = 4
"""Title and heading take at most one in so many of the word pieces that the model reads."""
_EMBED_AT_ONCE = 128


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that was read and cut, before its passages are embedded."""

    path: str
    article: Article
    cuts: list[Cut]
    context: tuple[str, ...]


def draft(path: str, source: str, text: str, digest: str, encoder: Encoder) -> Draft:
    """Read an article's structure and cut it into passages.

    :raises UnreadableFile: there is nothing in it to quote.
    """
    if source.lower().endswith(".txt"):
        front = Metadata()
        blocks = plain_blocks(text)
    else:
        front = front_matter(text)
        blocks = markdown_blocks(text, front.body)
    stated = header(text, blocks)
    title = front.title or stated.title
    article = Article(
        0, source, title, front.author or stated.author, front.published or stated.published, digest, text,
        dt.datetime.now(dt.UTC).replace(microsecond=0),
    )  # fmt: skip
    used = [replace(b, kind="furniture") if b in stated.used else b for b in blocks]
    room = encoder.max_pieces - encoder.max_pieces // _CONTEXT_SHARE
    cuts = cut(text, used, encoder.word_pieces(text), room)
    if not cuts:
        raise UnreadableFile("it has no sentences to quote, only headings, menus or notices")
    return Draft(path, article, cuts, tuple(_context(title, c.heading, encoder) for c in cuts))


def _context(title: str | None, heading: str | None, encoder: Encoder) -> str:
    """Title and heading as they are read before a passage, never longer than their share of what is read."""
    words = ". ".join(part for part in (title, heading if heading != title else None) if part)[:_CONTEXT_CHARS]
    if not words:
        return ""
    pieces = encoder.word_pieces(words)
    most = encoder.max_pieces // _CONTEXT_SHARE - 2
    return (words if len(pieces) <= most else words[: int(pieces[most - 1, 1])]) + ". "


def embed(drafts: list[Draft], encode: Encode, progress: Progress | None) -> Iterator[list[NewArticle]]:
    """Embed the drafts' passages, many at once; whole articles come out, in batches."""
    todo = [(d, i) for d, each in enumerate(drafts) for i in range(len(each.cuts))]
    done: list[list[NewPassage]] = [[] for _ in drafts]
    finished = 0
    for first in range(0, len(todo), _EMBED_AT_ONCE):
        batch = todo[first : first + _EMBED_AT_ONCE]
        texts = [drafts[d].context[i] + drafts[d].article.text[drafts[d].cuts[i].start : drafts[d].cuts[i].end] for d, i in batch]
        results = encode(texts)
        for (d, i), result in zip(batch, results, strict=True):
            done[d].append(_packed(drafts[d].cuts[i], len(drafts[d].context[i]), result))
        if progress:
            progress(min(first + _EMBED_AT_ONCE, len(todo)), len(todo))
        ready = []
        while finished < len(drafts) and len(done[finished]) == len(drafts[finished].cuts):
            ready.append(NewArticle(drafts[finished].path, drafts[finished].article, tuple(done[finished])))
            done[finished] = []
            finished += 1
        if ready:
            yield ready


def _packed(piece: Cut, context: int, encoded: Encoded) -> NewPassage:
    """A passage with its vectors; word pieces are placed in the article, those of the context nowhere."""
    spans = np.where(encoded.spans[:, :1] >= context, encoded.spans - context + piece.start, piece.start)
    spans[encoded.spans[:, 0] < context, 1] = piece.start
    return NewPassage(
        piece.start, piece.end, piece.heading, piece.sentences, encoded.vector, PackedTokens(spans, pack(encoded.tokens))
    )
