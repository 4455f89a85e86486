"""Title, author and date of publication, where the text states them; nothing is invented.

They are looked for above the first paragraph and shortly below it (sites repeat the title there and set the byline
under it), and in Markdown's front matter, in YAML or TOML. A date in the running text is never taken for the date of
publication.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import yaml

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import Block, Metadata, ParsedArticle
from quoth.index.reading.layout.blocks import word_count

from .dates import as_date
from .language import language_of

_BY = (
    r"(?:(?:written|words|story|text|posted|reported|reporting)\s+by|by|von|par|por|di|da|door|autor(?:in)?\s*:"
    r"|auteur\s*:|autore\s*:|(?:original\s+)?authors?\s*:)"
)
_BYLINE = re.compile(
    rf"^{_BY}\s+(?P<who>[^\d|•·]{{2,80}}?)(?:\s*(?:[,|•·–—]|\b(?:on|am|le|el|il|op)\b)\s*(?P<rest>.*\d.*))?$",
    re.IGNORECASE,
)
_FRONT_MATTER = re.compile(
    r"\A(---|\+\+\+)[ \t]*(?:\r\n|\r|\n)(.*?)(?:\r\n|\r|\n)(?:\1|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)", re.DOTALL
)
_FIELD = re.compile(r"^([A-Za-z][\w-]*)[ \t]*[:=][ \t]*(.*?)[ \t]*$", re.MULTILINE)
_LIST = re.compile(r"^([A-Za-z][\w-]*):[ \t]*\n((?:[ \t]*-[ \t]+.*(?:\n|\Z))+)", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*-[ \t]+(?:name:[ \t]*)?[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE)
_LABELLED = re.compile(r"^(?:published|posted|updated|last\s+updated|date)\b\W*\d[\d\s./-]*$", re.IGNORECASE)
_FOOTER_LABEL = re.compile(
    r"^(?:(?:original\s+)?authors?|(?:originally\s+|first\s+)?published(?:\s+on)?)\s*:", re.IGNORECASE
)
_HEADER_BLOCKS = 12
"""How many blocks from the top may hold the byline and the date line."""
_LINE_CHARS = 120


def front_matter(text: str) -> Metadata:
    """What the block at the head of a Markdown file states; an empty ``Metadata`` where there is none.

    One that is no strict YAML or TOML ("title: Salt: a short history") is read line by line.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return Metadata()
    fields = _fields(match.group(2), toml=match.group(1) == "+++")
    return stated(fields, match.end()) if fields else Metadata()


def stated(fields: Mapping[str, object], body: int = 0) -> Metadata:
    """What named fields say."""
    by_name = {name.casefold(): value for name, value in fields.items()}

    def first(*names: str) -> object:
        return next((by_name[n] for n in names if by_name.get(n)), None)

    author = first("author", "authors", "creator", "byline")
    if isinstance(author, list):
        author = ", ".join(_named(a) for a in author)
    language = one_line(first("language", "lang"))
    return Metadata(
        title=one_line(first("title", "headline")),
        author=one_line(_named(author)) if author else None,
        published=as_date(first("published", "date", "pubdate", "publish_date", "published_at"), language),
        language=language,
        url=one_line(first("url", "link", "source_url", "canonical")),
        body=body,
    )


def _fields(block: str, *, toml: bool) -> dict[str, object]:
    try:
        found = tomllib.loads(block) if toml else yaml.safe_load(block)
        if isinstance(found, dict):
            return {str(name): value for name, value in found.items()}
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError):
        pass
    read: dict[str, object] = {name: value.strip("\"'") for name, value in _FIELD.findall(block)}
    return read | {name: _ITEM.findall(items) for name, items in _LIST.findall(block)}


def corrected(reading: ParsedArticle, side_file: bytes) -> ParsedArticle:
    """The article with what a person wrote down of it, in YAML, beside its file.

    :raises UnreadableFile: that is no text.
    """
    try:
        said = stated(_fields(decode(side_file), toml=False))
    except UnreadableFile as error:
        raise UnreadableFile(f"the file beside it that corrects it cannot be read: {error}") from error
    return replace(
        reading, title=said.title or reading.title, author=said.author or reading.author,
        published=said.published or reading.published,
        language=said.language or reading.language, url=said.url or reading.url,
    )  # fmt: skip


def header(text: str, blocks: Sequence[Block], language: str | None = None) -> Metadata:
    """What the first blocks of the text state, and the last ones, where they are labelled."""
    top = list(blocks[:_HEADER_BLOCKS])
    first = next((b for b in top if not _is_header_line(text, b, language)), None)
    titled = (
        len(blocks) > 1 and first is not None and first.kind == "heading" and re.search(r"[^\W\d]{2}", _of(text, first))
    )
    title = first if titled else None
    used = [title] if title else []
    author: str | None = None
    published: dt.date | None = None
    first_prose = next(
        (i for i, b in enumerate(top) if b.kind == "prose" and not _is_header_line(text, b, language)), len(top)
    )
    for i, block in enumerate(top):
        line = _of(text, block)
        if block.kind == "item":  # "12. März 2024" begins like one
            line = text[text.rfind("\n", 0, block.start) + 1 : block.end].strip()
        if (
            block is title
            or "\n" in line
            or len(line) > _LINE_CHARS
            or (block.kind == "item" and not as_date(line, language))
        ):
            continue
        if title and _same(line, _of(text, title)):
            used.append(block)
        elif author is None and (name := byline(line, language)):
            author, date = name
            published = published or date
            used.append(block)
        elif _LABELLED.match(line) and as_date(line, language) is None:  # a date, but it may be two
            used.append(block)
        elif published is None and block.kind != "boilerplate" and (date := as_date(line, language)):
            published = date
            used.append(block)
            above = top[i - 1] if i else None
            if (
                author is None
                and i < first_prose
                and above
                and above.kind == "heading"
                and above is not title
                and word_count(_of(text, above)) <= 5
                and is_name(_of(text, above))
            ):
                author = _of(text, above)
                used.append(above)
    for block in blocks[len(top) :][-_HEADER_BLOCKS:]:
        line = _of(text, block)
        if not _FOOTER_LABEL.match(line):
            continue
        if author is None and (match := _BYLINE.match(line)):
            author = match["who"].strip(" .,")
        published = published or as_date(line, language)
        used.append(block)
    return Metadata(title=_of(text, title) if title else None, author=author, published=published, used=tuple(used))


def finished(
    text: str, blocks: Sequence[Block], facts: Metadata, *, name: str = "", headed: bool = True
) -> ParsedArticle:
    """The article, with what its metadata leave open read from its first lines; those lines are none of its prose.

    :param headed: False where its first lines say nothing of it, as a mail's.
    """
    language = language_of(
        "\n".join(text[b.start : b.end] for b in blocks if b.kind == "prose")[:10_000], facts.language
    )
    lines = header(text, blocks, language) if headed else Metadata()
    # the first heading is the article's own then
    if facts.title and lines.title and not _same(facts.title, lines.title):
        lines = replace(lines, used=tuple(b for b in lines.used if b is not blocks[0]))
    return ParsedArticle(
        text, tuple(replace(b, kind="boilerplate") if b in lines.used else b for b in blocks),
        facts.title or lines.title, facts.author or lines.author, facts.published or lines.published, language,
        facts.url, name,
    )  # fmt: skip


def byline(line: str, language: str | None = None) -> tuple[str, dt.date | None] | None:
    """Author, and date if it has one, of a line like "By Ana de la Cruz, 3 May 2024"."""
    match = _BYLINE.match(line)
    if match is None or not is_name(match["who"]):
        return None
    return match["who"].strip(" .,"), as_date(match["rest"], language)


def is_name(words: str) -> bool:
    """Whether every longer word is capitalised, as names are ("Staff Writer", "Ana de la Cruz")."""
    parts = words.split()
    return (
        1 <= len(parts) <= 10
        and not re.search(r"\d", words)
        and all(part[0].isupper() or not part[0].isalpha() or len(part) <= 3 for part in parts)
    )


def one_line(value: object) -> str | None:
    """The value's words in one line; None where it has none."""
    return (" ".join(str(value).split()) or None) if value is not None else None


def _named(author: object) -> str:
    return str(author.get("name", "")) if isinstance(author, dict) else str(author)


def _is_header_line(text: str, block: Block, language: str | None) -> bool:
    line = _of(text, block)
    return len(line) <= _LINE_CHARS and bool(_BYLINE.match(line) or as_date(line, language))


def _of(text: str, block: Block) -> str:
    return text[block.start : block.end]


def _same(a: str, b: str) -> bool:
    return re.sub(r"\W+", " ", a).strip().casefold() == re.sub(r"\W+", " ", b).strip().casefold()
