"""Storage of articles, passages, sentences and vectors: the source of truth.

An article and its passages are inserted and deleted, but never changed, and an id is never used again: a reader of an
id finds the same text or nothing. Only an article's place on disk may change (see ``Writing.move``). Changes are short
transactions, and a reader sees a consistent snapshot. Every change starts a generation, with a token that no other
generation has; an index of a generation becomes up to date with the articles added and removed since. The rows of
removed articles stay for some seconds, so that a question that was asked in the previous generation finds them.

Rows carry checksums, which are verified at every read: a corrupt row is an error, never an answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from quoth.index.errors import LibraryDamaged, SettingsMismatch

from .articles import Articles
from .changes import Changes
from .database import Database
from .files import Files
from .passages import Passages
from .schema import FORMAT, SCHEMA
from .settings import Settings, insert_generation, store_settings
from .shared_indexes import SharedIndexes
from .writing import Writing


class Store(Settings, Files, Articles, Passages, Writing, Changes, SharedIndexes):
    """The rows of a library; its tables are created if absent.

    :raises LibraryDamaged: the database is not a library's.
    :raises LibraryNotWritable: the tables cannot be created or upgraded.
    :raises SettingsMismatch: this version of Quoth cannot read the format.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        with database.reading():
            tables = database.tables()
        if not tables:
            self._create()
        elif not {"meta", "articles", "passages", "vectors"} <= tables:
            raise LibraryDamaged(
                f"{database.name} is not a Quoth library: it has other tables ({', '.join(sorted(tables))})."
            )
        while (number := self.setting("format") or "") in database.upgrades:
            self._upgrade(number)
        if number != str(FORMAT):
            folders = ", ".join(json.loads(self.setting("folders") or "{}").values())
            raise SettingsMismatch(
                f"{database.name} has format {number}, this version of Quoth reads format {FORMAT}. Use the version "
                "that wrote it, or build the library again: choose another place, or delete this one, and add the "
                f"articles again: {folders}"
            )

    def close(self) -> None:
        """Close the database; see ``Database.close``."""
        self.database.close()

    def _create(self) -> None:
        with self.database.writing() as connection:
            if self.database.tables():
                return  # another process created them meanwhile
            self.database.create((*SCHEMA, *self.database.own_tables))
            connection.execute("INSERT INTO meta VALUES ('format', ?)", (str(FORMAT),))
            insert_generation(self.database, 0)

    def _upgrade(self, before: str) -> None:
        after, statements = self.database.upgrades[before]
        self.database.upgrade(before, lambda: self._run(before, after, statements))

    def _run(self, before: str, after: str, statements: Sequence[str]) -> None:
        with self.database.writing() as connection:
            # unless another process did it meanwhile
            if connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() == (before,):
                for statement in statements:
                    connection.execute(statement)
                store_settings(connection, {"format": after})
