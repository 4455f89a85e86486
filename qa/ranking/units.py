"""What can be quoted of a passage: sentences, pairs of neighbouring sentences, windows of long sentences, and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quoth.index.records import Floats, Span
from quoth.index.search.snapshot import Candidate

from .pieces import MAX_CHARS, Pieces

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence of a passage, two neighbouring sentences, some clauses of a long sentence, or a list."""

    span: Span
    sentences: Span
    """Numbers of the first and the last sentence in the passage; of a list, of those in the passage."""
    features: Floats
    """Shape (len(FEATURES),)."""
    score: float
    listed: bool = False
    """Whether it is a list, or the passage's part of one."""
    cell: bool = False
    """Whether it is a table's row that the question names, together with a column."""

    @property
    def single(self) -> bool:
        return self.listed or self.sentences[0] == self.sentences[1]


class Draft(NamedTuple):
    """A unit before it is measured."""

    passage: int
    span: Span
    sentences: Span
    pieces: tuple[int, int]
    """Numbers of the pieces it is measured by: its first and its last sentence, or the same piece twice."""
    around: tuple[int, int, int, int]
    """Numbers of the sentence before it, its first sentence, its last sentence and the sentence after it; a sentence
    that does not exist is replaced by its own."""
    listed: bool = False


def draft_units(candidates: Sequence[Candidate], pieces: Pieces, standalone: Sequence[bool]) -> list[Draft]:
    """The units of all passages.

    :param standalone: of each piece, whether it says something by itself.
    """
    return [draft for number, c in enumerate(candidates) for draft in _of_passage(number, c, pieces, standalone)]


def _of_passage(number: int, candidate: Candidate, pieces: Pieces, standalone: Sequence[bool]) -> Iterator[Draft]:
    sentences, first = candidate.stored.sentences, pieces.first[number]
    last = first + len(sentences) - 1

    def draft(span: Span, i: int, j: int, own: tuple[int, int]) -> Draft:
        around = (max(first, first + i - 1), first + i, first + j, min(last, first + j + 1))
        return Draft(number, span, (i, j), own, around)

    singles = 0
    for i, (start, end) in enumerate(sentences):
        if end - start > MAX_CHARS:
            for window, piece in pieces.windows[number, i]:
                singles += 1
                yield draft(window, i, i, (piece, piece))
            continue
        if standalone[first + i]:
            singles += 1
            yield draft((start, end), i, i, (first + i, first + i))
        if i + 1 < len(sentences) and sentences[i + 1][1] - start <= MAX_CHARS and _belongs(candidate, i):
            yield draft((start, sentences[i + 1][1]), i, i + 1, (first + i, first + i + 1))
    for listed, part, piece in pieces.lists[number]:
        overlapping = [i for i, (a, b) in enumerate(sentences) if a < part[1] and part[0] < b] or [0]
        i, j = overlapping[0], overlapping[-1]
        around = (first + i, first + i, first + j, first + j)
        yield Draft(number, listed.whole()[0], (i, j), (piece, piece), around, listed=True)
    if not singles:  # only headings, bullets and lead-ins: better than nothing
        for i, span in enumerate(sentences):
            yield draft(span, i, i, (first + i, first + i))


def _belongs(candidate: Candidate, i: int) -> bool:
    """Whether a sentence and the next may be quoted together: code and prose may if a colon introduces the code."""
    (_, end), (start, _) = candidate.stored.sentences[i : i + 2]
    return (
        start - end < 5
        or not _FENCE.search(candidate.article.text, end, start)
        or (candidate.article.text[end - 1] == ":")
    )
