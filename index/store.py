"""The SQLite truth: articles, passages, sentences and vectors in one file. The only module that imports sqlite3.

Articles and passages are only ever inserted or deleted, never changed, and ids are never used again: whoever holds an id
either finds what it meant or finds nothing. Changes come in short transactions under the rollback journal, so readers
always see a complete state and wait for no more than one commit. Every change starts a generation with a token of its
own; what was derived at a generation is brought up to date from the articles that came and went since.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .copies import Signature, alike, bands, signature
from .errors import LibraryDamaged, LibraryNotWritable, SettingsMismatch
from .reading.language import ENGLISH
from .reading.records import Page
from .records import Article, Halves, Ints, Passage
from .rows import (
    Entry,
    FileState,
    Head,
    Known,
    Layout,
    NewArticle,
    Placed,
    StoredPassage,
    matrix,
    pack_spans,
    unpack_spans,
)
from .schema import FORMAT, FROM_2, SCHEMA
from .tokens import PackedTokens

_WAIT_SECONDS = 60.0
_COMPARED = 100
"""Articles, the oldest first, with which a new one is compared that may be a near-copy of them."""
_KEPT_ARTICLES = 512
"""Articles whose text stays in memory between questions."""

_CACHE_KB = 16_000
"""Of database pages, for each thread: room for the upper levels of all tables of a million passages."""
_PAGE_BYTES = 16384
"""Of the database; a passage takes some 3 kB, so that few pages are left with much room."""

class Store:
    """One library's database. Every thread gets a connection of its own.

    :raises LibraryDamaged: the file is not a library's database.
    :raises SettingsMismatch: it was written by a newer version of Quoth.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._local = threading.local()
        self._article = lru_cache(_KEPT_ARTICLES)(self._load_article)
        with self._reading() as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            self._create()
        elif not {"meta", "articles", "passages", "vectors"} <= tables:
            raise LibraryDamaged(f"{file} is not a Quoth library: it has other tables ({', '.join(sorted(tables))}).")
        if self.setting("format") == "2":
            with self._writing() as connection:
                if connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() == ("2",):  # nobody else did it meanwhile
                    for statement in FROM_2:
                        connection.execute(statement)
        found = self.setting("format")
        if found != str(FORMAT):
            raise SettingsMismatch(
                f"{file} has format {found}, this version of Quoth reads format {FORMAT}. Use the version that wrote it, "
                "or build the library anew: delete its folder, or name another, and add the articles again."
            )

    def _create(self) -> None:
        with self._writing() as connection:
            for statement in SCHEMA:
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES ('format', ?)", (str(FORMAT),))
            connection.execute("INSERT INTO generations VALUES (0, hex(randomblob(8)))")

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._file, timeout=_WAIT_SECONDS, isolation_level=None)
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            connection.execute("PRAGMA cache_spill = OFF")  # or a large article would lock readers out before its commit
            connection.create_function("casefolded", 1, lambda text: text and text.casefold(), deterministic=True)
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

    # ---- settings and generations -------------------------------------------------------------------------------

    def setting(self, key: str) -> str | None:
        with self._reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_settings(self, values: dict[str, str]) -> None:
        with self._writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    def head(self) -> Head:
        """The newest state; the same head means the same articles."""
        with self._reading() as connection:
            return _head(connection)

    def has_been(self, head: Head) -> bool:
        """Whether this library once was in that state: no other copy of it, and none that went another way."""
        with self._reading() as connection:
            row = connection.execute("SELECT token FROM generations WHERE generation = ?", (head.generation,)).fetchone()
        return row is not None and row[0] == head.token

    # ---- changing -----------------------------------------------------------------------------------------------

    def replace(self, new: Iterable[NewArticle], gone: Iterable[int] = (), files: Mapping[str, FileState] | None = None) -> None:
        """Put articles in, each in place of the one with the same path, and forget others, all in one step.

        :param gone: ids of articles to forget.
        :param files: files all of whose articles are known now, by path.
        """
        with self._writing() as connection:
            generation = _head(connection).generation + 1
            connection.execute("INSERT INTO generations VALUES (?, hex(randomblob(8)))", (generation,))
            for id_ in gone:
                self._forget(connection, generation, "id", id_)
            for item in new:
                self._forget(connection, generation, "path", item.path)
                self._insert(connection, generation, item)
            self._note(connection, files or {})

    @staticmethod
    def _forget(connection: sqlite3.Connection, generation: int, column: str, value: int | str) -> None:
        connection.execute(
            f"INSERT INTO gone SELECT id, ?, first_passage, passages FROM articles WHERE {column} = ?", (generation, value)
        )
        files = connection.execute(f"DELETE FROM articles WHERE {column} = ? RETURNING file", (value,)).fetchall()
        connection.executemany("DELETE FROM files WHERE path = ?", files)  # or what was taken out of a file would never come back

    @staticmethod
    def _insert(connection: sqlite3.Connection, generation: int, item: NewArticle) -> None:
        (last,) = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'").fetchone()
        a = item.article
        article_id = connection.execute(
            "INSERT INTO articles (path, source, title, author, published, digest, added, generation, first_passage, "
            "passages, chars, file, name, language, url, pages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (item.path, a.source, a.title, a.author, a.published and a.published.isoformat(), a.digest,
             a.added.isoformat(), generation, last + 1, len(item.passages), len(a.text), item.file, item.name, a.language, a.url,
             json.dumps(a.pages) if a.pages else None),
        ).lastrowid  # fmt: skip
        connection.execute("INSERT INTO texts VALUES (?, ?)", (article_id, a.text))
        connection.execute("INSERT INTO layouts VALUES (?, ?)", (article_id, item.layout.packed()))
        if (signed := signature(a.text, item.layout.blocks)) is not None and article_id is not None:
            Store._sign(connection, article_id, signed)
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(id_, article_id, p.start, p.end, p.heading, pack_spans(np.asarray(p.sentences), p.start),
              pack_spans(p.tokens.spans, p.start), p.tokens.bits.tobytes())
             for id_, p in enumerate(item.passages, last + 1)],
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO vectors VALUES (?, ?)",
            [(id_, p.vector.astype(np.float16).tobytes()) for id_, p in enumerate(item.passages, last + 1)],
        )

    @staticmethod
    def _sign(connection: sqlite3.Connection, article_id: int, signed: Signature) -> None:
        """Remember what an article is recognised by, and of which one it is a near-copy."""
        marks = bands(signed)
        found = connection.execute(
            "SELECT DISTINCT coalesce(copy_of, id), signature FROM bands JOIN articles ON id = bands.article_id JOIN signatures USING (article_id) "
            f"WHERE band IN ({','.join('?' * len(marks))}) ORDER BY id LIMIT ?",
            (*marks, _COMPARED),
        ).fetchall()
        first = next((id_ for id_, other in found if alike(signed, np.frombuffer(other, np.uint32))), None)
        if first is not None:
            connection.execute("UPDATE articles SET copy_of = ? WHERE id = ?", (first, article_id))
        connection.execute("INSERT INTO signatures VALUES (?, ?)", (article_id, signed.tobytes()))
        connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(mark, article_id) for mark in marks])

    def move(self, old: str, new: str, source: str, state: FileState) -> list[str]:
        """Give the articles of a file, which lies elsewhere now, to its new path; the sources they had.

        They become new articles, with the passages and vectors that the old ones had.
        """
        with self._writing() as connection:
            generation = _head(connection).generation + 1
            connection.execute("INSERT INTO generations VALUES (?, hex(randomblob(8)))", (generation,))
            before = connection.execute("SELECT id, name, source, first_passage FROM articles WHERE file = ? ORDER BY id", (old,)).fetchall()
            for id_, name, _, first in before:
                (last,) = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'").fetchone()
                moved = connection.execute(
                    "INSERT INTO articles (path, source, title, author, published, digest, added, generation, first_passage, passages, chars, "
                    "file, name, language, url, pages, copy_of) SELECT ?, ?, title, author, published, digest, added, ?, ?, passages, chars, ?, "
                    "name, language, url, pages, coalesce(copy_of, (SELECT a.id FROM articles b WHERE b.copy_of = a.id LIMIT 1)) FROM articles a WHERE id = ?",
                    (f"{new}#{name}" if name else new, f"{source}#{name}" if name else source, generation, last + 1, new, id_),
                ).lastrowid
                connection.execute("INSERT INTO texts SELECT ?, text FROM texts WHERE article_id = ?", (moved, id_))
                connection.execute("INSERT INTO layouts SELECT ?, layout FROM layouts WHERE article_id = ?", (moved, id_))
                connection.execute("INSERT INTO signatures SELECT ?, signature FROM signatures WHERE article_id = ?", (moved, id_))
                connection.execute("INSERT INTO bands SELECT band, ? FROM bands WHERE article_id = ?", (moved, id_))
                connection.execute(
                    "INSERT INTO passages SELECT id + ?, ?, start, end, heading, sentences, pieces, bits FROM passages WHERE article_id = ? ORDER BY id",
                    (last + 1 - first, moved, id_),
                )
                connection.execute(
                    "INSERT INTO vectors SELECT passage_id + ?, vector FROM vectors WHERE passage_id IN (SELECT id FROM passages WHERE article_id = ?)",
                    (last + 1 - first, id_),
                )
                self._forget(connection, generation, "id", id_)
            self._note(connection, {new: state})
        return [row[2] for row in before]

    def files_with(self, digest: str) -> list[str]:
        """Paths of files, as they were when they were read, with these bytes."""
        with self._reading() as connection:
            return [row[0] for row in connection.execute("SELECT path FROM files WHERE digest = ?", (digest,))]

    def note(self, files: Mapping[str, FileState]) -> None:
        """Remember what files look like whose articles are known already, by path."""
        with self._writing() as connection:
            self._note(connection, files)

    @staticmethod
    def _note(connection: sqlite3.Connection, files: Mapping[str, FileState]) -> None:
        connection.executemany(
            "INSERT OR REPLACE INTO files SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM articles WHERE file = ?1)",
            [(path, state.digest, *(state.stamp or (None, None))) for path, state in files.items()],
        )

    # ---- articles -----------------------------------------------------------------------------------------------

    def known(self, files: Iterable[str] | None = None) -> dict[str, Known]:
        """The articles' files, by path: of all articles, or of those from some files."""
        query = (
            "SELECT file, name, id, coalesce(files.digest, ''), source, size, modified FROM articles LEFT JOIN files ON files.path = file"
        )
        with self._reading() as connection:
            if files is None:
                rows = connection.execute(query).fetchall()
            else:
                among = f"{query} WHERE file IN (SELECT value FROM json_each(?))"
                rows = connection.execute(among, (json.dumps(list(files)),)).fetchall()
        found: dict[str, Known] = {}
        for file, name, id_, digest, source, size, modified in rows:
            given = source.removesuffix(f"#{name}") if name else source
            known = found.setdefault(file, Known(given, digest, None if size is None else (size, modified), {}))
            known.articles[name] = id_
        return found

    def layout(self, id_: int) -> Layout:
        """An article's layout; an empty one where the library is older than layouts are."""
        with self._reading() as connection:
            row = connection.execute("SELECT layout FROM layouts WHERE article_id = ?", (id_,)).fetchone()
        return Layout.unpacked(row[0]) if row else Layout()

    def file_of(self, id_: int) -> str | None:
        """The real path of the file that an article was read from."""
        with self._reading() as connection:
            row = connection.execute("SELECT file FROM articles WHERE id = ?", (id_,)).fetchone()
        return row[0] if row else None

    def articles(self) -> list[Article]:
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {_ARTICLE} FROM articles JOIN texts ON article_id = id ORDER BY id").fetchall()
        return [_article(row) for row in rows]

    def catalogue(self) -> list[Entry]:
        """Every article without its text, in the order in which they came in."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, source, title, author, published, chars, added, copy_of FROM articles ORDER BY id"
            ).fetchall()
        return [
            Entry(id_, source, title, author, _day(published), chars, dt.datetime.fromisoformat(added), copy_of)
            for id_, source, title, author, published, chars, added, copy_of in rows
        ]

    def article(self, id_: int) -> Article | None:
        """The article with this id, while it is there."""
        with self._reading() as connection:
            row = connection.execute(f"SELECT {_ARTICLE} FROM articles JOIN texts ON article_id = id WHERE id = ?", (id_,)).fetchone()
        return _article(row) if row else None

    def article_from(self, source: str) -> Article | None:
        """The first article that was read from a path as it was given."""
        with self._reading() as connection:
            row = connection.execute(f"SELECT {_ARTICLE} FROM articles JOIN texts ON article_id = id WHERE source = ? LIMIT 1", (source,)).fetchone()
        return _article(row) if row else None

    def matching(
        self, sources: Iterable[str] = (), author: str | None = None, since: dt.date | None = None, until: dt.date | None = None,
    ) -> list[Placed]:  # fmt: skip
        """The articles that fit everything that is given (see ``qa.only``), with the ids of their passages."""
        wanted = json.dumps(list(sources))
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, first_passage, passages FROM articles "
                "WHERE (:sources = '[]' OR source IN (SELECT value FROM json_each(:sources))) "
                "AND (:author IS NULL OR instr(casefolded(author), :author) > 0) "
                "AND (:since IS NULL OR published >= :since) AND (:until IS NULL OR published <= :until) ORDER BY id",
                {"sources": wanted, "author": author and author.casefold(), "since": since and since.isoformat(),
                 "until": until and until.isoformat()},
            ).fetchall()  # fmt: skip
        return [Placed(*row) for row in rows]

    def languages(self) -> dict[str, int]:
        """How many articles are in which language; those of which it is not known count as English."""
        with self._reading() as connection:
            rows = connection.execute("SELECT coalesce(language, ?), count(*) FROM articles GROUP BY 1", (ENGLISH,)).fetchall()
        return dict(rows)

    def counts(self) -> tuple[int, int]:
        """Numbers of articles and of passages."""
        with self._reading() as connection:
            articles, passages = connection.execute("SELECT count(*), coalesce(sum(passages), 0) FROM articles").fetchone()
        return articles, passages

    # ---- for the indexes ----------------------------------------------------------------------------------------

    def came(self, since: int) -> list[Placed]:
        """Articles that came after a generation and are still there, in the order of their ids."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, first_passage, passages FROM articles WHERE generation > ? ORDER BY id", (since,)
            ).fetchall()
        return [Placed(*row) for row in rows]

    def went(self, since: int) -> list[Placed]:
        """Articles that went after a generation."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, first_passage, passages FROM gone WHERE generation > ?", (since,)
            ).fetchall()
        return [Placed(*row) for row in rows]

    def texts(self, article: Placed) -> tuple[str, list[str]]:
        """An article's language, and what its passages are searched by, in order: title, heading and words."""
        with self._reading() as connection:
            found = connection.execute(
                "SELECT title, text, language FROM articles JOIN texts ON article_id = id WHERE id = ?", (article.id,)
            ).fetchone()
            rows = connection.execute(
                "SELECT heading, start, end FROM passages WHERE article_id = ? ORDER BY id", (article.id,)
            ).fetchall()
        title, text, language = found or (None, "", None)
        return language or ENGLISH, ["\n".join(part for part in (title, heading, text[start:end]) if part) for heading, start, end in rows]

    def vectors(self, dimensions: int, after: int = 0, at_once: int = 20_000) -> Iterator[tuple[Ints, Halves]]:
        """Ids and vectors (n, dimensions) of the passages with a higher id than ``after``, in order, some at a time.

        Not one state: what comes or goes meanwhile may be there or not.
        """
        while True:
            with self._reading() as connection:
                rows = connection.execute(
                    "SELECT passage_id, vector FROM vectors WHERE passage_id > ? ORDER BY passage_id LIMIT ?", (after, at_once)
                ).fetchall()
            if not rows:
                return
            yield matrix(rows, dimensions)
            after = rows[-1][0]

    def vectors_of(self, ids: Sequence[int], dimensions: int) -> tuple[Ints, Halves]:
        """Ids, in order, and vectors of those of the passages that are still there."""
        with self._reading() as connection:
            marks = ",".join("?" * len(ids))
            rows = connection.execute(
                f"SELECT passage_id, vector FROM vectors WHERE passage_id IN ({marks}) ORDER BY passage_id", list(ids)
            ).fetchall()
        return matrix(rows, dimensions)

    def count_after(self, passage: int) -> int:
        """How many passages have a higher id."""
        with self._reading() as connection:
            (count,) = connection.execute(
                "SELECT coalesce(sum(passages), 0) FROM articles WHERE first_passage > ?", (passage,)
            ).fetchone()
        return int(count)

    def passages(self, ids: Sequence[int]) -> list[tuple[StoredPassage, Article]]:
        """Those of the passages that are still there, in the order asked for."""
        marks = ",".join("?" * len(ids))
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, article_id, start, end, heading, sentences, pieces, bits, vector "
                f"FROM passages JOIN vectors ON passage_id = id WHERE id IN ({marks})",
                list(ids),
            ).fetchall()
            found = {row[0]: _stored(row, self._article(row[1])) for row in rows}
        return [found[i] for i in ids if i in found]

    def _load_article(self, id_: int) -> Article:
        """The article of a passage that was read in the same state."""
        return _article(self._connection.execute(f"SELECT {_ARTICLE} FROM articles JOIN texts ON article_id = id WHERE id = ?", (id_,)).fetchone())


_ARTICLE = "id, source, title, author, published, digest, text, added, language, url, pages, copy_of"


def _head(connection: sqlite3.Connection) -> Head:
    return Head(*connection.execute("SELECT generation, token FROM generations ORDER BY generation DESC LIMIT 1").fetchone())


def _article(row: tuple[Any, ...]) -> Article:
    id_, source, title, author, published, digest, text, added, language, url, pages, copy_of = row
    return Article(
        id_, source, title, author, _day(published), digest, text, dt.datetime.fromisoformat(added), language, url, _pages(pages), copy_of
    )


def _pages(text: str | None) -> tuple[Page, ...]:
    return tuple(Page(label, tuple((a, b) for a, b in spans), scanned) for label, spans, scanned in json.loads(text)) if text else ()


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _stored(row: tuple[Any, ...], article: Article) -> tuple[StoredPassage, Article]:
    id_, article_id, start, end, heading, sentences, pieces, bits, vector = row
    spans = unpack_spans(pieces, start)
    return (
        StoredPassage(
            Passage(id_, article_id, start, end, article.text[start:end], heading),
            tuple(map(tuple, unpack_spans(sentences, start).tolist())),
            np.frombuffer(vector, np.float16).astype(np.float32),
            PackedTokens(spans, np.frombuffer(bits, np.uint8).reshape(len(spans), -1)),
        ),
        article,
    )
