"""Statements that bring the database of an older format up to date in place.

Format 5 keeps in ``sources`` what format 4 kept in ``articles``: where an article is stored, and whether it is current.
A row whose checksum does not match in format 4 gets one that never matches, so that damage stays detectable.
"""

from __future__ import annotations

from .schema import ARTICLE_INDEXES, ARTICLES, REMOVALS, SOURCES

_ARTICLE_4 = (
    "id, path, source, title, author, published, digest, added, generation, first_passage, passages, chars, file, "
    "name, language, url, pages, copy_of, gone"
)
"""The columns of ``articles`` in format 4, in the order of their checksum."""
_NO_CHECKSUM = -1
_SOURCE_4 = "id, file, name, source, gone"
_FROM_4 = (
    "CREATE TABLE articles_4 AS SELECT * FROM articles",
    # DROP TABLE forgets the highest id, but no id may be used again
    "UPDATE sqlite_sequence SET name = 'articles_4' WHERE name = 'articles'",
    "DROP TABLE articles",
    ARTICLES.create,
    SOURCES.create,
    REMOVALS.create,
    "UPDATE sqlite_sequence SET name = 'articles' WHERE name = 'articles_4'",
    f"INSERT INTO articles SELECT {ARTICLES.columns}, "
    f"iif(sum = checksum({_ARTICLE_4}), checksum({ARTICLES.columns}), {_NO_CHECKSUM}) FROM articles_4",
    f"INSERT INTO sources SELECT {_SOURCE_4}, "
    f"iif(sum = checksum({_ARTICLE_4}), checksum({_SOURCE_4}), {_NO_CHECKSUM}) FROM articles_4",
    "INSERT INTO removals SELECT id, generation, first_passage, passages, sum FROM gone",
    "DROP TABLE articles_4",
    "DROP TABLE gone",
    *ARTICLE_INDEXES,
)
UPGRADES = {"4": ("5", _FROM_4)}
"""By format: the next format, and the statements that lead to it. The articles' texts stay as they were read."""
