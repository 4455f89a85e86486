"""Locks between the threads and processes of one machine.

The lock is the operating system's: it becomes free when the process that holds it dies.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from quoth.index.errors import LibraryBusy, LibraryNotWritable

_PAUSE_SECONDS = 0.05


@contextmanager
def file_lock(file: Path, waiting: Callable[[], None], seconds: float) -> Iterator[None]:
    """Hold the lock of a file in a library's folder.

    :param waiting: called while others hold it.
    :param seconds: seconds to wait for them.
    :raises LibraryBusy: others have held the lock for that time.
    :raises LibraryNotWritable: the folder cannot be written.
    """
    folder, lock = file.parent, FileLock(file, timeout=0)
    deadline = time.monotonic() + seconds
    try:
        while not lock.is_locked:
            try:
                lock.acquire()
            except Timeout as error:
                if time.monotonic() > deadline:
                    raise LibraryBusy(
                        f"Another process has been changing the library in {folder} for {seconds / 60:.0f} minutes. "
                        "Wait until it is done and try again."
                    ) from error
                waiting()
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
