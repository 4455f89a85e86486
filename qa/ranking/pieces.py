"""The pieces of text that are measured one by one: sentences, the windows of over-long sentences, and lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quoth.index.records import Span
from quoth.index.search.snapshot import Candidate
from quoth.qa.extract.lists import Listed, lists

MAX_CHARS = 400
"""Maximum number of characters of a quoted sentence; of a longer one, whole clauses are quoted."""
_CLAUSE_END = re.compile(r"(?:[;:,)]|\s[—–-])\s+")


class ListPiece(NamedTuple):
    """A list and the part of it that is in a passage."""

    listed: Listed
    part: Span
    number: int
    """Its number among all pieces."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The s pieces of some passages: first all sentences in order, then windows and lists."""

    passages: list[int]
    """The number of each piece's passage, s of them."""
    spans: list[Span]
    """Each piece's place in its article, s of them."""
    first: list[int]
    """The number of each passage's first sentence."""
    windows: dict[tuple[int, int], list[tuple[Span, int]]]
    """By passage and sentence, the windows of an over-long sentence and their numbers."""
    lists: list[list[ListPiece]]
    """The lists of each passage; empty unless the question asks for a list."""


def cut(candidates: Sequence[Candidate], with_lists: bool) -> Pieces:
    """Cut passages into pieces.

    :param with_lists: whether the question asks for a list.
    """
    passages = [number for number, c in enumerate(candidates) for _ in c.stored.sentences]
    spans = [span for c in candidates for span in c.stored.sentences]
    first = [0]
    for candidate in candidates:
        first.append(first[-1] + len(candidate.stored.sentences))
    windows: dict[tuple[int, int], list[tuple[Span, int]]] = {}
    list_pieces: list[list[ListPiece]] = [[] for _ in candidates]
    for number, candidate in enumerate(candidates):
        text, passage = candidate.article.text, candidate.stored.passage
        for i, span in enumerate(candidate.stored.sentences):
            if span[1] - span[0] > MAX_CHARS:
                cuts = sentence_windows(text, span)
                windows[number, i] = [(window, len(spans) + n) for n, window in enumerate(cuts)]
                spans += cuts
        for listed in lists(text) if with_lists else ():
            part = max(listed.start, passage.start), min(listed.end, passage.end)
            if part[0] < part[1]:
                list_pieces[number].append(ListPiece(listed, part, len(spans)))
                spans.append(part)
        passages += [number] * (len(spans) - len(passages))
    return Pieces(passages, spans, first, windows, list_pieces)


def sentence_windows(text: str, span: Span) -> list[Span]:
    """Runs of whole clauses that together cover a long sentence, each as long as ``MAX_CHARS`` allows.

    A window starts at every clause that adds text. Where a clause is too long, or too short to be quoted by itself, the
    window starts or ends between two words instead.
    """
    start, end = span
    cuts = [start]
    for stop in (*(start + m.end() for m in _CLAUSE_END.finditer(text[start:end])), end):
        while stop - cuts[-1] > MAX_CHARS:
            cuts.append(_word_end(text, cuts[-1], cuts[-1] + MAX_CHARS))
        cuts.append(stop)
    windows: list[Span] = []
    for i, first in enumerate(cuts[:-1]):
        last = max(c for c in cuts[i + 1 :] if c - first <= MAX_CHARS)
        if windows and last <= windows[-1][1]:
            continue
        if last - first < MAX_CHARS // 4:  # at the sentence's end, start earlier; at its start, end later
            first = first if first == start else _word_start(text, max(start, last - MAX_CHARS), first)
            last = max(last, _word_end(text, first, min(end, first + MAX_CHARS)))
        while text[last - 1].isspace():
            last -= 1
        windows.append((first, last))
    return windows


def _word_end(text: str, low: int, high: int) -> int:
    """The last position between ``low`` and ``high`` that follows white space; ``high`` if there is none."""
    space = max(text.rfind(mark, low, high) for mark in " \t\n\r\xa0")
    return space + 1 if space > low else high


def _word_start(text: str, low: int, high: int) -> int:
    """The first position between ``low`` and ``high`` where a word starts after white space; ``low`` if none does."""
    return next((i + 1 for i in range(low, high) if text[i].isspace() and not text[i + 1].isspace()), low)
