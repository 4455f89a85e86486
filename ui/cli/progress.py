"""Progress of ``add`` and ``rebuild`` on a terminal: a bar for reading, with the file's name, and one for embedding."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Column

from quoth.index.records import Progress
from quoth.index.sync.tally import ProgressCallback
from quoth.ui.escape import on_terminal

from .console import err, notify
from .format import counted


@contextmanager
def bars() -> Iterator[ProgressCallback]:
    """Draw the progress that is reported. Draws nothing if standard error is not a terminal."""
    rest = Column(ratio=2, no_wrap=True, overflow="ellipsis")
    columns = (
        TextColumn("{task.fields[kind]:<9}"), BarColumn(table_column=Column(ratio=1)), TextColumn("{task.description}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", markup=False, table_column=rest),
    )  # fmt: skip
    started = time.monotonic()
    last = Progress(0, 0, 0, 0, 0)
    with Bars(*columns, console=err, transient=True, disable=not err.is_terminal, expand=True) as drawn:
        reading = drawn.add_task("looking at the files", total=None, kind="Reading", name="")
        embedding = drawn.add_task("", total=None, kind="Embedding", name="")

        def report(now: Progress) -> None:
            nonlocal last
            if now.waiting:
                waiting = "waiting for another process that is changing the library"
                drawn.update(reading, description=waiting, name="")
                return
            last = now
            rate = now.passages / max(time.monotonic() - started, 0.001)
            files = f"{now.files:,} of {now.all_files:,} files"
            name = _one_line(os.path.basename(now.file)) if now.files < now.all_files else ""
            if name and now.page:
                name += f", page {now.page:,} of {now.pages:,}"
            drawn.update(reading, completed=now.files, total=now.all_files, description=files, name=name)
            passages = f"{now.passages:,} passages, {rate:.0f} per second"
            drawn.update(embedding, completed=now.bytes, total=max(now.all_bytes, 1), description=passages)

        yield report
    if err.is_terminal and last.passages:
        seconds = time.monotonic() - started
        files, passages = counted(last.files, "file"), counted(last.passages, "passage")
        notify(f"{files} read, {passages} embedded in {seconds:,.1f} s")


def _one_line(name: str) -> str:
    """Make a file's name safe to draw: it may contain line breaks and control characters."""
    return on_terminal(" ".join(name.split()))
