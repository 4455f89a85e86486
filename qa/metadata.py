"""Passages as retrieval frameworks describe them: an id, metadata, and filters on the metadata."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from quoth.index.errors import NoArticles
from quoth.index.library import Library
from quoth.index.records import Article, Hit
from quoth.index.storage.rows import Entry

from .filters import EVERYTHING, NO_MATCH, Filter

_FIELDS = ("source", "title", "author", "published", "url", "language", "tags", "collection", "article_id")
"""The metadata of an article, which filters are on."""


def id_of(hit: Hit) -> str:
    """A name for a passage; only the same passage of the same source has it."""
    return f"{hit.article.source}:{hit.passage.start}-{hit.passage.end}"


def metadata_of(hit: Hit) -> dict[str, Any]:
    """The metadata of a passage and its article, as JSON has it; what is unknown is None.

    ``article.text[start:end]`` is the text of the passage. ``page`` is where it begins, counted from 1.
    """
    passage, article = hit.passage, hit.article
    page = article.page_at(passage.start)
    return of_article(article) | {
        "start": passage.start, "end": passage.end, "page": None if page is None else page + 1,
        "heading": passage.heading,
    }  # fmt: skip


def of_article(article: Article | Entry) -> dict[str, Any]:
    """The part of the metadata that all passages of an article have."""
    return {
        "source": article.source, "title": article.title, "author": article.author,
        "published": article.published.isoformat() if article.published else None, "url": article.url,
        "language": article.language, "tags": list(article.tags), "collection": article.collection,
        "article_id": article.id,
    }  # fmt: skip


def filter_from(given: Filter | Mapping[str, Any] | None) -> Filter:
    """A filter that is given as such, or as a mapping of its fields, whose dates may be in ISO 8601.

    :raises ValueError: a field is unknown or has a wrong value.
    """
    if given is None or isinstance(given, Filter):
        return given or EVERYTHING
    known = [field.name for field in fields(Filter)]
    if unknown := [name for name in given if name not in known]:
        raise ValueError(f"A filter has no field {unknown[0]!r}. Its fields are {', '.join(known)}.")
    try:
        return _validator().validate_python(dict(given))
    except ValidationError as error:
        wrong = error.errors()[0]
        raise ValueError(f"The filter's {wrong['loc'][0]} is not valid: {wrong['msg']}.") from error


@lru_cache(1)
def _validator() -> TypeAdapter[Filter]:
    return TypeAdapter(Filter)


def filter_on(names: Collection[str], matches: Callable[[Mapping[str, Any]], bool], library: Library) -> Filter:
    """The filter for the articles whose metadata meet a condition of a framework.

    :param names: names of the fields that the condition is on.
    :param matches: whether the metadata of an article meet it.
    :raises ValueError: an article has no such field.
    :raises NoArticles: no article meets it.
    """
    for name in names:
        if name not in _FIELDS:
            raise ValueError(f"Articles cannot be filtered by {name!r}, only by {', '.join(_FIELDS)}.")
    sources = frozenset(entry.source for entry in library.catalogue() if matches(of_article(entry)))
    if not sources:
        raise NoArticles(NO_MATCH)
    return Filter(sources=sources)
