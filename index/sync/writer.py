"""What a library is changed with: its database, indexes, settings and model, and the lock that changes require."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from quoth.index.embedding.loader import EncoderLoader
from quoth.index.search.candidates import Keeper
from quoth.index.settings import Settings
from quoth.index.storage.store import Store

from .lock import writer_lock
from .tally import ProgressCallback


@dataclass(frozen=True, slots=True)
class Writer:
    """The parts of the library in one folder."""

    folder: Path
    store: Store
    indexes: Keeper
    settings: Settings
    encoders: EncoderLoader

    def lock(
        self, report: ProgressCallback | None = None, seconds: float | None = None
    ) -> AbstractContextManager[None]:
        """Return the lock, as ``sync.lock.writer_lock`` describes it."""
        return writer_lock(self.folder, report, seconds)

    @contextmanager
    def changing(self, report: ProgressCallback | None = None) -> Iterator[None]:
        """Hold the lock.

        The indexes are updated first if an earlier process was interrupted before it updated them.
        """
        with self.lock(report):
            if self.settings.dimensions:
                if self.is_outdated():
                    self.update_indexes()
                self.store.sweep(self.store.head().generation)
            yield

    def is_outdated(self) -> bool:
        """Whether the indexes are of an older generation than the database."""
        return self.indexes.state() != self.store.head()

    def update_indexes(self) -> None:
        """Bring the indexes up to date with the database, and rebuild what is missing or corrupt. Needs the lock."""
        self.indexes.update(self.settings.dimensions)

    def remember_settings(self) -> None:
        """Store what the library is built with, or check that it is what it was built with.

        :raises SettingsMismatch: the library was built with other settings.
        """
        self.settings.remember(self.encoders.encoder)
