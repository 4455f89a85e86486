"""Classification of paragraphs as heading, prose, list item, table row or boilerplate, from their visible text.

A short line without a full stop is a heading (or a menu entry). A long line is prose, and so is one that ends like a
sentence.

Not covered: tables drawn with spaces, two-column text, languages whose sentences have no final punctuation.
"""

from __future__ import annotations

import re
from dataclasses import replace

from quoth.index.reading.document import Block, Span

from .boilerplate import is_boilerplate

_MAX_HEADING_CHARS = 100
_MAX_HEADING_WORDS = 15
_MAX_WIKI_CHARS = 200
"""Maximum length of a heading between equals signs; the pattern takes quadratic time."""
BULLET = re.compile(r"(?:[-*+•‣▪●○·–—]|\(?(?:\d{1,3}|[a-z])[.)]|\(?[A-Z]\))[ \t\xa0]+")
"""Bullet or number of a list item. A capital letter with a full stop ("J. ") is not one: it may be an initial."""

_WIKI_HEADING = re.compile(r"(=+)[ \t]+(.+?)[ \t]+=+$")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟:;,][\"'”’»)\]*_]*$")
_SENTENCES = re.compile(r"[.!?]\s.*\n|\n.*[.!?]\s", re.DOTALL)
"""More than one sentence on more than one line: not a heading, even if the last line looks like one."""
_QUESTION_END = re.compile(r"[?？؟]$")
_ROW = re.compile(r"\S(?:[ \t]*\|[ \t]*|\t+)\S")
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_DIGIT = re.compile(r"\d")
_LABELLED_FACT = re.compile(r"[^\W\d][^:.!?]{0,38}:[ \t]+\S[^\n]{0,60}$")
"""A line of a fact box, such as "Depth: 11 metres"."""
_MIN_FACTS = 2
"""Minimum number of consecutive labelled facts that become rows."""
_MIN_SHORT_LINES = 3
"""Minimum number of consecutive short lines that become rows."""


def classify(text: str, span: Span, *, prose: bool = False) -> Block:
    """Classify one paragraph.

    :param prose: whether markup already shows that the paragraph is not a heading.
    """
    line = text[span[0] : span[1]]
    if len(line) <= _MAX_WIKI_CHARS and (wiki := _WIKI_HEADING.match(line)):
        return Block("heading", span[0] + wiki.start(2), span[0] + wiki.end(2), level=len(wiki.group(1)))
    bullet = BULLET.match(line)
    if is_boilerplate(line):
        return Block("boilerplate", *span)
    if bullet and bullet.end() < len(line):
        return Block("item", span[0] + bullet.end(), span[1])
    if ("|" in line or "\t" in line) and _ROW.search(line):
        return Block("row", *span)
    if not _WORD.search(line):
        return Block("boilerplate", *span)
    short = len(line) <= _MAX_HEADING_CHARS and word_count(line) <= _MAX_HEADING_WORDS
    stops = _SENTENCE_END.search(line) and not _QUESTION_END.search(line) and not _ends_in_abbreviation(line)
    if prose or not short or stops or _SENTENCES.search(line):
        return Block("prose", *span)
    return Block("heading", *span)


def rows_in_runs(text: str, blocks: list[Block]) -> list[Block]:
    """Turn short lines with content from headings into rows, in three cases: a run of three or more from the first
    prose on, a run of two or more labelled facts, and a text of nothing else (a note, a price list)."""
    short_lines = [b.kind == "heading" and b.level == 0 and _has_content(text[b.start : b.end]) for b in blocks]
    if not any(b.kind in ("prose", "item", "row") for b in blocks):
        return [replace(b, kind="row") if s else b for b, s in zip(blocks, short_lines, strict=True)]
    facts = [b.kind == "heading" and b.level == 0 and bool(_LABELLED_FACT.match(text[b.start : b.end])) for b in blocks]
    first_prose = next(i for i, b in enumerate(blocks) if b.kind in ("prose", "item", "row"))
    out = list(blocks)
    for matches, min_run, start in ((facts, _MIN_FACTS, 0), (short_lines, _MIN_SHORT_LINES, first_prose)):
        i = start
        while i < len(blocks):
            j = i
            while j < len(blocks) and matches[j]:
                j += 1
            if j - i >= min_run:
                out[i:j] = [replace(b, kind="row") for b in blocks[i:j]]
            i = max(j, i + 1)
    return out


def ends_open(text: str, end: int) -> bool:
    """Whether the text before an offset ends in the middle of a sentence."""
    return not _SENTENCE_END.search(text[max(0, end - 4) : end])


def word_count(text: str) -> int:
    return len(_WORD.findall(text))


def trimmed(text: str, start: int, end: int) -> Span | None:
    """Return the span without the white space at its ends; None if it contains nothing else."""
    piece = text[start:end]
    inner = piece.strip()
    if not inner:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(inner)


def _ends_in_abbreviation(line: str) -> bool:
    """Whether the line is a heading that ends with an abbreviation ("Why It Matters to the U.S.")."""
    words = line.split()
    return bool(re.search(r"(?:[A-Z]\.){2,}$", line)) and all(w[0].isupper() or len(w) <= 3 for w in words)


def _has_content(line: str) -> bool:
    """Whether a line has at least four words, or two words and a digit."""
    return word_count(line) >= 4 or (word_count(line) >= 2 and bool(_DIGIT.search(line)))
