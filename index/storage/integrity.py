"""Is a store what was written: finding what is not, taking it out, saving what is sound; and becoming another store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from quoth.index.errors import LibraryDamaged

from .codec import READ, Row, as_article, checked, checked_passage
from .database import Connection, NotReadable
from .rows import Layout, checksum
from .schema import ARTICLE, FORMAT, PASSAGE
from .store import PASSAGES, SUM, Store, next_generation, summed


def broken(store: Store) -> Iterator[tuple[int, str, str]]:
    """Articles of which a row is not what was written, by id and source, and what is wrong.

    :raises LibraryDamaged: the database as a whole is damaged.
    """
    with store.reading() as connection:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        if said != ["ok"] or (said := [str(row) for row in connection.execute("PRAGMA foreign_key_check")]):
            raise ValueError("; ".join(said))
        ids = [row[0] for row in connection.execute("SELECT id FROM articles ORDER BY id")]
    store.setting("format")
    store.went(-1, store.head().generation)
    for id_ in ids:
        try:
            with store.reading() as connection:
                _look_through(connection, id_)
        except LibraryDamaged as error:
            with store.reading() as connection:
                row = connection.execute("SELECT source FROM articles WHERE id = ?", (id_,)).fetchone()
            yield id_, str(row and row[0]), str(error.__cause__)


def _look_through(connection: Connection, id_: int) -> None:
    row = connection.execute(f"{READ} WHERE id = ?", (id_,)).fetchone()
    if row is None:
        raise ValueError("its text is missing")
    text, said = as_article(row).text, Row(*row[: len(Row._fields)])
    packed = connection.execute("SELECT layout FROM layouts WHERE article_id = ?", (id_,)).fetchone()
    if packed is not None:
        Layout.unpacked(packed[0])
    rows = connection.execute(
        f"SELECT {PASSAGES}, passages.sum, vector, vectors.sum, 0 FROM passages JOIN vectors ON passage_id = id "
        "WHERE article_id = ? ORDER BY id",
        (id_,),
    ).fetchall()
    if [row[0] for row in rows] != [*range(said.first_passage, said.first_passage + said.passages)]:
        raise ValueError("some of its passages are missing")
    for *of_passage, vector, written, _ in rows:
        checked = checked_passage(of_passage)
        if checksum(checked[0], vector) != written or not 0 <= checked[2] < checked[3] <= len(text):
            raise ValueError(f"passage {checked[0]} is not what was written")


def discard(store: Store, id_: int) -> None:
    """Take a damaged article away at once, with what is remembered of its file."""
    with store.writing() as connection:
        generation = next_generation(connection)
        connection.execute(
            "INSERT OR REPLACE INTO gone "
            "SELECT id, ?1, first_passage, passages, checksum(id, ?1, first_passage, passages) "
            "FROM articles WHERE id = ?2",
            (generation, id_),
        )
        connection.execute("DELETE FROM files WHERE path = (SELECT file FROM articles WHERE id = ?)", (id_,))
        connection.execute("DELETE FROM articles WHERE id = ?", (id_,))


def digests(store: Store, inside: str) -> list[tuple[str, str]]:
    """Files of articles, and the digests that they had, below a folder."""
    with store.reading() as connection:
        rows = connection.execute(
            f"SELECT {ARTICLE}, sum FROM articles WHERE gone IS NULL AND substr(file, 1, ?) = ?", (len(inside), inside)
        ).fetchall()
    return sorted({(row.file, row.digest) for row in map(checked, rows)})


def salvage(store: Store, damaged: Path) -> tuple[int, list[str]]:
    """Take over what is sound of another library's database. This one must be empty.

    :returns: how many articles that is, and the files of others, as far as their names can be read.

    :raises LibraryDamaged: even its settings cannot be read.
    """
    with store.reading() as connection:
        connection.execute("COMMIT")
        connection.execute("ATTACH ? AS old", (str(damaged),))
        try:
            settings = dict(connection.execute("SELECT key, value FROM old.meta").fetchall())
            if settings.pop(SUM, None) != summed(settings) or settings["format"] != str(FORMAT):
                raise ValueError("its settings are not what was written")
            (last,) = connection.execute("SELECT max(seq) FROM old.sqlite_sequence WHERE name = 'articles'").fetchone()
            lost = [id_ for id_ in range(1, (last or 0) + 1) if not _moved_over(connection, id_)]
            files = [file for id_ in lost if (file := _file_in(connection, id_))]
            (moved,) = connection.execute("SELECT count(*) FROM main.articles").fetchone()
            for name in ("articles", "passages"):
                connection.execute("DELETE FROM main.sqlite_sequence WHERE name = ?", (name,))
                connection.execute(
                    "INSERT INTO main.sqlite_sequence SELECT name, seq FROM old.sqlite_sequence WHERE name = ?", (name,)
                )
            connection.execute(
                "INSERT INTO main.generations SELECT coalesce(max(generation), 0) + 1, hex(randomblob(8)), ? "
                "FROM main.articles",
                (time.time(),),
            )
        finally:
            connection.execute("DETACH old")
    store.set_settings(settings)
    return moved, files


def _file_in(connection: Connection, id_: int) -> str | None:
    """Of an article of a damaged database that is attached."""
    with suppress(NotReadable):
        row = connection.execute("SELECT file FROM old.articles WHERE id = ? AND gone IS NULL", (id_,)).fetchone()
        return str(row[0]) if row else None
    return None


def _moved_over(connection: Connection, id_: int) -> bool:
    connection.execute("BEGIN")
    try:
        rows = connection.execute(
            "INSERT INTO main.articles SELECT * FROM old.articles WHERE id = ? AND gone IS NULL "
            f"AND sum = checksum({ARTICLE})",
            (id_,),
        )
        texts = connection.execute(
            "INSERT INTO main.texts SELECT * FROM old.texts WHERE article_id = ? AND sum = checksum(article_id, text)",
            (id_,),
        )
        if (rows.rowcount, texts.rowcount) != (1, 1):
            raise ValueError("not sound")
        (wanted, first) = connection.execute(
            "SELECT passages, first_passage FROM main.articles WHERE id = ?", (id_,)
        ).fetchone()
        passages = connection.execute(
            f"INSERT INTO main.passages SELECT * FROM old.passages WHERE article_id = ? AND sum = checksum({PASSAGE})",
            (id_,),
        )
        vectors = connection.execute(
            "INSERT INTO main.vectors SELECT * FROM old.vectors WHERE passage_id BETWEEN ? AND ? "
            "AND sum = checksum(passage_id, vector)",
            (first, first + wanted - 1),
        )
        (packed,) = connection.execute("SELECT layout FROM old.layouts WHERE article_id = ?", (id_,)).fetchone()
        Layout.unpacked(packed)
        if (passages.rowcount, vectors.rowcount) != (wanted, wanted):
            raise ValueError("not sound")
        connection.execute("INSERT INTO main.layouts VALUES (?, ?)", (id_, packed))
        for table in ("signatures", "bands"):
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM old.{table} WHERE article_id = ?", (id_,))
        connection.execute("COMMIT")
        return True
    except (NotReadable, ValueError, TypeError):  # TypeError: no layout is there
        connection.execute("ROLLBACK")
        return False


def become(store: Store, other: Path, prefix: str, instead: str) -> None:
    """Take over another library's database in one step; its ids, which mean other articles, are not used again.

    :param prefix: of files whose names begin with it, it is replaced.
    """
    with store.reading() as connection:
        (generation,) = connection.execute("SELECT max(generation) FROM generations").fetchone()
        last = dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    source = Store(other)
    with source.writing() as connection:
        connection.execute(
            "INSERT INTO generations SELECT max(max(generation), ?) + 1, hex(randomblob(8)), ? FROM generations",
            (generation, time.time()),
        )
        connection.executemany(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", [(seq, name) for name, seq in last.items()]
        )
        for column in ("path", "source", "file"):
            connection.execute(
                f"UPDATE articles SET {column} = ?1 || substr({column}, ?2) WHERE substr({column}, 1, ?2 - 1) = ?3",
                (instead, len(prefix) + 1, prefix),
            )
        connection.execute(
            "UPDATE OR REPLACE files SET path = ?1 || substr(path, ?2) WHERE substr(path, 1, ?2 - 1) = ?3",
            (instead, len(prefix) + 1, prefix),
        )
        connection.execute(f"UPDATE articles SET sum = checksum({ARTICLE})")
    store.overwrite(source)
