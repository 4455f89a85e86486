"""The tables of a library's database.

An answer is made of rows that carry a checksum (see ``Table``), so that a corrupt byte is detected.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from .tables import Table

FORMAT = 7


class ArticleRow(NamedTuple):
    """An article as it was read. The row never changes."""

    id: Annotated[int, "PRIMARY KEY AUTOINCREMENT"]
    generation: int
    """The generation that added the article."""
    title: str | None
    author: str | None
    published: str | None
    """An ISO 8601 date."""
    digest: str
    added: str
    """An ISO 8601 date and time."""
    first_passage: int
    """The id of the first passage. An article's passages have consecutive ids."""
    passages: int
    """Number of passages."""
    chars: int
    language: str | None
    url: str | None
    pages: str | None
    """A JSON list."""
    copy_of: int | None
    """The id of the first article that this one is a near-duplicate of, even after that article is deleted."""


class SourceRow(NamedTuple):
    """Where an article is stored on disk, and until when the library holds it."""

    article_id: Annotated[int, "PRIMARY KEY REFERENCES articles ON DELETE CASCADE"]
    file: str
    """The real path of the file: what identifies it."""
    given: str
    """The absolute path under which it was found, with its links; empty if an older version did not store it."""
    name: str
    """Which article of the file it is; empty if the file is one article."""
    source: str
    """The path as the caller gave it, with ``#name`` if the article has a name. It is shown and names the article: if
    another file has the same, as one that was given in another working directory, it is the absolute path."""
    removed: int | None
    """The generation that removed the article. Its rows stay until no question can be reading them."""


class TextRow(NamedTuple):
    """An article's text: a table of its own, so that listing a million articles reads no text."""

    article_id: Annotated[int, "PRIMARY KEY REFERENCES articles ON DELETE CASCADE"]
    text: str


class DescriptionRow(NamedTuple):
    """What is known of an article beyond its title, author, date, language and address. An article without has no row.

    It may change while the article stays the same: a tag says nothing about what may be quoted.
    """

    article_id: Annotated[int, "PRIMARY KEY REFERENCES articles ON DELETE CASCADE"]
    tags: str | None
    """A JSON list."""
    collection: str | None
    reference: str | None
    """A JSON object."""


class RemovalRow(NamedTuple):
    """An article that was removed or replaced. The row stays after the article's other rows are deleted."""

    article_id: Annotated[int, "PRIMARY KEY"]
    generation: int
    """The generation that removed the article."""
    first_passage: int
    passages: int


class PassageRow(NamedTuple):
    """A passage: its place in the article's text, its sentences and its word pieces."""

    id: Annotated[int, "PRIMARY KEY AUTOINCREMENT"]
    article_id: Annotated[int, "REFERENCES articles ON DELETE CASCADE"]
    start: int
    end: int
    heading: str | None
    sentences: bytes
    """uint16 pairs: start and end of each sentence, counted from the passage's start."""
    pieces: bytes
    """uint16 pairs: start and end of each word piece, counted from the passage's start."""
    bits: bytes
    """The signs of each word piece's vector, eight to a byte."""


class VectorRow(NamedTuple):
    """A passage's vector: a table of its own, so that loading all vectors reads nothing else."""

    passage_id: Annotated[int, "PRIMARY KEY REFERENCES passages ON DELETE CASCADE"]
    vector: bytes
    """float16."""


ARTICLES = Table("articles", ArticleRow)
SOURCES = Table("sources", SourceRow)
TEXTS = Table("texts", TextRow)
DESCRIPTIONS = Table("descriptions", DescriptionRow)
REMOVALS = Table("removals", RemovalRow)
PASSAGES = Table("passages", PassageRow)
VECTORS = Table("vectors", VectorRow)

_OTHER_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE generations (
    generation INTEGER PRIMARY KEY,
    token TEXT NOT NULL,
    at REAL NOT NULL DEFAULT 0  -- seconds since 1970
);
CREATE TABLE layouts (  -- blocks, and the places of characters on pages
    article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    layout BLOB NOT NULL
);
CREATE TABLE signatures (article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE, signature BLOB NOT NULL);
CREATE TABLE bands (  -- near-duplicates share a band
    band INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (band, article_id)
) WITHOUT ROWID;
CREATE INDEX bands_of_article ON bands (article_id);
CREATE INDEX passages_of_article ON passages (article_id)
"""
FILE_TABLES = tuple(
    """
CREATE TABLE files (  -- as last read, so that an unchanged file is not read again
    path TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    stamp TEXT  -- size, times and inode; NULL if a later change might not show in them
) WITHOUT ROWID;
CREATE TABLE refusals (  -- files, and articles of files, that could not be added
    path TEXT NOT NULL,
    name TEXT NOT NULL,  -- which article of the file; empty for the file itself
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    digest TEXT NOT NULL,  -- of the file that was refused; empty if it could not be opened
    stamp TEXT,
    PRIMARY KEY (path, name)
) WITHOUT ROWID;
CREATE INDEX files_by_digest ON files (digest)
""".strip().split(";\n")
)
ARTICLE_INDEXES = (
    "CREATE INDEX articles_by_generation ON articles (generation, id)",
    "CREATE UNIQUE INDEX sources_by_file ON sources (file, name) WHERE removed IS NULL",
    "CREATE INDEX sources_by_source ON sources (source) WHERE removed IS NULL",
    "CREATE INDEX sources_removed ON sources (removed) WHERE removed IS NOT NULL",
    "CREATE INDEX removals_by_generation ON removals (generation)",
)
"""Indexes of articles and their places."""
SCHEMA = (
    *(table.create for table in (ARTICLES, SOURCES, TEXTS, DESCRIPTIONS, REMOVALS, PASSAGES, VECTORS)),
    *_OTHER_TABLES.strip().split(";\n"),
    *FILE_TABLES,
    *ARTICLE_INDEXES,
)
"""Statements that create the tables of an empty library."""

TERM_TABLES = (
    "CREATE TABLE IF NOT EXISTS terms (kind INTEGER NOT NULL, term TEXT NOT NULL, count INTEGER NOT NULL, "
    "PRIMARY KEY (kind, term))",
    "CREATE TABLE IF NOT EXISTS term_changes (generation INTEGER NOT NULL, kind INTEGER NOT NULL, term TEXT NOT NULL, "
    "change INTEGER NOT NULL, PRIMARY KEY (generation, kind, term))",
    # what an article counts for, to be subtracted when it is removed, after its rows are deleted
    "CREATE TABLE IF NOT EXISTS term_articles (article_id INTEGER NOT NULL PRIMARY KEY, terms TEXT NOT NULL)",
    # one row; not a setting, which a backup would restore without the terms
    "CREATE TABLE IF NOT EXISTS term_state (id INTEGER NOT NULL PRIMARY KEY, state TEXT NOT NULL)",
)
"""Statements that create the tables of terms.py, where a candidate engine is used."""

CURRENT = "id NOT IN (SELECT article_id FROM sources WHERE removed IS NOT NULL)"
"""Condition on ``articles``: the article is in the newest generation."""
AT = "generation <= :at AND id NOT IN (SELECT article_id FROM sources WHERE removed <= :at)"
"""Condition on ``articles``: the article is in the generation ``:at``."""
