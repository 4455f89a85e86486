"""The articles of a file in any format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.formats.markdown import markdown_blocks
from quoth.index.reading.formats.text import plain_blocks
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.fields import front_matter

from .decoding import decode
from .detect import PLAIN_FORMATS, kind_of
from .document import Metadata, ParsedArticle, Refused
from .unsupported import why_unsupported

_SINGLE = {
    "html": ("html", "read_html"), "mhtml": ("mhtml", "read_mhtml"), "pdf": ("pdf", "read_pdf"),
    "odt": ("office.odt", "read_odt"), "rtf": ("office.rtf", "read_rtf"),
    "subtitles": ("subtitles", "read_subtitles"), "eml": ("mail.mail", "read_mail"),
}  # fmt: skip
"""Formats with one article per file: module and function. A module is imported when its first file is read."""
_PARTLY = {
    "mbox": ("mail.mail", "read_mbox"), "feed": ("feeds", "read_feed"), "epub": ("epub", "read_epub"),
    "xlsx": ("office.xlsx", "read_xlsx"), "ods": ("office.ods", "read_ods"), "pptx": ("office.pptx", "read_pptx"),
    "odp": ("office.odp", "read_odp"), "docx": ("office.docx", "read_docx"),
}  # fmt: skip
"""Formats with several articles per file, or with parts that may be unreadable while the others are read."""
_TABLES = {"csv": ("csv_jsonl", "read_csv"), "jsonl": ("csv_jsonl", "read_jsonl")}
"""Formats with columns that hold the text, the title and so on."""
_TITLED_BY_NAME = ("csv", "jsonl", "xlsx", "ods", "subtitles")
"""Formats that have no place for a title."""


def read(name: str, data: bytes, columns: Mapping[str, str] | None = None) -> Iterator[ParsedArticle | Refused]:
    """Yield the articles of a file, and a refusal for each part of it that cannot be read.

    :param name: name of the file; its suffix indicates the format.
    :param columns: for tables, field -> column name, in addition to the names in ``csv_jsonl.FIELDS``.
    :raises UnreadableFile: the file as a whole cannot be read.
    """
    if not data.strip():
        raise UnreadableFile("it is empty")
    kind = kind_of(name, data)
    if kind is None:
        raise UnreadableFile(why_unsupported(name, data))
    for article in _articles(kind, data, columns or {}):
        if isinstance(article, ParsedArticle) and not article.name and not article.title and kind in _TITLED_BY_NAME:
            article = replace(article, title=re.sub(r"[\s_-]+", " ", Path(name).stem).strip() or None)
        if kind == "mbox" and isinstance(article, ParsedArticle):
            article = replace(article, collection=Path(name).stem)
        yield article


def _articles(kind: str, data: bytes, columns: Mapping[str, str]) -> Iterator[ParsedArticle | Refused]:
    if kind in PLAIN_FORMATS:
        yield _read_plain(data, markdown=kind == "markdown")
    elif kind in _SINGLE:
        yield _function(_SINGLE[kind])(data)
    elif kind in _PARTLY:
        yield from _function(_PARTLY[kind])(data)
    else:
        yield from _function(_TABLES[kind])(data, columns)


def _function(place: tuple[str, str]) -> Callable[..., Any]:
    module, name = place
    function: Callable[..., Any] = getattr(import_module(f".formats.{module}", __package__), name)
    return function


def _read_plain(data: bytes, *, markdown: bool) -> ParsedArticle:
    text = decode(data)
    if not text.strip():
        raise UnreadableFile("it is empty")
    metadata = front_matter(text) if markdown else Metadata()
    blocks = markdown_blocks(text, metadata.body_start) if markdown else plain_blocks(text)
    return parsed_article(text, blocks, metadata)
