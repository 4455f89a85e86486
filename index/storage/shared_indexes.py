"""Copies of index files in a database that several machines share, so that a new one need not build its own.

A manifest, the row without a name, says which copies are complete. Copies of another generation are written beside
them, in several transactions, and take their place with the manifest.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from .part import Part

_PART_BYTES, _PARTS = 2**20, 32
_MANIFEST = "SELECT content FROM index_files WHERE name = '' AND part = 0"


class SharedIndexes(Part):
    """Stores and reads index files. Only for a database that is shared (see ``Database.is_shared``)."""

    def shared_manifest(self) -> str:
        """What describes the copies; empty if there are none."""
        with self.database.reading() as connection:
            row = connection.execute(_MANIFEST).fetchone()
        return row[0].decode().partition("\n")[2] if row else ""

    def share_indexes(self, manifest: str, files: Mapping[str, Path]) -> None:
        """Store copies of index files, in place of those that are there.

        :param manifest: describes them.
        :param files: by name.
        """
        prefix = f"{secrets.token_hex(4)}/"
        for name, path in files.items():
            parts = _parts(f"{prefix}{name}", path)
            while some := list(islice(parts, _PARTS)):
                with self.database.writing() as connection:
                    for part in some:
                        connection.insert("index_files", [part])
        with self.database.writing() as connection:
            connection.execute("DELETE FROM index_files WHERE substr(name, 1, ?) != ?", (len(prefix), prefix))
            connection.insert("index_files", [("", 0, f"{prefix}\n{manifest}".encode())])

    def fetch_indexes(self, folder: Path) -> str:
        """Write the copies to a folder, and return what describes them; empty if there are none.

        :raises LibraryDamaged: a copy is not complete, or would be written elsewhere.
        """
        with self.database.reading() as connection:
            row = connection.execute(_MANIFEST).fetchone()
            if row is None:
                return ""
            prefix, _, manifest = row[0].decode().partition("\n")
            names = connection.execute(
                "SELECT name, count(*) FROM index_files WHERE substr(name, 1, ?) = ? GROUP BY name",
                (len(prefix), prefix),
            ).fetchall()
            for name, parts in names:
                path = folder / name[len(prefix) :]
                if ".." in path.parts or not path.is_relative_to(folder):
                    raise ValueError(f"it names an index file {name}")
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as stream:
                    for part in range(parts):
                        query = "SELECT content FROM index_files WHERE name = ? AND part = ?"
                        row = connection.execute(query, (name, part)).fetchone()
                        if row is None:
                            raise ValueError(f"a part of the index file {name} is missing")
                        stream.write(row[0])
        return str(manifest)


def _parts(name: str, path: Path) -> Iterator[tuple[str, int, bytes]]:
    with path.open("rb") as stream:
        part = 0
        while content := stream.read(_PART_BYTES):
            yield name, part, content
            part += 1
