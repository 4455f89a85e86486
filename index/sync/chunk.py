"""Articles -> drafts: passages of whole sentences, all as offsets.

A passage never crosses a heading or a line that is not part of the article, and never exceeds what the model reads.
Short neighbouring paragraphs share one passage; a long one is split at sentence ends into pieces of about equal length.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from quoth.index.embedding.encoder import Encoder
from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Block, ParsedArticle
from quoth.index.records import Article, Ints, Span
from quoth.index.storage.rows import Layout, named
from quoth.index.text.speakers import speaker_before
from quoth.index.text.tables import header_above

from .failures import one_article
from .items import Cut, Draft, ReadArticle
from .sentences import Fits, sentences_of
from .tally import Tally

MAX_CHARS = 1000
"""Maximum length of a passage; a longer paragraph is split."""
MERGE_CHARS = 600
"""Maximum length of a passage made of neighbouring paragraphs."""
_CONTEXT_CHARS = 160
"""Maximum length of what the model reads before a passage."""
_CONTEXT_SHARE = 4
"""One in this number of the word pieces that the model reads may belong to the context."""


def chunk(articles: Iterable[ReadArticle], encoder: Callable[[], Encoder], tally: Tally) -> Iterator[Draft]:
    """Split each article into passages; an article that has nothing to quote is rejected.

    :param encoder: returns the encoder, which is loaded only if there is an article.
    """
    for article in articles:
        file, content, loaded = article.file, article.content, encoder()
        try:
            with one_article("split into passages"):
                draft = draft_of(file.path, file.given, file.source, content, file.digest, loaded)
        except UnreadableFile as error:
            tally.article_rejected(file.path, content.name, error)
        else:
            yield draft


def draft_of(path: str, given: str, source: str, content: ParsedArticle, digest: str, encoder: Encoder) -> Draft:
    """Split one article into passages.

    :param path: the file's real path.
    :param given: the absolute path under which it was found, with its links.
    :param source: the file's path as it was given.
    :param digest: sha256 of the file's bytes, in hexadecimal.
    :raises UnreadableFile: the article has nothing to quote.
    """
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    article = Article(
        0, named(source, content.name), content.title, content.author, content.published, digest, content.text, now,
        content.language, content.url, content.pages, tags=content.tags, collection=content.collection,
        reference=content.reference,
    )  # fmt: skip
    max_pieces = encoder.max_pieces - encoder.max_pieces // _CONTEXT_SHARE
    cuts = cut(content.text, content.blocks, encoder.word_pieces(content.text), max_pieces, content.language)
    if not cuts:
        raise UnreadableFile("it has no sentences to quote, only headings, menus or notices")
    text = content.text
    above = [". ".join(header_above(text, c.start)) or speaker_before(text, c.start) for c in cuts]
    context = tuple(_context(content.title, c.heading, a, encoder) for c, a in zip(cuts, above, strict=True))
    return Draft(path, given, content.name, article, cuts, context, Layout(content.blocks, content.runs, content.words))


def _context(title: str | None, heading: str | None, above: str | None, encoder: Encoder) -> str:
    """Return what the model reads before a passage, cut to its maximum length and its share of word pieces.

    :param above: the header of the passage's table, or the name of who speaks, if the passage does not contain it.
    """
    parts = (title, heading if heading != title else None, above)
    context = ". ".join(part for part in parts if part)[:_CONTEXT_CHARS]
    if not context:
        return ""
    pieces = encoder.word_pieces(context)
    max_pieces = encoder.max_pieces // _CONTEXT_SHARE - 2
    return (context if len(pieces) <= max_pieces else context[: int(pieces[max_pieces - 1, 1])]) + ". "


def cut(
    text: str, blocks: Sequence[Block], word_pieces: Ints, max_pieces: int, language: str | None = None
) -> list[Cut]:
    """Split a text into passages, in order.

    :param word_pieces: spans, shape (n, 2), of the pieces in which the model reads the text.
    :param max_pieces: maximum number of pieces of one passage.
    :param language: an ISO 639-1 code; None if unknown.
    """
    piece_starts = word_pieces[:, 0]

    def fits(start: int, end: int, chars: int) -> bool:
        low, high = np.searchsorted(piece_starts, (start, end))
        return end - start <= chars and high - low <= max_pieces

    passages: list[Cut] = []
    heading: str | None = None
    open_group: list[Span] = []

    def close() -> None:
        if open_group:
            passages.append(Cut(open_group[0][0], open_group[-1][1], heading, tuple(open_group)))
            open_group.clear()

    for block in blocks:
        if block.kind in ("heading", "boilerplate"):
            close()
            heading = text[block.start : block.end] if block.kind == "heading" else heading
            continue
        for part in _parts(sentences_of(text, block, fits, language), fits):
            if open_group and not fits(open_group[0][0], part[-1][1], MERGE_CHARS):
                close()
            open_group.extend(part)
    close()
    return passages


def _parts(sentences: list[Span], fits: Fits) -> list[list[Span]]:
    """Return the sentences of one paragraph in the fewest runs that fit, of about equal length."""
    if not sentences:
        return []
    if fits(sentences[0][0], sentences[-1][1], MAX_CHARS):
        return [sentences]
    total = sentences[-1][1] - sentences[0][0]
    count = -(-total // MAX_CHARS)
    while True:
        runs = _split(sentences, total / count)
        if all(fits(run[0][0], run[-1][1], MAX_CHARS) for run in runs):
            return runs
        if count >= len(sentences):  # runs of about equal length may still be too long where sentences are unequal
            return [[sentence] for sentence in sentences]
        count += 1


def _split(sentences: list[Span], length: float) -> list[list[Span]]:
    """Split the sentences into runs: those whose middles are in the same span of ``length`` characters."""
    runs: list[list[Span]] = []
    current = -1
    base = sentences[0][0]
    for start, end in sentences:
        slot = int(((start + end) / 2 - base) / length)
        if not runs or slot > current:
            runs.append([])
            current = slot
        runs[-1].append((start, end))
    return runs
