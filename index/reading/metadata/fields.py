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
from .lines import one_line
from .reference import partial_reference, tags_in

_FRONT_MATTER = re.compile(
    r"\A(---|\+\+\+)[ \t]*(?:\r\n|\r|\n)(.*?)(?:\r\n|\r|\n)(?:\1|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)", re.DOTALL
)
_FIELD = re.compile(r"^([A-Za-z][\w-]*)[ \t]*[:=][ \t]*(.*?)[ \t]*$", re.MULTILINE)
_LIST = re.compile(r"^([A-Za-z][\w-]*):[ \t]*\n((?:[ \t]*-[ \t]+.*(?:\n|\Z))+)", re.MULTILINE)
_TAGS = ("tags", "tag", "keywords", "keyword")
"""Names of fields that hold tags."""
_REFERENCE = {
    "DOI": ("doi",), "container-title": ("container-title", "container", "journal", "publication", "booktitle"),
    "publisher": ("publisher",), "volume": ("volume",), "issue": ("issue", "number"), "page": ("pages", "page"),
    "ISBN": ("isbn",), "ISSN": ("issn",),
}  # fmt: skip
"""Variable of CSL -> names of the fields that hold it, the preferred first."""
_MAX_FRONT_MATTER = 65_536
"""Maximum length of front matter, in characters; a longer text between two rules is not front matter."""
_ITEM = re.compile(r"^[ \t]*-[ \t]+(?:name:[ \t]*)?[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE)


class _Loader(yaml.BaseLoader):
    """Reads all scalars as strings ("no" is a language), and no aliases: a few of them make a file of any size."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def front_matter(text: str) -> Metadata:
    """Return the metadata in the front matter of a Markdown file; an empty ``Metadata`` if it has none.

    Front matter that is not valid YAML or TOML ("title: Salt: a short history") is read line by line.
    """
    match = _FRONT_MATTER.match(text)
    if match is None or match.end() > _MAX_FRONT_MATTER:
        return Metadata()
    fields = _parsed_fields(match.group(2), toml=match.group(1) == "+++")
    return metadata_from(fields, match.end()) if fields else Metadata()


def metadata_from(fields: Mapping[str, object], body_start: int = 0) -> Metadata:
    """Return the metadata in named fields; the names are compared without case."""
    by_name = {name.casefold(): value for name, value in fields.items()}

    def first(*names: str) -> object:
        """Return the first of the fields that has a value and is no list or mapping."""
        values = (by_name.get(name) for name in names)
        return next((value for value in values if value and not isinstance(value, (list, dict))), None)

    authors = next((by_name[n] for n in ("author", "authors", "creator", "byline") if by_name.get(n)), None)
    names = [name for a in (authors if isinstance(authors, list) else [authors]) if (name := _author_name(a))]
    author = ", ".join(names)
    stated = {name: first(*fields) for name, fields in _REFERENCE.items()}
    tags = [tag for name in _TAGS for tag in tags_in(by_name.get(name))]
    language = one_line(first("language", "lang"))
    return Metadata(
        title=one_line(first("title", "headline")),
        author=one_line(author),
        published=as_date(first("published", "date", "pubdate", "publish_date", "published_at"), language),
        language=language,
        url=one_line(first("url", "link", "source_url", "canonical")),
        tags=tuple(dict.fromkeys(tags)),
        reference=partial_reference(stated, names),
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
        tags=metadata.tags or article.tags, reference=metadata.reference or article.reference,
    )  # fmt: skip


def _parsed_fields(block: str, *, toml: bool) -> dict[str, object]:
    try:
        parsed = tomllib.loads(block) if toml else yaml.load(block, _Loader)
        if isinstance(parsed, dict):
            return {str(name): value for name, value in parsed.items()}
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        pass
    by_line: dict[str, object] = {name: value.strip("\"'") for name, value in _FIELD.findall(block)}
    return by_line | {name: _ITEM.findall(items) for name, items in _LIST.findall(block)}


def _author_name(author: object) -> str:
    """Return the name of an author, who is a name or a mapping with one; empty if there is none."""
    name = author.get("name") if isinstance(author, dict) else author
    return "" if name is None or isinstance(name, (list, dict)) else str(name)
