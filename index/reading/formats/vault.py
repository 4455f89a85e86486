"""Notes of a vault, in Obsidian's and in Logseq's Markdown. The text is the decoded file itself.

A page is called what its file is called: links to it use that name. Its aliases and the tags in its text become tags.
What the programs write for themselves, and what they show in place of it, is not quoted: properties, the names of
blocks, comments, and embedded pages, which are articles themselves. Links stay as they stand.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice, pairwise, takewhile
from urllib.parse import unquote

from quoth.index.reading.document import Block, Metadata, ParsedArticle, Span
from quoth.index.reading.layout.blocks import trimmed
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.fields import front_matter_fields, metadata_from

from .markdown import markdown_blocks

_CODE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1|\Z)|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_TAG = re.compile(r"(?<![^\s(,])#(?:\[\[([^\[\]\n]+)\]\]|([\w/-]*[^\W\d_][\w/-]*))")
"""A tag is not a number, and begins a word."""
_EMBEDDED = r"!\[\[[^\[\]\n]*\]\]"
_END = r"[ \t]*(?=\r?$)"
_HIDDEN = {
    "obsidian": re.compile(rf"{_EMBEDDED}|%%(?s:.*?)%%|(?<=\s)\^[\w-]+{_END}", re.MULTILINE),
    "logseq": re.compile(
        rf"{_EMBEDDED}|(?:(?<=[-*][ \t])|^[ \t]*)[\w.-]+::(?=\s|$).*$|\{{\{{[^{{}}\n]*\}}\}}"
        r"|^[ \t]*:LOGBOOK:(?s:(?!:LOGBOOK:).)*?:END:|^[ \t]*(?:SCHEDULED|DEADLINE):.*$"
        rf"|(?<=[-*][ \t])\(\([\w-]+\)\){_END}",
        re.MULTILINE | re.IGNORECASE,
    ),
}
_PROPERTY = re.compile(r"[ \t]*(?:[-*][ \t]+)?([\w.-]+)::(?=\s|$)[ \t]*(.*?)[ \t]*$")
_BLANK = re.compile(r"[ \t]*[-*]?[ \t]*$")
_ALIASES = ("aliases", "alias")
_WORD_TAGS = ("tags", "tag")
"""Fields in which white space, too, is between tags."""


def vault_page(name: str, text: str, program: str) -> ParsedArticle:
    """Return a page of a vault.

    :param name: the file's name without its suffix.
    :param program: "obsidian" or "logseq".
    """
    fields, start = front_matter_fields(text)
    if program == "logseq":
        fields = {**fields, **_properties(text, start)}
    metadata = metadata_from({key: _without_links(value) for key, value in fields.items()}, start)
    found = {key.casefold(): value for key, value in fields.items()}
    words = [tag for key in _WORD_TAGS for tag in _tags_of_words(found.get(key))]
    aliases = metadata_from({"tags": [_plain(alias) for key in _ALIASES for alias in _listed(found.get(key))]}).tags
    tags = dict.fromkeys([*(words or metadata.tags), *_tags_in(text, start), *aliases])
    metadata = replace(metadata, title=metadata.title or _page_name(name, program), tags=tuple(tags))
    return parsed_article(text, [*_blocks(text, metadata, program)], metadata)


def _blocks(text: str, metadata: Metadata, program: str) -> Iterator[Block]:
    """Yield the blocks of the text, without what is not shown."""
    code = [edge for match in _CODE.finditer(text) for edge in match.span()]
    hidden = [
        match.span()
        for match in _HIDDEN[program].finditer(text, metadata.body_start)
        if bisect_right(code, match.start()) % 2 == 0
    ]
    # a bar in a link is no table, and a property no paragraph
    shown = _LINK.sub(lambda link: link[0].replace("|", "/"), _blanked(text, hidden))
    ends = [end for _, end in hidden]
    for block in markdown_blocks(shown, metadata.body_start):
        first = bisect_right(ends, block.start)
        inside = takewhile(lambda span: span[0] < block.end, islice(hidden, first, None))  # noqa: B023
        edges = [block.start, *(min(max(edge, block.start), block.end) for span in inside for edge in span), block.end]
        for start, end in [*pairwise(edges)][::2]:
            if part := trimmed(text, start, end):
                yield replace(block, start=part[0], end=part[1])


def _blanked(text: str, spans: Iterable[Span]) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], re.sub(r"[^\r\n]", " ", text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


def _properties(text: str, start: int) -> Mapping[str, str]:
    """Return the properties of a page of Logseq, which stand above its first block, or are that."""
    found: dict[str, str] = {}
    for line in text[start:].splitlines():
        if match := _PROPERTY.match(line):
            found.setdefault(match[1], match[2])
        elif not _BLANK.match(line) or found:
            break
    return found


def _tags_in(text: str, start: int) -> Iterator[str]:
    """Yield the tags within a text."""
    body = _CODE.sub(lambda code: " " * len(code[0]), text[start:])
    for page, word in _TAG.findall(body):
        yield page or word.rstrip("/-")


def _tags_of_words(value: object) -> list[str]:
    """Return the tags in a field. A tag is one word, unless the field is a list or marks it as a link."""
    if isinstance(value, str) and "," not in value and "[[" not in value:
        return [word.lstrip("#") for word in value.split()]
    return [_plain(tag) for tag in _listed(value)]


def _listed(value: object) -> list[str]:
    values = value if isinstance(value, list) else str(value or "").split(",")
    return [str(one).strip() for one in values if str(one).strip()]


def _without_links(value: object) -> object:
    """Return a field with the names of pages in place of links to them."""
    if isinstance(value, list):
        return [_without_links(one) for one in value]
    return _plain(value) if isinstance(value, str) else value


def _plain(words: str) -> str:
    return _LINK.sub(lambda link: link[1].rpartition("|")[2], words).strip("\"' ").lstrip("#")


def _page_name(name: str, program: str) -> str:
    """Return a page's name: Logseq writes ___ or %2F for a stroke in it."""
    return unquote(name).replace("___", "/") if program == "logseq" else name
