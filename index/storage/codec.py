"""Database rows and blobs to records, and back; every checksum is verified."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from quoth.index.reading.document import Page
from quoth.index.records import Article, Halves, Ints

from .rows import Placed
from .schema import ARTICLES, SOURCES, TEXTS, VECTORS, ArticleRow, SourceRow

LISTED = f"SELECT {ARTICLES.select}, {SOURCES.select} FROM articles JOIN sources ON sources.article_id = id"
"""Selects what ``listed`` takes."""
WHOLE = (
    f"SELECT {ARTICLES.select}, {SOURCES.select}, {TEXTS.select} FROM articles "
    "JOIN sources ON sources.article_id = id JOIN texts ON texts.article_id = id"
)
"""Selects what ``as_article`` takes."""
_LISTED_WIDTH = ARTICLES.width + SOURCES.width


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
    text = TEXTS.checked(row[_LISTED_WIDTH:]).text
    return Article(
        article.id, source.source, article.title, article.author, as_date(article.published), article.digest, text,
        dt.datetime.fromisoformat(article.added), article.language, article.url, _unpack_pages(article.pages),
        article.copy_of,
    )  # fmt: skip


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
