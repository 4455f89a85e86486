"""How far an ``add`` or ``rebuild`` is, on a terminal: a bar for what is read, with the name of the file that is being
read, and one for what is embedded."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column

from quoth.index.records import Progress as Done
from quoth.index.sync.tally import ProgressCallback
from quoth.ui.escape import on_terminal

from .console import err, tell


@contextmanager
def bars() -> Iterator[ProgressCallback]:
    """Draw what is reported; for people only."""
    room = Column(ratio=2, no_wrap=True, overflow="ellipsis")  # what is left of the line
    columns = (
        TextColumn("{task.fields[kind]:<9}"), BarColumn(table_column=Column(ratio=1)), TextColumn("{task.description}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", markup=False, table_column=room),
    )  # fmt: skip
    started = time.monotonic()
    last = Done(0, 0, 0, 0, 0)
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal, expand=True) as progress:
        reading = progress.add_task("looking at the files", total=None, kind="Reading", name="")
        embedding = progress.add_task("", total=None, kind="Embedding", name="")

        def report(now: Done) -> None:
            nonlocal last
            if now.waiting:
                progress.update(reading, description="waiting for another that changes the library", name="")
                return
            last = now
            rate = now.passages / max(time.monotonic() - started, 0.001)
            said = f"{now.files:,} of {now.all_files:,} files"
            name = _one_line(os.path.basename(now.file)) if now.files < now.all_files else ""
            progress.update(reading, completed=now.files, total=now.all_files, description=said, name=name)
            said = f"{now.passages:,} passages, {rate:.0f} a second"
            progress.update(embedding, completed=now.bytes, total=max(now.all_bytes, 1), description=said)

        yield report
    if err.is_terminal and last.passages:
        seconds = time.monotonic() - started
        files = f"{last.files:,} file{'' if last.files == 1 else 's'}"
        tell(f"{files} looked at, {last.passages:,} passages embedded in {seconds:,.1f} s")


def _one_line(name: str) -> str:
    """A file may be called anything: its name neither breaks the line nor steers the terminal."""
    return on_terminal(" ".join(name.split()))
