"""Drafts -> articles with embedded passages, ready to be stored."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

import numpy as np

from quoth.index.embedding.late_interaction import PackedTokens, pack
from quoth.index.errors import QuothError, UnreadableFile
from quoth.index.records import Encoded
from quoth.index.storage.rows import NewArticle, NewPassage
from quoth.index.text.normalize import normalised

from .failures import one_article
from .items import Cut, Draft
from .tally import Tally

Encode = Callable[[Sequence[str]], list[Encoded]]
_AT_ONCE = 64
"""Number of passages that are embedded in one call."""
_PROBE = "ready"
"""A text that every encoder can embed."""


def embed(drafts: Iterable[Draft], encode: Encode, tally: Tally | None = None) -> Iterator[NewArticle]:
    """Embed the drafts' passages; yield whole articles in order.

    While one thread embeds passages, the thread that iterates packs the passages before them and reads the next files.
    At most a few hundred passages are in memory at a time. A draft that cannot be embedded is rejected.

    :param tally: without it, such a draft raises ``UnreadableFile``.
    """
    waiting: deque[tuple[list[tuple[Draft, int]], Future[list[Encoded | UnreadableFile]]]] = deque()
    packed: dict[int, list[NewPassage]] = {}
    rejected: dict[int, Draft] = {}

    def finished() -> Iterator[NewArticle]:
        batch, future = waiting.popleft()
        for (draft, number), encoded in zip(batch, future.result(), strict=True):
            if id(draft) in rejected:
                continue
            passages = packed.setdefault(id(draft), [])
            try:
                if isinstance(encoded, UnreadableFile):
                    raise encoded
                with one_article("embedded"):
                    part = _packed(draft.article.text, draft.cuts[number], len(draft.context[number]), encoded)
                    passages.append(part)
            except UnreadableFile as error:
                if tally is None:
                    raise
                rejected[id(draft)] = draft  # kept, so that no other draft gets its id
                packed.pop(id(draft))
                tally.article_rejected(draft.file, draft.name, error)
                continue
            if tally:
                tally.passage_embedded(draft, number)
            if len(passages) == len(draft.cuts):
                yield NewArticle(
                    draft.file, draft.given, draft.name, draft.article, tuple(packed.pop(id(draft))), draft.layout
                )

    with ThreadPoolExecutor(1, "quoth-embed-batches") as thread:
        for batch in _batches((draft, number) for draft in drafts for number in range(len(draft.cuts))):
            waiting.append((batch, thread.submit(_encoded, encode, batch)))
            if len(waiting) > 1:
                yield from finished()
        while waiting:
            yield from finished()


def _encoded(encode: Encode, batch: list[tuple[Draft, int]]) -> list[Encoded | UnreadableFile]:
    """Return the vectors of passages, or why one cannot be embedded; the error of a broken encoder is raised."""
    try:
        return [*encode([_model_input(draft, number) for draft, number in batch])]
    except QuothError:
        raise
    except Exception:
        encode([_PROBE])
        return [_encoded_alone(encode, draft, number) for draft, number in batch]


def _encoded_alone(encode: Encode, draft: Draft, number: int) -> Encoded | UnreadableFile:
    try:
        with one_article("embedded"):
            return encode([_model_input(draft, number)])[0]
    except UnreadableFile as error:
        return error


def _batches(passages: Iterator[tuple[Draft, int]]) -> Iterator[list[tuple[Draft, int]]]:
    while batch := list(islice(passages, _AT_ONCE)):
        yield batch


def _model_input(draft: Draft, number: int) -> str:
    """Return what the model reads of a passage: its context, and its text in normalised form."""
    cut = draft.cuts[number]
    return draft.context[number] + normalised(draft.article.text[cut.start : cut.end])[0]


def _packed(text: str, cut: Cut, context: int, encoded: Encoded) -> NewPassage:
    """Return a passage with its vectors. Its word pieces get spans in the article, those of the context empty spans.

    :param context: length of the context that the model read before the passage.
    """
    own = encoded.spans[:, 0] >= context
    spans = np.zeros_like(encoded.spans)
    spans[own] = encoded.spans[own] - context
    _, places = normalised(text[cut.start : cut.end])
    if places is not None:
        spans[own] = places[spans[own]]
    spans += cut.start
    tokens = PackedTokens(spans, pack(encoded.tokens))
    return NewPassage(cut.start, cut.end, cut.heading, cut.sentences, encoded.vector, tokens)
