"""Blocks -> passages of whole sentences, all as offsets.

A passage never crosses a heading or a line that is not the article, and never exceeds what the model reads. Short
neighbouring paragraphs share one passage; a long one is parted at sentence ends into pieces of about equal length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from nupunkt import sent_spans

from quoth.index.reading.document import Block
from quoth.index.records import Ints, Span

Fits = Callable[[int, int, int], bool]
"""Whether a span is at most so many characters long and within what the model reads."""

MAX_CHARS = 1000
"""A longer paragraph is parted."""
MERGE_CHARS = 600
"""Neighbouring paragraphs share a passage up to this length."""
MAX_SENTENCE_CHARS = 600
"""A longer sentence is parted at white space (a text without full stops, a table in one line)."""

_ABBREVIATION = re.compile(r"\b(?:[A-Z]\.){2,}$|\bSt\.$")
_REFERENCE = re.compile(r"(?:\s*(?:\[(?:\d{1,3}|[a-z]|note \d+)\]|[¹²³⁴-⁹]+))+(?=\s|$)\s*")
_TITLE = re.compile(r"\b(?:Sr|Sra|Sres|Dra|Mme|Mlle|Hr|Nr|bzw|ca|Dott|Sig|dhr|mevr|[zdu]\. ?[BhaT]|p\. ?ex|p\. ?ej)\.$")
"""Abbreviations that no sentence ends with."""
_DOTTED_ORDINALS = frozenset(
    ("de", "da", "no", "nb", "nn", "fi", "hu", "cs", "sk", "pl", "hr", "sl", "et", "lv", "tr", "is")
)
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.$")
_OTHER_ENDS = re.compile(r"[。！？｡][」』”’）]*|[।॥؟۔](?=\s|$)")
_OPENS = re.compile(
    r"\s*(?:An?|The|This|That|These|Those|There|He|She|It|They|We|I|You|His|Her|Its|Their|Our|In|On|At|By|For|From|With"
    r"|As|After|Before|But|And|Or|So|If|When|While|Since|Although|Though|However|Many|Most|Some|All|Both|No|Not|One|Two"
    r"|Under|During|Despite|According|Also|Then|What|Who|How|Why)\b"
)
"""How a sentence may begin behind an abbreviation that ends another."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage before it has an id: its span, its heading, and its sentences' spans."""

    start: int
    end: int
    heading: str | None
    sentences: tuple[Span, ...]


def cut(
    text: str, blocks: Sequence[Block], word_pieces: Ints, max_pieces: int, language: str | None = None
) -> list[Cut]:
    """Passages of the body, in order.

    :param word_pieces: spans, shape (n, 2), of the pieces in which the model reads the text.
    :param max_pieces: how many pieces one passage may have.
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
        for part in _parts(_sentences(text, block, fits, language), fits):
            if open_group and not fits(open_group[0][0], part[-1][1], MERGE_CHARS):
                close()
            open_group.extend(part)
    close()
    return passages


def _sentences(text: str, block: Block, fits: Fits, language: str | None) -> list[Span]:
    """Spans of the block's sentences, without the white space between them."""
    spans: list[Span] = []
    for start, end in _joined(text[block.start : block.end], language):
        piece = text[block.start + start : block.start + end]
        inner = piece.strip()
        if inner:
            first = block.start + start + len(piece) - len(piece.lstrip())
            spans.extend(_shortened(text, (first, first + len(inner)), fits))
    return spans


def _joined(text: str, language: str | None) -> list[Span]:
    """The text's sentences, none of them parted behind an abbreviation or an ordinal: "U.S. Secretary",
    "3. Oktober"."""
    found: list[Span] = []
    for start, end in _ended(text):
        if found and (mark := _REFERENCE.match(text, start)):  # the mark of a note belongs to the sentence before it
            found[-1] = found[-1][0], mark.end()
            start = mark.end()
            if start >= end:
                continue
        before = text[max(0, found[-1][1] - 16) : found[-1][1]].rstrip() if found else ""
        ordinal = language in _DOTTED_ORDINALS and _ORDINAL.search(before)
        if found and (
            _TITLE.search(before) or ordinal or (_ABBREVIATION.search(before) and not _OPENS.match(text, start))
        ):
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _ended(text: str) -> Iterator[Span]:
    """The text's sentences, also where they end with signs that are not the Latin script's."""
    for start, end in sent_spans(text):
        at = start
        for sign in _OTHER_ENDS.finditer(text, start, end):
            yield at, sign.end()
            at = sign.end()
        if at < end:
            yield at, end


def _shortened(text: str, span: Span, fits: Fits) -> list[Span]:
    """The span itself, or its pieces where it is too long for one sentence, parted at white space if there is any."""
    start, end = span
    pieces: list[Span] = []
    while not fits(start, end, MAX_SENTENCE_CHARS):
        stop = min(end, start + MAX_SENTENCE_CHARS)
        while not fits(start, stop, MAX_SENTENCE_CHARS):
            stop = start + max(1, (stop - start) // 2)
        space = max(text.rfind(mark, start + 1, stop) for mark in " \t\n\r\xa0")
        stop = space if space > start else stop
        pieces.append((start, stop))
        while stop < end and text[stop].isspace():
            stop += 1
        start = stop
    if start < end:
        pieces.append((start, end))
    return pieces


def _parts(sentences: list[Span], fits: Fits) -> list[list[Span]]:
    """The sentences of one paragraph in the fewest runs that fit, of about equal length."""
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
    """Runs that each end at the sentence whose end is nearest to the next multiple of ``length``."""
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
