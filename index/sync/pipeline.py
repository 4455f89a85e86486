"""Bring a library up to date with files on disk: discover -> compare -> read -> chunk -> embed -> store.

Each stage is a generator that takes the records of the stage before it (see items.py), so that files are read while the
passages of earlier files are embedded. Stages report what they do to a ``Tally``.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from quoth.index.errors import LibraryBusy, LibraryNotWritable
from quoth.index.records import Changes
from quoth.index.storage.rows import KnownFile, Refusal
from quoth.index.storage.store import Store

from .chunk import chunk
from .compare import Comparison, is_there
from .discover import Discovered
from .embed import embed
from .read import read
from .storing import Storing
from .tally import ProgressCallback, Tally
from .writer import Writer

_NOTE_SECONDS = 1.0
"""Seconds to wait for others before a note that only saves time is left out."""


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
    storing = Storing(writer, tally)
    encode = writer.encoders.encode_for(tally.all_bytes)
    paths = [*comparison.sizes]
    while True:
        files = storing.moved(comparison.differences(paths, tally))
        articles = read(files, writer.store, columns, tally)
        drafts = chunk(articles, lambda: writer.encoders.encoder, tally)
        storing.articles(embed(drafts, encode, tally))
        paths = tally.take_again()
        if not paths:
            break
    gone = storing.finish(removed)
    with suppress(LibraryBusy, LibraryNotWritable):
        _remember_states(writer, found, tally)
    return tally.changes(gone)


def _remember_states(writer: Writer, found: Discovered, tally: Tally) -> None:
    """Remember the states of unchanged files, which saves time, and what could not be added, so that it is shown as
    refused and not as new."""
    store = writer.store
    if tally.seen or _refusals(store, found, tally) != store.refusals():
        with writer.lock(seconds=_NOTE_SECONDS):
            known = store.known(tally.seen)
            store.note({path: s for path, s in tally.seen.items() if path in known and known[path].digest == s.digest})
            store.note_refusals(_refusals(store, found, tally).values())


def _refusals(store: Store, found: Discovered, tally: Tally) -> dict[tuple[str, str], Refusal]:
    """Return what could not be added, at this and at earlier times."""
    return {
        key: refusal
        for key, refusal in store.refusals().items()
        if (key[1] and key[0] not in tally.looked_at if key[0] in found.files else is_there(key[0]))
    } | tally.refusals
