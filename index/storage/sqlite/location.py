"""A library in a folder: a SQLite file, and beside it what is derived from it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from quoth.index.storage.file_lock import file_lock
from quoth.index.storage.store import Store

from .database import SqliteDatabase
from .salvage import salvage

DATABASE = "library.sqlite"
_WAIT_SECONDS = 3600.0


class Folder:
    """The folder of a library; see ``Location``."""

    def __init__(self, folder: Path) -> None:
        self.name, self.full_name = str(folder), str(folder.absolute())
        self.where = os.path.realpath(folder)
        self.database = DATABASE
        self.folder = folder
        self._file = folder / DATABASE

    def exists(self) -> bool:
        return self._file.is_file()

    def identity(self) -> object:
        try:
            status = self._file.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def open(self) -> Store:
        database = SqliteDatabase(self._file)
        if any(self.folder.glob("words-*")):
            with database.reading():
                if not database.tables():
                    raise ValueError("it is empty, but there are indexes of its articles")
        return Store(database)

    def salvage(self) -> tuple[int, list[str], str]:
        kept = self.folder / f"{DATABASE}.damaged"
        with (
            file_lock(self.folder / "writer.lock", lambda: None, _WAIT_SECONDS),
            tempfile.TemporaryDirectory(dir=self.folder) as scratch,
        ):
            new = Path(scratch) / DATABASE
            moved, files = salvage(new, self._file)
            (self.folder / f"{DATABASE}-journal").unlink(missing_ok=True)
            os.replace(self._file, kept)
            os.replace(new, self._file)
        return moved, files, str(kept)
