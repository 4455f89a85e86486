"""Database rows and blobs to records, and back; every checksum is verified."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from quoth.index.reading.document import Page
from quoth.index.records import Article, Halves, Ints

from .rows import Description, Entry, Placed
from .schema import ARTICLES, DESCRIPTIONS, SOURCES, TEXTS, VECTORS, ArticleRow, DescriptionRow, SourceRow

LISTED = f"SELECT {ARTICLES.select}, {SOURCES.select} FROM articles JOIN sources ON sources.article_id = id"
"""Selects what ``listed`` takes."""
_DESCRIBED = "LEFT JOIN descriptions ON descriptions.article_id = id"
CATALOGUED = (
    f"SELECT {ARTICLES.select}, {SOURCES.select}, {DESCRIPTIONS.select} FROM articles "
    f"JOIN sources ON sources.article_id = id {_DESCRIBED}"
)
"""Selects what ``as_entry`` takes."""
WHOLE = (
    f"SELECT {ARTICLES.select}, {SOURCES.select}, {DESCRIPTIONS.select}, {TEXTS.select} FROM articles "
    f"JOIN sources ON sources.article_id = id JOIN texts ON texts.article_id = id {_DESCRIBED}"
)
"""Selects what ``as_article`` takes."""
_LISTED_WIDTH = ARTICLES.width + SOURCES.width
_ENTRY_WIDTH = _LISTED_WIDTH + DESCRIPTIONS.width


def listed(row: Sequence[Any]) -> tuple[ArticleRow, SourceRow]:
    """A row of ``LISTED``.

    :raises ValueError: a checksum does not match.
    """
    return ARTICLES.checked(row[: ARTICLES.width]), SOURCES.checked(row[ARTICLES.width : _LISTED_WIDTH])


def placed(rows: Iterable[Sequence[Any]]) -> list[Placed]:
    """Rows of ``LISTED``.

    :raises ValueError: a checksum does not match.
    """
    return [Placed(article.id, article.first_passage, article.passages) for article, _ in map(listed, rows)]


def as_article(row: Sequence[Any]) -> Article:
    """A row of ``WHOLE``.

    :raises ValueError: a checksum does not match.
    """
    article, source = listed(row)
    description = _description(row[_LISTED_WIDTH:_ENTRY_WIDTH])
    text = TEXTS.checked(row[_ENTRY_WIDTH:]).text
    return Article(
        article.id, source.source, article.title, article.author, as_date(article.published), article.digest, text,
        dt.datetime.fromisoformat(article.added), article.language, article.url, _unpack_pages(article.pages),
        article.copy_of, description.tags, description.collection, description.reference,
    )  # fmt: skip


def as_entry(row: Sequence[Any]) -> Entry:
    """A row of ``CATALOGUED``.

    :raises ValueError: a checksum does not match.
    """
    article, source = listed(row)
    description = _description(row[_LISTED_WIDTH:_ENTRY_WIDTH])
    return Entry(
        article.id, source.source, article.title, article.author, as_date(article.published), article.chars,
        dt.datetime.fromisoformat(article.added), article.copy_of, description.tags, description.collection,
    )  # fmt: skip


def _description(columns: Sequence[Any]) -> Description:
    """The columns of a row of ``descriptions``; all are None where an article has none."""
    if columns[0] is None:
        return Description()
    row = DESCRIPTIONS.checked(columns)
    return Description(tuple(unpack_tags(row.tags)), row.collection, json.loads(row.reference or "{}"))


def described(id_: int, description: Description) -> list[tuple[Any, ...]]:
    """The row of an article's description, with its checksum; none if nothing is known."""
    if description == Description():
        return []
    tags = json.dumps(description.tags, ensure_ascii=False) if description.tags else None
    reference = json.dumps(description.reference, ensure_ascii=False) if description.reference else None
    return [DESCRIPTIONS.values(DescriptionRow(id_, tags, description.collection, reference))]


def unpack_tags(packed: str | None) -> list[str]:
    """Tags as they are stored."""
    return [str(tag) for tag in json.loads(packed)] if packed else []


def pack_pages(pages: tuple[Page, ...]) -> str | None:
    """Pages as they are stored."""
    return json.dumps(pages) if pages else None


def _unpack_pages(packed: str | None) -> tuple[Page, ...]:
    pages = json.loads(packed) if packed else []
    return tuple(Page(label, tuple((a, b) for a, b in spans), scanned) for label, spans, scanned in pages)


def as_date(text: str | None) -> dt.date | None:
    """A stored date."""
    return dt.date.fromisoformat(text) if text else None


def pack_vector(vector: np.ndarray) -> bytes:
    """A vector as it is stored."""
    return vector.astype(np.float16).tobytes()


def unpack_vectors(rows: list[tuple[Any, ...]], dimensions: int) -> tuple[Ints, Halves]:
    """Ids and vectors, shape (n, dimensions), of rows of ``vectors``.

    :raises ValueError: a checksum does not match.
    """
    checked = [VECTORS.checked(row) for row in rows]
    ids = np.fromiter((row.passage_id for row in checked), np.int64, len(checked))
    return ids, np.frombuffer(b"".join(row.vector for row in checked), np.float16).reshape(len(checked), dimensions)


def pack_spans(spans: Ints, start: int) -> bytes:
    """Spans as uint16 pairs, counted from a passage's start. No passage is too long for uint16."""
    return (spans - start).astype(np.uint16).tobytes()


def unpack_spans(packed: bytes, start: int) -> Ints:
    """Spans, shape (n, 2), as characters of the article's text."""
    return np.frombuffer(packed, np.uint16).reshape(-1, 2).astype(np.int64) + start
