"""The tables of a library's database, and what brings those of an older format up to date in place.

Rows that an answer is made of carry a checksum (rows.checksum), so that a byte that a disk changed is noticed.
"""

from __future__ import annotations

FORMAT = 4

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE generations (
    generation INTEGER PRIMARY KEY,
    token TEXT NOT NULL,
    at REAL NOT NULL DEFAULT 0  -- seconds since 1970
);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL,  -- its file, with its name where that holds several
    source TEXT NOT NULL,
    title TEXT,
    author TEXT,
    published TEXT,
    digest TEXT NOT NULL,
    added TEXT NOT NULL,
    generation INTEGER NOT NULL,  -- that it came with
    first_passage INTEGER NOT NULL,  -- its passages have neighbouring ids
    passages INTEGER NOT NULL,
    chars INTEGER NOT NULL,
    file TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    language TEXT,
    url TEXT,
    pages TEXT,  -- a JSON list
    copy_of INTEGER,  -- the first of the articles that it is a near-copy of, also once that is gone
    gone INTEGER,  -- the generation that it went with; its row stays until nobody can be reading it
    sum INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX articles_by_path ON articles (path) WHERE gone IS NULL;
CREATE INDEX articles_gone ON articles (gone) WHERE gone IS NOT NULL;
CREATE TABLE signatures (article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE, signature BLOB NOT NULL);
CREATE TABLE bands (  -- near-copies share one
    band INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (band, article_id)
) WITHOUT ROWID;
CREATE INDEX bands_of_article ON bands (article_id);
CREATE INDEX articles_by_file ON articles (file);
CREATE TABLE layouts (  -- blocks and places on pages
    article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    layout BLOB NOT NULL
);
CREATE TABLE texts (  -- apart, so that a million articles can be looked through without reading them
    article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    text TEXT NOT NULL,
    sum INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX articles_by_generation ON articles (generation, id);
CREATE TABLE gone (  -- articles that were removed or replaced
    id INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL,  -- that they went with
    first_passage INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    sum INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX gone_by_generation ON gone (generation);
CREATE TABLE files (  -- as they were when they were last read, so that most need not be read again
    path TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    size INTEGER,  -- none where a later change might not show in it
    modified INTEGER  -- nanoseconds
) WITHOUT ROWID;
CREATE INDEX files_by_digest ON files (digest);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    heading TEXT,
    sentences BLOB NOT NULL,  -- uint16 pairs: start and end of each, from the passage's start
    pieces BLOB NOT NULL,  -- the same of each word piece
    bits BLOB NOT NULL,  -- the signs of each word piece's vector, eight to a byte
    sum INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX passages_of_article ON passages (article_id);
CREATE TABLE vectors (  -- apart, so that loading all of them reads nothing else
    passage_id INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    vector BLOB NOT NULL,  -- float16
    sum INTEGER NOT NULL DEFAULT 0
);
"""

_FROM_2 = """
ALTER TABLE articles ADD COLUMN file TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN language TEXT;
ALTER TABLE articles ADD COLUMN url TEXT;
ALTER TABLE articles ADD COLUMN pages TEXT;
ALTER TABLE articles ADD COLUMN copy_of INTEGER;
CREATE TABLE signatures (article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE, signature BLOB NOT NULL);
CREATE TABLE bands (band INTEGER NOT NULL, article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (band, article_id)) WITHOUT ROWID;
CREATE INDEX bands_of_article ON bands (article_id);
UPDATE articles SET file = path;
CREATE INDEX articles_by_file ON articles (file);
CREATE TABLE layouts (article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE, layout BLOB NOT NULL);
ALTER TABLE files RENAME TO files_before;
CREATE TABLE files (path TEXT PRIMARY KEY, digest TEXT NOT NULL, size INTEGER, modified INTEGER) WITHOUT ROWID;
INSERT INTO files SELECT articles.path, digest, size, modified FROM articles LEFT JOIN files_before USING (path);
DROP TABLE files_before;
CREATE INDEX files_by_digest ON files (digest);
UPDATE meta SET value = '3' WHERE key = 'format';
"""

_FROM_3 = """
CREATE TEMP TABLE kept AS SELECT seq FROM sqlite_sequence WHERE name = 'articles';
{articles};
INSERT INTO articles_4 SELECT {columns}, NULL, 0 FROM articles;
DROP TABLE articles;
ALTER TABLE articles_4 RENAME TO articles;
DELETE FROM sqlite_sequence WHERE name = 'articles';
INSERT INTO sqlite_sequence SELECT 'articles', seq FROM kept;
DROP TABLE kept;
CREATE UNIQUE INDEX articles_by_path ON articles (path) WHERE gone IS NULL;
CREATE INDEX articles_gone ON articles (gone) WHERE gone IS NOT NULL;
CREATE INDEX articles_by_file ON articles (file);
CREATE INDEX articles_by_generation ON articles (generation, id);
ALTER TABLE generations ADD COLUMN at REAL NOT NULL DEFAULT 0;
ALTER TABLE texts ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gone ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE passages ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vectors ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
UPDATE articles SET sum = checksum({row});
UPDATE texts SET sum = checksum(article_id, text);
UPDATE gone SET sum = checksum(id, generation, first_passage, passages);
UPDATE passages SET sum = checksum({passage});
UPDATE vectors SET sum = checksum(passage_id, vector);
UPDATE meta SET value = '4' WHERE key = 'format';
"""

_COLUMNS = (
    "id, path, source, title, author, published, digest, added, generation, first_passage, passages, chars, file, "
    "name, language, url, pages, copy_of"
)
ARTICLE = f"{_COLUMNS}, gone"
"""All that a row of ``articles`` says, in this order; its checksum is over that."""
PASSAGE = "id, article_id, start, end, heading, sentences, pieces, bits"
"""The same of ``passages``."""
SCHEMA = _TABLES.strip().split(";\n")
"""Statements that make the tables of an empty library."""
UPGRADES = {
    "2": _FROM_2.strip().split(";\n"),
    "3": _FROM_3.format(
        articles=next(s for s in SCHEMA if s.startswith("CREATE TABLE articles"))
        .replace("articles (", "articles_4 (", 1),
        columns=_COLUMNS, row=ARTICLE, passage=PASSAGE,
    ).strip().split(";\n"),
}  # fmt: skip
"""Statements that make a library of that format one of the next; its articles stay as they were read."""
