"""Texts as they are given to ``quote``: strings, or documents of LangChain, LlamaIndex, Haystack and of Quoth.

Documents are recognised by their attributes, so that none of the frameworks is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from quoth.index.reading.metadata.fields import metadata_from
from quoth.index.reading.metadata.lines import one_line
from quoth.index.records import Hit
from quoth.index.texts import Text

from .metadata import metadata_of

_ATTRIBUTES = (("page_content", "metadata"), ("content", "meta"), ("get_content", "metadata"))
"""Where a document of LangChain, one of Haystack, and a node of LlamaIndex have their text and their metadata."""
_ABSENT = object()
_SOURCES = ("source", "file_path", "file_name", "url")
_PAGES = ("page_label", "page_number")
"""Fields that name a page as its readers do. Where ``page`` begins to count depends on who wrote it."""


def text_of(given: object, number: int) -> Text:
    """A text with its metadata, as it is given.

    :param number: its number among the texts, from 0.
    :raises TypeError: it is no text and holds none.
    """
    text, metadata = _parts(given, number)
    if text is None:
        return Text("")
    fields = {str(name): value for name, value in metadata.items() if name != "creator"}  # of a PDF: a program
    source = _first(fields, _SOURCES)
    stated = metadata_from(fields)
    if stated.url is None and source and source.startswith(("http://", "https://")):
        stated = replace(stated, url=source)
    pages = (*_PAGES, "page") if "article_id" in fields else _PAGES  # only Quoth's own is known to begin with 1
    return Text(text, source, stated, _first(fields, ["heading"]), _first(fields, pages))


def _first(fields: Mapping[str, object], names: Iterable[str]) -> str | None:
    """The first of the fields that holds a text or a number, on one line."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, (str, int)) and (found := one_line(value)):
            return found
    return None


def _parts(given: object, number: int) -> tuple[str | None, Mapping[Any, Any]]:
    """The text and the metadata; the text is None if a document has none, such as one of a picture."""
    match given:
        case str():
            return given, {}
        case Hit():
            return given.passage.text, metadata_of(given)
        case (str() as text, Mapping() as metadata):
            return text, metadata
    for text_name, metadata_name in _ATTRIBUTES:
        content, fields = getattr(given, text_name, _ABSENT), getattr(given, metadata_name, None)
        if callable(content):
            content = content()
        if isinstance(fields, Mapping) and (content is None or isinstance(content, str)):
            return content, fields
    raise TypeError(
        f"passages[{number}] is no text ({type(given).__name__}). Give strings, pairs of a text and a mapping with its "
        "metadata, or documents of LangChain, LlamaIndex or Haystack."
    )
