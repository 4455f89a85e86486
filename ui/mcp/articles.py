"""Articles for assistants: as resources, and as what the tools search and fetch return."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.shared.exceptions import MCPError
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS, ListResourcesResult, Resource

from quoth.index.errors import QuothError
from quoth.index.records import Article
from quoth.ui.citations import title_of
from quoth.ui.programs.operations import MAX_CHARS, Operations, UnknownArticle

from .results import Document, SearchResult

URI = "quoth://article/{article}"
"""The address of an article by its id."""
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_ID = re.compile(r"(\d{1,18})(?::(\d{1,18})-(\d{1,18}))?", re.ASCII)
_CHARS = MAX_CHARS
"""Maximum length of what is fetched at once."""


def uri_of(article: int) -> str:
    return URI.format(article=article)


def listed(operations: Callable[[], Operations], cursor: str | None) -> dict[str, Any]:
    """Return a part of the articles as resources, in the order in which they were added, as JSON has it.

    :param cursor: where the part begins, as the part before it said.
    :raises MCPError: the cursor is not one of this list, or the library cannot be read.
    """
    if cursor is not None and not _NUMBER.fullmatch(cursor):
        raise MCPError(code=INVALID_PARAMS, message=f"{cursor!r} is no cursor of this list. Begin without one.")
    try:
        part = operations().articles(int(cursor or 0))
    except QuothError as error:
        raise MCPError(code=INTERNAL_ERROR, message=str(error)) from error
    resources = [
        Resource(
            uri=uri_of(each.article), name=each.source, title=each.title, mime_type="text/plain",
            description=" · ".join(str(known) for known in (each.author, each.published, each.url) if known) or None,
        )
        for each in part.articles
    ]  # fmt: skip
    found = ListResourcesResult(resources=resources, next_cursor=None if part.next is None else str(part.next))
    return found.model_dump(include={"resources", "next_cursor"}, by_alias=True, exclude_none=True, mode="json")


def text_of(operations: Callable[[], Operations], article: str) -> str:
    """Return an article's whole text, letter for letter.

    :raises ResourceNotFoundError: the library holds no such article.
    """
    try:
        if not _NUMBER.fullmatch(article):
            raise UnknownArticle(f"{article!r} is no article's id.")
        return _article(operations(), int(article)).text
    except UnknownArticle as error:
        raise ResourceNotFoundError(str(error)) from error
    except QuothError as error:
        raise ResourceError(str(error)) from error


def found(article: Article, start: int, end: int) -> SearchResult:
    """Return an article for the tool search; of a long one, the part around a passage.

    :param start: the passage's first character.
    :param end: the end of the passage.
    """
    length = len(article.text)
    if length <= _CHARS:
        return SearchResult(id=str(article.id), title=title_of(article), url=_url(article))
    first = min(max(0, (start + end - _CHARS) // 2), length - _CHARS)
    return SearchResult(id=_part(article.id, first, length), title=title_of(article), url=_url(article))


def fetched(operations: Operations, id_: str) -> Document:
    """Return an article, or the part of a long one, that an id names.

    :raises UnknownArticle: the library holds no such article.
    """
    match = _ID.fullmatch(id_.strip())
    if match is None:
        raise UnknownArticle(f"{id_!r} is no id. Use one that search has returned.")
    article = _article(operations, int(match[1]))
    length = len(article.text)
    start = min(int(match[2] or 0), length)
    end = min(int(match[3] or length), start + _CHARS, length)
    known = {
        "source": article.source, "author": article.author, "language": article.language,
        "published": article.published.isoformat() if article.published else None,
        "article": str(article.id), "tags": ", ".join(article.tags) or None, "collection": article.collection,
    }  # fmt: skip
    if end - start < length:
        known["characters"] = f"{start} to {end} of {length}"
        known["before"] = _part(article.id, max(0, start - _CHARS), start) if start else None
        known["after"] = _part(article.id, end, length) if end < length else None
    return Document(
        id=id_.strip(), title=title_of(article), text=article.text[start:end], url=_url(article),
        metadata={name: value for name, value in known.items() if value is not None},
    )  # fmt: skip


def _article(operations: Operations, id_: int) -> Article:
    """Return an article.

    :raises UnknownArticle: the library holds no such article.
    """
    article = operations.library.article(id_)
    if article is None:
        raise UnknownArticle(f"The library holds no article with the id {id_}. It may have changed: search again.")
    return article


def _part(article: int, start: int, end: int) -> str:
    return f"{article}:{start}-{min(start + _CHARS, end)}"


def _url(article: Article) -> str:
    """Return the address that the article states, else that of its resource."""
    return article.url or uri_of(article.id)
