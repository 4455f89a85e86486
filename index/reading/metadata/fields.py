"""Metadata from named fields: front matter in YAML or TOML, side files, columns of tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace

import yaml

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import Metadata, ParsedArticle

from .dates import as_date

_FRONT_MATTER = re.compile(
    r"\A(---|\+\+\+)[ \t]*(?:\r\n|\r|\n)(.*?)(?:\r\n|\r|\n)(?:\1|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)", re.DOTALL
)
_FIELD = re.compile(r"^([A-Za-z][\w-]*)[ \t]*[:=][ \t]*(.*?)[ \t]*$", re.MULTILINE)
_LIST = re.compile(r"^([A-Za-z][\w-]*):[ \t]*\n((?:[ \t]*-[ \t]+.*(?:\n|\Z))+)", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*-[ \t]+(?:name:[ \t]*)?[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE)


def front_matter(text: str) -> Metadata:
    """Return the metadata in the front matter of a Markdown file; an empty ``Metadata`` if it has none.

    Front matter that is not valid YAML or TOML ("title: Salt: a short history") is read line by line.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return Metadata()
    fields = _parsed_fields(match.group(2), toml=match.group(1) == "+++")
    return metadata_from(fields, match.end()) if fields else Metadata()


def metadata_from(fields: Mapping[str, object], body_start: int = 0) -> Metadata:
    """Return the metadata in named fields; the names are compared without case."""
    by_name = {name.casefold(): value for name, value in fields.items()}

    def first(*names: str) -> object:
        return next((by_name[n] for n in names if by_name.get(n)), None)

    author = first("author", "authors", "creator", "byline")
    if isinstance(author, list):
        author = ", ".join(_author_name(a) for a in author)
    language = one_line(first("language", "lang"))
    return Metadata(
        title=one_line(first("title", "headline")),
        author=one_line(_author_name(author)) if author else None,
        published=as_date(first("published", "date", "pubdate", "publish_date", "published_at"), language),
        language=language,
        url=one_line(first("url", "link", "source_url", "canonical")),
        body_start=body_start,
    )


def with_side_file(article: ParsedArticle, side_file: bytes) -> ParsedArticle:
    """Return the article with the metadata in its side file, which a person writes in YAML, in place of its own.

    :raises UnreadableFile: the side file is not text.
    """
    try:
        metadata = metadata_from(_parsed_fields(decode(side_file), toml=False))
    except UnreadableFile as error:
        raise UnreadableFile(f"its side file with corrected metadata cannot be read: {error}") from error
    return replace(
        article, title=metadata.title or article.title, author=metadata.author or article.author,
        published=metadata.published or article.published,
        language=metadata.language or article.language, url=metadata.url or article.url,
    )  # fmt: skip


def one_line(value: object) -> str | None:
    """Return the value as text on one line; None if the value is None or blank."""
    return (" ".join(str(value).split()) or None) if value is not None else None


def _parsed_fields(block: str, *, toml: bool) -> dict[str, object]:
    try:
        parsed = tomllib.loads(block) if toml else yaml.safe_load(block)
        if isinstance(parsed, dict):
            return {str(name): value for name, value in parsed.items()}
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError):
        pass
    by_line: dict[str, object] = {name: value.strip("\"'") for name, value in _FIELD.findall(block)}
    return by_line | {name: _ITEM.findall(items) for name, items in _LIST.findall(block)}


def _author_name(author: object) -> str:
    return str(author.get("name", "")) if isinstance(author, dict) else str(author)
