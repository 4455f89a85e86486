"""Copies of index files in a database that several machines share, so that a new one need not build its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from .settings import Settings, store_settings

_PART_BYTES = 2**20
_KEY = "shared_indexes"


class SharedIndexes(Settings):
    """Stores and reads index files. Only for a database that is shared (see ``Database.is_shared``)."""

    def shared_manifest(self) -> str:
        """What describes the copies; empty if there are none."""
        return self.setting(_KEY) or ""

    def share_indexes(self, manifest: str, files: Mapping[str, Path]) -> None:
        """Store copies of index files in place of those of an older generation, in one transaction.

        :param manifest: describes them.
        :param files: by name.
        """
        with self.database.writing() as connection:
            connection.execute("DELETE FROM index_files")
            for name, path in files.items():
                for part in _parts(name, path):
                    connection.insert("index_files", [part])
            store_settings(connection, {_KEY: manifest})

    def fetch_indexes(self, folder: Path) -> str | None:
        """Write the copies to a folder, and return what describes them; None if there are none."""
        with self.database.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
            if row is None:
                return None
            for name, parts in connection.execute("SELECT name, count(*) FROM index_files GROUP BY name").fetchall():
                path = folder / name
                if ".." in path.parts or not path.is_relative_to(folder):
                    raise ValueError(f"it names an index file {name}")
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as stream:
                    for part in range(parts):
                        query = "SELECT content FROM index_files WHERE name = ? AND part = ?"
                        stream.write(connection.execute(query, (name, part)).fetchone()[0])
        return str(row[0])


def _parts(name: str, path: Path) -> Iterator[tuple[str, int, bytes]]:
    with path.open("rb") as stream:
        part = 0
        while content := stream.read(_PART_BYTES):
            yield name, part, content
            part += 1
