"""Rows of the store -> records, once they are seen to be what was written."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from quoth.index.reading.document import Page
from quoth.index.records import Article

from .rows import Placed, checksum
from .schema import ARTICLE

READ = f"SELECT {ARTICLE}, articles.sum, text, texts.sum FROM articles JOIN texts ON article_id = id"
"""What ``as_article`` takes."""


class Row(NamedTuple):
    """What ``ARTICLE`` names."""

    id: int
    path: str
    source: str
    title: str | None
    author: str | None
    published: str | None
    digest: str
    added: str
    generation: int
    first_passage: int
    passages: int
    chars: int
    file: str
    name: str
    language: str | None
    url: str | None
    pages: str | None
    copy_of: int | None
    gone: int | None


def checked(row: Sequence[Any]) -> Row:
    """A row of ``articles``, without its checksum.

    :raises ValueError: it is not what was written.
    """
    if checksum(*row[:-1]) != row[-1]:
        raise ValueError(f"what it says of article {row[0]} ({row[2]}) is not what was written")
    return Row(*row[:-1])


def checked_passage(row: Sequence[Any]) -> Sequence[Any]:
    """The same of ``passages``."""
    if checksum(*row[:-1]) != row[-1]:
        raise ValueError(f"passage {row[0]} is not what was written")
    return row[:-1]


def placed(rows: Iterable[Sequence[Any]]) -> list[Placed]:
    """Rows of ``articles``, with their checksums."""
    return [Placed(row.id, row.first_passage, row.passages) for row in map(checked, rows)]


def as_article(row: Sequence[Any]) -> Article:
    """A row of ``READ``, as an article.

    :raises ValueError: it is not what was written.
    """
    *own, text, written = row
    r = checked(own)
    if checksum(r.id, text) != written:
        raise ValueError(f"the text of {r.source} is not what was written")
    return Article(
        r.id, r.source, r.title, r.author, day(r.published), r.digest, text, dt.datetime.fromisoformat(r.added),
        r.language, r.url, _pages(r.pages), r.copy_of,
    )  # fmt: skip


def _pages(text: str | None) -> tuple[Page, ...]:
    return (
        tuple(Page(label, tuple((a, b) for a, b in spans), scanned) for label, spans, scanned in json.loads(text))
        if text
        else ()
    )


def day(text: str | None) -> dt.date | None:
    """A date as it is stored."""
    return dt.date.fromisoformat(text) if text else None
