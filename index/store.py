"""The SQLite truth: articles, passages, sentences and vectors in one file. The only module that imports sqlite3.

Rows are only ever inserted or deleted, never updated in place, and ids are never used again: whoever holds an id either
finds what it meant or finds nothing. Changes come in short transactions under the rollback journal, so readers always
see a complete state and wait for no more than one commit.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .errors import LibraryDamaged, LibraryNotWritable, SettingsMismatch
from .records import Article, Floats, Ints, Passage, Span
from .tokens import PackedTokens

FORMAT = 1
_WAIT_SECONDS = 60.0
_KEPT_ARTICLES = 512
"""Articles whose text stays in memory between questions."""

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    title TEXT,
    author TEXT,
    published TEXT,
    digest TEXT NOT NULL,
    added TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    heading TEXT,
    sentences BLOB NOT NULL  -- int32 pairs: start and end of each, in the article
);
CREATE INDEX passages_of_article ON passages (article_id);
CREATE TABLE vectors (  -- apart, so that loading all of them reads nothing else
    passage_id INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    vector BLOB NOT NULL  -- float32
);
CREATE TABLE tokens (
    passage_id INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    spans BLOB NOT NULL,  -- int32 pairs: start and end of each word piece, in the article
    bits BLOB NOT NULL  -- the signs of each word piece's vector, eight to a byte
);
"""


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage on its way into the store."""

    start: int
    end: int
    heading: str | None
    sentences: tuple[Span, ...]
    vector: Floats
    tokens: PackedTokens


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article on its way into the store; ``path`` says which older one it replaces."""

    path: str
    article: Article
    passages: tuple[NewPassage, ...]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what re-ranking and quoting need."""

    passage: Passage
    sentences: tuple[Span, ...]
    vector: Floats
    tokens: PackedTokens


class Store:
    """One library's database. Every thread gets a connection of its own.

    :raises LibraryDamaged: the file is not a library's database.
    :raises SettingsMismatch: it was written by a newer version of Quoth.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._local = threading.local()
        self._article = lru_cache(_KEPT_ARTICLES)(self._load_article)
        with self._reading():
            tables = {row[0] for row in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            with self._writing() as connection:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.executemany(
                    "INSERT INTO meta VALUES (?, ?)", [("format", str(FORMAT)), ("generation", "0")]
                )
        elif not {"meta", "articles", "passages", "vectors", "tokens"} <= tables:
            raise LibraryDamaged(f"{file} is not a Quoth library: it has other tables ({', '.join(sorted(tables))}).")
        found = self.setting("format")
        if found != str(FORMAT):
            raise SettingsMismatch(
                f"{file} has format {found}, this version of Quoth reads format {FORMAT}. Use the version that wrote it, "
                "or build the library anew in another folder."
            )

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._file, timeout=_WAIT_SECONDS, isolation_level=None)
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
        return connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent state for all that is read inside."""
        connection: sqlite3.Connection | None = None
        try:
            connection = self._connection
            connection.execute("BEGIN")
            yield connection
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(
                f"{self._file} cannot be read as a Quoth library: {error}. Restore it from a copy, or delete its folder "
                "and add the articles again."
            ) from error
        finally:
            if connection is not None and connection.in_transaction:
                connection.execute("ROLLBACK")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            raise LibraryNotWritable(
                f"{self._file} cannot be written: {error}. Nothing of this step was stored; see to the folder's permissions "
                "and the free space, and try again."
            ) from error

    def close(self) -> None:
        """Close this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            del self._local.connection

    def setting(self, key: str) -> str | None:
        with self._reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_settings(self, values: dict[str, str]) -> None:
        with self._writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    def generation(self) -> int:
        """Counts the changes to the articles; the same number means the same articles."""
        return int(self.setting("generation") or 0)

    def replace(self, new: Iterable[NewArticle], gone: Iterable[int] = ()) -> None:
        """Put articles in, each in place of the one with the same path, and forget others, all in one step.

        :param gone: ids of articles to forget.
        """
        with self._writing() as connection:
            connection.executemany("DELETE FROM articles WHERE id = ?", [(i,) for i in gone])
            for item in new:
                connection.execute("DELETE FROM articles WHERE path = ?", (item.path,))
                a = item.article
                article_id = connection.execute(
                    "INSERT INTO articles (path, source, title, author, published, digest, added, text) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (item.path, a.source, a.title, a.author, a.published and a.published.isoformat(), a.digest,
                     a.added.isoformat(), a.text),
                ).lastrowid  # fmt: skip
                for p in item.passages:
                    passage_id = connection.execute(
                        "INSERT INTO passages (article_id, start, end, heading, sentences) VALUES (?, ?, ?, ?, ?)",
                        (article_id, p.start, p.end, p.heading, np.asarray(p.sentences, np.int32).tobytes()),
                    ).lastrowid
                    connection.execute("INSERT INTO vectors VALUES (?, ?)", (passage_id, p.vector.tobytes()))
                    connection.execute(
                        "INSERT INTO tokens VALUES (?, ?, ?)",
                        (passage_id, p.tokens.spans.astype(np.int32).tobytes(), p.tokens.bits.tobytes()),
                    )
            connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")

    def known(self) -> dict[str, tuple[int, str, str]]:
        """Of every article, by path: its id, digest and source."""
        with self._reading() as connection:
            return {
                path: (id_, digest, source)
                for path, id_, digest, source in connection.execute("SELECT path, id, digest, source FROM articles")
            }

    def articles(self) -> list[Article]:
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {_ARTICLE} FROM articles ORDER BY id").fetchall()
        return [_article(row) for row in rows]

    def counts(self) -> tuple[int, int]:
        """Numbers of articles and of passages."""
        with self._reading() as connection:
            (articles,) = connection.execute("SELECT count(*) FROM articles").fetchone()
            (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
        return articles, passages

    def passage_ids(self) -> tuple[int, Ints]:
        """The generation, and the ids of its passages in order."""
        with self._reading() as connection:
            (generation,) = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
            ids = connection.execute("SELECT id FROM passages ORDER BY id").fetchall()
        return int(generation), np.asarray(ids, np.int64).reshape(-1)

    def passages_of(self, articles: Iterable[int]) -> Ints:
        """Ids of the passages of some articles."""
        with self._reading() as connection:
            rows = [row for id_ in articles for row in connection.execute("SELECT id FROM passages WHERE article_id = ?", (id_,))]
        return np.asarray(sorted(rows), np.int64).reshape(-1)

    def for_search(self, after: int, dimensions: int) -> tuple[Ints, Floats, list[str]]:
        """Ids, vectors (n, dimensions) and searchable texts (title, heading, words) of passages with an id above ``after``."""
        ids: list[int] = []
        vectors: list[bytes] = []
        texts: list[str] = []
        title: str | None = None
        whole, current = "", -1
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT p.id, p.article_id, p.start, p.end, p.heading, v.vector "
                "FROM passages p JOIN vectors v ON v.passage_id = p.id WHERE p.id > ? ORDER BY p.id",
                (after,),
            )
            for id_, article_id, start, end, heading, vector in rows:
                if article_id != current:  # passages of one article have neighbouring ids
                    current = article_id
                    title, whole = connection.execute(
                        "SELECT title, text FROM articles WHERE id = ?", (article_id,)
                    ).fetchone()
                ids.append(id_)
                vectors.append(vector)
                texts.append("\n".join(part for part in (title, heading, whole[start:end]) if part))
        matrix = np.frombuffer(b"".join(vectors), np.float32).reshape(len(ids), dimensions)
        return np.asarray(ids, np.int64), matrix, texts

    def passages(self, ids: Sequence[int]) -> list[tuple[StoredPassage, Article]]:
        """Those of the passages that are still there, in the order asked for."""
        marks = ",".join("?" * len(ids))
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT p.id, p.article_id, p.start, p.end, p.heading, p.sentences, v.vector, t.spans, t.bits "
                "FROM passages p JOIN vectors v ON v.passage_id = p.id JOIN tokens t ON t.passage_id = p.id "
                f"WHERE p.id IN ({marks})",
                list(ids),
            ).fetchall()
            found = {row[0]: _stored(row, self._article(row[1])) for row in rows}
        return [found[i] for i in ids if i in found]

    def article(self, id_: int) -> Article | None:
        """The article with this id, while it is there."""
        with self._reading() as connection:
            row = connection.execute(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (id_,)).fetchone()
        return _article(row) if row else None

    def _load_article(self, id_: int) -> Article:
        """The article of a passage that was read in the same state."""
        return _article(self._connection.execute(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (id_,)).fetchone())


_ARTICLE = "id, source, title, author, published, digest, text, added"


def _article(row: tuple[Any, ...]) -> Article:
    id_, source, title, author, published, digest, text, added = row
    return Article(
        id_, source, title, author, dt.date.fromisoformat(published) if published else None, digest, text,
        dt.datetime.fromisoformat(added),
    )  # fmt: skip


def _stored(row: tuple[Any, ...], article: Article) -> tuple[StoredPassage, Article]:
    id_, article_id, start, end, heading, sentences, vector, spans, bits = row
    token_spans = np.frombuffer(spans, np.int32).reshape(-1, 2).astype(np.int64)
    return (
        StoredPassage(
            Passage(id_, article_id, start, end, article.text[start:end], heading),
            tuple((int(s), int(e)) for s, e in np.frombuffer(sentences, np.int32).reshape(-1, 2)),
            np.frombuffer(vector, np.float32),
            PackedTokens(token_spans, np.frombuffer(bits, np.uint8).reshape(len(token_spans), -1)),
        ),
        article,
    )
