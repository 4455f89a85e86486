"""A copy of Zotero's database, to be read while Zotero may be running. The only module that opens it.

Zotero keeps its database locked, and what it wrote last may still be in a file beside it. Both are copied, and read
there.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from quoth.index.errors import UnreadableFile

DATABASE = "zotero.sqlite"
BESIDE = ("-wal", "-journal")
"""After the database's name, names the file of what is not yet in it, or of what may have to be undone."""
_TRIES, _PAUSE_SECONDS = 10, 0.2
_OF_ANOTHER_VERSION = ("no such table", "no such column")
_Result = TypeVar("_Result")


def stamps(database: str) -> tuple[tuple[int, int, int] | None, ...]:
    """Return size, time and inode of a database and of the files beside it; None for one that is absent."""
    found: list[tuple[int, int, int] | None] = []
    for suffix in ("", *BESIDE):
        try:
            status = os.stat(database + suffix)
            found.append((status.st_size, status.st_mtime_ns, status.st_ino))
        except OSError:
            found.append(None)
    return tuple(found)


def read_copy(database: str, read: Callable[[sqlite3.Connection], _Result]) -> _Result:
    """Return what a function reads in a copy of the database.

    :raises UnreadableFile: it cannot be copied, is damaged, or is of a version that is not understood.
    """
    try:
        with _copied(database) as copy, closing(sqlite3.connect(copy)) as connection:
            (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if state != "ok":
                raise sqlite3.DatabaseError(state)
            return read(connection)
    except sqlite3.DatabaseError as error:
        if str(error).startswith(_OF_ANOTHER_VERSION):
            raise UnreadableFile(
                f"{database} is of a version of Zotero that is not understood ({error}). Its articles stay as they "
                "are. Open it with Zotero 5 or later, or update Quoth, and add it again"
            ) from error
        raise UnreadableFile(
            f"{database} is damaged ({error}). Its articles stay as they are. Open Zotero, which repairs it, or put "
            f"{DATABASE}.bak in its place, and add it again"
        ) from error
    except OSError as error:
        raise UnreadableFile(f"{database} cannot be copied: {error.strerror}. Its articles stay as they are") from error


@contextmanager
def _copied(database: str) -> Iterator[Path]:
    """Copy the database to a temporary folder, in a state that it really had.

    :raises UnreadableFile: it keeps changing.
    """
    with TemporaryDirectory(prefix="quoth-zotero-") as folder:
        copy = Path(folder) / DATABASE
        for _ in range(_TRIES):
            before = stamps(database)
            shutil.copyfile(database, copy)
            for suffix in BESIDE:
                beside = copy.with_name(copy.name + suffix)
                beside.unlink(missing_ok=True)
                with suppress(FileNotFoundError):
                    shutil.copyfile(database + suffix, beside)
            if stamps(database) == before:
                yield copy
                return
            time.sleep(_PAUSE_SECONDS)
    raise UnreadableFile(f"{database} changes while it is copied; wait until Zotero is done, and add it again")
