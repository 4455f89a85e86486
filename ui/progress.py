"""How far an ``add`` or ``rebuild`` is, on a terminal: a bar for what is read, and one for what is embedded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from index.changes import Report
from index.records import Progress as Done

from .console import err, tell


@contextmanager
def bars() -> Iterator[Report]:
    """Draw what is reported; for people only."""
    columns = (
        TextColumn("{task.fields[kind]:<9}"), BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn(),
    )  # fmt: skip
    started = time.monotonic()
    last = Done(0, 0, 0, 0, 0)
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        reading = progress.add_task("looking at the files", total=None, kind="Reading")
        embedding = progress.add_task("", total=None, kind="Embedding")

        def report(now: Done) -> None:
            nonlocal last
            if now.waiting:
                progress.update(reading, description="waiting for another that changes the library")
                return
            last = now
            rate = now.passages / max(time.monotonic() - started, 0.001)
            said = f"{now.files:,} of {now.all_files:,} files"
            progress.update(reading, completed=now.files, total=now.all_files, description=said)
            said = f"{now.passages:,} passages, {rate:.0f} a second"
            progress.update(embedding, completed=now.bytes, total=max(now.all_bytes, 1), description=said)

        yield report
    if err.is_terminal and last.passages:
        seconds = time.monotonic() - started
        files = f"{last.files:,} file{'' if last.files == 1 else 's'}"
        tell(f"{files} looked at, {last.passages:,} passages embedded in {seconds:,.1f} s")
