"""Reads files in a process of its own, with bounds on its memory and time, so that no file can take the program down.

Plain text and Markdown are read in place: nothing in them unpacks.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.dispatch import SEEN, is_plain, read
from quoth.index.reading.document import ParsedArticle, Refused

MAX_BYTES = 256 * 2**20
"""Of a file."""
_TEXT_BYTES = 32 * 2**20
"""Of a file of plain text."""
_SECONDS = 60.0
"""For the next article of a file."""
_MEMORY = 400 * 2**20
"""Bytes that reading may take beyond what the process has at its start."""
_BROKEN = object()
"""In place of an answer: there will be none."""
_AHEAD = 64
"""Articles of a file that are kept until they are asked for."""


class Worker:
    """Reads one file after another; the process is started when the first file needs it.

    A program of its own, not a fork or a spawned copy of this one: whatever this program is, it is not run again.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[Any] = queue.Queue(_AHEAD)
        self._collecting: threading.Thread | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, path: str, digest: str, columns: Mapping[str, str]) -> Iterator[ParsedArticle | Refused]:
        """The file's articles, and those of a file with several that cannot be read.

        :param digest: the sha256 of the bytes that are meant.
        :raises UnreadableFile: it cannot be read, is not that file any more, takes too long or too much memory,
            and why.
        """
        try:
            with open(path, "rb") as stream:
                plain, size = is_plain(path, stream.read(SEEN)), os.fstat(stream.fileno()).st_size
        except OSError as error:
            raise UnreadableFile(f"it cannot be opened: {error.strerror or error}") from error
        limit = _TEXT_BYTES if plain else MAX_BYTES
        if size > limit:
            raise UnreadableFile(
                f"it is {size / 2**20:,.0f} MB; at most {limit / 2**20:.0f} MB are read from one file. Split it first."
            )
        yield from (_read if plain else self._elsewhere)(path, digest, columns)

    def _elsewhere(self, path: str, digest: str, columns: Mapping[str, str]) -> Iterator[ParsedArticle | Refused]:
        ended = False
        try:
            self._ask((path, digest, dict(columns)))
            while True:
                found = self._answer()
                if found is None:
                    ended = True
                    return
                if isinstance(found, (ParsedArticle, Refused)):
                    yield found
                else:
                    ended = found[0]
                    raise UnreadableFile(found[1])
        finally:
            if not ended:
                self._end()

    def _answer(self) -> Any:
        try:
            found = self._answers.get(timeout=_SECONDS)
        except queue.Empty:
            raise UnreadableFile(f"it takes more than {_SECONDS:.0f} seconds to read, and was given up") from None
        if found is _BROKEN:
            raise UnreadableFile("reading it broke the program that reads files; it is damaged, or made to do harm")
        return found

    def _ask(self, wanted: tuple[str, str, dict[str, str]]) -> None:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._answers = queue.Queue(_AHEAD)
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
            program = [sys.executable, "-c", f"from {__name__} import serve; serve()"]
            self._process = subprocess.Popen(program, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._collecting = threading.Thread(
                target=_collect, args=(self._process.stdout, self._answers), daemon=True
            )
            self._collecting.start()
        assert self._process.stdin is not None
        try:
            pickle.dump(wanted, self._process.stdin)
            self._process.stdin.flush()
        except OSError:
            self._answers.put(_BROKEN)

    def _end(self) -> None:
        if self._process is None or self._collecting is None:
            return
        self._process.kill()
        self._process.wait()
        while self._collecting.is_alive():  # it may wait for room for an answer that nobody wants any more
            with suppress(queue.Empty):
                self._answers.get(timeout=0.05)
        with suppress(OSError):  # what was still to be written to it
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._process = self._collecting = None


def _collect(pipe: IO[bytes], answers: queue.Queue[Any]) -> None:
    """Take the answers as they come; its own program is trusted, as it only ever sends readings and reasons."""
    try:
        with pipe:
            while True:
                answers.put(pickle.load(pipe))
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):
        answers.put(_BROKEN)


def _read(path: str, digest: str, columns: Mapping[str, str]) -> Iterator[ParsedArticle | Refused]:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UnreadableFile(f"it cannot be opened: {error.strerror or error}") from error
    if sha256(data).hexdigest() != digest:
        raise UnreadableFile("it changes while it is read; bring the library up to date when it is written to its end")
    yield from read(path, data, columns)


def serve() -> None:
    """What the process does: read what it is told to until it is told nothing more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    _bound()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            path, digest, columns = pickle.load(sys.stdin.buffer)
            answer: Any = None
            try:
                for reading in _read(path, digest, columns):
                    pickle.dump(reading, answers)
                    answers.flush()
            except UnreadableFile as error:
                answer = (True, str(error))
            except MemoryError:
                answer = (False, f"it takes more than {_MEMORY / 2**20:.0f} MB of memory to read, and was given up")
            except RecursionError:
                answer = (True, "it is nested too deeply to be read")
            except Exception as error:  # whatever a broken file makes a library raise
                answer = (True, f"it is damaged, or not what its name says ({type(error).__name__}: {error})")
            pickle.dump(answer, answers)
            answers.flush()


def _bound() -> None:
    """Bound the memory of this process, where the system knows how."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError):
        used = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()  # data and stack
        resource.setrlimit(resource.RLIMIT_DATA, (used + _MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))
