"""The files that a library's articles were read from, as they were when they were last read, and files it refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .database import Connection
from .part import Part
from .rows import FileState, KnownFile, Refusal, Stamp

_LONGEST_NAME = 500
"""Maximum length of the name of an article whose refusal is remembered. No database indexes much longer ones."""


class Files(Part):
    """Reads and writes what the library knows of files."""

    def known(self, files: Iterable[str] | None = None) -> dict[str, KnownFile]:
        """The files of all articles, by path.

        :param files: only these files.
        """
        query = (
            "SELECT file, given, name, article_id, coalesce(digest, ''), source, stamp FROM sources "
            "LEFT JOIN files ON path = file WHERE removed IS NULL"
        )
        parameters: tuple[list[str], ...] = ()
        if files is not None:
            query, parameters = f"{query} AND file = ANY(?)", (list(files),)
        with self.database.reading() as connection:
            rows = connection.execute(f"{query} ORDER BY article_id", parameters).fetchall()
        known: dict[str, KnownFile] = {}
        for file, given, name, id_, digest, source, stamp in rows:
            path = source.removesuffix(f"#{name}") if name else source
            known.setdefault(file, KnownFile(path, given, digest, _unpacked(stamp), {}))
            known[file].articles[name] = id_
        return known

    def files_with(self, digest: str) -> list[str]:
        """Paths of files that had this digest when they were read."""
        with self.database.reading() as connection:
            return [row[0] for row in connection.execute("SELECT path FROM files WHERE digest = ?", (digest,))]

    def files_beginning(self, digest: str) -> list[tuple[str, str]]:
        """Paths of files whose digest began like this when they were read, with the whole of it."""
        query = "SELECT path, digest FROM files WHERE digest >= ? AND digest < ?"
        with self.database.reading() as connection:
            beyond = digest[:-1] + chr(ord(digest[-1]) + 1)
            return [(path, whole) for path, whole in connection.execute(query, (digest, beyond))]

    def file_of(self, id_: int) -> str | None:
        """The real path of the file that an article was read from."""
        with self.database.reading() as connection:
            row = connection.execute("SELECT file FROM sources WHERE article_id = ?", (id_,)).fetchone()
        return row[0] if row else None

    def note(self, files: Mapping[str, FileState]) -> None:
        """Remember files, by path, whose articles are all stored."""
        with self.database.writing() as connection:
            note_files(connection, files)

    def refusals(self) -> dict[tuple[str, str], Refusal]:
        """What could not be added when it was last tried, by path and name, in order."""
        query = "SELECT path, name, source, reason, digest, stamp FROM refusals ORDER BY path, name"
        with self.database.reading() as connection:
            return {
                (path, name): Refusal(path, name, source, reason, FileState(digest, _unpacked(stamp)))
                for path, name, source, reason, digest, stamp in connection.execute(query)
            }

    def note_refusals(self, refusals: Iterable[Refusal]) -> None:
        """Remember what could not be added, in place of what was remembered before."""
        with self.database.writing() as connection:
            connection.execute("DELETE FROM refusals")
            connection.executemany(
                "INSERT INTO refusals VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path, name) DO UPDATE SET "
                "source = excluded.source, reason = excluded.reason, digest = excluded.digest, stamp = excluded.stamp",
                [
                    (r.path, r.name, r.source, r.reason, r.state.digest, _packed(r.state.stamp))
                    for r in refusals
                    if len(r.name) <= _LONGEST_NAME
                ],
            )


def note_files(connection: Connection, files: Mapping[str, FileState]) -> None:
    """Remember files, by path; those without a current article are left out."""
    connection.executemany(
        "INSERT INTO files SELECT :path, :digest, :stamp "
        "WHERE EXISTS (SELECT 1 FROM sources WHERE file = :path AND removed IS NULL) "
        "ON CONFLICT (path) DO UPDATE SET digest = excluded.digest, stamp = excluded.stamp",
        [{"path": path, "digest": state.digest, "stamp": _packed(state.stamp)} for path, state in files.items()],
    )


def _packed(stamp: Stamp | None) -> str | None:
    return None if stamp is None else " ".join(map(str, stamp))


def _unpacked(stamp: str | None) -> Stamp | None:
    return None if stamp is None else tuple(map(int, stamp.split()))
