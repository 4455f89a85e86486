"""A Markdown article as the blocks of a page: headings, lists, tables, code, quotations. What cannot be placed letter
for letter is shown as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from markdown_it.token import Token

from quoth.index.records import Span

from .markdown_inline import Node, Run, Tag, Unplaced, inline_nodes, parser

_LINE_END = re.compile(r"\r\n|\r|\n")
_BEFORE_ROW = re.compile(r"[ \t>]*")
_OPENING = re.compile(r"#{1,6}[ \t]+")
_TAGS = {
    "paragraph": "p", "bullet_list": "ul", "ordered_list": "ol", "list_item": "li", "blockquote": "blockquote",
    "table": "table", "thead": "thead", "tbody": "tbody", "tr": "tr", "th": "th", "td": "td",
}  # fmt: skip
_LEAVES = ("inline", "fence", "code_block", "html_block", "hr")


@lru_cache(8)
def markdown_nodes(text: str, start: int) -> tuple[Node, ...]:
    """Return what to show of Markdown, in order; runs of characters do not overlap.

    :param start: offset after the front matter, which is shown as it is written.
    """
    return tuple(_Blocks(text, start).nodes())


class _Blocks:
    """The lines of a text, and the blocks that they make up."""

    def __init__(self, text: str, start: int) -> None:
        self._text, self._start = text, start
        ends = [*_LINE_END.finditer(text, start)]
        self._lines = [*zip([start, *(m.end() for m in ends)], [*(m.start() for m in ends), len(text)], strict=True)]

    def nodes(self) -> Iterator[Node]:
        """Yield the front matter, the blocks, and the lines that no block shows."""
        yield from self._raw((0, self._start))
        at = 0
        for tokens in _top_blocks(parser().parse("\n".join(self._text[a:b] for a, b in self._lines))):
            first, last = tokens[0].map or (at, at)
            yield from self._raw_lines(at, first)
            try:
                yield from [*self._block(tokens, first, last)]
            except Unplaced:
                yield from self._raw_lines(first, last)
            at = max(at, last)
        yield from self._raw_lines(at, len(self._lines))

    def _raw_lines(self, first: int, last: int) -> Iterator[Node]:
        if first < last:
            yield from self._raw((self._lines[first][0], self._lines[last - 1][1]))

    def _raw(self, span: Span) -> Iterator[Node]:
        """Yield a part of the text as it is written, without blank lines at its ends."""
        words = self._text[slice(*span)].rstrip()
        if words:
            start = span[0] + len(words) - len(words.lstrip("\r\n"))
            yield Tag("div", kind="raw")
            yield Run(self._text[start : span[0] + len(words)], start, span[0] + len(words))
            yield Tag("div", opens=False)

    def _block(self, tokens: Sequence[Token], first: int, last: int) -> Iterator[Node]:
        """Yield a block with all that is in it.

        :raises Unplaced: the place of a part is not certain, or a line would not be shown.
        """
        shown: set[int] = set()
        cells: list[Span] = []
        before: Token | None = None
        for token in tokens:
            if token.type in _LEAVES and token.map:
                shown.update(range(*token.map))
            if token.type == "table_open" and token.map:
                shown.add(token.map[0] + 1)  # the line of dashes
            if token.type == "tr_open" and token.map:
                cells = self._cells(token.map[0])
            if token.type == "inline" and before is not None and before.type in ("th_open", "td_open"):
                cell = cells.pop(0) if cells else (0, 0)
                if token.content:
                    yield from inline_nodes(token, self._text, self._of_cell(token.content, cell))
            elif token.type == "inline" and before is not None:
                places = self._of_lines(token, is_heading=before.type == "heading_open" and before.markup[0] == "#")
                if before.type == "heading_open":
                    yield Tag(_heading(before), start=places[0])
                yield from inline_nodes(token, self._text, places)
            elif token.type in ("fence", "code_block"):
                yield from self._code(token)
            elif token.type == "html_block" and token.map:
                yield from self._raw_lines(*token.map)
            elif token.type == "hr":
                yield Tag("hr")
            elif token.type == "heading_close":
                yield Tag(_heading(token), opens=False)
            elif token.type == "tr_close" and cells:
                raise Unplaced
            elif token.type != "heading_open" and not token.hidden:
                name, _, side = token.type.rpartition("_")
                if name not in _TAGS:
                    raise Unplaced
                number = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else 0
                yield Tag(_TAGS[name], opens=side == "open", start=number)
            before = token
        if any(self._has_words(line) for line in range(first, last) if line not in shown):
            raise Unplaced

    def _has_words(self, line: int) -> bool:
        return any(c.isalnum() for c in self._text[slice(*self._lines[line])])

    def _of_lines(self, token: Token, *, is_heading: bool) -> list[int]:
        """Return the place of each character of a paragraph or a heading, and the place after the last."""
        first, last = token.map or (0, 0)
        parts = token.content.split("\n")
        if len(parts) > last - first:
            raise Unplaced
        places: list[int] = []
        for number, part in enumerate(parts, first):
            start, end = self._lines[number]
            line = self._text[start:end]
            opening = _OPENING.search(line) if is_heading else None
            at = opening.end() if opening else len(line.rstrip()) - len(part.rstrip())
            if at < 0 or line[at : at + len(part)] != part:
                raise Unplaced
            places += range(start + at, start + at + len(part) + 1)
        return places

    def _cells(self, line: int) -> list[Span]:
        """Return the places of the cells of a row, without white space around their words."""
        start, end = self._lines[line]
        start = start + len((_BEFORE_ROW.match(self._text[start:end]) or [""])[0])
        found, at = list[Span](), start
        for bar in [*re.finditer(r"(?<!\\)\|", self._text[start:end]), None]:
            stop = start + bar.start() if bar else end
            words = self._text[at:stop]
            low = at + len(words) - len(words.lstrip())
            found.append((low, max(low, at + len(words.rstrip()))))
            at = stop + 1
        if found and found[0][0] == found[0][1]:
            found.pop(0)
        if found and found[-1][0] == found[-1][1]:
            found.pop()
        return found

    def _of_cell(self, content: str, cell: Span) -> list[int]:
        r"""Return the place of each character of a cell, where "\|" stands for a bar, and the place after the last."""
        places = [at for at in range(*cell) if not self._text.startswith("\\|", at)]
        if "".join(self._text[at] for at in places) != content:
            raise Unplaced
        return [*places, cell[1]]

    def _code(self, token: Token) -> Iterator[Node]:
        """Yield a block of code, whose lines lack the indentation of the source."""
        first, last = token.map or (0, 0)
        first += token.type == "fence"
        parts = token.content.split("\n")[:-1]
        if not any(parts) or first + len(parts) > last:
            raise Unplaced
        yield Tag("pre")
        after = 0
        for number, part in enumerate(parts, first):
            start, end = self._lines[number]
            at = end - len(part)
            if at < start or self._text[at:end] != part:
                raise Unplaced
            if number > first:
                yield Run("\n", after, at)
            if part:
                yield Run(part, at, end)
            after = end
        yield Tag("pre", opens=False)


def _heading(token: Token) -> str:
    """Return the element for a heading, below the two headings above the text."""
    return f"h{min(int(token.tag[1]) + 2, 6)}"


def _top_blocks(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each block that is in no other."""
    ends = 0

    def number(token: Token) -> int:
        nonlocal ends
        found = ends
        ends += token.level == 0 and token.nesting <= 0 and token.type != "inline"
        return found

    return ([*block] for _, block in groupby(tokens, number))
