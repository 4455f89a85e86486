"""The command in a terminal of its own, by what a person types and sees."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parent.parent
QUOTH = [sys.executable, "-m", "quoth"]
GIVEN_UP = 60.0


def surroundings(**given: str) -> dict[str, str]:
    """A terminal's, whatever those of the tests are."""
    return {
        **os.environ, "TERM": "xterm-256color", "NO_COLOR": "", "PYTHONPATH": str(ROOT), "COLUMNS": "200",
        "INPUTRC": os.devnull, **given,
    }  # fmt: skip


class Terminal:
    """Runs the command until it ends, and sees all that it writes."""

    def __init__(self, *arguments: str, **given: str) -> None:
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [*QUOTH, *arguments], stdin=slave, stdout=slave, stderr=slave, env=surroundings(**given),
            start_new_session=True,
            preexec_fn=_takes_its_terminal,  # without it Ctrl-C interrupts nobody
        )  # fmt: skip
        os.close(slave)
        self._unread = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

    def until(self, awaited: str) -> str:
        """What comes up to there."""
        end = time.monotonic() + GIVEN_UP
        while awaited.encode() not in self._unread:
            assert self._more(end), f"{awaited!r} did not come: {self._unread!r}"
        seen, _, self._unread = self._unread.partition(awaited.encode())
        return (seen + awaited.encode()).decode()

    def types(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def interrupts(self) -> None:
        """Ctrl-C, again where nothing comes of it: Python waits for a key when the first comes just before readline
        does."""
        self.types("\x03")
        while not select.select([self._master], [], [], 1)[0]:
            self.types("\x03")

    def rest(self) -> tuple[str, int]:
        """What comes until it ends, and its exit code."""
        end = time.monotonic() + GIVEN_UP
        while self._more(end):
            pass
        return self._unread.decode(), self._process.wait(GIVEN_UP)

    def _more(self, end: float) -> bool:
        assert select.select([self._master], [], [], max(end - time.monotonic(), 0))[0], (
            f"no more came than {self._unread!r}"
        )
        try:
            new = os.read(self._master, 65536)
        except OSError:  # so Linux says that nobody holds the other end
            return False
        self._unread += new
        return bool(new)


def _takes_its_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
