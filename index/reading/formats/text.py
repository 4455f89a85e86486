"""Blocks of plain text. The text is the decoded file itself: nothing is cut out, boilerplate is only marked as such.

Hard-wrapped lines form one paragraph. So do the two halves of a sentence around a page break, with the page number and
the running head between them.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator

from quoth.index.reading.document import Block, Span
from quoth.index.reading.layout.blocks import BULLET, classify, ends_open, rows_in_runs, trimmed
from quoth.index.reading.layout.boilerplate import without_tail
from quoth.index.text.tables import is_in_table

_MAX_WRAP_COLUMNS = 120
"""Maximum length of a hard-wrapped line."""
_MIN_WRAP_COLUMNS = 40
"""Minimum length of the longest line of a hard-wrapped text; a list of prices is shorter."""
_MIN_FULL_SHARE = 0.85
"""A line is full if it would exceed this share of the longest line with the next line's first word."""
_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_PAGE_EDGE = 3
"""Number of lines before and after a page break that may be page numbers or running heads."""
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:page\s+|p\.\s*|seite\s+)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/|von)\s*\d{1,4})?[\W_]*$", re.IGNORECASE
)


def plain_blocks(text: str) -> list[Block]:
    """Return the blocks in order, without overlap."""
    edges = _page_edges(text)
    spans = _joined_across(text, _paragraphs(text), edges)
    blocks = [Block("boilerplate", *span) if span in edges else classify(text, span) for span in spans]
    return without_tail(text, rows_in_runs(text, blocks))


def _lines(text: str) -> list[Span]:
    return [span for m in _LINE.finditer(text) if (span := trimmed(text, *m.span()))]


def _page_edges(text: str) -> set[Span]:
    """Return the lines around form feeds that are page numbers or running heads.

    A running head is equal, except for numbers, to a line at another page break or to the document's first line.
    """
    breaks = [m.start() for m in re.finditer("\f", text)]
    if not breaks:
        return set()
    lines = _lines(text)
    starts = [start for start, _ in lines]
    near_breaks: dict[Span, None] = {}
    for offset in breaks:
        after = bisect(starts, offset)
        near_breaks |= dict.fromkeys(lines[max(after - _PAGE_EDGE, 0) : after + _PAGE_EDGE])
    words = [_without_numbers(text[a:b]) for a, b in near_breaks]
    counts = Counter(words)
    first_line = {_without_numbers(text[a:b]) for a, b in lines[:1]}
    return {
        span
        for span, line in zip(near_breaks, words, strict=True)
        if _PAGE_NUMBER.match(text[span[0] : span[1]])
        or (line and span != lines[0] and (counts[line] > 1 or line in first_line))
    }


def _without_numbers(line: str) -> str:
    return re.sub(r"[\W\d_]+", " ", line).strip().casefold()


def _joined_across(text: str, spans: Iterator[Span], edges: set[Span]) -> Iterator[Span]:
    """Yield the spans, with the halves of a sentence around a page break joined, including the edges between them."""
    held: Span | None = None
    between: list[Span] = []
    for span in spans:
        if span in edges and held is not None:
            between.append(span)
            continue
        if held is not None:
            gap = text[held[1] : span[0]]
            if "\f" in gap and ends_open(text, held[1]) and text[span[0]].islower():
                held, between = (held[0], span[1]), []
                continue
            yield held
            yield from between
        held, between = span, []
        if span in edges:
            yield span
            held = None
    if held is not None:
        yield held
        yield from between


def _paragraphs(text: str) -> Iterator[Span]:
    """Yield the paragraphs: single lines, or the joined lines of a hard-wrapped text."""
    lines = _lines(text)
    short = [end - start for start, end in lines if end - start <= _MAX_WRAP_COLUMNS]
    if 2 * sum(short) < sum(end - start for start, end in lines):
        yield from lines
        return
    width = max(short, default=0)
    joined: Span | None = None
    for span in lines:
        may_wrap = span[1] - span[0] <= _MAX_WRAP_COLUMNS and not is_in_table(text, span[0])
        if joined is not None and may_wrap and _wraps(text, joined, span, width):
            joined = (joined[0], span[1])
            continue
        if joined is not None:
            yield joined
        joined = span
    if joined is not None:
        yield joined


def _wraps(text: str, before: Span, after: Span, width: int) -> bool:
    """Whether the line break between two spans is a hard wrap, because the next word did not fit.

    :param width: length of the text's longest line, in characters.
    """
    between = text[before[1] : after[0]]
    if len(re.findall(r"\r\n|\r|\n", between)) != 1 or "\f" in between:
        return False
    last_break = max(text.rfind("\n", before[0], before[1]), text.rfind("\r", before[0], before[1]))
    last_line = before[1] - max(before[0], last_break + 1)
    if last_line > _MAX_WRAP_COLUMNS:
        return False
    next_line = text[after[0] : after[1]]
    full = width >= _MIN_WRAP_COLUMNS and last_line + 1 + len(next_line.split(maxsplit=1)[0]) > _MIN_FULL_SHARE * width
    if BULLET.match(next_line):  # a number of the sentence may begin the line
        return full and ends_open(text, before[1]) and next_line[0].isdigit()
    return next_line[:1].islower() or full
