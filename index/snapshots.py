"""The newest snapshot of a library, opened when the library has changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable

from quoth.index.embedding.encoder import Encoder
from quoth.index.search.snapshot import Snapshot
from quoth.index.storage.rows import Head
from quoth.index.sync.writer import Writer

from .errors import LibraryBusy, LibraryClosed, LibraryNotWritable, QuothError

_PATIENCE_SECONDS = 1.0
_LOG = logging.getLogger("quoth")


class Snapshots:
    """Safe from several threads.

    :param writer: returns the library's parts, or raises an error if the library is closed.
    """

    def __init__(self, writer: Callable[[], Writer]) -> None:
        self._writer = writer
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._seen: tuple[Head, Hashable] | None = None
        self.finishing: threading.Thread | None = None
        """Brings the indexes up to date, if that takes long."""

    def newest(self) -> Snapshot:
        self.refresh()
        writer = self._writer()
        return self._snapshot or Snapshot(writer.name, writer.store, self._encoder, None, {})

    def refresh(self) -> None:
        """Open the newest snapshot. If another thread takes long to open it, the one before stays in use."""
        seen = self._newest_state()
        if self._snapshot is None:
            with self._opening:
                self._open(seen)
        elif seen != self._seen and self._opening.acquire(timeout=_PATIENCE_SECONDS):
            try:
                self._open(self._newest_state())
            finally:
                self._opening.release()

    def _finish_later(self, writer: Writer) -> None:
        """Do in a thread of its own what may take minutes: no question waits for it."""
        if self.finishing is None or not self.finishing.is_alive():
            self.finishing = threading.Thread(target=_finish, args=[writer], name="quoth-indexes", daemon=True)
            self.finishing.start()

    def _encoder(self) -> Encoder:
        return self._writer().encoders.encoder

    def _newest_state(self) -> tuple[Head, Hashable]:
        """Return what changes whenever the database or its indexes change."""
        writer = self._writer()
        return writer.store.head(), writer.indexes.published

    def _open(self, seen: tuple[Head, Hashable]) -> None:
        """Open the newest snapshot, with the indexes updated before unless another process does so.

        Only one thread at a time may call this.
        """
        writer = self._writer()
        indexes, dimensions = writer.indexes, writer.settings.dimensions
        if not dimensions or seen == self._seen:
            return
        writable = True
        if writer.is_outdated():
            try:
                if not writer.update_indexes(seconds=0, quick=True):
                    self._finish_later(writer)
                seen = self._newest_state()
            except LibraryBusy:
                pass  # another process updates them
            except LibraryNotWritable:
                writable = False
        before = self._snapshot.candidates if self._snapshot else None
        opened = indexes.open(dimensions, before, writable=writable)
        languages = writer.store.languages(opened.head.generation)
        self._snapshot = Snapshot(writer.name, writer.store, self._encoder, opened, languages)
        self._seen = seen


def _finish(writer: Writer) -> None:
    try:
        writer.update_indexes(seconds=0)
    except LibraryClosed:
        pass
    except QuothError as error:  # the next change tries again
        _LOG.warning("The indexes are not complete: %s", error)
