"""A file's text -> an article with its passages embedded, ready for the store; many of them in one stream."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from .blocks import markdown_blocks, plain_blocks
from .encoder import Encoder
from .errors import UnreadableFile
from .metadata import Metadata, front_matter, header
from .passages import Cut, cut
from .records import Article, Encoded
from .rows import NewArticle, NewPassage, Stamp
from .tokens import PackedTokens, pack

Encode = Callable[[Sequence[str]], list[Encoded]]

_CONTEXT_CHARS = 160
_CONTEXT_SHARE = 4
"""Title and heading take at most one in so many of the word pieces that the model reads."""
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that was read and cut, before its passages are embedded."""

    path: str
    article: Article
    cuts: list[Cut]
    context: tuple[str, ...]
    """What is read before each passage: its title and heading."""
    stamp: Stamp | None = None


def draft(path: str, source: str, text: str, digest: str, encoder: Encoder, stamp: Stamp | None = None) -> Draft:
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
    return Draft(path, article, cuts, tuple(_context(title, c.heading, encoder) for c in cuts), stamp)


def _context(title: str | None, heading: str | None, encoder: Encoder) -> str:
    """Title and heading as they are read before a passage, never longer than their share of what is read."""
    words = ". ".join(part for part in (title, heading if heading != title else None) if part)[:_CONTEXT_CHARS]
    if not words:
        return ""
    pieces = encoder.word_pieces(words)
    most = encoder.max_pieces // _CONTEXT_SHARE - 2
    return (words if len(pieces) <= most else words[: int(pieces[most - 1, 1])]) + ". "


def embedded(drafts: Iterable[Draft], encode: Encode, done: Callable[[Draft, int], None]) -> Iterator[NewArticle]:
    """The drafts with their passages embedded, whole articles in order.

    While some passages are embedded, the ones before are packed and the next files read, by the thread that iterates;
    never more than a few hundred passages are held, however many there are.

    :param done: told of passages of a draft, by number, as soon as they are embedded.
    """
    waiting: deque[tuple[list[tuple[Draft, int]], Future[list[Encoded]]]] = deque()
    packed: dict[int, list[NewPassage]] = {}

    def finished() -> Iterator[NewArticle]:
        pieces, future = waiting.popleft()
        for (each, number), result in zip(pieces, future.result(), strict=True):
            passages = packed.setdefault(id(each), [])
            passages.append(_packed(each.cuts[number], len(each.context[number]), result))
            done(each, number)
            if len(passages) == len(each.cuts):
                yield NewArticle(each.path, each.article, tuple(packed.pop(id(each))), each.stamp)

    with ThreadPoolExecutor(1, "quoth-ingest") as ahead:
        for pieces in _runs(((each, number) for each in drafts for number in range(len(each.cuts))), _AT_ONCE):
            texts = [each.context[n] + each.article.text[each.cuts[n].start : each.cuts[n].end] for each, n in pieces]
            waiting.append((pieces, ahead.submit(encode, texts)))
            if len(waiting) > 1:
                yield from finished()
        while waiting:
            yield from finished()


def _runs(items: Iterable[tuple[Draft, int]], length: int) -> Iterator[list[tuple[Draft, int]]]:
    items = iter(items)
    while run := list(islice(items, length)):
        yield run


def _packed(piece: Cut, context: int, encoded: Encoded) -> NewPassage:
    """A passage with its vectors; word pieces are placed in the article, those of the context nowhere."""
    spans = np.where(encoded.spans[:, :1] >= context, encoded.spans - context + piece.start, piece.start)
    spans[encoded.spans[:, 0] < context, 1] = piece.start
    return NewPassage(
        piece.start, piece.end, piece.heading, piece.sentences, encoded.vector, PackedTokens(spans, pack(encoded.tokens))
    )
