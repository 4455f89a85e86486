"""Files on their way in: kept in a private folder of the server's own until they are taken in or thrown away.

They are bounded in size, each and together, and in number; those that nobody took in are thrown away after an hour, and
all of them when the server ends.
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

MOST_BYTES = 50 * 2**20
"""Of one file."""
MOST_TOGETHER = 10 * MOST_BYTES
MOST_FILES = 200
_KEPT_SECONDS = 3600.0
_MOST_NAME_BYTES, _MOST_SUFFIX_BYTES = 200, 20


class NotUploaded(QuothError):
    """A file that is too large, or one too many."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits."""

    token: str
    path: Path
    size: int
    since: float


class Uploads:
    """The files that wait; a context, whose end throws them away.

    :param clock: the seconds that pass.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: dict[str, Upload] = {}
        self._lock = threading.Lock()
        self._folder: Path | None = None

    def __enter__(self) -> Uploads:
        self._folder = Path(tempfile.mkdtemp(prefix="quoth-"))  # which nobody else may read
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None
        self._waiting.clear()

    async def receive(self, name: str, size: int, body: AsyncIterator[bytes]) -> str:
        """Keep a file of so many bytes; what stands for it until it is taken.

        :raises NotUploaded: it is too large, or too many wait.
        """
        upload = self._expected(safe_name(name), size)
        try:
            with upload.path.open("xb") as file:
                left = size
                async for chunk in body:
                    left -= len(chunk)
                    if left < 0:
                        break
                    file.write(chunk)
            if left:
                raise NotUploaded(f"{upload.path.name} did not arrive whole; add it again.")
        except BaseException:
            self.drop([upload.token])
            raise
        return upload.token

    def _expected(self, name: str, size: int) -> Upload:
        """Room for a file."""
        self.purge()
        if size > MOST_BYTES:
            raise NotUploaded(
                f"{name} has {size / 2**20:,.0f} MB; at most {MOST_BYTES // 2**20} can be added here. "
                "Use quoth add for it."
            )
        with self._lock:
            if len(self._waiting) >= MOST_FILES:
                raise NotUploaded(
                    f"{name} was not taken: at most {MOST_FILES} files can be added at once. "
                    "Add the rest when these are done."
                )
            if sum(waiting.size for waiting in self._waiting.values()) + size > MOST_TOGETHER:
                raise NotUploaded(
                    f"{name} was not taken: at most {MOST_TOGETHER // 2**20} MB can be added at once. "
                    "Add the rest when these are done."
                )
            assert self._folder is not None
            token = secrets.token_hex(16)
            upload = Upload(token, self._folder / token / name, size, self._clock())
            self._waiting[token] = upload
        upload.path.parent.mkdir(mode=0o700)
        return upload

    def waiting(self, tokens: Sequence[str]) -> list[Upload]:
        """Those of the files that still wait."""
        with self._lock:
            return [self._waiting[token] for token in dict.fromkeys(tokens) if token in self._waiting]

    def drop(self, tokens: Sequence[str]) -> None:
        """Throw files away, or what is left of them."""
        with self._lock:
            dropped = [upload for token in tokens if (upload := self._waiting.pop(token, None))]
        for upload in dropped:
            shutil.rmtree(upload.path.parent, ignore_errors=True)

    def purge(self) -> None:
        """Throw away what has waited for too long."""
        with self._lock:
            old = [upload.token for upload in self._waiting.values() if self._clock() - upload.since > _KEPT_SECONDS]
        self.drop(old)


def safe_name(name: str) -> str:
    """A file's own name, without a folder, a control character or a leading dot, and short enough for any disk."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    letters = "".join("_" if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in base).strip()
    visible = f"_{letters}" if letters.startswith(".") or not letters else letters
    stem, _, suffix = visible.rpartition(".") if "." in visible else (visible, "", "")
    if not suffix or len(suffix.encode()) > _MOST_SUFFIX_BYTES:
        stem, suffix = visible, ""
    ending = f".{suffix}" if suffix else ""
    return stem.encode()[: _MOST_NAME_BYTES - len(ending.encode())].decode("utf-8", "ignore") + ending
