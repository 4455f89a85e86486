"""Statements that bring the database of an older format up to date in place.

Format 5 keeps in ``sources`` what format 4 kept in ``articles``: where an article is stored, and whether it is current.
Format 6 also keeps the absolute path under which a file was found, shows no path for two files, knows more of a file
than its size and time, and remembers which files were refused. Format 7 has a table of tags, collections and
references. A row whose checksum does not match in the older format
gets one that never matches, so that damage stays detectable.
"""

from __future__ import annotations

from quoth.index.storage.schema import ARTICLE_INDEXES, ARTICLES, DESCRIPTIONS, FILE_TABLES, REMOVALS, SOURCES

_ARTICLE_4 = (
    "id, path, source, title, author, published, digest, added, generation, first_passage, passages, chars, file, "
    "name, language, url, pages, copy_of, gone"
)
"""The columns of ``articles`` in format 4, in the order of their checksum."""
_SOURCE_5 = "article_id, file, name, source, removed"
"""The columns of ``sources`` in format 5, in the order of their checksum."""
_NO_CHECKSUM = -1
_SHOWN = "iif(name = '', source, substr(source, 1, length(source) - length(name) - 1))"
_GIVEN = f"iif({_SHOWN} LIKE '/%' OR {_SHOWN} LIKE '_:%', {_SHOWN}, '')"
"""The absolute path under which a file was found, if it was given like that. Where a relative path led is unknown."""
_SOURCE_4 = f"id, file, {_GIVEN}, name, source, gone"
_NEW_SOURCE_5 = f"article_id, file, {_GIVEN}, name, source, removed"
_IN_FULL = "file || iif(name = '', '', '#' || name)"
_SAME_SOURCE = (
    f"UPDATE sources SET source = {_IN_FULL}, sum = checksum(article_id, file, given, name, {_IN_FULL}, removed) "
    f"WHERE removed IS NULL AND sum = checksum({SOURCES.columns}) "
    "AND EXISTS (SELECT 1 FROM sources AS other WHERE other.source = sources.source AND other.removed IS NULL "
    "AND other.article_id < sources.article_id)"
)
_FILES = (
    "ALTER TABLE files RENAME TO files_5",
    "DROP INDEX files_by_digest",
    *FILE_TABLES,
    "INSERT INTO files SELECT path, digest, NULL FROM files_5",
    "DROP TABLE files_5",
)
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
    *_FILES,
    _SAME_SOURCE,
    DESCRIPTIONS.create,
)
_FROM_5 = (
    "CREATE TABLE sources_5 AS SELECT * FROM sources",
    "DROP TABLE sources",
    SOURCES.create,
    f"INSERT INTO sources SELECT {_NEW_SOURCE_5}, "
    f"iif(sum = checksum({_SOURCE_5}), checksum({_NEW_SOURCE_5}), {_NO_CHECKSUM}) FROM sources_5",
    "DROP TABLE sources_5",
    *(index for index in ARTICLE_INDEXES if " ON sources " in index),
    *_FILES,
    _SAME_SOURCE,
    DESCRIPTIONS.create,
)
UPGRADES = {"4": ("7", _FROM_4), "5": ("7", _FROM_5), "6": ("7", (DESCRIPTIONS.create,))}
"""By format: the next format, and the statements that lead to it. The articles' texts stay as they were read."""
