"""The truth: articles, passages, sentences and vectors in one SQLite file.

Articles and passages are only ever inserted or deleted, never changed, and ids are never used again: whoever holds an
id either finds what it meant or finds nothing. Changes come in short transactions under the rollback journal, so
readers always see a complete state and wait for no more than one commit. Every change starts a generation with a token
of its own; what was derived at a generation is brought up to date from the articles that came and went since. The rows
of what went stay for some seconds, so that who asks in the state before finds all of that.

Rows carry checksums, which are compared whenever they are read: a damaged one is an error, never an answer.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from quoth.index.errors import LibraryDamaged, LibraryNotWritable, SettingsMismatch
from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import Article, Halves, Ints, Passage, Span
from quoth.index.search.late_interaction import PackedTokens

from .codec import READ, as_article, checked, checked_passage, day, placed
from .database import Connection, Database
from .near_duplicates import Signature, alike, bands, signature
from .rows import (
    Entry,
    FileState,
    Head,
    KnownFile,
    Layout,
    NewArticle,
    Placed,
    StoredPassage,
    checksum,
    matrix,
    pack_spans,
    unpack_spans,
)
from .schema import ARTICLE, FORMAT, PASSAGE, SCHEMA, UPGRADES

STAYS_SECONDS = 10.0
"""So long the rows of what went stay: longer than a question takes."""
_COMPARED = 100
"""Articles, the oldest first, with which a new one is compared that may be a near-copy of them."""
_KEPT_ARTICLES = 512
"""Articles whose text stays in memory between questions."""


class Store(Database):
    """One library's articles and all that is known of them.

    :raises LibraryDamaged: the file is not a library's database.
    :raises SettingsMismatch: it was written by a newer version of Quoth.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self._article = lru_cache(_KEPT_ARTICLES)(self._load_article)
        with self.reading() as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables and any(file.parent.glob("words-*")):
            raise self.damaged("it is empty, but indexes made from it are there")
        if not tables:
            self._create()
        elif not {"meta", "articles", "passages", "vectors"} <= tables:
            raise LibraryDamaged(f"{file} is not a Quoth library: it has other tables ({', '.join(sorted(tables))}).")
        while (found := self.setting("format")) in UPGRADES:
            self._upgrade(found)
        if found != str(FORMAT):
            raise SettingsMismatch(
                f"{file} has format {found}, this version of Quoth reads format {FORMAT}. Use the version that wrote "
                "it, or build the library anew: delete its folder, or name another, and add the articles again: "
                f"{', '.join(json.loads(self.setting('folders') or '{}').values())}"
            )

    def _upgrade(self, before: str) -> None:
        """Make a library of an older format one of the next, with a copy of it as it was beside it."""
        kept = self.file.with_name(f"{self.file.name}.format-{before}")
        try:
            if not kept.exists():
                self.copy_to(kept)
            # or dropping a table would empty those that refer to it
            self.connection.execute("PRAGMA foreign_keys = OFF")
            with self.writing() as connection:
                # nobody else did it meanwhile
                if connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() == (before,):
                    for statement in UPGRADES[before]:
                        connection.execute(statement)
        except LibraryNotWritable as error:
            raise LibraryNotWritable(
                f"{self.file} was written by an older version of Quoth (format {before}) and has to be brought up to "
                f"date, which needs leave to write in its folder and as much free space as it takes: {error}"
            ) from error
        finally:
            self.connection.execute("PRAGMA foreign_keys = ON")

    def _create(self) -> None:
        with self.writing() as connection:
            if connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                return  # somebody else made it meanwhile
            for statement in SCHEMA:
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES ('format', ?)", (str(FORMAT),))
            connection.execute("INSERT INTO generations VALUES (0, hex(randomblob(8)), 0)")

    # ---- settings and generations -------------------------------------------------------------------------------

    def setting(self, key: str) -> str | None:
        with self.reading() as connection:
            known = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            if known.pop(SUM, summed(known)) != summed(known):
                raise ValueError("its settings are not what was written")
        return known.get(key)

    def set_settings(self, values: dict[str, str]) -> None:
        with self.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))
            known = dict(connection.execute("SELECT key, value FROM meta WHERE key != ?", (SUM,)).fetchall())
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (SUM, summed(known)))

    def head(self) -> Head:
        """The newest state; the same head means the same articles."""
        with self.reading() as connection:
            return _head(connection)

    def has_been(self, head: Head) -> bool:
        """Whether this library once was in that state: no other copy of it, and none that went another way."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT token FROM generations WHERE generation = ?", (head.generation,)
            ).fetchone()
        return row is not None and row[0] == head.token

    # ---- changing -----------------------------------------------------------------------------------------------

    def replace(
        self, new: Iterable[NewArticle], gone: Iterable[int] = (), files: Mapping[str, FileState] | None = None
    ) -> None:
        """Put articles in, each in place of the one with the same path, and forget others, all in one step.

        :param gone: ids of articles to forget.
        :param files: files all of whose articles are known now, by path.
        """
        with self.writing() as connection:
            generation = next_generation(connection)
            for id_ in gone:
                self._forget(connection, generation, "id", id_)
            for item in new:
                self._forget(connection, generation, "path", item.path)
                self._insert(connection, generation, item)
            self._note(connection, files or {})

    @staticmethod
    def _forget(connection: Connection, generation: int, column: str, value: int | str) -> None:
        here = f"{column} = ? AND gone IS NULL"
        connection.execute(
            "INSERT INTO gone SELECT id, ?1, first_passage, passages, checksum(id, ?1, first_passage, passages) "
            f"FROM articles WHERE {column} = ?2 AND gone IS NULL", (generation, value)
        )  # fmt: skip
        # Or what was taken out of a file would never come back.
        connection.execute(f"DELETE FROM files WHERE path IN (SELECT file FROM articles WHERE {here})", (value,))
        gone = connection.execute(
            f"UPDATE articles SET gone = ? WHERE {here} RETURNING id", (generation, value)
        ).fetchall()
        connection.executemany(f"UPDATE articles SET sum = checksum({ARTICLE}) WHERE id = ?", gone)

    @staticmethod
    def _insert(connection: Connection, generation: int, item: NewArticle) -> None:
        (last,) = connection.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'"
        ).fetchone()
        a = item.article
        article_id = connection.execute(
            "INSERT INTO articles (path, source, title, author, published, digest, added, generation, first_passage, "
            "passages, chars, file, name, language, url, pages) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (item.path, a.source, a.title, a.author, a.published and a.published.isoformat(), a.digest,
             a.added.isoformat(), generation, last + 1, len(item.passages), len(a.text), item.file, item.name,
             a.language, a.url,
             json.dumps(a.pages) if a.pages else None),
        ).lastrowid  # fmt: skip
        connection.execute("INSERT INTO texts VALUES (?1, ?2, checksum(?1, ?2))", (article_id, a.text))
        connection.execute("INSERT INTO layouts VALUES (?, ?)", (article_id, item.layout.packed()))
        if (signed := signature(a.text, item.layout.blocks)) is not None and article_id is not None:
            Store._sign(connection, article_id, signed)
        connection.execute(f"UPDATE articles SET sum = checksum({ARTICLE}) WHERE id = ?", (article_id,))
        connection.executemany(
            "INSERT INTO passages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, checksum(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))",
            [(id_, article_id, p.start, p.end, p.heading, pack_spans(np.asarray(p.sentences), p.start),
              pack_spans(p.tokens.spans, p.start), p.tokens.bits.tobytes())
             for id_, p in enumerate(item.passages, last + 1)],
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO vectors VALUES (?1, ?2, checksum(?1, ?2))",
            [(id_, p.vector.astype(np.float16).tobytes()) for id_, p in enumerate(item.passages, last + 1)],
        )

    @staticmethod
    def _sign(connection: Connection, article_id: int, signed: Signature) -> None:
        """Remember what an article is recognised by, and of which one it is a near-copy."""
        marks = bands(signed)
        found = connection.execute(
            "SELECT DISTINCT coalesce(copy_of, id), signature FROM bands JOIN articles ON id = bands.article_id "
            "JOIN signatures USING (article_id) "
            f"WHERE gone IS NULL AND band IN ({','.join('?' * len(marks))}) ORDER BY id LIMIT ?",
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
        with self.writing() as connection:
            generation = next_generation(connection)
            before = connection.execute(
                "SELECT id, name, source, first_passage FROM articles WHERE file = ? AND gone IS NULL ORDER BY id",
                (old,),
            ).fetchall()
            for id_, name, _, first in before:
                (last,) = connection.execute(
                    "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'"
                ).fetchone()
                moved = connection.execute(
                    "INSERT INTO articles (path, source, title, author, published, digest, added, generation, "
                    "first_passage, passages, chars, file, name, language, url, pages, copy_of) "
                    "SELECT ?, ?, title, author, published, digest, added, ?, ?, passages, chars, ?, "
                    "name, language, url, pages, "
                    "coalesce(copy_of, (SELECT a.id FROM articles b WHERE b.copy_of = a.id LIMIT 1)) "
                    "FROM articles a WHERE id = ?",
                    (
                        f"{new}#{name}" if name else new,
                        f"{source}#{name}" if name else source,
                        generation,
                        last + 1,
                        new,
                        id_,
                    ),
                ).lastrowid
                connection.execute(
                    "INSERT INTO texts SELECT ?1, text, checksum(?1, text) FROM texts WHERE article_id = ?2",
                    (moved, id_),
                )
                connection.execute(
                    "INSERT INTO layouts SELECT ?, layout FROM layouts WHERE article_id = ?", (moved, id_)
                )
                connection.execute(
                    "INSERT INTO signatures SELECT ?, signature FROM signatures WHERE article_id = ?", (moved, id_)
                )
                connection.execute("INSERT INTO bands SELECT band, ? FROM bands WHERE article_id = ?", (moved, id_))
                connection.execute(
                    "INSERT INTO passages SELECT id + ?, ?, start, end, heading, sentences, pieces, bits, 0 "
                    "FROM passages WHERE article_id = ? ORDER BY id",
                    (last + 1 - first, moved, id_),
                )
                connection.execute(
                    "INSERT INTO vectors "
                    "SELECT passage_id + ?1, vector, checksum(passage_id + ?1, vector) FROM vectors "
                    "WHERE passage_id IN (SELECT id FROM passages WHERE article_id = ?2)", (last + 1 - first, id_),
                )  # fmt: skip
                connection.execute(f"UPDATE passages SET sum = checksum({PASSAGE}) WHERE article_id = ?", (moved,))
                connection.execute(f"UPDATE articles SET sum = checksum({ARTICLE}) WHERE id = ?", (moved,))
                self._forget(connection, generation, "id", id_)
            self._note(connection, {new: state})
        return [row[2] for row in before]

    def sweep(self, generation: int, seconds: float = STAYS_SECONDS) -> None:
        """Take away the rows of what went, up to a generation, if it went so long ago that nobody can be reading it."""
        with self.reading() as connection:
            due = connection.execute(_DUE, (generation, time.time() - seconds)).fetchone()
        if due is not None:
            with self.writing() as connection:
                connection.execute("DELETE FROM articles WHERE gone <= ?", due)

    def files_with(self, digest: str) -> list[str]:
        """Paths of files, as they were when they were read, with these bytes."""
        with self.reading() as connection:
            return [row[0] for row in connection.execute("SELECT path FROM files WHERE digest = ?", (digest,))]

    def note(self, files: Mapping[str, FileState]) -> None:
        """Remember what files look like whose articles are known already, by path."""
        with self.writing() as connection:
            self._note(connection, files)

    @staticmethod
    def _note(connection: Connection, files: Mapping[str, FileState]) -> None:
        connection.executemany(
            "INSERT OR REPLACE INTO files SELECT ?1, ?2, ?3, ?4 "
            "WHERE EXISTS (SELECT 1 FROM articles WHERE file = ?1 AND gone IS NULL)",
            [(path, state.digest, *(state.stamp or (None, None))) for path, state in files.items()],
        )

    # ---- articles -----------------------------------------------------------------------------------------------

    def known(self, files: Iterable[str] | None = None) -> dict[str, KnownFile]:
        """The articles' files, by path: of all articles, or of those from some files."""
        query = (
            "SELECT file, name, id, coalesce(files.digest, ''), source, size, modified FROM articles "
            "LEFT JOIN files ON files.path = file "
            "WHERE gone IS NULL"
        )
        with self.reading() as connection:
            if files is None:
                rows = connection.execute(query).fetchall()
            else:
                among = f"{query} AND file IN (SELECT value FROM json_each(?))"
                rows = connection.execute(among, (json.dumps(list(files)),)).fetchall()
        found: dict[str, KnownFile] = {}
        for file, name, id_, digest, source, size, modified in rows:
            given = source.removesuffix(f"#{name}") if name else source
            known = found.setdefault(file, KnownFile(given, digest, None if size is None else (size, modified), {}))
            known.articles[name] = id_
        return found

    def layout(self, id_: int) -> Layout:
        """An article's layout; an empty one where the library is older than layouts are."""
        with self.reading() as connection:
            row = connection.execute("SELECT layout FROM layouts WHERE article_id = ?", (id_,)).fetchone()
        return Layout.unpacked(row[0]) if row else Layout()

    def file_of(self, id_: int) -> str | None:
        """The real path of the file that an article was read from."""
        with self.reading() as connection:
            row = connection.execute("SELECT file FROM articles WHERE id = ?", (id_,)).fetchone()
        return row[0] if row else None

    def articles(self) -> list[Article]:
        with self.reading() as connection:
            return [as_article(row) for row in connection.execute(f"{READ} WHERE gone IS NULL ORDER BY id")]

    def catalogue(self) -> list[Entry]:
        """Every article without its text, in the order in which they came in."""
        with self.reading() as connection:
            rows = [
                checked(row)
                for row in connection.execute(f"SELECT {ARTICLE}, sum FROM articles WHERE gone IS NULL ORDER BY id")
            ]
            return [
                Entry(
                    r.id,
                    r.source,
                    r.title,
                    r.author,
                    day(r.published),
                    r.chars,
                    dt.datetime.fromisoformat(r.added),
                    r.copy_of,
                )
                for r in rows
            ]

    def article(self, id_: int) -> Article | None:
        """The article with this id, while it is there."""
        with self.reading() as connection:
            row = connection.execute(f"{READ} WHERE id = ? AND gone IS NULL", (id_,)).fetchone()
            return as_article(row) if row else None

    def article_from(self, source: str) -> Article | None:
        """The first article that was read from a path as it was given."""
        with self.reading() as connection:
            row = connection.execute(
                f"{READ} WHERE source = ? AND gone IS NULL ORDER BY id LIMIT 1", (source,)
            ).fetchone()
            return as_article(row) if row else None

    def articles_with(self, words: str) -> list[Article]:
        """The articles in whose text some words stand, to the letter."""
        with self.reading() as connection:
            return [
                as_article(row)
                for row in connection.execute(f"{READ} WHERE gone IS NULL AND instr(text, ?) > 0 ORDER BY id", (words,))
            ]

    def sentences(self, id_: int) -> list[Span]:
        """Where an article's sentences stand, in order."""
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {PASSAGE}, sum FROM passages WHERE article_id = ? ORDER BY id", (id_,)
            ).fetchall()
            return [(a, b) for row in map(checked_passage, rows) for a, b in unpack_spans(row[5], row[2]).tolist()]

    def matching(
        self, at: int, sources: Iterable[str] = (), author: str | None = None, since: dt.date | None = None,
        until: dt.date | None = None,
    ) -> list[Placed]:  # fmt: skip
        """The articles of a generation that fit everything that is given (see ``qa.only``),
        with the ids of their passages."""
        wanted = json.dumps(list(sources))
        with self.reading() as connection:
            return placed(connection.execute(
                f"SELECT {ARTICLE}, sum FROM articles WHERE {_AT} "
                "AND (:sources = '[]' OR source IN (SELECT value FROM json_each(:sources))) "
                "AND (:author IS NULL OR instr(casefolded(author), :author) > 0) "
                "AND (:since IS NULL OR published >= :since) AND (:until IS NULL OR published <= :until) ORDER BY id",
                {"at": at, "sources": wanted, "author": author and author.casefold(),
                 "since": since and since.isoformat(),
                 "until": until and until.isoformat()},
            ))  # fmt: skip

    def languages(self, at: int) -> dict[str, int]:
        """How many articles of a generation are in which language; those of which it is not known count as English."""
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT coalesce(language, :english), count(*) FROM articles WHERE {_AT} GROUP BY 1",
                {"english": ENGLISH, "at": at},
            ).fetchall()
        return dict(rows)

    def counts(self) -> tuple[int, int]:
        """Numbers of articles and of passages."""
        with self.reading() as connection:
            articles, passages = connection.execute(
                "SELECT count(*), coalesce(total(passages), 0) FROM articles WHERE gone IS NULL"
            ).fetchone()
        return articles, int(passages)

    # ---- for the indexes ----------------------------------------------------------------------------------------

    def came(self, since: int) -> list[Placed]:
        """Articles that came after a generation and are still there, in the order of their ids."""
        with self.reading() as connection:
            return placed(
                connection.execute(
                    f"SELECT {ARTICLE}, sum FROM articles WHERE generation > ? AND gone IS NULL ORDER BY id", (since,)
                )
            )

    def went(self, since: int, until: int) -> list[Placed]:
        """Articles that went after a generation, up to another."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id, generation, first_passage, passages, sum FROM gone "
                "WHERE generation > ? AND generation <= ?",
                (since, until),
            ).fetchall()
            if any(checksum(*row[:4]) != row[4] for row in rows):
                raise ValueError("the list of what went is not what was written")
        return [Placed(id_, first, passages) for id_, _, first, passages, _ in rows]

    def texts(self, article: Placed) -> tuple[str, list[str]]:
        """An article's language, and what its passages are searched by, in order: title, heading and words."""
        with self.reading() as connection:
            row = connection.execute(f"{READ} WHERE id = ?", (article.id,)).fetchone()
            found = as_article(row) if row else None
            rows = connection.execute(
                f"SELECT {PASSAGE}, sum FROM passages WHERE article_id = ? ORDER BY id", (article.id,)
            ).fetchall()
            for row in rows:
                checked_passage(row)
        if found is None:
            return ENGLISH, []
        return found.language or ENGLISH, [
            "\n".join(part for part in (found.title, heading, found.text[start:end]) if part)
            for _, _, start, end, heading, *_ in rows
        ]

    def vectors(self, dimensions: int, at: int, after: int = 0, at_once: int = 20_000) -> Iterator[tuple[Ints, Halves]]:
        """Ids and vectors (n, dimensions) of a generation's passages with a higher id than ``after``, in order,
        some at a time.

        :raises LibraryDamaged: some are missing.
        """
        seen, first = 0, after
        while True:
            with self.reading() as connection:
                rows = connection.execute(
                    "SELECT passage_id, vector, sum FROM vectors WHERE passage_id > ? ORDER BY passage_id LIMIT ?",
                    (after, at_once),
                ).fetchall()
                ids, vectors = matrix(rows, dimensions)
                others = connection.execute(
                    "SELECT first_passage, passages FROM articles WHERE generation > :at UNION ALL "
                    "SELECT first_passage, passages FROM articles WHERE gone IS NOT NULL AND gone <= :at",
                    {"at": at},
                ).fetchall()
                if not rows:
                    break
            after = int(ids[-1])
            own = ~np.isin(ids, np.concatenate([np.empty(0, np.int64), *(np.arange(a, a + n) for a, n in others)]))
            seen += int(own.sum())
            yield ids[own], vectors[own]
        with self.reading() as connection:
            (there,) = connection.execute(
                f"SELECT coalesce(sum(passages), 0) FROM articles WHERE {_AT} AND {_BEHIND}",
                {"at": at, "passage": first},
            ).fetchone()
            if there > seen:
                raise ValueError(f"{there - seen} of its vectors are missing")

    def vectors_of(self, ids: Sequence[int], dimensions: int) -> tuple[Ints, Halves]:
        """Ids, in order, and vectors of those of the passages that are still there."""
        with self.reading() as connection:
            marks = ",".join("?" * len(ids))
            rows = connection.execute(
                f"SELECT passage_id, vector, sum FROM vectors WHERE passage_id IN ({marks}) ORDER BY passage_id",
                list(ids),
            ).fetchall()
            return matrix(rows, dimensions)

    def count_after(self, passage: int) -> int:
        """How many passages have a higher id."""
        with self.reading() as connection:
            (count,) = connection.execute(
                f"SELECT coalesce(sum(passages), 0) FROM articles WHERE gone IS NULL AND {_BEHIND}",
                {"passage": passage},
            ).fetchone()
        return int(count)

    def passages(self, ids: Sequence[int], head: Head | None = None) -> list[tuple[StoredPassage, Article]]:
        """The passages, in the order asked for; those that went and were taken away are left out.

        :param head: of the state that they were in; all of them,
            if the library never was in that (a backup was restored).
        :raises LibraryDamaged: some of the others are missing.
        """
        marks = ",".join("?" * len(ids))
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {PASSAGES}, passages.sum, vector, vectors.sum, articles.sum FROM passages "
                "JOIN vectors ON passage_id = passages.id "
                f"LEFT JOIN articles ON articles.id = article_id WHERE passages.id IN ({marks})", list(ids)
            ).fetchall()  # fmt: skip
            if head is not None and connection.execute(
                "SELECT token FROM generations WHERE generation = ?", (head.generation,)
            ).fetchone() != (head.token,):
                return []
            found = {row[0]: self._stored(row) for row in rows}
            if missing := [id_ for id_ in ids if id_ not in found and not self._went(connection, id_)]:
                raise ValueError(f"passage {missing[0]} is missing")
        return [found[i] for i in ids if i in found]

    def places(self, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
        """The sources and places of some passages, by id."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT passages.id, source, start FROM passages JOIN articles ON articles.id = article_id "
                f"WHERE passages.id IN ({','.join('?' * len(ids))})", list(ids)
            ).fetchall()  # fmt: skip
        return {id_: (source, start) for id_, source, start in rows}

    @staticmethod
    def _went(connection: Connection, passage: int) -> bool:
        return bool(
            connection.execute(
                "SELECT 1 FROM gone WHERE ? BETWEEN first_passage AND first_passage + passages - 1", (passage,)
            ).fetchone()
        )

    def _stored(self, row: tuple[Any, ...]) -> tuple[StoredPassage, Article]:
        *of_passage, vector, written, article_sum = row
        id_, article_id, start, end, heading, sentences, pieces, bits = checked_passage(of_passage)
        if checksum(id_, vector) != written:
            raise ValueError(f"the vector of passage {id_} is not what was written")
        article, spans = self._article(article_id, article_sum), unpack_spans(pieces, start)
        stored = StoredPassage(
            Passage(id_, article_id, start, end, article.text[start:end], heading),
            tuple(map(tuple, unpack_spans(sentences, start).tolist())),
            np.frombuffer(vector, np.float16).astype(np.float32),
            PackedTokens(spans, np.frombuffer(bits, np.uint8).reshape(len(spans), -1)),
        )
        return stored, article

    def _load_article(self, id_: int, _sum: int) -> Article:
        """The article of a passage that was read in the same state; kept under its checksum, too,
        as a backup's may have the same id."""
        row = self.connection.execute(f"{READ} WHERE id = ?", (id_,)).fetchone()
        if row is None:
            raise ValueError(f"the text of article {id_} is missing")
        return as_article(row)


PASSAGES = ", ".join(f"passages.{column}" for column in PASSAGE.split(", "))
_AT = "generation <= :at AND (gone IS NULL OR gone > :at)"
"""Of articles: that were there at a generation."""
_BEHIND = (
    "id > coalesce((SELECT article_id FROM passages WHERE id <= :passage ORDER BY id DESC LIMIT 1), 0) "
    "AND first_passage > :passage"
)
"""Of articles: whose passages have higher ids; articles and passages are numbered in the same order."""
_DUE = (
    "SELECT max(gone) FROM articles JOIN generations ON generations.generation = gone WHERE gone <= ? AND at < ? "
    "HAVING max(gone) IS NOT NULL"
)
SUM = "sum"


def _head(connection: Connection) -> Head:
    return Head(
        *connection.execute("SELECT generation, token FROM generations ORDER BY generation DESC LIMIT 1").fetchone()
    )


def next_generation(connection: Connection) -> int:
    """A generation begins."""
    generation = _head(connection).generation + 1
    connection.execute("INSERT INTO generations VALUES (?, hex(randomblob(8)), ?)", (generation, time.time()))
    return generation


def summed(settings: Mapping[str, str]) -> str:
    """Their checksum, which is kept beside them."""
    return str(checksum(*(part for item in sorted(settings.items()) for part in item)))
