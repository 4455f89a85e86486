"""Markdown -> blocks, by markdown-it-py's block structure. The text is the decoded file itself;
HTML in it is read as such."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

from quoth.index.reading.document import Block, Span
from quoth.index.reading.layout.blocks import BULLET, classify, trimmed
from quoth.index.reading.layout.boilerplate import without_tail

_QUOTED = re.compile(r"(?:>[ \t]*)+")
_PICTURE = re.compile(r"!\[[^\]]*\](?:\([^)\s]*(?:\s+[\"'][^)]*)?\)|\[[^\]]*\])|<img\b[^>]*>", re.IGNORECASE)
_UNSEEN = re.compile(rf"{_PICTURE.pattern}|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)(?=</tr>|<tr\b|</table>|\Z)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(
    r"<!--.*?-->|<(script|style|template)\b.*?</\1\s*>"
    r"|</?(?!(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span"
    r"|strong|sub|sup|time|u|var|wbr)\b)[a-z][^>]*>",
    re.IGNORECASE | re.DOTALL,
)
_HEADING = re.compile(r"<h([1-6])\b[^>]*>\s*$", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")


def markdown_blocks(text: str, start: int = 0) -> list[Block]:
    """Blocks of Markdown from ``start`` on (behind the front matter), in order, not overlapping."""
    lines = _line_starts(text, start)
    blocks: list[Block] = []
    depth = 0
    for token in MarkdownIt("commonmark").enable("table").parse(_snapshot(text[start:])):
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
            blocks.append(Block("heading", *_heading_words(text, span), level=int(token.tag[1])))
        elif token.type == "html_block":
            blocks += html_blocks(text, span)
        elif token.type in ("tr_open", "fence", "code_block"):
            blocks.append(Block("row", *span))
        else:
            span = _behind(_QUOTED, text, span)
            for part in _between(_UNSEEN, text, span):
                blocks.append(
                    Block("item", *_behind(BULLET, text, part)) if depth else classify(text, part, prose=True)
                )
    return without_tail(text, blocks)


def html_blocks(text: str, span: Span) -> Iterator[Block]:
    """What stands between the tags of HTML in a text; a row of a table from its first cell to its last."""
    at = span[0]
    for row in _ROW.finditer(text, *span):
        yield from _paragraphs(text, (at, row.start()))
        cells = [cell for cell in _between(_TAG, text, row.span(1)) if text[slice(*cell)].strip()]
        if cells:
            yield Block("row", cells[0][0], cells[-1][1])
        at = row.end()
    yield from _paragraphs(text, (at, span[1]))


def _paragraphs(text: str, span: Span) -> Iterator[Block]:
    for part in _between(_BREAK, text, span):
        if heading := _HEADING.search(text, span[0], part[0]):
            yield Block("heading", *part, level=int(heading.group(1)))
        else:
            yield classify(text, part, prose=True)


def _between(marker: re.Pattern[str], text: str, span: Span) -> Iterator[Span]:
    """The parts of a span between the markers in it, without white space at their ends."""
    at = span[0]
    for match in marker.finditer(text, *span):
        if part := trimmed(text, at, match.start()):
            yield part
        at = match.end()
    if part := trimmed(text, at, span[1]):
        yield part


def _line_starts(text: str, start: int) -> list[int]:
    """Offset of every line as Markdown counts them, and the end of the text."""
    return [start, *(m.end() for m in re.compile(r"\r\n|\r|\n").finditer(text, start)), len(text), len(text)]


def _snapshot(text: str) -> str:
    """The text as markdown-it may see it: the same lines (it drops NUL and joins \\r\\n by itself)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _behind(marker: re.Pattern[str], text: str, span: Span) -> Span:
    """The span without the marker that opens it, unless nothing else is in it."""
    match = marker.match(text, span[0], span[1])
    return (match.end(), span[1]) if match and match.end() < span[1] else span


def _heading_words(text: str, span: Span) -> Span:
    """A Markdown heading without its marks: "## Why ##" and an underlined one both give "Why"."""
    first_line = re.compile(r"#{0,6}[ \t]*(.*?)[ \t]*#*[ \t]*(?=[\r\n]|$)").match(text, span[0], span[1])
    return first_line.span(1) if first_line and first_line.group(1) else span
