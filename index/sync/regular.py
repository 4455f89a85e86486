"""Opening files, and nothing else: a pipe, a socket or a device could be read for ever."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader

from quoth.index.errors import UnreadableFile

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
"""Without waiting: opening a named pipe would last until somebody writes to it."""

NOT_REGULAR = "it is a pipe, a socket or a device, not a file"


def is_regular(path: str) -> bool:
    """Whether a path is that of a file; also if nothing can be found out about it, so that reading it says why."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return True


@contextmanager
def opened(path: str) -> Iterator[BufferedReader]:
    """Open a file while a block reads its bytes.

    :raises UnreadableFile: it cannot be opened or read, or it is a pipe, a socket or a device.
    """
    try:
        file = open(path, "rb", opener=lambda name, _: os.open(name, _FLAGS))  # noqa: SIM115
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"it cannot be opened: {getattr(error, 'strerror', None) or error}") from error
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise UnreadableFile(NOT_REGULAR)
        try:
            yield file
        except OSError as error:
            raise UnreadableFile(f"it cannot be read: {error.strerror or error}") from error


def bytes_of(path: str, limit: int) -> bytes:
    """Return a file's bytes.

    :param limit: maximum number of bytes.
    :raises UnreadableFile: as ``opened``, or the file is larger.
    """
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        check_size(size, limit)
        return file.read(size + 1)


def check_size(size: int, limit: int) -> None:
    """Check the size of a file in bytes.

    :raises UnreadableFile: it exceeds the limit.
    """
    if size > limit:
        megabytes, most = round(size / 2**20, 1), limit / 2**20
        raise UnreadableFile(f"it has {megabytes:,g} MB; the maximum is {most:,g} MB. Split it first.")
