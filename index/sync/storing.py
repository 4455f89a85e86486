"""Embedded articles -> rows and indexes.

The lock is held only while something is stored, so that several processes read and embed at the same time. What another
process has changed meanwhile is noticed under the lock: nothing that was read of such a file is stored, and the file is
compared again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from quoth.index.errors import UnreadableFile
from quoth.index.records import Progress
from quoth.index.storage.rows import KnownFile, NewArticle
from quoth.index.storage.writing import Moved

from .failures import one_article
from .items import ChangedFile
from .tally import Tally
from .writer import Writer

_COMMIT_PASSAGES, _COMMIT_SECONDS = 256, 2.0
"""Articles are stored, whole, once they have this many passages, or after this time."""
_MOVED_AT_ONCE = 1_000
_INDEX_SECONDS = 10.0
"""Stored articles become searchable after this time, while others are still being embedded."""


class Storing:
    """Stores what one run of the pipeline finds and embeds, in turns with other processes."""

    def __init__(self, writer: Writer, tally: Tally) -> None:
        self._writer, self._store, self._tally = writer, writer.store, tally
        self._has_changes = False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Hold the lock.

        :raises LibraryBusy: another process has held it for an hour.
        """
        with self._writer.lock(self._waiting):
            self._has_changes = True
            yield

    def _waiting(self, _: Progress) -> None:
        self._tally.report(waiting=True)

    def moved(self, differences: Iterable[ChangedFile | Moved]) -> Iterator[ChangedFile]:
        """Store the new paths of the moved files, many at once, and yield the others."""
        moved: list[Moved] = []
        for file in differences:
            if isinstance(file, Moved):
                moved.append(file)
            if moved and (len(moved) >= _MOVED_AT_ONCE or not isinstance(file, Moved)):
                self._move(moved)
                moved.clear()
            if not isinstance(file, Moved):
                yield file
        if moved:
            self._move(moved)

    def _move(self, files: Sequence[Moved]) -> None:
        with self._turn():
            known = self._store.known([path for file in files for path in (file.old, file.new)])
            valid: list[Moved] = []
            for file in files:
                old = known.get(file.old)
                if old and old.digest == file.state.digest and file.new not in known:
                    self._tally.file_moved(file)
                    valid.append(file)
                else:
                    self._tally.compare_again(file.new)
            if valid:
                self._store.move(valid)

    def articles(self, articles: Iterable[NewArticle]) -> None:
        """Store the articles as they come, and update the indexes from time to time."""
        ready: list[NewArticle] = []
        stored = time.monotonic()
        indexed = stored + _COMMIT_SECONDS - _INDEX_SECONDS  # the first of many articles are searchable soon
        for article in articles:
            ready.append(article)
            passages = sum(len(a.passages) for a in ready)
            if passages >= _COMMIT_PASSAGES or time.monotonic() - stored > _COMMIT_SECONDS:
                self._commit(ready)
                ready.clear()
                stored = time.monotonic()
                if stored - indexed >= _INDEX_SECONDS:
                    self._writer.update_indexes(self._waiting)
                    indexed = time.monotonic()
        self._commit(ready)

    def _commit(self, ready: Sequence[NewArticle]) -> None:
        """Store articles, with the states of the files that are complete then."""
        tally = self._tally
        files = {article.file for article in ready} | tally.files_complete_with(ready).keys()
        if not files:
            return
        with self._turn():
            known = self._store.known(files)
            for path in files:
                if known.get(path) != tally.known[path]:
                    tally.compare_again(path)
            ready = [article for article in ready if article.file not in tally.again]
            if ready:
                self._writer.remember_settings()
                self._replace(ready)
            if complete := tally.files_complete_with([]):
                self._store.replace([], tally.gone_from(complete), complete, tally.descriptions_in(complete))
                tally.files_stored(complete)
            known = self._store.known(files)
            tally.known |= {path: known.get(path) for path in files}

    def _replace(self, ready: Sequence[NewArticle]) -> None:
        """Store articles in one transaction; if one of them cannot be stored, each in a transaction of its own."""
        files = self._tally.files_complete_with(ready)
        try:
            with one_article("stored"):
                self._store.replace(ready, self._tally.gone_from(files), files, self._tally.descriptions_in(files))
        except UnreadableFile as error:
            if len(ready) > 1:
                for article in ready:
                    self._replace([article])
            else:
                self._tally.article_rejected(ready[0].file, ready[0].name, error)
        else:
            self._tally.articles_stored(ready)
            self._tally.files_stored(files)

    def finish(self, removed: Mapping[str, KnownFile]) -> list[KnownFile]:
        """Remove files from the library, and bring the indexes up to date if this run has changed anything.

        :param removed: the files, by path.
        :returns: those that were removed. A file that was moved, or changed by another process, is not.
        """
        if not removed and not self._has_changes:
            return []
        with self._turn():
            known = self._store.known(removed)
            gone = [file for path, file in removed.items() if path in known and known[path].articles == file.articles]
            if gone:
                self._store.replace([], [id_ for file in gone for id_ in file.articles.values()])
            self._store.sweep(self._store.head().generation)
        self._writer.update_indexes(self._waiting)
        self._writer.indexes.share()
        return gone
