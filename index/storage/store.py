"""SQLite storage of articles, passages, sentences and vectors: the source of truth.

An article and its passages are inserted and deleted, but never changed, and an id is never used again: a reader of an
id finds the same text or nothing. Only an article's place on disk may change (see ``Writing.move``). Changes are short
transactions under the rollback journal, so that a reader sees a consistent snapshot and waits for one commit at most.
Every change starts a generation, with a token that no other generation has; an index of a generation becomes up to date
with the articles added and removed since. The rows of removed articles stay for some seconds, so that a question that
was asked in the previous generation finds them.

Rows carry checksums, which are verified at every read: a corrupt row is an error, never an answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from quoth.index.errors import LibraryDamaged, LibraryNotWritable, SettingsMismatch

from .articles import Articles
from .changes import Changes
from .files import Files
from .passages import Passages
from .schema import FORMAT, SCHEMA
from .settings import Settings, store_settings
from .upgrade import UPGRADES
from .writing import Writing


class Store(Settings, Files, Articles, Passages, Writing, Changes):
    """A library's database; created if absent.

    :raises LibraryDamaged: the file is not a library's database.
    :raises LibraryNotWritable: the file cannot be created or upgraded.
    :raises SettingsMismatch: this version of Quoth cannot read the format.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        with self.reading() as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables and any(file.parent.glob("words-*")):
            raise self.damaged("it is empty, but there are indexes of its articles")
        if not tables:
            self._create()
        elif not {"meta", "articles", "passages", "vectors"} <= tables:
            raise LibraryDamaged(f"{file} is not a Quoth library: it has other tables ({', '.join(sorted(tables))}).")
        while (number := self.setting("format")) in UPGRADES:
            self._upgrade(number)
        if number != str(FORMAT):
            folders = ", ".join(json.loads(self.setting("folders") or "{}").values())
            raise SettingsMismatch(
                f"{file} has format {number}, this version of Quoth reads format {FORMAT}. Use the version that wrote "
                "it, or build the library again: delete its folder, or choose another, and add the articles again: "
                f"{folders}"
            )

    def _create(self) -> None:
        with self.writing() as connection:
            if connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                return  # another process created it meanwhile
            for statement in SCHEMA:
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES ('format', ?)", (str(FORMAT),))
            connection.execute("INSERT INTO generations VALUES (0, hex(randomblob(8)), 0)")

    def _upgrade(self, before: str) -> None:
        """Bring a library of an older format to the next one, and keep a copy of the older one beside it."""
        after, statements = UPGRADES[before]
        copy = self.file.with_name(f"{self.file.name}.format-{before}")
        try:
            if not copy.exists():
                self.copy_to(copy)
            with self.lent() as connection:
                # otherwise dropping a table would delete the rows that refer to it
                connection.execute("PRAGMA foreign_keys = OFF")
                try:
                    self._run(before, after, statements)
                finally:
                    connection.execute("PRAGMA foreign_keys = ON")
        except LibraryNotWritable as error:
            raise LibraryNotWritable(
                f"{self.file} was written by an older version of Quoth (format {before}) and must be upgraded. This "
                f"needs permission to write in its folder, and as much free space as the file takes: {error}"
            ) from error

    def _run(self, before: str, after: str, statements: Sequence[str]) -> None:
        with self.writing() as connection:
            # unless another process did it meanwhile
            if connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() == (before,):
                for statement in statements:
                    connection.execute(statement)
                store_settings(connection, {"format": after})
