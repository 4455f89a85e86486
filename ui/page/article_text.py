"""The text of an article in parts: headings, tables, text that is not quoted, and the quote within its passage.

The parts hold every character of the text once, in order.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile
from typing import Literal, NamedTuple

from quoth.index.reading.document import Block
from quoth.index.records import Span

_CELLS = " | "
_RULE = re.compile(r"---(?: \| ---)+\n")


class Piece(NamedTuple):
    """A run of characters that are marked alike."""

    text: str
    is_quote: bool = False
    in_passage: bool = False
    is_first: bool = False
    """The quote begins here."""
    is_struck: bool = False
    """It is struck out or hidden in the file."""


class Row(NamedTuple):
    """A table row, after the characters between it and the row before."""

    gap: list[Piece]
    rule: list[Piece]
    """The line of dashes above it, which a table with aligned cells does not need to show."""
    cells: list[list[Piece]]

    @property
    def has_blank_gap(self) -> bool:
        """Whether only white space is between it and the row before."""
        return bool(self.gap) and not any(piece.text.strip() or piece.is_first for piece in self.gap)


@dataclass(frozen=True, slots=True)
class Part:
    """A block, or what is between two blocks; several rows in succession are one table."""

    kind: Literal["text", "heading", "beside", "table"]
    pieces: list[Piece]
    """Empty for a table."""
    rows: Sequence[Row] = ()
    """Of a table."""
    start: int = 0
    level: int = 0
    """Of a heading: its ARIA level, below the two headings above the text."""


def parts(
    text: str, blocks: Sequence[Block], quote: Span, passage: Span, struck: Sequence[Span] = ()
) -> Iterator[Part]:
    """The parts of a text.

    :param blocks: in the order of the text; a block that overlaps the one before is ignored.
    :param struck: spans in order.
    """
    pieces = _Pieces(text, quote, passage, struck)
    at, rows = 0, list[Row]()
    for block in blocks:
        if block.start < at:
            continue
        is_row = _is_row(text, block)
        if rows and not is_row:
            yield Part("table", [], rows)
            rows = []
        if is_row:
            rule = _rule_start(text, at, block.start)
            gap = pieces.between(at, rule)
            if not rows:
                yield Part("text", gap)
                gap = []
            rows.append(Row(gap, pieces.between(rule, block.start), _cells(pieces, block)))
        else:
            yield Part("text", pieces.between(at, block.start))
            yield _part(pieces, block)
        at = block.end
    if rows:
        yield Part("table", [], rows)
    yield Part("text", pieces.between(at, len(text)))


class _Pieces:
    """Cuts a text where the quote, its passage and struck text begin and end."""

    def __init__(self, text: str, quote: Span, passage: Span, struck: Sequence[Span]) -> None:
        self.text, self._quote, self._passage, self._struck = text, quote, passage, struck
        self._has_begun = False

    def between(self, start: int, end: int) -> list[Piece]:
        """The pieces between two places; an empty quote is an empty piece."""
        first = max(bisect(self._struck, (start, start)) - 1, 0)
        struck = takewhile(lambda span: span[0] < end, islice(self._struck, first, None))
        places = (*self._quote, *self._passage, *(place for span in struck for place in span))
        borders = sorted({start, end, *(min(max(place, start), end) for place in places)})
        pieces = [self._piece(a, b) for a, b in pairwise(borders)]
        if not self._has_begun and self._quote[0] == self._quote[1] and start <= self._quote[0] <= end:
            pieces.insert(0, Piece("", True, False, self._begins()))
        return pieces

    def _piece(self, start: int, end: int) -> Piece:
        is_quote = self._quote[0] <= start and end <= self._quote[1]
        in_passage = self._passage[0] <= start and end <= self._passage[1]
        at = bisect(self._struck, start, key=lambda span: span[0]) - 1
        is_struck = at >= 0 and end <= self._struck[at][1]
        return Piece(self.text[start:end], is_quote, in_passage, is_quote and self._begins(), is_struck)

    def _begins(self) -> bool:
        begins, self._has_begun = not self._has_begun, True
        return begins


def _is_row(text: str, block: Block) -> bool:
    """Whether a block is a row whose cells are to be aligned; Markdown's own tables stay as they are written."""
    return block.kind == "row" and _CELLS in text[block.start : block.end] and not text.startswith("|", block.start)


def _rule_start(text: str, start: int, end: int) -> int:
    """Where the rule begins that is the last line between two places; the end if there is none."""
    line = text.rfind("\n", start, max(start, end - 1)) + 1 or start
    return line if _RULE.fullmatch(text, line, end) else end


def _part(pieces: _Pieces, block: Block) -> Part:
    words = pieces.between(block.start, block.end)
    if block.kind == "heading":
        return Part("heading", words, start=block.start, level=min(max(block.level, 1) + 2, 6))
    return Part("beside" if block.kind == "boilerplate" else "text", words)


def _cells(pieces: _Pieces, block: Block) -> list[list[Piece]]:
    cells, at = [], block.start
    while (bar := pieces.text.find(_CELLS, at, block.end)) >= 0:
        cells.append(pieces.between(at, bar))
        at = bar + len(_CELLS)
    return [*cells, pieces.between(at, block.end)]
