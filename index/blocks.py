"""Text -> blocks: which lines are headings, prose, list items or rows, and which are not the article at all.

Plain text has no markup, so this goes by what a reader sees: a short line without a full stop is a heading (or a menu
word), a long one or one that ends like a sentence is prose. Markdown's block structure comes from markdown-it-py.
Nothing is cut out of the text: a block is a span, and what is not the article merely belongs to no prose block.

Not covered: tables drawn with spaces, two-column text, languages whose sentences carry no final punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from markdown_it import MarkdownIt

from .records import Span

Kind = Literal["heading", "prose", "item", "row", "furniture"]

HEADING_CHARS = 100
HEADING_WORDS = 15
WRAP_COLUMNS = 120
"""A document whose longest line is shorter than this is taken as hard-wrapped."""

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_BULLET = re.compile(r"(?:[-*+•‣▪●○·–—]|\(?(?:\d{1,3}|[a-zA-Z])[.)])[ \t\xa0]+")
_WIKI_HEADING = re.compile(r"(=+)[ \t]+(.+?)[ \t]+=+$")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟:;,][\"'”’»)\]*_]*$")
_QUESTION_END = re.compile(r"[?？؟]$")
_ROW = re.compile(r"\S(?:[ \t]*\|[ \t]*|\t+)\S")
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_DIGIT = re.compile(r"\d")

_FURNITURE = re.compile(
    r"""^(?:
      (?:please\ )?subscribe(?:\ (?:now|today|here|for\ updates|to\ our\b.*))?
    | sign\ up(?:\ (?:now|today|here|(?:for|to)\ (?:our|the)\b.*newsletter.*))?
    | sign\ in | log\ in | register
    | (?:\S+\ ){0,3}newsletters?
    | get\ (?:the|our)\ .*\b(?:newsletter|media\ kit|inbox)\b.*
    | (?:notice|spot(?:ted)?|found|see)\ an?\ (?:error|mistake|typo)\W*
    | ready\ to\ get\ started\W*
    | advertise(?:\ with\ us|ment|ments)? | sponsored(?:\ content)?
    | (?:photo(?:graph)?|image|picture|illustration)s?\s*(?:credit|by|courtesy|:|/).*
    | (?:credit|source)\s*:\s*.*(?:getty|reuters|shutterstock|unsplash|afp|ap)\b.*
    | .*(?:/|\ |\()getty\ images\)?
    | \d{1,3}\s*-?\s*min(?:ute)?s?\s*(?:read|reading(?:\ time)?)?
    | (?:reading\ time|read\ time)\b.*
    | share(?:\ (?:this|on|via|article)\b.*)? | follow\ us\b.* | tweet | print | email
    | (?:read|see|learn|load|show)\ more\b.{0,40} | related\ (?:articles?|stories|posts|topics|content)\W* | you\ may\ also\ like\W*
    | (?:more\ (?:from|on|in)\b.{0,40}) | most\ (?:read|popular) | trending(?:\ now)? | recommended(?:\ for\ you)?
    | (?:original(?:ly)?|first)\ (?:author|published|appeared)s?\b.* | editor(?:ial|['’]s)?\ note\s*:.*
    | categories | tags?\W* | topics | comments?(?:\ \(\d+\))? | leave\ a\ (?:comment|reply) | \d+\ comments?
    | home | menu | search | skip\ to\ (?:main\ )?content | back\ to\ top | contact(?:\ us)? | about\ us
    | privacy(?:\ policy)? | terms(?:\ (?:of|and|&)\ .{0,30})? | cookies?(?:\ .{0,20})? | all\ rights\ reserved\W*
    | (?:©|\(c\)|copyright)\s.* | .{0,60}\ logo
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_SOLICITATION = re.compile(
    r"\b(?:newsletters?|(?:by )?sign(?:ing)? up|unsubscribe|terms of (?:service|use)|privacy policy|your inbox"
    r"|media kit|advertise with|affiliate partners|cookies? policy|report(?:ing)? any issues|we encourage you|editorial note)\b",
    re.IGNORECASE,
)
TAIL_SHARE = 0.2
"""What follows a furniture line to the end is furniture too, when it is at most this share of the prose and solicits."""


@dataclass(frozen=True, slots=True)
class Block:
    """A span of the text that is one thing to a reader. For an item, ``start`` is behind its bullet."""

    kind: Kind
    start: int
    end: int
    level: int = 0
    """Headings only: 1 is the topmost; 0 means that the text does not say."""


def plain_blocks(text: str) -> list[Block]:
    """Blocks of plain text, in order, not overlapping."""
    return _without_tail(text, _rows_in_runs(text, [_classify(text, span) for span in _paragraphs(text)]))


def markdown_blocks(text: str, start: int = 0) -> list[Block]:
    """Blocks of Markdown from ``start`` on (behind the front matter), in order, not overlapping."""
    lines = _line_starts(text, start)
    blocks: list[Block] = []
    depth = 0
    for token in MarkdownIt("commonmark").enable("table").parse(_markdown_view(text[start:])):
        if token.type.startswith("list_item"):
            depth += token.nesting
        if token.map is None or token.type not in ("heading_open", "paragraph_open", "tr_open", "fence", "code_block"):
            continue
        span = _trimmed(text, lines[token.map[0]], lines[token.map[1]])
        if span is None:
            continue
        if token.type == "heading_open":
            blocks.append(Block("heading", *_heading_words(text, span), level=int(token.tag[1])))
        elif token.type in ("tr_open", "fence", "code_block"):
            blocks.append(Block("row", *span))
        else:
            span = _behind(re.compile(r"(?:>[ \t]*)+"), text, span)
            blocks.append(
                Block("item", *_behind(_BULLET, text, span)) if depth else _classify(text, span, prose=True)
            )
    return _without_tail(text, blocks)


def word_count(text: str) -> int:
    return len(_WORD.findall(text))


def _line_starts(text: str, start: int) -> list[int]:
    """Offset of every line as Markdown counts them, and the end of the text."""
    return [start, *(m.end() for m in re.compile(r"\r\n|\r|\n").finditer(text, start)), len(text), len(text)]


def _markdown_view(text: str) -> str:
    """The text as markdown-it may see it: the same lines (it drops NUL and joins \\r\\n by itself)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _paragraphs(text: str) -> Iterator[Span]:
    """Spans of lines, joined where a hard-wrapped document broke them for want of room."""
    lines = [span for m in _LINE.finditer(text) if (span := _trimmed(text, *m.span()))]
    width = max((end - start for start, end in lines), default=0)
    if width > WRAP_COLUMNS:
        yield from lines
        return
    joined: Span | None = None
    for span in lines:
        if joined is not None and _wraps(text, joined, span, width):
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
    if len(re.findall(r"\r\n|\r|\n", between)) != 1 or _BULLET.match(text, after[0]):
        return False
    last_break = max(text.rfind("\n", before[0], before[1]), text.rfind("\r", before[0], before[1]))
    last_line = before[1] - max(before[0], last_break + 1)
    next_line = text[after[0] : after[1]]
    return next_line[:1].islower() or last_line + 1 + len(next_line.split(maxsplit=1)[0]) > 0.85 * width


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """The span without the white space at its ends; None when nothing is left."""
    piece = text[start:end]
    inner = piece.strip()
    if not inner:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(inner)


def _behind(marker: re.Pattern[str], text: str, span: Span) -> Span:
    """The span without the marker that opens it, unless nothing else is in it."""
    match = marker.match(text, span[0], span[1])
    return (match.end(), span[1]) if match and match.end() < span[1] else span


def _heading_words(text: str, span: Span) -> Span:
    """A Markdown heading without its marks: "## Why ##" and an underlined one both give "Why"."""
    first_line = re.compile(r"#{0,6}[ \t]*(.*?)[ \t]*#*[ \t]*(?=[\r\n]|$)").match(text, span[0], span[1])
    return first_line.span(1) if first_line and first_line.group(1) else span


def _classify(text: str, span: Span, *, prose: bool = False) -> Block:
    """One plain paragraph's kind; ``prose`` says that markup has settled already that it is no heading."""
    line = text[span[0] : span[1]]
    if wiki := _WIKI_HEADING.match(line):
        return Block("heading", span[0] + wiki.start(2), span[0] + wiki.end(2), level=len(wiki.group(1)))
    bullet = _BULLET.match(line)
    words = word_count(line)
    if len(line) <= HEADING_CHARS and _FURNITURE.match(line):
        return Block("furniture", *span)
    if bullet and bullet.end() < len(line):
        return Block("item", span[0] + bullet.end(), span[1])
    if _ROW.search(line):
        return Block("row", *span)
    if words == 0:
        return Block("furniture", *span)
    short = len(line) <= HEADING_CHARS and words <= HEADING_WORDS
    stops = _SENTENCE_END.search(line) and not _QUESTION_END.search(line) and not _is_titled(line)
    if prose or not short or stops:
        return Block("prose", *span)
    return Block("heading", *span)


def _is_titled(line: str) -> bool:
    """Whether the line's full stop belongs to an abbreviation at the end of a heading ("Why It Matters to the U.S.")."""
    words = line.split()
    return bool(re.search(r"(?:[A-Z]\.){2,}$", line)) and all(w[0].isupper() or len(w) <= 3 for w in words)


def _rows_in_runs(text: str, blocks: list[Block]) -> list[Block]:
    """Short lines that say something are rows, not headings, where three or more follow each other in the body, or
    where the whole text is nothing else (a note, a price list)."""
    said = [b.kind == "heading" and b.level == 0 and _says_something(text[b.start : b.end]) for b in blocks]
    if not any(b.kind in ("prose", "item", "row") for b in blocks):
        return [replace(b, kind="row") if s else b for b, s in zip(blocks, said, strict=True)]
    first_prose = next(i for i, b in enumerate(blocks) if b.kind in ("prose", "item", "row"))
    out = list(blocks)
    i = first_prose
    while i < len(blocks):
        j = i
        while j < len(blocks) and said[j]:
            j += 1
        if j - i >= 3:
            out[i:j] = [replace(b, kind="row") for b in blocks[i:j]]
        i = max(j, i + 1)
    return out


def _says_something(line: str) -> bool:
    return word_count(line) >= 4 or (word_count(line) >= 2 and bool(_DIGIT.search(line)))


def _without_tail(text: str, blocks: list[Block]) -> list[Block]:
    """Mark as furniture what follows a furniture line to the end of the text, where little does and it solicits."""
    body = sum(b.end - b.start for b in blocks if b.kind in ("prose", "item"))
    rest, solicits = 0, False
    cut = len(blocks)
    for i in range(len(blocks) - 1, -1, -1):
        block = blocks[i]
        if block.kind in ("prose", "item"):
            rest += block.end - block.start
            solicits = solicits or bool(_SOLICITATION.search(text, block.start, block.end))
            if rest > TAIL_SHARE * body:
                break
        if block.kind == "furniture" and (solicits or rest == 0):
            cut = i
    return [b if i < cut else replace(b, kind="furniture") for i, b in enumerate(blocks)]
