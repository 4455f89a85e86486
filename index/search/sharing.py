"""Copies of the indexes in a shared database: a new machine fetches them instead of building its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from quoth.index.storage.store import Store

from . import manifest
from .manifest import Manifest
from .opening import SMALL

_GROWTH = 1 / 8
"""Share of added and removed passages from which the copies are replaced by newer ones."""


def share(folder: Path, store: Store) -> None:
    """Store copies of the indexes in a folder, unless the library is small or has hardly changed since the last time.

    :raises LibraryNotWritable: the database cannot be written.
    """
    _, passages = store.counts()
    state = manifest.read(folder)
    if not store.database.is_shared or state.words is None or passages <= SMALL:
        return
    shared = manifest.parsed(store.shared_manifest())
    if shared.words and store.is_past(shared.words.head):
        since = shared.words.head.generation
        changed = [*store.added(since, state.words.head.generation), *store.removed(since, state.words.head.generation)]
        if sum(article.passages for article in changed) < _GROWTH * passages:
            return
    paths = {path.relative_to(folder).as_posix(): path for path in _files(folder, state)}
    store.share_indexes(manifest.written(state), paths)


def fetch(folder: Path, store: Store) -> bool:
    """Write the copies to a folder; whether there were any of this library's past. Needs the lock of the indexes."""
    if not store.database.is_shared:
        return False
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        state = manifest.parsed(store.fetch_indexes(Path(scratch)) or "")
        if state.words is None or not store.is_past(state.words.head):
            return False
        for path in Path(scratch).iterdir():
            os.replace(path, folder / path.name)
    manifest.publish(folder, state)
    return True


def _files(folder: Path, state: Manifest) -> Iterator[Path]:
    """The files of the indexes, without the locks of processes."""
    if state.words:
        yield from (path for path in (folder / state.words.folder).iterdir() if path.suffix != ".lock")
    if state.vectors:
        yield folder / state.vectors.file
