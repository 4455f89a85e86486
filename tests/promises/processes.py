"""Other processes that use a library, for tests that kill them or run several at once.

Each process is forked from one that has already imported the package, so it starts at once.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Barrier
from typing import Any

from quoth import Library
from quoth.index.errors import QuothError
from quoth.index.records import Encoded
from tests.words import WordEncoder

_START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_CONTEXT = multiprocessing.get_context(_START)
_CONTEXT.set_forkserver_preload(["tests.promises.processes"])


@contextmanager
def running(work: Callable[..., None], *arguments: object) -> Iterator[tuple[BaseProcess, Connection]]:
    """A process that does some work, and what it reports; it is killed at the end.

    :param work: is called with the arguments and with a connection to report to.
    """
    reports, reporting = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=work, args=(*arguments, reporting))
    process.start()
    reporting.close()
    try:
        yield process, reports
    finally:
        process.kill()
        process.join()
        reports.close()


def barrier(parties: int) -> Barrier:
    """A barrier that this number of processes wait at for each other."""
    return _CONTEXT.Barrier(parties)


def at(home: Path, work: Callable[..., None], *arguments: object) -> None:
    """Do some work on another machine.

    :param home: the folder for its local folders of libraries in databases.
    """
    os.environ["QUOTH_HOME"] = str(home)
    work(*arguments)


def remaining(reports: Connection) -> Iterator[Any]:
    """What a process has reported before it ended or was killed; a report that it has not finished is left out."""
    while True:
        try:
            yield reports.recv()
        except (EOFError, OSError):
            return


def add_rebuild_and_remove(folder: Path | str, articles: Path, seed: int, reporting: Connection) -> None:
    """Change a library in every way, and report each change: removals before they begin, the others when they end."""
    rng = random.Random(seed)
    library = Library(folder, encoder=WordEncoder())
    reporting.send(["started"])
    for step in range(1000):
        path = articles / f"{seed}-{step}.txt"
        paragraphs = [
            f"Article {path.stem} says in sentence {i} that the quay is {rng.randrange(1000)} metres long."
            for i in range(rng.randrange(1, 40))
        ]
        path.write_text("\n\n".join(paragraphs), "utf-8")
        if step % 7 == 5:
            removed = rng.choice(sorted(articles.iterdir()))
            removed.unlink()
            reporting.send(["removing", str(removed)])
            library.remove(removed)
        elif step % 3:
            library.add(path)
            reporting.send(["added", str(path)])
        else:
            library.rebuild(articles, forget_missing=True)
            reporting.send(["rebuilt", *[str(p) for p in articles.iterdir()]])


def rebuild_with_counts(folder: Path | str, articles: Path, first: int, reporting: Connection) -> None:
    """Rebuild a library again and again; before each time, write the next number into all of its six articles."""
    library = Library(folder, encoder=WordEncoder())
    for count in range(first, first + 10_000):
        for number in range(6):
            text = f"Report {number} says that the count of the votes is {count} today."
            (articles / f"{number}.txt").write_text(text, "utf-8")
        library.rebuild(articles)
        if count == first:
            reporting.send("rebuilt")


def add(folder: Path | str, paths: list[Path], reporting: Connection) -> None:
    """Add files, and report the sources added, the files rejected, and how many texts were embedded."""
    encoder = WordEncoder()
    changes = Library(folder, encoder=encoder).add(paths)
    reporting.send((changes.added, len(changes.rejected), encoder.encoded))


class WithOthers(WordEncoder):
    """Embeds its first texts only once others embed theirs."""

    def __init__(self, others: Barrier) -> None:
        super().__init__()
        self._others = others

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        if not self.encoded:
            self._others.wait(timeout=60)
        return super().encode(texts)


def add_embedding_with_others(folder: Path, path: Path, others: Barrier, reporting: Connection) -> None:
    """Add files while other processes embed theirs, and report the sources added."""
    reporting.send(Library(folder, encoder=WithOthers(others)).add(path).added)


def hold_the_lock(folder: Path | str, reporting: Connection) -> None:
    """Be the writer of a library until killed."""
    with Library(folder).changing():
        reporting.send("held")
        time.sleep(600)


def add_whatever_happens(library: str, articles: Path, seed: int, reporting: Connection) -> None:
    """Add files one after another, each again until that succeeds, and report the errors and what was added."""
    opened = Library(library, encoder=WordEncoder())
    reporting.send(("started", ""))
    for step in range(10_000):
        path = articles / f"{seed}-{step}.txt"
        path.write_text(f"Report {seed}-{step} says that the quay is {step} metres long.", "utf-8")
        while True:
            try:
                changes = opened.add(path)
            except QuothError as error:
                reporting.send(("error", str(error)))
                time.sleep(0.02)
            else:
                reporting.send(("added" if changes.added or changes.unchanged else "rejected", str(path)))
                break
