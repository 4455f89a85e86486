"""Of all threads and processes one at a time changes a library; the others wait for their turn.

The lock is the operating system's: that of a process that died is free.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from quoth.index.errors import LibraryBusy, LibraryNotWritable
from quoth.index.records import Progress

from .compare import ProgressCallback

PATIENCE_SECONDS, _PAUSE_SECONDS = 3600.0, 0.05


@contextmanager
def writer_lock(folder: Path, report: ProgressCallback | None = None, seconds: float | None = None) -> Iterator[None]:
    """Be the one that changes the library in a folder.

    :param report: told that it waits.
    :param seconds: how long it waits for others; left out, an hour.
    :raises LibraryBusy: others have been changing it for so long.
    :raises LibraryNotWritable: the folder cannot be written.
    """
    patience = PATIENCE_SECONDS if seconds is None else seconds
    lock = FileLock(folder / "writer.lock", timeout=0)
    deadline = time.monotonic() + patience
    try:
        while not lock.is_locked:
            try:
                lock.acquire()
            except Timeout as error:
                if time.monotonic() > deadline:
                    raise LibraryBusy(
                        f"Another process has been changing the library in {folder} for {patience / 60:.0f} minutes. "
                        "Wait until it is done and try again."
                    ) from error
                if report:
                    report(Progress(0, 0, 0, 0, 0, waiting=True))
                time.sleep(_PAUSE_SECONDS)
    except OSError as error:
        raise LibraryNotWritable(f"The folder {folder} cannot be written: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()
