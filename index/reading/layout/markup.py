"""Markdown as it is read: without what is struck out, hidden or a comment, and with raised figures apart from numbers.

The text of a Markdown article is its file, so that "~~12 crowns~~ 9 crowns" is quoted as it stands. What answers is
looked for in a copy of the same length, "              9 crowns", so that places in the copy are places in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from quoth.index.reading.document import Span

from .raised import lowered, raised

MARKDOWN_SUFFIXES = (".md", ".markdown")
_MARK = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*(?s:.*?)(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<code>`+)(?!`)(?:(?!\n\s*\n)(?s:.)){1,1000}?(?<!`)(?P=code)(?!`)"
    r"|(?P<escaped>\\[~\[<`])"
    r"|(?P<comment><!--)"
    r"|(?P<struck>~~(?=[^\s~])(?:(?!~~|\n\s*\n)(?s:.)){1,2000}?(?<=\S)~~(?!~))"
    r"|<(?P<shift>su[pb])\b[^<>]*>(?P<shifted>[^<>]{1,100})</su[pb]\s*>"
    r"|<(?P<tag>[a-z][a-z0-9]*)(?P<attributes>\s[^<>]*)?>"
    r"|(?<=[\w.,)%])(?P<note>\[\^[^\]\s]{1,40}\])(?!:)"
    r"|(?<=\w)\^(?P<power>[^\s^]{1,12})\^",
    re.MULTILINE | re.IGNORECASE,
)
_STRUCK_TAGS = frozenset(("del", "s", "strike", "script", "style", "template"))
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_HIDDEN = re.compile(r"\shidden(?=[\s/=]|$)", re.IGNORECASE)
_NOT_SHOWN = re.compile(
    r"\sstyle\s*=\s*[\"'][^\"']*(?:display\s*:\s*none|visibility\s*:\s*hidden)|\saria-hidden\s*=\s*[\"']?true",
    re.IGNORECASE,
)


def is_markdown(source: str) -> bool:
    """Whether an article's source is a Markdown file."""
    return source.casefold().endswith(MARKDOWN_SUFFIXES)


def without_struck(text: str) -> str:
    """Return a copy of Markdown, of the same length, as it is read."""
    parts, at = [], 0
    for (start, end), words in _replacements(text):
        parts += [text[at:start], re.sub(r"[^\n]", " ", text[start:end]) if words is None else words]
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def struck(text: str) -> tuple[Span, ...]:
    """Return the spans of Markdown that are struck out, hidden or comments, in order."""
    return tuple(span for span in unread(text) if not text.startswith("[^", span[0]))


@lru_cache(64)
def unread(text: str) -> tuple[Span, ...]:
    """Return the spans of Markdown that are not read: what is struck out or not shown, and marks of notes; in order."""
    return tuple(span for span, words in _replacements(text) if words is None)


def _replacements(text: str) -> Iterator[tuple[Span, str | None]]:
    """Yield the spans that are read otherwise than they stand, with what is read, of the same length; None if nothing
    is."""
    at = 0
    unclosed: set[str] = set()
    while mark := _MARK.search(text, at):
        at = mark.end()
        kind = mark.lastgroup if mark.lastgroup != "attributes" else "tag"
        if kind in ("struck", "note"):
            yield mark.span(), None
        elif kind == "power":
            yield mark.span(), f" {raised(mark['power'])} "
        elif kind == "shifted":
            written = (raised if mark["shift"].casefold() == "sup" else lowered)(mark["shifted"])
            before, after = mark.start("shifted") - mark.start(), mark.end() - mark.end("shifted")
            yield mark.span(), " " * before + written + " " * after
        elif kind == "comment" or (kind == "tag" and _is_struck(mark)):
            closing = "-->" if kind == "comment" else rf"</{mark['tag'].casefold()}\s*>"
            end = None if closing in unclosed else re.compile(closing, re.IGNORECASE).search(text, at)
            if end is None:
                unclosed.add(closing)
            else:
                at = end.end()
                yield (mark.start(), at), None


def _is_struck(tag: re.Match[str]) -> bool:
    attributes = tag["attributes"] or ""
    return (
        tag["tag"].casefold() in _STRUCK_TAGS
        or bool(_HIDDEN.search(_VALUE.sub("", attributes)))
        or bool(_NOT_SHOWN.search(attributes))
    )
