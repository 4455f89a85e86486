"""Runs the command, in a terminal of its own or without one."""

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
TIMEOUT = 60.0
"""Seconds to wait for output."""


def surroundings(**environment: str) -> dict[str, str]:
    """Return environment variables of a terminal, whatever those of the tests are."""
    return {
        **os.environ, "TERM": "xterm-256color", "NO_COLOR": "", "PYTHONPATH": str(ROOT), "COLUMNS": "200",
        "INPUTRC": os.devnull, **environment,
    }  # fmt: skip


def quoth(*arguments: str, **environment: str) -> str:
    """Run the command, which must succeed, and return what it prints."""
    done = run_quoth(*arguments, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_quoth(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command under its own name, as its installed script does."""
    script = "import sys; sys.argv[0] = 'quoth'; from quoth.ui.cli.main import main; main()"
    return subprocess.run(
        [QUOTH[0], "-c", script, *arguments], capture_output=True, text=True, env=surroundings(**environment),
        check=False,
    )  # fmt: skip


class Terminal:
    """Runs the command in a terminal, and reads all that it writes."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [*QUOTH, *arguments], stdin=slave, stdout=slave, stderr=slave, env=surroundings(**environment),
            start_new_session=True,
            preexec_fn=_take_terminal,  # otherwise Ctrl-C has no effect
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
        """Read up to this text, and return it."""
        end = time.monotonic() + TIMEOUT
        while awaited.encode() not in self._unread:
            assert self._more(end), f"{awaited!r} was not printed: {self._unread!r}"
        seen, _, self._unread = self._unread.partition(awaited.encode())
        return (seen + awaited.encode()).decode()

    def types(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def interrupts(self) -> None:
        """Press Ctrl-C until it has an effect: the first may come before readline starts."""
        self.types("\x03")
        while not select.select([self._master], [], [], 1)[0]:
            self.types("\x03")

    def rest(self) -> tuple[str, int]:
        """Read until it ends, and return the text and the exit code."""
        end = time.monotonic() + TIMEOUT
        while self._more(end):
            pass
        return self._unread.decode(), self._process.wait(TIMEOUT)

    def _more(self, end: float) -> bool:
        assert select.select([self._master], [], [], max(end - time.monotonic(), 0))[0], (
            f"nothing was printed after {self._unread!r}"
        )
        try:
            new = os.read(self._master, 65536)
        except OSError:  # on Linux, the other end is closed
            return False
        self._unread += new
        return bool(new)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
