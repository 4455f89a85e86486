"""What a library is changed with: its database, indexes, settings and model, and the lock that changes require."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from quoth.index.embedding.loader import EncoderLoader
from quoth.index.records import Progress
from quoth.index.search.candidates import Keeper
from quoth.index.settings import Settings
from quoth.index.storage.store import Store

from .tally import ProgressCallback

PATIENCE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Writer:
    """The parts of one library."""

    name: str
    """The library as messages name it."""
    folder: Path
    """The local folder of its indexes."""
    store: Store
    indexes: Keeper
    settings: Settings
    encoders: EncoderLoader

    def lock(
        self, report: ProgressCallback | None = None, seconds: float | None = None
    ) -> AbstractContextManager[None]:
        """Return the lock that changes require; see ``Database.lock``.

        :param report: called while it waits.
        :param seconds: seconds to wait for others; an hour by default.
        """
        return self.store.database.lock(
            "writer", lambda: _waits(report), PATIENCE_SECONDS if seconds is None else seconds
        )

    @contextmanager
    def changing(self, report: ProgressCallback | None = None) -> Iterator[None]:
        """Hold the lock. Rows of articles that were removed long ago are deleted first."""
        with self.lock(report):
            self.store.sweep(self.store.head().generation)
            yield

    def is_outdated(self) -> bool:
        """Whether the indexes are of an older generation than the database."""
        return self.indexes.state() != self.store.head()

    def update_indexes(
        self, report: ProgressCallback | None = None, seconds: float | None = None, *, quick: bool = False
    ) -> bool:
        """Bring the indexes up to date with the database, and rebuild what is missing or corrupt.

        :param report: called while it waits for another process that updates them.
        :param seconds: seconds to wait for it; an hour by default.
        :param quick: leave for later what may take long, as long as the newest articles are found without it.
        :returns: whether nothing was left for later.
        :raises LibraryBusy: another process has been updating them for that time.
        :raises LibraryNotWritable: free space or permission is missing.
        """
        patience = PATIENCE_SECONDS if seconds is None else seconds
        return self.indexes.update(self.settings.dimensions, lambda: _waits(report), patience, quick=quick)

    def remember_settings(self) -> None:
        """Store what the library is built with, or check that it is what it was built with.

        :raises SettingsMismatch: the library was built with other settings.
        """
        self.settings.remember(self.encoders.encoder)


def _waits(report: ProgressCallback | None) -> None:
    if report:
        report(Progress(0, 0, 0, 0, 0, waiting=True))
