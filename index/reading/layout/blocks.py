"""What kind of thing a paragraph is, by what a reader sees: heading, prose, list item, row of a table, or boilerplate.

A short line without a full stop is a heading (or a menu word), a long one or one that ends like a sentence is prose.

Not covered: tables drawn with spaces, two-column text, languages whose sentences carry no final punctuation.
"""

from __future__ import annotations

import re
from dataclasses import replace

from quoth.index.reading.document import Block, Span

from .boilerplate import is_boilerplate

HEADING_CHARS = 100
HEADING_WORDS = 15
BULLET = re.compile(r"(?:[-*+•‣▪●○·–—]|\(?(?:\d{1,3}|[a-z])[.)]|\(?[A-Z]\))[ \t\xa0]+")
"""No "J. ": a line may begin with somebody's initials."""

_WIKI_HEADING = re.compile(r"(=+)[ \t]+(.+?)[ \t]+=+$")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟:;,][\"'”’»)\]*_]*$")
_SENTENCES = re.compile(r"[.!?]\s.*\n|\n.*[.!?]\s", re.DOTALL)
"""More than one of them on more than one line: no heading, though it may end like one."""
_QUESTION_END = re.compile(r"[?？؟]$")
_ROW = re.compile(r"\S(?:[ \t]*\|[ \t]*|\t+)\S")
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_DIGIT = re.compile(r"\d")
_FACT = re.compile(r"[^\W\d][^:.!?]{0,38}:[ \t]+\S[^\n]{0,60}$")
"""A line of a box of facts, "Depth: 11 metres"."""


def classify(text: str, span: Span, *, prose: bool = False) -> Block:
    """One paragraph's kind; ``prose`` says that markup has settled already that it is no heading."""
    line = text[span[0] : span[1]]
    if wiki := _WIKI_HEADING.match(line):
        return Block("heading", span[0] + wiki.start(2), span[0] + wiki.end(2), level=len(wiki.group(1)))
    bullet = BULLET.match(line)
    words = word_count(line)
    if is_boilerplate(line):
        return Block("boilerplate", *span)
    if bullet and bullet.end() < len(line):
        return Block("item", span[0] + bullet.end(), span[1])
    if _ROW.search(line):
        return Block("row", *span)
    if words == 0:
        return Block("boilerplate", *span)
    short = len(line) <= HEADING_CHARS and words <= HEADING_WORDS
    stops = _SENTENCE_END.search(line) and not _QUESTION_END.search(line) and not _is_titled(line)
    if prose or not short or stops or _SENTENCES.search(line):
        return Block("prose", *span)
    return Block("heading", *span)


def rows_in_runs(text: str, blocks: list[Block]) -> list[Block]:
    """Short lines that say something are rows, not headings, where three or more follow each other in the body, or
    two or more name facts, or where the whole text is nothing else (a note, a price list)."""
    said = [b.kind == "heading" and b.level == 0 and _says_something(text[b.start : b.end]) for b in blocks]
    if not any(b.kind in ("prose", "item", "row") for b in blocks):
        return [replace(b, kind="row") if s else b for b, s in zip(blocks, said, strict=True)]
    facts = [b.kind == "heading" and b.level == 0 and bool(_FACT.match(text[b.start : b.end])) for b in blocks]
    first_prose = next(i for i, b in enumerate(blocks) if b.kind in ("prose", "item", "row"))
    out = list(blocks)
    for several, least, start in ((facts, 2, 0), (said, 3, first_prose)):
        i = start
        while i < len(blocks):
            j = i
            while j < len(blocks) and several[j]:
                j += 1
            if j - i >= least:
                out[i:j] = [replace(b, kind="row") for b in blocks[i:j]]
            i = max(j, i + 1)
    return out


def ends_open(text: str, end: int) -> bool:
    """Whether what ends there ends in the middle of a sentence."""
    return not _SENTENCE_END.search(text[max(0, end - 4) : end])


def word_count(text: str) -> int:
    return len(_WORD.findall(text))


def trimmed(text: str, start: int, end: int) -> Span | None:
    """The span without the white space at its ends; None when nothing is left."""
    piece = text[start:end]
    inner = piece.strip()
    if not inner:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(inner)


def _is_titled(line: str) -> bool:
    """Whether the line's full stop belongs to an abbreviation at the end of a heading ("Why It Matters to the
    U.S.")."""
    words = line.split()
    return bool(re.search(r"(?:[A-Z]\.){2,}$", line)) and all(w[0].isupper() or len(w) <= 3 for w in words)


def _says_something(line: str) -> bool:
    return word_count(line) >= 4 or (word_count(line) >= 2 and bool(_DIGIT.search(line)))
