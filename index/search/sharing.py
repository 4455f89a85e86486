"""Copies of the indexes in a shared database: a new machine fetches them instead of building its own."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from quoth.index.errors import LibraryDamaged, QuothError
from quoth.index.storage.store import Store

from . import manifest
from .manifest import Manifest
from .opening import SMALL
from .tantivy_files import TantivyFiles

_LOG = logging.getLogger("quoth")
_GROWTH = 1 / 8
"""Share of added and removed passages from which the copies are replaced by newer ones."""


def share(folder: Path, store: Store) -> None:
    """Store copies of the indexes in a folder, unless the library is small or has hardly changed since the last time.

    A failure is only logged: copies only save time. Needs the lock of the indexes.
    """
    _, passages = store.counts()
    state = manifest.read(folder)
    if not store.database.is_shared or state.words is None or passages <= SMALL:
        return
    shared = manifest.parsed(store.shared_manifest())
    if shared.words and store.is_past(shared.words.head):
        since, until = shared.words.head.generation, state.words.head.generation
        changed = [*store.added(since, until), *store.removed(since, until)]
        if sum(article.passages for article in changed) < _GROWTH * passages:
            return
    try:
        paths = {path.relative_to(folder).as_posix(): path for path in _files(folder, state)}
        store.share_indexes(manifest.written(state), paths)
    except (OSError, QuothError) as error:
        _LOG.warning("The indexes cannot be shared with other machines: %s", error)


def fetch(folder: Path, store: Store) -> bool:
    """Write the copies to a folder; whether there were any of this library's past. Needs the lock of the indexes."""
    if not store.database.is_shared:
        return False
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        try:
            state = manifest.parsed(store.fetch_indexes(Path(scratch)))
            if state.words is None or not store.is_past(state.words.head):
                return False
            if TantivyFiles(Path(scratch) / state.words.folder).stamp() != state.words.stamp:
                raise ValueError("their word index is of another generation")
        except (LibraryDamaged, ValueError) as error:
            _LOG.warning("The copies of the indexes are damaged and not used: %s", error)
            return False
        for path in Path(scratch).iterdir():
            shutil.rmtree(folder / path.name, ignore_errors=True)
            os.replace(path, folder / path.name)
    manifest.publish(folder, state)
    return True


def _files(folder: Path, state: Manifest) -> Iterator[Path]:
    """The files of the indexes, without the locks of processes."""
    if state.words:
        yield from (path for path in (folder / state.words.folder).iterdir() if path.suffix != ".lock")
    if state.vectors:
        yield folder / state.vectors.file
