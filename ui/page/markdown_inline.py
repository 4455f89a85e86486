"""Where the words of Markdown stand in its source: each run of shown characters, with its place in the text.

markdown-it-py gives the words of a paragraph without their places. Its rules are wrapped so that each token knows what
it was made of; whatever is between two such tokens must then be found there letter for letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from quoth.index.records import Span

_PLACE = "place"
_TAGS = {"em": "em", "strong": "strong", "s": "s"}
_WEB = re.compile(r"https?://|mailto:", re.IGNORECASE)


class Unplaced(Exception):
    """The place of some words in the source is not certain."""


class Run(NamedTuple):
    """Characters that are shown, and what they are in the source: the same characters, or markup for them such as
    "&amp;" and a line end with the marks of a block quote."""

    text: str
    start: int
    end: int


class Tag(NamedTuple):
    """The beginning or the end of an HTML element."""

    name: str
    opens: bool = True
    href: str = ""
    """Of a link."""
    start: int = 0
    """Of a heading: the place of its first character; of an ordered list: its first number."""
    kind: Literal["", "raw", "markup"] = ""
    """"raw" for a block that is shown as it is written, "markup" for HTML and pictures."""


Node = Run | Tag


@lru_cache(1)
def parser() -> MarkdownIt:
    """Return a parser for CommonMark, tables and struck text, whose inline tokens know their places."""
    made = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    made.inline.ruler2.disable(["fragments_join"])  # tokens stay as their rules made them
    made.core.ruler.disable(["text_join"])
    rules = made.inline.ruler
    for name, rule in zip(rules.get_active_rules(), rules.getRules(""), strict=True):
        rules.at(name, _placing(name, rule))
    return made


def _placing(name: str, rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Return a rule that also notes where its tokens were found."""

    def placed(state: StateInline, silent: bool) -> bool:
        start, count, pending = state.pos, len(state.tokens), state.pending
        if not rule(state, silent):
            return False
        made = [] if silent else state.tokens[count:]
        if made and pending and made[0].type == "text":
            made = made[1:]  # the words before
        if name in ("emphasis", "strikethrough"):  # a token for each mark of a row
            for token in made:
                token.meta[_PLACE] = (start, start + len(token.content))
                start += len(token.content)
        elif made:
            made[0].meta[_PLACE] = made[-1].meta[_PLACE] = (start, state.pos)  # a link has others between
        return True

    return placed


def inline_nodes(token: Token, text: str, places: Sequence[int]) -> Iterator[Node]:
    """Yield what an inline token shows.

    :param places: where each character of its content stands in the text, and the place after the last one.
    :raises Unplaced: the place of a part is not certain.
    """
    content, at = token.content, 0
    closing: list[str] = []

    def literal(start: int, end: int) -> Iterator[Run]:
        return _literal(content, (start, end), text, places)

    for child in token.children or ():
        place: Span | None = child.meta.get(_PLACE)
        if place is None:  # words between marks
            end = at + len(child.content)
            if child.type != "text" or content[at:end] != child.content:
                raise Unplaced
            yield from literal(at, end)
            at = end
            continue
        start, end = place
        if child.type == "link_close":
            yield Tag(closing.pop(), opens=False)
            at = end
            continue
        if start < at or (start > at and content[at:start].strip(" ")):
            raise Unplaced
        if child.type == "link_open":
            href = str(child.attrs.get("href", ""))
            closing.append("a" if _WEB.match(href) else "span")
            yield Tag(closing[-1], href=href if closing[-1] == "a" else "")
            at = start + 1
        elif child.type in ("softbreak", "hardbreak"):
            yield from _line_end(child.type == "hardbreak", places[at], places[end])
            at = end
        else:
            yield from _leaf(child, (start, end), content, text, places)
            at = end
    if content[at:].strip():
        raise Unplaced


def _line_end(is_break: bool, start: int, end: int) -> Iterator[Node]:
    yield Run("\n", start, end)
    if is_break:
        yield Tag("br")


def _leaf(token: Token, place: Span, content: str, text: str, places: Sequence[int]) -> Iterator[Node]:
    """Yield what a token without others in it shows."""
    start, end = place
    kind, _, side = token.type.rpartition("_")
    if kind in _TAGS:
        yield Tag(_TAGS[kind], opens=side == "open")
    elif token.type == "text":
        yield from _literal(content, (start, start + len(token.content)), text, places)
    elif token.type == "text_special":
        yield Run(token.content, places[start], places[end - 1] + 1)
    elif token.type == "code_inline":
        low, high = start + len(token.markup), end - len(token.markup)
        if content[low:high].replace("\n", " ") != token.content:
            low, high = low + 1, high - 1
        if content[low:high].replace("\n", " ") != token.content:
            raise Unplaced
        yield Tag("code")
        yield from _literal(content, (low, high), text, places)
        yield Tag("code", opens=False)
    elif token.type in ("html_inline", "image"):
        yield Tag("span", kind="markup")
        yield from _literal(content, (start, end), text, places)
        yield Tag("span", opens=False)
    else:
        raise Unplaced


def _literal(content: str, span: Span, text: str, places: Sequence[int]) -> Iterator[Run]:
    """Yield the runs of characters that the source has too, one for each stretch without markup between them; a line
    end is a run of its own.

    :raises Unplaced: the source has other characters there.
    """
    start, end = span
    while start < end:
        stop = start + 1
        if content[start] == "\n":
            yield Run("\n", places[start], places[stop])
        else:
            while stop < end and content[stop] != "\n" and places[stop] == places[stop - 1] + 1:
                stop += 1
            run = Run(content[start:stop], places[start], places[stop - 1] + 1)
            if text[run.start : run.end] != run.text:
                raise Unplaced
            yield run
        start = stop
