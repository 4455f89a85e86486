"""Bring a library up to date with files on disk: discover -> compare -> read -> chunk -> embed -> store.

Each stage is a generator that takes the records of the stage before it (see items.py), so that files are read while the
passages of earlier files are embedded. Stages report what they do to a ``Tally``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from quoth.index.errors import LibraryBusy, LibraryNotWritable, UnreadableFile
from quoth.index.records import Changes
from quoth.index.storage.rows import KnownFile, NewArticle
from quoth.index.storage.store import Store
from quoth.index.storage.writing import Moved

from .chunk import chunk
from .compare import Comparison
from .discover import Discovered
from .embed import embed
from .failures import one_article
from .items import ChangedFile
from .lock import LazyLock
from .read import read
from .tally import ProgressCallback, Tally
from .writer import Writer

_COMMIT_PASSAGES, _COMMIT_SECONDS = 256, 2.0
"""Articles are stored, whole, once they have this many passages, or after this time."""
_MOVED_AT_ONCE = 1_000
_INDEX_SECONDS = 10.0
"""Stored articles become searchable after this time, while others are still being embedded."""


def update(
    writer: Writer,
    found: Discovered,
    removed: Mapping[str, KnownFile],
    columns: Mapping[str, str],
    report: ProgressCallback | None,
    *,
    thorough: bool = False,
) -> Changes:
    """Add the files that are new or changed; what is stored stays if the run is interrupted.

    :param removed: files to remove from the library, by path; those that were moved are not removed.
    :param columns: which columns of tables hold what.
    :param thorough: read every file, also those whose size, times and inode are the known ones.
    :raises LibraryBusy: another process has held the lock for an hour.
    :raises LibraryNotWritable: free space or permission is missing.
    :raises SettingsMismatch: the library was built with other settings.
    """
    comparison = Comparison(found, writer.store, columns, thorough=thorough)
    tally = Tally(found, comparison.sizes, report)
    with LazyLock(writer.changing(report)) as lock:
        files = _changed(comparison.differences(lock, tally), writer.store, tally)
        articles = read(files, writer.store, columns, tally)
        drafts = chunk(articles, lambda: writer.encoders.encoder, tally)
        _store(embed(drafts, writer.encoders.encode_for(tally.all_bytes), tally), writer, tally)
        removed = {path: file for path, file in removed.items() if path not in tally.moved_from}
        ids = [id_ for file in removed.values() for id_ in file.articles.values()] + [*tally.removed]
        if ids:
            lock.take()
            writer.store.replace([], ids, tally.shrunk)
        if lock.held:
            writer.update_indexes()
    if tally.seen:
        with suppress(LibraryBusy, LibraryNotWritable), writer.lock(seconds=0):  # it only saves time
            writer.store.note(tally.seen)
    _remember_refusals(writer, found, tally)
    return tally.changes(removed.values())


def _remember_refusals(writer: Writer, found: Discovered, tally: Tally) -> None:
    """Remember what could not be added, so that it is shown as refused and not as new."""
    before = writer.store.refusals()
    now = {
        key: refusal
        for key, refusal in before.items()
        if (key[1] and key[0] not in tally.looked_at if key[0] in found.files else os.path.lexists(key[0]))
    } | tally.refusals
    if now != before:
        with suppress(LibraryBusy, LibraryNotWritable), writer.lock(seconds=0):
            writer.store.note_refusals(now.values())


def _changed(differences: Iterable[ChangedFile | Moved], store: Store, tally: Tally) -> Iterator[ChangedFile]:
    """Store the new paths of the moved files, many at once, and yield the others."""
    moved: list[Moved] = []

    def store_moved() -> None:
        if moved:
            store.move(moved)
            moved.clear()

    for file in differences:
        if not isinstance(file, Moved):
            store_moved()
            yield file
            continue
        tally.file_moved(file)
        moved.append(file)
        if len(moved) >= _MOVED_AT_ONCE:
            store_moved()
    store_moved()


def _store(articles: Iterable[NewArticle], writer: Writer, tally: Tally) -> None:
    """Store the articles as they come, and update the indexes from time to time."""
    ready: list[NewArticle] = []
    stored = time.monotonic()
    indexed = stored + _COMMIT_SECONDS - _INDEX_SECONDS  # the first of many articles are searchable soon
    for article in articles:
        ready.append(article)
        passages = sum(len(a.passages) for a in ready)
        if passages >= _COMMIT_PASSAGES or time.monotonic() - stored > _COMMIT_SECONDS:
            _commit(ready, writer, tally)
            stored = time.monotonic()
            if stored - indexed >= _INDEX_SECONDS:
                writer.update_indexes()
                indexed = time.monotonic()
    _commit(ready, writer, tally)


def _commit(ready: list[NewArticle], writer: Writer, tally: Tally) -> None:
    """Store articles, with the states of the files that are complete then."""
    if ready:
        writer.remember_settings()
        _replace(ready, writer, tally)
        ready.clear()
    if files := tally.files_complete_with([]):
        writer.store.note(files)
        tally.files_stored(files)


def _replace(ready: Sequence[NewArticle], writer: Writer, tally: Tally) -> None:
    """Store articles in one transaction; if one of them cannot be stored, each in a transaction of its own."""
    files = tally.files_complete_with(ready)
    try:
        with one_article("stored"):
            writer.store.replace(ready, files=files)
    except UnreadableFile as error:
        if len(ready) > 1:
            for article in ready:
                _replace([article], writer, tally)
        else:
            tally.article_rejected(ready[0].file, ready[0].name, error)
    else:
        tally.articles_stored(ready)
        tally.files_stored(files)
