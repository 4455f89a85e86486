"""What a library is changed with: its database, indexes, settings and model, and the lock that changes require."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from quoth.index.embedding.loader import EncoderLoader
from quoth.index.search.indexes import Indexes
from quoth.index.search.sharing import share
from quoth.index.settings import Settings
from quoth.index.storage.store import Store

from .lock import PATIENCE_SECONDS, folder_lock, waits
from .tally import ProgressCallback


@dataclass(frozen=True, slots=True)
class Writer:
    """The parts of one library."""

    name: str
    """The library as messages name it."""
    folder: Path
    """The local folder of its indexes."""
    store: Store
    indexes: Indexes
    settings: Settings
    encoders: EncoderLoader

    @contextmanager
    def lock(self, report: ProgressCallback | None = None, seconds: float | None = None) -> Iterator[None]:
        """Hold the lock that changes require: the one of the database, then the one of the indexes.

        :param report: called while it waits.
        :param seconds: seconds to wait for others; an hour by default.
        :raises LibraryBusy: others have held the lock for that time.
        :raises LibraryNotWritable: the folder cannot be written.
        """
        with (
            self.store.database.lock(lambda: waits(report), PATIENCE_SECONDS if seconds is None else seconds),
            self.index_lock(report, seconds),
        ):
            yield

    def index_lock(
        self, report: ProgressCallback | None = None, seconds: float | None = None
    ) -> AbstractContextManager[None]:
        """Return the lock of the local folder, which updating the indexes requires; see ``sync.lock.folder_lock``."""
        return folder_lock(self.folder, report, seconds)

    @contextmanager
    def changing(self, report: ProgressCallback | None = None) -> Iterator[None]:
        """Hold the lock.

        The indexes are updated first if an earlier process was interrupted before it updated them.
        """
        with self.lock(report):
            if self.settings.dimensions:
                if self.indexes.is_outdated():
                    self.update_indexes()
                self.store.sweep(self.store.head().generation)
            yield
            share(self.folder, self.store)

    def update_indexes(self) -> None:
        """Bring the indexes up to date with the database, and rebuild what is missing or corrupt.

        Needs the lock of the local folder.
        """
        self.indexes.update(self.settings.dimensions)

    def remember_settings(self) -> None:
        """Store what the library is built with, or check that it is what it was built with.

        :raises SettingsMismatch: the library was built with other settings.
        """
        self.settings.remember(self.encoders.encoder)
