"""The lock that changes require: one thread of one process at a time changes a library, the others wait.

The lock is the operating system's: it becomes free when the process that holds it dies.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from quoth.index.errors import LibraryBusy, LibraryNotWritable
from quoth.index.records import Progress

from .tally import ProgressCallback

PATIENCE_SECONDS, _PAUSE_SECONDS = 3600.0, 0.05


@contextmanager
def writer_lock(folder: Path, report: ProgressCallback | None = None, seconds: float | None = None) -> Iterator[None]:
    """Hold the lock of the library in a folder.

    :param report: called while it waits.
    :param seconds: seconds to wait for others; an hour by default.
    :raises LibraryBusy: others have held the lock for that time.
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
    except NotImplementedError as error:
        raise LibraryNotWritable(
            f"The file system of {folder} has no locks, which changes of a library need. Move the library to another "
            "drive."
        ) from error
    except OSError as error:
        raise LibraryNotWritable(f"The folder {folder} cannot be written: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()
