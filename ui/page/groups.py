"""Articles that belong together in the list: those of one collection, or of one file."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import accumulate
from typing import NamedTuple

from quoth.index.records import COLLECTION_SEPARATOR, file_name
from quoth.index.storage.rows import Entry


class Group(NamedTuple):
    """Several articles under one name, or a single one."""

    name: str
    """Empty for a single article that stands alone."""
    articles: list[Entry]


def in_groups(articles: Sequence[Entry]) -> list[Group]:
    """Return the articles in their order; those that belong together are where the first of them is."""
    collections = {article.collection for article in articles}
    keys = [_key(article, collections) for article in articles]
    together: dict[str, Group] = {}
    for key, article in zip(keys, articles, strict=True):
        together.setdefault(key, Group(_name(key), [])).articles.append(article)
    return [group if len(group.articles) > 1 else Group("", group.articles) for group in together.values()]


def file_part(source: str) -> str:
    """Return the file of a source; the source itself if it names no article in a file."""
    path, mark, _ = source.partition("#")
    return path if mark and "." in file_name(path) else source


def _key(article: Entry, collections: Set[str | None]) -> str:
    """Return what articles that belong together share.

    An article in several collections is listed in the first of them if another article is in that one alone, else
    under all of them: the separator may also be a part of one name.

    :param collections: what is stated as an article's collections.
    """
    if article.collection:
        names = accumulate(article.collection.split(COLLECTION_SEPARATOR), f"{{}}{COLLECTION_SEPARATOR}{{}}".format)
        return f"#{next(name for name in names if name in collections)}"
    return file_part(article.source)


def _name(key: str) -> str:
    return key[1:] if key.startswith("#") else file_name(key)
