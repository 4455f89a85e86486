"""A library's settings, and the generations of its content."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from .database import Connection, Database
from .part import Part
from .rows import Head
from .tables import checksum

CHECKSUM = "sum"
"""The key of the settings' checksum, which is stored beside them."""


_PUT = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


class Settings(Part):
    """Reads and writes settings; identifies generations."""

    def setting(self, key: str) -> str | None:
        """A setting; None if absent."""
        with self.database.reading() as connection:
            settings = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            if settings.pop(CHECKSUM, settings_checksum(settings)) != settings_checksum(settings):
                raise ValueError("its settings are corrupt (checksum mismatch)")
        return settings.get(key)

    def set_settings(self, values: Mapping[str, str]) -> None:
        """Add or replace settings."""
        with self.database.writing() as connection:
            store_settings(connection, values)

    def change_setting(self, key: str, change: Callable[[str | None], str]) -> None:
        """Replace a setting by what becomes of it, in one transaction.

        :param change: takes the setting, None if absent, and returns the new one.
        """
        with self.database.writing() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
            store_settings(connection, {key: change(row and row[0])})

    def head(self) -> Head:
        """The newest generation. Equal heads mean the same articles."""
        with self.database.reading() as connection:
            return _head(connection)

    def is_past(self, head: Head) -> bool:
        """Whether the generation belongs to this library's past, and not to a copy that changed differently."""
        with self.database.reading() as connection:
            return is_past(connection, head)


def store_settings(connection: Connection, values: Mapping[str, str]) -> None:
    """Add or replace settings, and renew their checksum."""
    connection.executemany(_PUT, list(values.items()))
    settings = dict(connection.execute("SELECT key, value FROM meta WHERE key != ?", (CHECKSUM,)).fetchall())
    connection.execute(_PUT, (CHECKSUM, settings_checksum(settings)))


def settings_checksum(settings: Mapping[str, str]) -> str:
    """The checksum of all settings."""
    return str(checksum(*(part for item in sorted(settings.items()) for part in item)))


def is_past(connection: Connection, head: Head) -> bool:
    """Whether a library once had this head."""
    row = connection.execute("SELECT token FROM generations WHERE generation = ?", (head.generation,)).fetchone()
    return row is not None and row[0] == head.token


def next_generation(database: Database, after: int = 0) -> int:
    """Start a generation, in this thread's transaction, and return its number.

    :param after: a number that it must exceed.
    """
    generation = max(_head(database.connection).generation, after) + 1
    insert_generation(database, generation)
    return generation


def insert_generation(database: Database, generation: int) -> None:
    """Store a generation with a token of its own."""
    row = generation, secrets.token_hex(8).upper(), database.now()
    database.connection.execute("INSERT INTO generations VALUES (?, ?, ?)", row)


def _head(connection: Connection) -> Head:
    row = connection.execute("SELECT generation, token FROM generations ORDER BY generation DESC LIMIT 1").fetchone()
    return Head(*row)
