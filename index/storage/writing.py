"""Adding, replacing, moving and removing articles: each change is one transaction and one generation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from .codec import described, pack_pages, pack_spans, pack_vector
from .database import Connection, Row
from .files import note_files
from .near_duplicates import Signature, alike, bands, signature
from .part import Part
from .rows import Description, FileState, NewArticle, named
from .schema import (
    ARTICLES,
    PASSAGES,
    REMOVALS,
    SOURCES,
    TEXTS,
    VECTORS,
    ArticleRow,
    PassageRow,
    RemovalRow,
    SourceRow,
    TextRow,
    VectorRow,
)
from .settings import next_generation

STAYS_SECONDS = 10.0
"""Seconds that the rows of a removed article stay: longer than a question takes."""
_COMPARED = 100
"""Maximum number of articles, oldest first, that a new one is compared with to find near-duplicates."""
_OTHERS = "SELECT 1 FROM sources WHERE removed IS NULL AND file NOT IN (:old, :new)"
_SAME_SOURCE = f"{_OTHERS} AND source = :source UNION ALL {_OTHERS} AND source > :named AND source < :beyond LIMIT 1"
"""Whether articles of other files have this source, or one that begins with it and a name."""


class Moved(NamedTuple):
    """A file that was moved."""

    old: str
    """The real path before."""
    new: str
    """The real path now."""
    given: str
    """The absolute path under which it was found, with its links."""
    source: str
    """The path as the caller gave it."""
    state: FileState


class Writing(Part):
    """Changes articles. The caller holds the writing lock."""

    def replace(
        self, new: Iterable[NewArticle], gone: Iterable[int] = (), files: Mapping[str, FileState] | None = None,
        descriptions: Mapping[int, Description] | None = None,
    ) -> None:  # fmt: skip
        """Add articles, each in place of the one of the same file and name, and remove others, in one transaction.

        :param gone: ids of articles to remove.
        :param files: files, by path, whose articles are all stored after this transaction.
        :param descriptions: new descriptions of articles that stay, by id.
        """
        with self.database.writing() as connection:
            generation = next_generation(self.database)
            for id_ in gone:
                _remove(connection, generation, "article_id = ?", id_)
            last = self.database.last_ids()
            number, passages = last.get("articles", 0), last.get("passages", 0)
            waiting: defaultdict[str, list[Row]] = defaultdict(list)
            for id_, description in (descriptions or {}).items():
                connection.execute("DELETE FROM descriptions WHERE article_id = ?", (id_,))
                connection.insert("descriptions", described(id_, description))
            for item in new:
                _remove(connection, generation, "file = ? AND name = ?", item.file, item.name)
                number += 1
                _insert(connection, generation, item, number, passages + 1, waiting)
                passages += len(item.passages)
            for table, rows in waiting.items():
                connection.insert(table, rows)
            self.database.keep_ids({"articles": number, "passages": passages})
            note_files(connection, files or {})

    def move(self, files: Iterable[Moved]) -> None:
        """Give the articles of files that were moved their new place. They keep their ids, passages and vectors."""
        with self.database.writing() as connection:
            next_generation(self.database)
            for old, new, given, source, state in files:
                source = _shown(connection, source, given, new, old)
                SOURCES.change(connection, "file = ? AND removed IS NULL", (old,), _at(new, given, source))
                connection.execute("DELETE FROM files WHERE path = ?", (old,))
                note_files(connection, {new: state})

    def sweep(self, generation: int, seconds: float = STAYS_SECONDS) -> None:
        """Delete the rows of articles that were removed long ago.

        :param generation: the last removal to consider.
        :param seconds: minimum time since the removal.
        """
        with self.database.reading() as connection:
            now = self.database.now()
            (due,) = connection.execute(
                "SELECT max(removed) FROM sources JOIN generations ON generations.generation = removed "
                "WHERE removed <= ? AND at < ?",
                (generation, now - seconds),
            ).fetchone()
        if due is not None:
            with self.database.writing() as connection:
                connection.execute(
                    "DELETE FROM articles WHERE id IN (SELECT article_id FROM sources WHERE removed <= ?)", (due,)
                )


def _at(file: str, given: str, source: str) -> Callable[[SourceRow], SourceRow]:
    """A change of a row: its file is at another place."""
    return lambda row: row._replace(file=file, given=given, source=named(source, row.name))


def _remove(connection: Connection, generation: int, condition: str, *values: int | str) -> None:
    """Remove the current articles that match a condition on ``sources``. Their rows stay until ``sweep``."""
    rows = connection.execute(
        "SELECT article_id, first_passage, passages, file FROM sources JOIN articles ON id = article_id "
        f"WHERE {condition} AND removed IS NULL",
        values,
    ).fetchall()
    for id_, first, passages, file in rows:
        SOURCES.change(connection, "article_id = ?", (id_,), lambda row: row._replace(removed=generation))
        connection.insert("removals", [REMOVALS.values(RemovalRow(id_, generation, first, passages))])
        # otherwise adding the file again would not add the article again
        connection.execute("DELETE FROM files WHERE path = ?", (file,))


def _insert(
    connection: Connection, generation: int, item: NewArticle, id_: int, first: int, waiting: dict[str, list[Row]]
) -> None:
    """Store a new article.

    :param id_: its id.
    :param first: the id of its first passage.
    :param waiting: takes rows, by table, that nothing in this transaction reads; they are stored at its end.
    """
    article = item.article
    marks = signature(article.text, item.layout.blocks)
    row = ArticleRow(
        id_, generation, article.title, article.author, article.published.isoformat() if article.published else None,
        article.digest, article.added.isoformat(), first, len(item.passages), len(article.text), article.language,
        article.url, pack_pages(article.pages), None if marks is None else _first_alike(connection, marks),
    )  # fmt: skip
    connection.insert("articles", [ARTICLES.values(row)])
    shown = _shown(connection, article.source.removesuffix(named("", item.name)), item.given, item.file, item.file)
    source = SourceRow(id_, item.file, item.given, item.name, named(shown, item.name), None)
    connection.insert("sources", [SOURCES.values(source)])
    insert_marks(connection, id_, marks)
    about = Description(article.tags, article.collection, article.reference)
    waiting["descriptions"] += described(id_, about)
    waiting["texts"].append(TEXTS.values(TextRow(id_, article.text)))
    waiting["layouts"].append((id_, item.layout.packed()))
    for number, p in enumerate(item.passages, first):
        passage = PassageRow(
            number, id_, p.start, p.end, p.heading, pack_spans(np.asarray(p.sentences), p.start),
            pack_spans(p.tokens.spans, p.start), p.tokens.bits.tobytes(),
        )  # fmt: skip
        waiting["passages"].append(PASSAGES.values(passage))
        waiting["vectors"].append(VECTORS.values(VectorRow(number, pack_vector(p.vector))))


def insert_marks(connection: Connection, id_: int, marks: Signature | None) -> None:
    """Store what near-duplicates of an article are found by; nothing for a short one."""
    if marks is not None:
        connection.insert("signatures", [(id_, marks.tobytes())])
        connection.insert("bands", [(band, id_) for band in sorted({*bands(marks)})])


def _shown(connection: Connection, source: str, given: str, file: str, before: str) -> str:
    """The path to show for a file: as it was given, or in full if another file is shown like that.

    :param file: the real path.
    :param before: the real path before the file was moved.
    """
    for path in (source, given):
        # $ follows #
        values = {"source": path, "named": f"{path}#", "beyond": f"{path}$", "new": file, "old": before}
        if not connection.execute(_SAME_SOURCE, values).fetchone():
            return path
    return file


def _first_alike(connection: Connection, marks: Signature) -> int | None:
    """The id of the first article that a new one is a near-duplicate of; None if there is none."""
    keys = bands(marks)
    rows = connection.execute(
        "SELECT DISTINCT id, copy_of, signature FROM bands JOIN articles ON id = bands.article_id "
        "JOIN sources USING (article_id) JOIN signatures USING (article_id) "
        "WHERE removed IS NULL AND band = ANY(?) ORDER BY id LIMIT ?",
        (keys, _COMPARED),
    ).fetchall()
    found = (first or id_ for id_, first, other in rows if alike(marks, np.frombuffer(other, np.uint32)))
    return next(found, None)
