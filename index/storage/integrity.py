"""Finding and discarding damaged articles, and taking over the database of another library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from quoth.index.errors import LibraryDamaged

from .codec import LISTED, WHOLE, as_article, listed
from .database import Connection
from .rows import Layout
from .schema import ARTICLES, PASSAGES, REMOVALS, SOURCES, VECTORS, RemovalRow
from .settings import next_generation
from .sqlite.database import SqliteDatabase
from .store import Store


def broken(store: Store) -> Iterator[tuple[int, str, str]]:
    """Id and source of every damaged article, and what is wrong.

    :raises LibraryDamaged: the database as a whole is damaged.
    """
    if faults := store.database.faults():
        raise store.database.damaged("; ".join(faults))
    with store.database.reading() as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM articles ORDER BY id")]
    store.setting("format")
    store.removed(-1, store.head().generation)
    for id_ in ids:
        try:
            with store.database.reading() as connection:
                _verify(connection, id_)
        except LibraryDamaged as error:
            with store.database.reading() as connection:
                row = connection.execute("SELECT source FROM sources WHERE article_id = ?", (id_,)).fetchone()
            yield id_, str(row and row[0]), str(error.__cause__)


def _verify(connection: Connection, id_: int) -> None:
    """Read all rows of an article.

    :raises ValueError: a row is corrupt or missing.
    """
    row = connection.execute(f"{WHOLE} WHERE id = ?", (id_,)).fetchone()
    if row is None:
        raise ValueError("its text or its place is missing")
    article, text = ARTICLES.checked(row[: ARTICLES.width]), as_article(row).text
    layout = connection.execute("SELECT layout FROM layouts WHERE article_id = ?", (id_,)).fetchone()
    if layout is not None:
        Layout.unpacked(layout[0])
    rows = connection.execute(
        f"SELECT {PASSAGES.select}, {VECTORS.select} FROM passages JOIN vectors ON passage_id = id "
        "WHERE article_id = ? ORDER BY id",
        (id_,),
    ).fetchall()
    if [row[0] for row in rows] != [*range(article.first_passage, article.first_passage + article.passages)]:
        raise ValueError("passages are missing")
    for row in rows:
        passage = PASSAGES.checked(row[: PASSAGES.width])
        VECTORS.checked(row[PASSAGES.width :])
        if not 0 <= passage.start < passage.end <= len(text):
            raise ValueError(f"passage {passage.id} is outside the text")


def discard(store: Store, id_: int) -> None:
    """Delete a damaged article at once, with what is known of its file."""
    with store.database.writing() as connection:
        generation = next_generation(store.database)
        row = connection.execute(
            "SELECT first_passage, passages, file FROM articles LEFT JOIN sources ON article_id = id WHERE id = ?",
            (id_,),
        ).fetchone()
        if row is not None:
            first, passages, file = row
            connection.execute("DELETE FROM removals WHERE article_id = ?", (id_,))
            connection.insert("removals", [REMOVALS.values(RemovalRow(id_, generation, first, passages))])
            connection.execute("DELETE FROM files WHERE path = ?", (file,))
            connection.execute("DELETE FROM articles WHERE id = ?", (id_,))


def digests(store: Store, inside: str) -> list[tuple[str, str]]:
    """Path and stored digest of the files below a folder that articles were read from."""
    query = f"{LISTED} WHERE removed IS NULL AND substr(file, 1, ?) = ?"
    with store.database.reading() as connection:
        rows = map(listed, connection.execute(query, (len(inside), inside)))
        return sorted({(source.file, article.digest) for article, source in rows})


def become(store: Store, other: Path, prefix: str, instead: str) -> None:
    """Take over the database of another library in one step. Ids that this library used are not used again.

    :param other: a SQLite file, which is changed.
    :param prefix: prefix of file names to replace.
    :param instead: what replaces it.
    """
    generation = store.head().generation
    with store.database.reading():
        last = store.database.last_ids()

    def moved(path: str) -> str:
        return instead + path.removeprefix(prefix) if path.startswith(prefix) else path

    database = SqliteDatabase(other)
    with closing(Store(database)):
        with database.writing() as connection:
            next_generation(database, after=generation)
            database.keep_ids(last)
            begins = "(substr({0}, 1, ?) = ?)"
            columns = ("file", "given", "source")
            SOURCES.change(
                connection, " OR ".join(map(begins.format, columns)), [len(prefix), prefix] * len(columns),
                lambda row: row._replace(file=moved(row.file), given=moved(row.given), source=moved(row.source)),
            )  # fmt: skip
            for table in ("files", "refusals"):
                paths = connection.execute(
                    f"SELECT path FROM {table} WHERE {begins.format('path')}", (len(prefix), prefix)
                ).fetchall()
                connection.executemany(
                    f"UPDATE OR REPLACE {table} SET path = ? WHERE path = ?",
                    [(moved(path), path) for (path,) in paths],
                )
        store.database.overwrite(database)
