"""A reading -> an article with its passages embedded, ready for the store; many of them in one stream."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np

from quoth.index.embedding.encoder import Encoder
from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import ParsedArticle
from quoth.index.records import Article, Encoded
from quoth.index.search.late_interaction import PackedTokens, pack
from quoth.index.storage.rows import Layout, NewArticle, NewPassage
from quoth.index.text.normalize import normalised
from quoth.index.text.tables import table_at

from .chunk import Cut, cut

Encode = Callable[[Sequence[str]], list[Encoded]]

_CONTEXT_CHARS = 160
_CONTEXT_SHARE = 4
"""Title and heading take at most one in so many of the word pieces that the model reads."""
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that was read and cut, before its passages are embedded."""

    file: str
    name: str
    article: Article
    cuts: list[Cut]
    context: tuple[str, ...]
    """What is read before each passage: its title and heading, and the head of its table."""
    layout: Layout


def draft(file: str, source: str, reading: ParsedArticle, digest: str, encoder: Encoder) -> Draft:
    """Cut an article that was read into passages.

    :raises UnreadableFile: there is nothing in it to quote.
    """
    article = Article(
        0, f"{source}#{reading.name}" if reading.name else source, reading.title, reading.author, reading.published,
        digest, reading.text, dt.datetime.now(dt.UTC).replace(microsecond=0), reading.language, reading.url,
        reading.pages,
    )  # fmt: skip
    room = encoder.max_pieces - encoder.max_pieces // _CONTEXT_SHARE
    cuts = cut(reading.text, reading.blocks, encoder.word_pieces(reading.text), room, reading.language)
    if not cuts:
        raise UnreadableFile("it has no sentences to quote, only headings, menus or notices")
    context = tuple(_context(reading.title, c.heading, _columns(reading.text, c), encoder) for c in cuts)
    return Draft(file, reading.name, article, cuts, context, Layout(reading.blocks, reading.runs, reading.words))


def _columns(text: str, piece: Cut) -> str | None:
    """The names of the columns of a table whose head the passage does not have."""
    table = table_at(text, piece.sentences[0])
    return text[slice(*table.head)] if table and table.head[0] < piece.start else None


def _context(title: str | None, heading: str | None, columns: str | None, encoder: Encoder) -> str:
    """What is read before a passage, never longer than its share of what is read."""
    words = ". ".join(part for part in (title, heading if heading != title else None, columns) if part)[:_CONTEXT_CHARS]
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
            passages.append(_packed(each.article.text, each.cuts[number], len(each.context[number]), result))
            done(each, number)
            if len(passages) == len(each.cuts):
                yield NewArticle(each.file, each.name, each.article, tuple(packed.pop(id(each))), each.layout)

    with ThreadPoolExecutor(1, "quoth-ingest") as ahead:
        for pieces in _runs(((each, number) for each in drafts for number in range(len(each.cuts))), _AT_ONCE):
            texts = [
                each.context[n] + normalised(each.article.text[each.cuts[n].start : each.cuts[n].end])[0]
                for each, n in pieces
            ]
            waiting.append((pieces, ahead.submit(encode, texts)))
            if len(waiting) > 1:
                yield from finished()
        while waiting:
            yield from finished()


def _runs(items: Iterable[tuple[Draft, int]], length: int) -> Iterator[list[tuple[Draft, int]]]:
    items = iter(items)
    while run := list(islice(items, length)):
        yield run


def _packed(text: str, piece: Cut, context: int, encoded: Encoded) -> NewPassage:
    """A passage with its vectors; word pieces are placed in the article, those of the context nowhere."""
    own = encoded.spans[:, 0] >= context
    spans = np.zeros_like(encoded.spans)
    spans[own] = encoded.spans[own] - context
    _, places = normalised(text[piece.start : piece.end])
    if places is not None:
        spans[own] = places[spans[own]]
    spans += piece.start
    return NewPassage(
        piece.start,
        piece.end,
        piece.heading,
        piece.sentences,
        encoded.vector,
        PackedTokens(spans, pack(encoded.tokens)),
    )
