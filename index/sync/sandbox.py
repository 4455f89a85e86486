"""Read files in a child process with limits on memory and time, so that no file can crash or exhaust this process.

Short files of plain text and Markdown are read in this process: nothing in them is unpacked, and starting the other
process would take longer than reading them.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO

from quoth.index.errors import UnreadableFile
from quoth.index.reading import progress
from quoth.index.reading.detect import HEAD_BYTES, NOTE_FORMATS, PLAIN_FORMATS, is_plain
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle, Refused
from quoth.index.reading.metadata.fields import with_side_file
from quoth.index.reading.provided import NOTHING, Provided, with_provided
from quoth.index.reading.sanitise import clean_text, sanitised

from .failures import one_article
from .regular import bytes_of, check_size, opened
from .wire import Answer, Content, End, PageStarted, Request, answer_in, packed, request_in

MAX_BYTES = 256 * 2**20
"""Maximum size of a file, in bytes."""
_TEXT_BYTES = 32 * 2**20
"""Maximum size of a file of plain text, in bytes."""
_SHORT_BYTES = 64 * 2**10
"""Maximum size of a file of plain text, in bytes, that is read in this process."""
_SECONDS = 60.0
"""Seconds to wait for the next article of a file, or for its next page if that is recognised by OCR."""
_FILE_SECONDS = 3600.0
"""Seconds to wait for a file in all."""
_MEMORY = 400 * 2**20
"""Maximum memory for reading, in bytes, beyond what the child process has at its start."""
_CRASHED = "reading it crashed the process that reads files; it is damaged or malicious"
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
        self._answers: queue.Queue[Answer | None] = queue.Queue(_AHEAD)
        """Answers of the child process; None if it has ended."""
        self._collecting: threading.Thread | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(
        self, path: str, digest: str, columns: Mapping[str, str], corrections: bytes = b"",
        on_page: progress.Listener | None = None, provided: Provided = NOTHING,
    ) -> Iterator[ParsedArticle | Refused]:  # fmt: skip
        """Yield the file's articles; in a file that holds several, also those that cannot be read.

        :param digest: sha256 of the file's bytes, in hexadecimal.
        :param columns: which columns of tables hold what.
        :param corrections: content of the YAML file that corrects it.
        :param on_page: called with each page of a scan and the number of pages.
        :param provided: what its place says of it.
        :raises UnreadableFile: the file cannot be read, has other bytes now, or takes too long or too much memory.
        """
        request = Request(path, digest, dict(columns), corrections, provided)
        if provided.content is None:
            with opened(path) as stream:
                plain, size = _is_plain(request, stream.read(HEAD_BYTES)), os.fstat(stream.fileno()).st_size
        else:
            plain, size = False, len(provided.content)
        check_size(size, _TEXT_BYTES if plain else MAX_BYTES)
        if plain and size <= _SHORT_BYTES and not corrections:
            with one_article("read"):
                contents = [*_read(request)]
            yield from contents
        else:
            yield from self._read_in_child(request, on_page)

    def _read_in_child(self, request: Request, on_page: progress.Listener | None) -> Iterator[ParsedArticle | Refused]:
        usable = False
        left = _FILE_SECONDS
        try:
            self._ask(request)
            while True:
                started = time.monotonic()
                answer = self._answer(min(left, _SECONDS))
                left -= time.monotonic() - started
                if isinstance(answer, End):
                    usable = answer.usable
                    if answer.reason is not None:
                        raise UnreadableFile(answer.reason)
                    return
                if isinstance(answer, Content):
                    yield answer.content
                elif on_page:
                    on_page(answer.number, answer.pages)
        finally:
            if not usable:
                self._end()

    def _answer(self, seconds: float) -> Answer:
        try:
            answer = self._answers.get(timeout=max(seconds, 0.0))
        except queue.Empty:
            what = "it" if seconds >= _SECONDS else "the whole of it"
            limit = _SECONDS if seconds >= _SECONDS else _FILE_SECONDS
            raise UnreadableFile(f"{what} takes more than {limit:.0f} seconds to read and was skipped") from None
        if answer is None:
            raise UnreadableFile(_CRASHED)
        return answer

    def _ask(self, request: Request) -> None:
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
            self._process.stdin.write(packed(request))
            self._process.stdin.flush()
        except OSError:
            self._answers.put(None)

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


def _collect(pipe: IO[bytes], answers: queue.Queue[Answer | None]) -> None:
    """Queue the answers of the child process."""
    try:
        with pipe, suppress(OSError, ValueError):
            for line in pipe:
                answers.put(answer_in(line))
    finally:  # whatever it sent, the reader of the answers must not wait for more
        answers.put(None)


def _is_plain(request: Request, head: bytes) -> bool:
    kind = request.provided.kind
    return kind in (*PLAIN_FORMATS, *NOTE_FORMATS) if kind else is_plain(request.path, head)


def _read(request: Request) -> Iterator[ParsedArticle | Refused]:
    provided = request.provided
    data = bytes_of(request.path, MAX_BYTES) if provided.content is None else provided.content
    if sha256(data).hexdigest() != request.digest:
        raise UnreadableFile("it changes while it is read; add it again when it is complete")
    for content in read(request.path, data, request.columns, provided.kind):
        if isinstance(content, ParsedArticle):
            content = with_provided(content, provided)
        if isinstance(content, ParsedArticle) and request.corrections and not content.name:
            content = with_side_file(content, request.corrections)
        yield sanitised(content)


def serve() -> None:
    """Answer requests to read files until there are no more. Runs in the child process.

    An answer is an article, an article that cannot be read, or the page of a scan that is being read. The last one says
    whether the process can read another file, and why this one could not be read.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not be taken for an answer
    _limit_memory()

    def send(answer: Answer) -> None:
        answers.write(packed(answer))
        answers.flush()

    progress.listen(lambda number, pages: send(PageStarted(number, pages)))
    with suppress(OSError, KeyboardInterrupt):
        for line in sys.stdin.buffer:
            usable, reason = True, None
            try:
                for content in _read(request_in(line)):
                    send(Content(content))
            except UnreadableFile as error:
                reason = str(error)
            except MemoryError:
                usable = False
                reason = f"it takes more than {_MEMORY / 2**20:.0f} MB of memory to read and was skipped"
            except RecursionError:
                reason = "it is nested too deeply to be read"
            except Exception as error:  # a corrupt file can make a library raise anything
                reason = f"it is damaged, or not in the format of its name ({type(error).__name__}: {error})"
            send(End(usable, reason and clean_text(reason)))


def _limit_memory() -> None:
    """Limit the memory of this process, on systems that can."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError):
        used = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()  # data and stack
        resource.setrlimit(resource.RLIMIT_DATA, (used + _MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))
