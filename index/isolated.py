"""Reads files in a process of its own, with bounds on its memory and time, so that no file can take the program down.

Plain text and Markdown are read in place: nothing in them unpacks, and most libraries hold nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

from .errors import UnreadableFile
from .reading import Reading, read

MAX_BYTES = 256 * 2**20
"""Of a file."""
_TEXT_BYTES = 32 * 2**20
"""Of a file of plain text."""
_SECONDS = 60.0
"""For the next article of a file."""
_MEMORY = 400 * 2**20
"""Bytes that reading may take beyond what the process has at its start."""
_PLAIN = (".txt", ".text", ".md", ".markdown")


class Worker:
    """Reads one file after another; the process is started when the first file needs it."""

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, path: str, columns: Mapping[str, str]) -> Iterator[Reading]:
        """The file's articles.

        :raises UnreadableFile: it cannot be read, takes too long or too much memory, and why.
        """
        plain = path.casefold().endswith(_PLAIN)
        limit = _TEXT_BYTES if plain else MAX_BYTES
        try:
            size = os.stat(path).st_size
        except OSError as error:
            raise UnreadableFile(f"it cannot be opened: {error.strerror or error}") from error
        if size > limit:
            raise UnreadableFile(
                f"it is {size / 2**20:,.0f} MB; at most {limit / 2**20:.0f} MB are read from one file. Split it first."
            )
        yield from _read(path, columns) if plain else self._elsewhere(path, columns)

    def _elsewhere(self, path: str, columns: Mapping[str, str]) -> Iterator[Reading]:
        pipe = self._started()
        ended = False
        try:
            pipe.send((path, dict(columns)))
            while True:
                if not pipe.poll(_SECONDS):
                    raise UnreadableFile(f"it takes more than {_SECONDS:.0f} seconds to read, and was given up")
                found = pipe.recv()
                if found is None:
                    ended = True
                    return
                if isinstance(found, Reading):
                    yield found
                else:
                    ended = found[0]
                    raise UnreadableFile(found[1])
        except (EOFError, OSError) as error:
            raise UnreadableFile(
                "reading it broke the program that reads files; it is damaged, or made to do harm"
            ) from error
        finally:
            if not ended:
                self._end()

    def _started(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self._end()
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True, name="quoth-read")
            self._process.start()
            theirs.close()
        return self._pipe

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._pipe = self._process = None


def _read(path: str, columns: Mapping[str, str]) -> Iterator[Reading]:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UnreadableFile(f"it cannot be opened: {error.strerror or error}") from error
    yield from read(path, data, columns)


def _serve(pipe: Connection) -> None:
    """What the process does: read what it is told to until it is told nothing more."""
    _bound()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            path, columns = pipe.recv()
            answer: Any = None
            try:
                for reading in _read(path, columns):
                    pipe.send(reading)
            except UnreadableFile as error:
                answer = (True, str(error))
            except MemoryError:
                answer = (False, f"it takes more than {_MEMORY / 2**20:.0f} MB of memory to read, and was given up")
            except RecursionError:
                answer = (True, "it is nested too deeply to be read")
            except (
                Exception
            ) as error:  # whatever a broken file makes a library raise, the file is refused, with the reason
                answer = (True, f"it is damaged, or not what its name says ({type(error).__name__}: {error})")
            pipe.send(answer)


def _bound() -> None:
    """Bound the memory of this process, where the system knows how."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError):
        used = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()  # data and stack
        resource.setrlimit(resource.RLIMIT_DATA, (used + _MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))
