"""Tables of contents and other lines with dot leaders ("2 Basic usage . . . . 4", "Total ....... 1,234").

A line of contents ends in a page number, and page numbers never fall. It is not a sentence and is never quoted. Any
other line with a leader is a row of a table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from quoth.index.reading.document import Block

_MIN_CONTENTS = 3
"""Minimum number of lines whose numbers do not fall, for contents without section numbers and without a heading."""
LEADER = re.compile(
    r"[.…‥·•_‧∙․](?:(?<=\.)[ \xa0]?(?:\.[ \xa0]?){3,}|(?<=[…‥])[ \xa0]?(?:[…‥][ \xa0]?)+"
    r"|(?<=[·•_‧∙․])[ \xa0]?(?:[·•_‧∙․][ \xa0]?){2,})"
)
"""A row of dots that leads from words to a number. The search for a character of a set is quick."""
_OTHER_DOTS = frozenset("…‥·•_‧∙․")
_PAGE = re.compile(r"(?:\d{1,4}|[ivxlcIVXLC]{1,7}|[A-Z]{1,2}[-–.]\d{1,3}|\d{1,2}[-–]\d{1,3})\.?$")
_SECTION = re.compile(
    r"(?:(?:chapter|section|part|appendix|kapitel|teil|anhang|chapitre|partie|cap[ií]tulo|figure|table|abbildung"
    r"|tabelle)\s+)?(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVXLC]{1,6}\.?|[A-Z]\.(?:\d{1,2}\.?)*)[\s:–-]+\S",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:chapter|section|part|appendix|kapitel|anhang|chapitre|cap[ií]tulo)\b", re.IGNORECASE)
_HEADING = re.compile(
    r"(?:table\s+of\s+)?contents|inhalt(?:sverzeichnis)?|(?:table\s+des\s+mati[èe]res|sommaire)|[ií]ndice|contenido"
    r"|indice|sommario|inhoud(?:sopgave)?|sum[áa]rio|list\s+of\s+(?:figures|tables)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[^\w\s]{0,3}\d|[ivxlc]{1,7}$|[–—-]$", re.IGNORECASE)
_MAX_VALUES = 30
_MAX_TITLE = 160
"""Maximum number of characters before a leader. More are prose."""
_MAX_BULLET = 12
_MAX_HEADING = 60
_BARE = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*|[A-Z]|[IVX]{1,5})\.?\s+\S[^\n]{0,90}\s\d{1,4}$")
"""A line of contents without a leader, such as the title of a chapter."""
_SEVERAL = re.compile(rf"(?:{LEADER.pattern})[ \xa0]*(?:\d{{1,4}}|[ivxlc]{{1,7}})(?=\s+\S|$)")
"""A leader with its page number, in lines of contents that were joined."""


def is_contents_heading(words: str) -> bool:
    """Whether words are a heading such as "Contents"."""
    return bool(_HEADING.fullmatch(words.strip(" :.#*")))


@lru_cache(1024)
def has_leader(line: str) -> bool:
    """Whether a line has a leader."""
    may = ".." in line or ". ." in line or ".\xa0." in line or not _OTHER_DOTS.isdisjoint(line)
    return may and bool(LEADER.search(line))


def leader_parts(line: str) -> tuple[str, str] | None:
    """Return the words before a leader and the figures after it; None for a line without both."""
    leader = LEADER.search(line) if has_leader(line) else None
    if leader is None:
        return None
    title, value = line[: leader.start()].strip(" .\xa0"), LEADER.sub(" ", line[leader.end() :]).strip(" .\xa0")
    words = value.split()
    figures = sum(bool(_FIGURE.match(word)) for word in words)
    if not 0 < len(words) <= _MAX_VALUES or 2 * figures < len(words):
        return None
    if len(title) > _MAX_TITLE or not re.search(r"\w", title):
        return None
    return title, value


@lru_cache(1024)
def is_led(line: str) -> bool:
    """Whether a line, or its beginning if the figures stand apart, is one with a leader before figures."""
    return has_leader(line) and (leader_parts(line) is not None or not LEADER.sub(" ", line[-12:]).strip(" ."))


def is_contents(lines: Sequence[tuple[str, str]], *, headed: bool = False) -> bool:
    """Whether lines are a table of contents.

    :param lines: for each line its title and the number or words after it.
    :param headed: whether a heading such as "Contents" is above them.
    """
    if not lines or not all(_PAGE.match(value) and re.search(r"[^\W\d]", title) for title, value in lines):
        return False
    numbers = [int(value.rstrip(".")) for _, value in lines if value.rstrip(".").isdigit()]
    if any(a > b for a, b in pairwise(numbers)):
        return False
    numbered = sum(bool(_SECTION.match(title) or _NAMED.match(title)) for title, _ in lines)
    return headed or len(lines) >= _MIN_CONTENTS or 2 * numbered >= len(lines)


def with_leaders(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with each line with a leader as one: boilerplate in contents, otherwise a row."""
    if not LEADER.search(text):
        return list(blocks)
    result: list[Block] = []
    run: list[tuple[Block, tuple[str, str]]] = []
    heading = ""

    def close() -> None:
        contents = is_contents([parts for _, parts in run], headed=is_contents_heading(heading))
        while contents and result and _BARE.match(text[result[-1].start : result[-1].end]):
            result[-1] = replace(result[-1], kind="boilerplate", level=0)
            run.insert(0, (result.pop(), ("", "")))
        result.extend(replace(block, kind="boilerplate" if contents else "row", level=0) for block, _ in run)
        run.clear()

    for block in (part for whole in blocks for part in _lines(text, whole)):
        words = text[block.start : block.end]
        parts = leader_parts(words) if block.kind != "boilerplate" else None
        if parts is not None:
            bullet = text[text.rfind("\n", 0, block.start) + 1 : block.start]  # the number of an item is in its title
            is_numbered = block.kind == "item" and len(bullet) < _MAX_BULLET
            run.append((block, (bullet + parts[0], parts[1]) if is_numbered else parts))
            continue
        if run:
            close()
        heading = words if len(words) < _MAX_HEADING else ""
        result.append(block)
    if run:
        close()
    return result


def _lines(text: str, block: Block) -> list[Block]:
    """Return the lines of a block that has leaders, and the parts of a line in which several were joined.

    Neighbouring lines without a leader stay together.
    """
    words = text[block.start : block.end]
    if block.kind == "boilerplate" or not LEADER.search(words):
        return [block]
    ends = {match.end() for match in re.finditer(r"[^\r\n]+", words)}
    several = [match.end() for match in _SEVERAL.finditer(words)]
    if len(several) > 1:
        ends.update(several)
    parts: list[tuple[Block, bool]] = []
    at = 0
    for end in sorted({*ends, len(words)}):
        piece = words[at:end]
        start = at + len(piece) - len(piece.lstrip())
        at = end
        if not piece.strip():
            continue
        part = replace(block, start=block.start + start, end=block.start + start + len(piece.strip()))
        has_leader = leader_parts(piece) is not None
        if parts and not has_leader and not parts[-1][1]:
            parts[-1] = replace(parts[-1][0], end=part.end), False
        else:
            parts.append((part, has_leader))
    return [part for part, _ in parts]
