"""Moving the intact articles of a damaged database into a new one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from quoth.index.storage.near_duplicates import signature
from quoth.index.storage.rows import Layout
from quoth.index.storage.schema import ARTICLES, DESCRIPTIONS, FORMAT, PASSAGES, SOURCES, TEXTS, VECTORS
from quoth.index.storage.settings import CHECKSUM, next_generation, settings_checksum
from quoth.index.storage.store import Store
from quoth.index.storage.tables import Table
from quoth.index.storage.writing import insert_marks

from .database import Connection, Failed, SqliteDatabase, is_damage


def salvage(new: Path, damaged: Path) -> tuple[int, list[str]]:
    """Copy the intact articles of a library's database into a new one.

    :returns: number of articles copied, and the files of the others and of those that lack their description, as far as
        their paths are readable.
    :raises LibraryDamaged: not even the settings are readable.
    """
    database = SqliteDatabase(new)
    with closing(Store(database)) as store, database.reading() as connection:
        connection.execute("COMMIT")
        connection.execute("ATTACH ? AS old", (str(damaged),))
        try:
            settings = dict(connection.execute("SELECT key, value FROM old.meta").fetchall())
            if settings.pop(CHECKSUM, None) != settings_checksum(settings):
                raise ValueError("its settings are corrupt (checksum mismatch)")
            if settings["format"] != str(FORMAT):
                raise ValueError(f"it has format {settings['format']}, and only format {FORMAT} can be salvaged")
            (last,) = connection.execute("SELECT max(seq) FROM old.sqlite_sequence WHERE name = 'articles'").fetchone()
            ids = range(1, (last or 0) + 1)
            incomplete = [id_ for id_ in ids if not (_copied(connection, id_) and _described(connection, id_))]
            files = [file for id_ in incomplete if (file := _file_of(connection, id_))]
            count, generation = connection.execute(
                "SELECT count(*), coalesce(max(generation), 0) FROM main.articles"
            ).fetchone()
            for name in ("articles", "passages"):
                connection.execute("DELETE FROM main.sqlite_sequence WHERE name = ?", (name,))
                connection.execute(
                    "INSERT INTO main.sqlite_sequence SELECT name, seq FROM old.sqlite_sequence WHERE name = ?", (name,)
                )
            next_generation(database, after=generation)
        finally:
            connection.execute("DETACH old")
        store.set_settings(settings)
    return count, files


def _file_of(connection: Connection, id_: int) -> str | None:
    """The file of a current article of the damaged database; None if it is not readable."""
    query = "SELECT file FROM old.sources WHERE article_id = ? AND removed IS NULL"
    try:
        row = connection.execute(query, (id_,)).fetchone()
    except Failed as error:
        if not is_damage(error):
            raise
        return None
    return str(row[0]) if row else None


def _copied(connection: Connection, id_: int) -> bool:
    """Copy an article without its description; whether it is current and intact."""
    return _done(connection, _copy, id_)


def _described(connection: Connection, id_: int) -> bool:
    """Copy the description of an article; whether it is intact, or there is none. It is read from the file again."""
    return _done(connection, _copy_description, id_)


def _done(connection: Connection, copy: Callable[[Connection, int], None], id_: int) -> bool:
    """Copy something of an article, in one transaction; whether it is intact."""
    connection.execute("BEGIN")
    try:
        copy(connection, id_)
        connection.execute("COMMIT")
        return True
    except (Failed, ValueError, TypeError) as error:  # TypeError: a row is missing
        connection.execute("ROLLBACK")
        if isinstance(error, Failed) and not is_damage(error):
            raise  # the article may be intact
        return False


def _copy(connection: Connection, id_: int) -> None:
    """Copy an article. What near-duplicates are found by is made again.

    :raises ValueError: a row is corrupt or missing.
    """
    for table, key, intact in (
        ("articles", "id", _intact(ARTICLES)),
        ("sources", "article_id", f"removed IS NULL AND {_intact(SOURCES)}"),
        ("texts", "article_id", _intact(TEXTS)),
    ):
        query = f"INSERT INTO main.{table} SELECT * FROM old.{table} WHERE {key} = ? AND {intact}"
        if connection.execute(query, (id_,)).rowcount != 1:
            raise ValueError(f"its row in {table} is corrupt")
    first, expected = connection.execute(
        "SELECT first_passage, passages FROM main.articles WHERE id = ?", (id_,)
    ).fetchone()
    passages = connection.execute(
        f"INSERT INTO main.passages SELECT * FROM old.passages WHERE article_id = ? AND {_intact(PASSAGES)}", (id_,)
    )
    vectors = connection.execute(
        f"INSERT INTO main.vectors SELECT * FROM old.vectors WHERE passage_id BETWEEN ? AND ? AND {_intact(VECTORS)}",
        (first, first + expected - 1),
    )
    if (passages.rowcount, vectors.rowcount) != (expected, expected):
        raise ValueError("passages or vectors are corrupt")
    (packed,) = connection.execute("SELECT layout FROM old.layouts WHERE article_id = ?", (id_,)).fetchone()
    layout = Layout.unpacked(packed)
    connection.execute("INSERT INTO main.layouts VALUES (?, ?)", (id_, packed))
    (text,) = connection.execute("SELECT text FROM main.texts WHERE article_id = ?", (id_,)).fetchone()
    insert_marks(connection, id_, signature(text, layout.blocks))


def _copy_description(connection: Connection, id_: int) -> None:
    """Copy the description of an article.

    :raises ValueError: it is corrupt.
    """
    (described,) = connection.execute("SELECT count(*) FROM old.descriptions WHERE article_id = ?", (id_,)).fetchone()
    query = (
        f"INSERT INTO main.descriptions SELECT * FROM old.descriptions WHERE article_id = ? AND {_intact(DESCRIPTIONS)}"
    )
    if connection.execute(query, (id_,)).rowcount != described:
        raise ValueError("its row in descriptions is corrupt")


def _intact(table: Table[Any]) -> str:
    """The condition that a row matches its checksum."""
    return f"sum = checksum({table.columns})"
