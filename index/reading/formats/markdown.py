"""Blocks of Markdown, from the block structure that markdown-it-py finds. The text is the decoded file itself.

HTML in Markdown is read as HTML.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import merge
from itertools import islice, takewhile

from markdown_it import MarkdownIt

from quoth.index.reading.document import Block, Span
from quoth.index.reading.layout.blocks import BULLET, classify, trimmed
from quoth.index.reading.layout.boilerplate import without_tail
from quoth.index.reading.layout.markup import struck, without_struck

_QUOTE_MARKS = re.compile(r"(?:>[ \t]*)+")
_PICTURE = re.compile(
    r"!\[[^\[\]]{0,1000}\](?:\([^)\s]{0,2000}(?:\s+[\"'][^)]{0,1000})?\)|\[[^\]]{0,1000}\])|<img\b[^<>]*>",
    re.IGNORECASE,
)
_STRUCK = re.compile(r"~~|<(?:del|s|strike)\b", re.IGNORECASE)
"""How struck text begins, which stands within its sentence; a comment or hidden text parts two sentences."""
_FENCE = re.compile(r"[ \t]*(`{3,}(?!`)|~{3,}(?!~))[^\r\n]*(?:\r\n|\r|\n)")
_CLOSING_FENCE = re.compile(r"(?:\r\n|\r|\n)[ \t>]*(`{3,}|~{3,})[ \t]*$")
_ROW = re.compile(r"<tr\b[^>]*>(.*?)(?=</tr>|<tr\b|</table>|\Z)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(
    r"</?(?!(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span"
    r"|strong|sub|sup|time|u|var|wbr)\b)[a-z][^<>]*>",
    re.IGNORECASE,
)
_HEADING_TAG = re.compile(r"<h([1-6])\b[^<>]*>\s*$", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]+>")


def markdown_blocks(text: str, start: int = 0) -> list[Block]:
    """Return the blocks in order, without overlap.

    :param start: offset after the front matter.
    """
    lines = _line_starts(text, start)
    unseen = [span for span in struck(text) if not _STRUCK.match(text, span[0])]
    blocks: list[Block] = []
    depth = 0
    for token in MarkdownIt("commonmark").enable("table").parse(_with_newlines(text[start:])):
        if token.type.startswith("list_item"):
            depth += token.nesting
        if token.map is None or token.type not in (
            "heading_open", "paragraph_open", "tr_open", "fence", "code_block", "html_block",
        ):  # fmt: skip
            continue
        span = trimmed(text, lines[token.map[0]], lines[token.map[1]])
        if span is None:
            continue
        if token.type == "heading_open":
            blocks.append(Block("heading", *_heading_span(text, span), level=int(token.tag[1])))
        elif token.type == "html_block":
            blocks += _embedded_html(text, span, unseen)
        elif token.type == "fence":
            blocks += _code(text, span)
        elif token.type in ("tr_open", "code_block"):
            blocks.append(Block("row", *span))
        else:
            span = _without_marker(_QUOTE_MARKS, text, span)
            for part in _between(_PICTURE, text, span, unseen):
                blocks.append(
                    Block("item", *_without_marker(BULLET, text, part)) if depth else classify(text, part, prose=True)
                )
    copy = without_struck(text)
    return without_tail(
        text, [b if any(c.isalnum() for c in copy[b.start : b.end]) else replace(b, kind="boilerplate") for b in blocks]
    )


def _code(text: str, span: Span) -> Iterator[Block]:
    """Yield the lines of a code block, without its fences."""
    opening, closing = _FENCE.match(text, *span), _CLOSING_FENCE.search(text, *span)
    first = opening.end() if opening else span[0]
    last = closing.start() if closing and closing.start(1) >= first else span[1]
    if part := trimmed(text, first, last):
        yield Block("row", *part)


def _embedded_html(text: str, span: Span, unseen: Sequence[Span]) -> Iterator[Block]:
    """Yield the texts between HTML tags; a table row is one block, from its first cell to its last."""
    at = span[0]
    for row in _ROW.finditer(text, *span):
        yield from _paragraphs(text, (at, row.start()), unseen)
        cells = [cell for cell in _between(_TAG, text, row.span(1), unseen) if text[slice(*cell)].strip()]
        if cells:
            yield Block("row", cells[0][0], cells[-1][1])
        at = row.end()
    yield from _paragraphs(text, (at, span[1]), unseen)


def _paragraphs(text: str, span: Span, unseen: Sequence[Span]) -> Iterator[Block]:
    for part in _between(_BREAK, text, span, unseen):
        tag = text.rfind("<", span[0], part[0])
        if tag >= 0 and (heading := _HEADING_TAG.match(text, tag, part[0])):
            yield Block("heading", *part, level=int(heading.group(1)))
        else:
            yield classify(text, part, prose=True)


def _between(marker: re.Pattern[str], text: str, span: Span, unseen: Sequence[Span]) -> Iterator[Span]:
    """Yield the parts of a span between markers and unseen text, without white space at their ends.

    :param unseen: spans, in order.
    """
    first = max(bisect(unseen, (span[0], span[0])) - 1, 0)
    hidden = takewhile(lambda gone: gone[0] < span[1], islice(unseen, first, None))
    at = span[0]
    for start, end in merge((m.span() for m in marker.finditer(text, *span)), hidden):
        if start > at and (part := trimmed(text, at, start)):
            yield part
        at = max(at, end)
    if at < span[1] and (part := trimmed(text, at, span[1])):
        yield part


def _line_starts(text: str, start: int) -> list[int]:
    """Return the offset of every line as Markdown counts lines, then the end of the text."""
    return [start, *(m.end() for m in re.compile(r"\r\n|\r|\n").finditer(text, start)), len(text), len(text)]


def _with_newlines(text: str) -> str:
    """Return the text with \\n as its only line end, so that markdown-it counts the same lines as ``_line_starts``.

    markdown-it itself drops NUL and joins \\r\\n.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _without_marker(marker: re.Pattern[str], text: str, span: Span) -> Span:
    """Return the span without the marker at its start, unless it contains nothing else."""
    match = marker.match(text, span[0], span[1])
    return (match.end(), span[1]) if match and match.end() < span[1] else span


def _heading_span(text: str, span: Span) -> Span:
    """Return the span of a heading's words: "Why" in "## Why ##" and in an underlined heading."""
    first_line = re.compile(r"#{0,6}[ \t]*(.*?)[ \t]*#*[ \t]*(?=[\r\n]|$)").match(text, span[0], span[1])
    return first_line.span(1) if first_line and first_line.group(1) else span
