"""Title, author and date of publication, where the text states them; nothing is invented.

They are looked for above the first paragraph and shortly below it (sites repeat the title there and set the byline
under it), and in Markdown's front matter. A date in the running text is never taken for the date of publication.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import yaml
from dateutil import parser as dates

from .blocks import Block, word_count

_BYLINE = re.compile(r"^(?:(?:written|words|story|text|posted|reported)\s+by|by|(?:original\s+)?authors?\s*:)\s+(?P<who>[^\d|•·]{2,80}?)"
                     r"(?:\s*(?:[,|•·–—]|\bon\b)\s*(?P<rest>.*\d.*))?$", re.IGNORECASE)
_DATE_LABEL = re.compile(
    r"^(?:(?:first\s+|originally\s+)?(?:published|posted|updated|last\s+updated|date|issued)(?:\s+on)?\s*:?\s*)", re.IGNORECASE
)
_READING_TIME = re.compile(r"\s*[,|•·–—-]?\s*\d{1,3}\s*-?\s*min(?:ute)?s?\s*read$", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\A---[ \t]*(?:\r\n|\r|\n)(.*?)(?:\r\n|\r|\n)(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)", re.DOTALL)
_FOOTER_LABEL = re.compile(r"^(?:(?:original\s+)?authors?|(?:originally\s+|first\s+)?published(?:\s+on)?)\s*:", re.IGNORECASE)
_NUMERIC_DATE = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-]\d{4}$")
_HEADER_BLOCKS = 12
"""How many blocks from the top may hold the byline and the date line."""


@dataclass(frozen=True, slots=True)
class Metadata:
    title: str | None = None
    author: str | None = None
    published: dt.date | None = None
    body: int = 0
    """Where the text begins, behind the front matter."""
    used: tuple[Block, ...] = ()
    """Blocks that state these facts, or repeat the title: not part of the article's prose."""


def front_matter(text: str) -> Metadata:
    """What the YAML block at the head of a Markdown file states; an empty ``Metadata`` where there is none."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return Metadata()
    try:
        fields = yaml.safe_load(match.group(1))
    except (yaml.YAMLError, ValueError):
        return Metadata()
    if not isinstance(fields, dict):
        return Metadata()
    author = fields.get("author", fields.get("authors"))
    if isinstance(author, list):
        author = ", ".join(str(a) for a in author)
    return Metadata(
        title=_line(fields.get("title")),
        author=_line(author),
        published=_as_date(fields.get("date", fields.get("published"))),
        body=match.end(),
    )


def header(text: str, blocks: list[Block]) -> Metadata:
    """What the first blocks of the text state."""
    top = blocks[:_HEADER_BLOCKS]
    title = top[0] if len(blocks) > 1 and top[0].kind == "heading" and re.search(r"[^\W\d]{2}", _of(text, top[0])) else None
    used = [title] if title else []
    author: str | None = None
    published: dt.date | None = None
    first_prose = next((i for i, b in enumerate(top) if b.kind == "prose" and not _is_header_line(text, b)), len(top))
    for i, block in enumerate(top):
        line = _of(text, block)
        if block.kind in ("item", "row") or block is title or "\n" in line or len(line) > 120:
            continue
        if title and _same(line, _of(text, title)):
            used.append(block)
        elif author is None and (byline := _BYLINE.match(line)) and _is_name(byline["who"]):
            author = byline["who"].strip(" .,")
            published = published or _as_date(byline["rest"])
            used.append(block)
        elif published is None and block.kind != "furniture" and (date := _as_date(line)):
            published = date
            used.append(block)
            above = top[i - 1] if i else None
            if author is None and i < first_prose and above and above.kind == "heading" and above is not title \
                    and word_count(_of(text, above)) <= 5 and _is_name(_of(text, above)):
                author = _of(text, above)
                used.append(above)
    for block in blocks[len(top) :][-_HEADER_BLOCKS:]:
        line = _of(text, block)
        if not _FOOTER_LABEL.match(line):
            continue
        if author is None and (byline := _BYLINE.match(line)):
            author = byline["who"].strip(" .,")
        published = published or _as_date(line)
        used.append(block)
    return Metadata(title=_of(text, title) if title else None, author=author, published=published, used=tuple(used))


def _is_header_line(text: str, block: Block) -> bool:
    line = _of(text, block)
    return len(line) <= 120 and bool(_BYLINE.match(line) or _as_date(line))


def _of(text: str, block: Block) -> str:
    return text[block.start : block.end]


def _line(value: object) -> str | None:
    return (" ".join(str(value).split()) or None) if value is not None else None


def _same(a: str, b: str) -> bool:
    return re.sub(r"\W+", " ", a).strip().casefold() == re.sub(r"\W+", " ", b).strip().casefold()


def _is_name(words: str) -> bool:
    """Whether every longer word is capitalised, as names are ("Staff Writer", "Ana de la Cruz")."""
    parts = words.split()
    return 1 <= len(parts) <= 10 and not re.search(r"\d", words) and all(
        part[0].isupper() or not part[0].isalpha() or len(part) <= 3 for part in parts
    )


def _as_date(value: object) -> dt.date | None:
    """A full date, or None; "10/11/2025" may be two different days and is not guessed at."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        return None
    words = _READING_TIME.sub("", _DATE_LABEL.sub("", value.strip())).strip(" .|•·")
    if not 8 <= len(words) <= 60 or not re.search(r"\d", words):
        return None
    if (numeric := _NUMERIC_DATE.match(words)) and int(numeric[1]) <= 12 and int(numeric[2]) <= 12 \
            and numeric[1] != numeric[2]:
        return None
    found = []
    for default in (dt.datetime(2004, 2, 3), dt.datetime(1999, 7, 28)):  # whatever the text leaves out will differ
        try:
            found.append(dates.parse(words, default=default, dayfirst=False, ignoretz=True).date())
        except (ValueError, OverflowError):
            return None
    return found[0] if found[0] == found[1] else None
