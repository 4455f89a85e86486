"""Plain text -> blocks. The text is the decoded file itself: nothing is cut out,
what is not the article belongs to no prose.

Lines that a document broke only for want of room are one paragraph; so are the two halves of a sentence that a page
break parts, with the page's number and running head between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from quoth.index.reading.document import Block, Span
from quoth.index.reading.layout.blocks import BULLET, classify, ends_open, rows_in_runs, trimmed
from quoth.index.reading.layout.boilerplate import without_tail

WRAP_COLUMNS = 120
"""A line that was broken for want of room is no longer than this,"""
_LEAST_COLUMNS = 40
"""and the longest of them not shorter than this: a list of prices is not wrapped."""
_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_PAGE_EDGE = 3
"""Lines next to a page break that may be its number or running head."""
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:page\s+|p\.\s*|seite\s+)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/|von)\s*\d{1,4})?[\W_]*$", re.IGNORECASE
)


def plain_blocks(text: str) -> list[Block]:
    """Blocks of plain text, in order, not overlapping."""
    edges = _page_edges(text)
    spans = _joined_across(text, _paragraphs(text), edges)
    found = [Block("boilerplate", *span) if span in edges else classify(text, span) for span in spans]
    return without_tail(text, rows_in_runs(text, found))


def _lines(text: str) -> list[Span]:
    return [span for m in _LINE.finditer(text) if (span := trimmed(text, *m.span()))]


def _page_edges(text: str) -> set[Span]:
    """Lines beside form feeds that are page numbers, or heads that other pages (or the document's first line) have,
    too."""
    breaks = [m.start() for m in re.finditer("\f", text)]
    if not breaks:
        return set()
    lines = _lines(text)
    found: dict[Span, None] = {}
    for place in breaks:
        found |= dict.fromkeys([s for s in lines if s[1] <= place][-_PAGE_EDGE:])
        found |= dict.fromkeys([s for s in lines if s[0] >= place][:_PAGE_EDGE])
    beside = [*found]
    words = [_without_numbers(text[a:b]) for a, b in beside]
    known = {_without_numbers(text[a:b]) for a, b in lines[:1]}
    return {
        span
        for span, said in zip(beside, words, strict=True)
        if _PAGE_NUMBER.match(text[span[0] : span[1]])
        or (said and span not in lines[:1] and (words.count(said) > 1 or said in known))
    }


def _without_numbers(line: str) -> str:
    return re.sub(r"[\W\d_]+", " ", line).strip().casefold()


def _joined_across(text: str, spans: Iterator[Span], edges: set[Span]) -> Iterator[Span]:
    """The same spans; where a sentence goes on behind a page break, its halves and what stands between are one."""
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
    """Spans of lines, joined where a hard-wrapped document broke them for want of room."""
    lines = _lines(text)
    short = [end - start for start, end in lines if end - start <= WRAP_COLUMNS]
    if 2 * sum(short) < sum(end - start for start, end in lines):
        yield from lines
        return
    width = max(short, default=0)
    joined: Span | None = None
    for span in lines:
        if joined is not None and span[1] - span[0] <= WRAP_COLUMNS and _wraps(text, joined, span, width):
            joined = (joined[0], span[1])
            continue
        if joined is not None:
            yield joined
        joined = span
    if joined is not None:
        yield joined


def _wraps(text: str, before: Span, after: Span, width: int) -> bool:
    """Whether the line break between two spans is there only because the next word did not fit."""
    between = text[before[1] : after[0]]
    if len(re.findall(r"\r\n|\r|\n", between)) != 1 or "\f" in between:
        return False
    last_break = max(text.rfind("\n", before[0], before[1]), text.rfind("\r", before[0], before[1]))
    last_line = before[1] - max(before[0], last_break + 1)
    if last_line > WRAP_COLUMNS:
        return False
    next_line = text[after[0] : after[1]]
    full = width >= _LEAST_COLUMNS and last_line + 1 + len(next_line.split(maxsplit=1)[0]) > 0.85 * width
    if BULLET.match(next_line):  # a number in a sentence may stand at a line's beginning
        return full and ends_open(text, before[1]) and next_line[0].isdigit()
    return next_line[:1].islower() or full
