"""Read files in a child process with limits on memory and time, so that no file can crash or exhaust this process.

Plain text and Markdown are read in this process: nothing in them is unpacked.
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
from quoth.index.reading.detect import HEAD_BYTES, is_plain
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle, Refused

MAX_BYTES = 256 * 2**20
"""Maximum size of a file, in bytes."""
_TEXT_BYTES = 32 * 2**20
"""Maximum size of a file of plain text, in bytes."""
_SECONDS = 60.0
"""Seconds to wait for the next article of a file."""
_MEMORY = 400 * 2**20
"""Maximum memory for reading, in bytes, beyond what the child process has at its start."""
_BROKEN = object()
"""In place of an answer: the child process has ended."""
_AHEAD = 64
"""Maximum number of articles of a file that are read ahead."""
_PROGRAM = "import sys; sys.path += sys.argv[1:]; from quoth.index.sync.sandbox import serve; serve()"


class Worker:
    """Reads one file after another in a child process, which is started when the first file needs it.

    The child process runs a program of its own. It is neither a fork nor a spawned copy of this process, so that the
    caller's main module is not run again.
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
        """Yield the file's articles; in a file that holds several, also those that cannot be read.

        :param digest: sha256 of the file's bytes, in hexadecimal.
        :param columns: which columns of tables hold what.
        :raises UnreadableFile: the file cannot be read, has other bytes now, or takes too long or too much memory.
        """
        try:
            with open(path, "rb") as stream:
                plain, size = is_plain(path, stream.read(HEAD_BYTES)), os.fstat(stream.fileno()).st_size
        except OSError as error:
            raise UnreadableFile(f"it cannot be opened: {error.strerror or error}") from error
        limit = _TEXT_BYTES if plain else MAX_BYTES
        if size > limit:
            raise UnreadableFile(
                f"it has {size / 2**20:,.0f} MB; the maximum size of a file is {limit / 2**20:.0f} MB. Split it first."
            )
        yield from (_read if plain else self._read_in_child)(path, digest, columns)

    def _read_in_child(self, path: str, digest: str, columns: Mapping[str, str]) -> Iterator[ParsedArticle | Refused]:
        usable = False
        try:
            self._ask((path, digest, dict(columns)))
            while True:
                answer = self._answer()
                if answer is None:
                    usable = True
                    return
                if isinstance(answer, (ParsedArticle, Refused)):
                    yield answer
                else:
                    usable, reason = answer
                    raise UnreadableFile(reason)
        finally:
            if not usable:
                self._end()

    def _answer(self) -> Any:
        try:
            answer = self._answers.get(timeout=_SECONDS)
        except queue.Empty:
            raise UnreadableFile(f"it takes more than {_SECONDS:.0f} seconds to read and was skipped") from None
        if answer is _BROKEN:
            raise UnreadableFile("reading it crashed the process that reads files; it is damaged or malicious")
        return answer

    def _ask(self, request: tuple[str, str, dict[str, str]]) -> None:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._answers = queue.Queue(_AHEAD)
            self._process = _started()
            self._collecting = threading.Thread(
                target=_collect, args=(self._process.stdout, self._answers), daemon=True
            )
            self._collecting.start()
        assert self._process.stdin is not None
        try:
            pickle.dump(request, self._process.stdin)
            self._process.stdin.flush()
        except OSError:
            self._answers.put(_BROKEN)

    def _end(self) -> None:
        if self._process is None or self._collecting is None:
            return
        self._process.kill()
        self._process.wait()
        while self._collecting.is_alive():  # it may be waiting to add an answer to a full queue
            with suppress(queue.Empty):
                self._answers.get(timeout=0.05)
        with suppress(OSError):  # closing it writes what is still buffered
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._process = self._collecting = None


def _started() -> subprocess.Popen[bytes]:
    """Start the child process.

    It imports from its own standard library and packages first, then from Quoth's folder, and last from the folders
    that this process imports from. One of those is the caller's, or the working directory: no file there can replace a
    module that reads files.
    """
    package = sys.modules[__name__.partition(".")[0]]
    paths = [os.path.abspath(path) for path in (os.path.dirname(package.__path__[0]), *sys.path)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    program = [sys.executable, "-P", "-c", _PROGRAM, *paths]
    return subprocess.Popen(program, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _collect(pipe: IO[bytes], answers: queue.Queue[Any]) -> None:
    """Queue the answers of the child process. It runs Quoth's own code, so that its pickles are trusted."""
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
        raise UnreadableFile("it changes while it is read; add it again when it is complete")
    yield from read(path, data, columns)


def serve() -> None:
    """Answer requests to read files until there are no more. Runs in the child process.

    An answer is an article or a ``Refused``; after the last one, None, or whether the process can read another file and
    why this one could not be read.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not be taken for an answer
    _limit_memory()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            path, digest, columns = pickle.load(sys.stdin.buffer)
            answer: tuple[bool, str] | None = None
            try:
                for article in _read(path, digest, columns):
                    pickle.dump(article, answers)
                    answers.flush()
            except UnreadableFile as error:
                answer = (True, str(error))
            except MemoryError:
                answer = (False, f"it takes more than {_MEMORY / 2**20:.0f} MB of memory to read and was skipped")
            except RecursionError:
                answer = (True, "it is nested too deeply to be read")
            except Exception as error:  # a corrupt file can make a library raise anything
                answer = (True, f"it is damaged, or not in the format of its name ({type(error).__name__}: {error})")
            pickle.dump(answer, answers)
            answers.flush()


def _limit_memory() -> None:
    """Limit the memory of this process, on systems that can."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError):
        used = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()  # data and stack
        resource.setrlimit(resource.RLIMIT_DATA, (used + _MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))
