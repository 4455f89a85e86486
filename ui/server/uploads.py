"""Uploaded files, in a private temporary folder until they are added to the library or deleted.

Their size, total size and number are limited. Uploads that are not added are deleted after an hour, and all of them
when the server stops.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from quoth.index.errors import QuothError
from quoth.index.records import file_name

MAX_BYTES = 50 * 2**20
"""Maximum size of a file, in bytes."""
MAX_TOTAL_BYTES = 10 * MAX_BYTES
"""Maximum size of all waiting files together, in bytes."""
MAX_FILES = 200
"""Maximum number of waiting files."""
_MAX_AGE = 3600.0
"""Seconds after which a file that was not added is deleted."""
_MAX_NAME_BYTES, _MAX_SUFFIX_BYTES = 200, 20


class NotUploaded(QuothError):
    """A file is too large, or too many files are waiting."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A waiting file."""

    token: str
    path: Path
    size: int
    since: float


class Uploads:
    """The waiting files. A context manager, which deletes them when it ends.

    :param clock: returns the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: dict[str, Upload] = {}
        self._lock = threading.Lock()
        self._folder: Path | None = None

    def __enter__(self) -> Uploads:
        self._folder = Path(tempfile.mkdtemp(prefix="quoth-"))  # readable by this user only
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None
        self._waiting.clear()

    async def receive(self, name: str, size: int, body: AsyncIterator[bytes]) -> str:
        """Store a file, and return its token.

        :param size: the file's size, in bytes.
        :raises NotUploaded: the file is too large or incomplete, or too many files are waiting.
        """
        upload = self._reserve(safe_name(name), size)
        try:
            with upload.path.open("xb") as file:
                left = size
                async for chunk in body:
                    left -= len(chunk)
                    if left < 0:
                        break
                    file.write(chunk)
            if left:
                raise NotUploaded(f"{upload.path.name} did not arrive completely. Add it again.")
        except BaseException:
            self.drop([upload.token])
            raise
        return upload.token

    def _reserve(self, name: str, size: int) -> Upload:
        """Reserve a token and a folder for a file."""
        self.purge()
        if size > MAX_BYTES:
            raise NotUploaded(
                f"{name} is larger than {MAX_BYTES // 2**20} MB, the limit of an upload. Add it with `quoth add`."
            )
        with self._lock:
            if len(self._waiting) >= MAX_FILES:
                raise NotUploaded(
                    f"{name} was not added: at most {MAX_FILES} files can be added at once. "
                    "Add the rest when these have been added."
                )
            if sum(waiting.size for waiting in self._waiting.values()) + size > MAX_TOTAL_BYTES:
                raise NotUploaded(
                    f"{name} was not added: at most {MAX_TOTAL_BYTES // 2**20} MB can be added at once. "
                    "Add the rest when these have been added."
                )
            assert self._folder is not None
            token = secrets.token_hex(16)
            upload = Upload(token, self._folder / token / name, size, self._clock())
            self._waiting[token] = upload
        upload.path.parent.mkdir(mode=0o700)
        return upload

    def waiting(self, tokens: Sequence[str]) -> list[Upload]:
        """Return the files of these tokens that are still waiting."""
        with self._lock:
            return [self._waiting[token] for token in dict.fromkeys(tokens) if token in self._waiting]

    def drop(self, tokens: Sequence[str]) -> None:
        """Delete files. Unknown tokens are ignored."""
        with self._lock:
            dropped = [upload for token in tokens if (upload := self._waiting.pop(token, None))]
        for upload in dropped:
            shutil.rmtree(upload.path.parent, ignore_errors=True)

    def purge(self) -> None:
        """Delete files that have waited for more than an hour."""
        with self._lock:
            old = [upload.token for upload in self._waiting.values() if self._clock() - upload.since > _MAX_AGE]
        self.drop(old)


def safe_name(name: str) -> str:
    """Return a file's name without folder, control characters and leading dot, short enough for any file system."""
    base = file_name(name)
    letters = "".join("_" if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in base).strip()
    visible = f"_{letters}" if letters.startswith(".") or not letters else letters
    stem, _, suffix = visible.rpartition(".") if "." in visible else (visible, "", "")
    if not suffix or len(suffix.encode()) > _MAX_SUFFIX_BYTES:
        stem, suffix = visible, ""
    ending = f".{suffix}" if suffix else ""
    return stem.encode()[: _MAX_NAME_BYTES - len(ending.encode())].decode("utf-8", "ignore") + ending
