"""Library: articles made searchable. The module that joins the others (as texts.py does for texts in memory).

Its database is the source of truth; the FAISS and the BM25 index are stored in a local folder and derived from it (see
search/indexes.py). A question is answered from one snapshot of both. Changes by other processes and machines are seen
by the next question.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from quoth.index.embedding.encoder import Encoder
from quoth.index.embedding.loader import EncoderLoader
from quoth.index.search.engine import Engine
from quoth.index.search.indexes import Indexes
from quoth.index.search.snapshot import Snapshot
from quoth.index.storage import integrity
from quoth.index.storage.location import locate
from quoth.index.storage.rows import Entry, Layout, Stamp
from quoth.index.storage.store import Store
from quoth.index.sync import compare, pipeline, repair
from quoth.index.sync.compare import FileNow, digest_of, stamp_of
from quoth.index.sync.discover import find
from quoth.index.sync.removed import articles_of, missing_from, removed_from
from quoth.index.sync.tally import ProgressCallback
from quoth.index.sync.writer import Writer

from .errors import LibraryClosed, LibraryNotWritable, NoArticles, UnreadableFile
from .records import Article, Changes, Rejected, Span, Status
from .settings import Settings
from .snapshots import Snapshots

PathLike = str | os.PathLike[str]


@lru_cache(64)
def _digest(path: str, stamp: Stamp | None) -> str:
    """Return the digest of a file that has this stamp; kept, because showing one page after another asks for it."""
    return digest_of(path)


class Library:
    """Articles, their passages and vectors, in a folder or in the database of a server; created when absent.

    All methods may be called from several threads. Changes exclude each other: of all threads, processes and machines,
    one at a time changes a library, and the others wait. Questions do not wait for changes. Close a library, or leave
    its ``with`` block, when no thread uses it any more; a closed library raises ``LibraryClosed``.

    :param folder: the library's folder, or the address of a PostgreSQL database (``postgresql://user@host/database``).
        Then ``folder`` is the local folder for its indexes and for the files that were given to it.
    :param model: an embedding model by name or folder; by default the one that the library was built with, else
        all-MiniLM-L6-v2.
    :param encoder: an encoder of your own instead of a model.
    :param candidates: the address of a candidate engine to search in, instead of the indexes in the folder
        (docs/candidates.md).
    :raises NoArticles: the path is that of a file.
    :raises SettingsMismatch: the library was built with another model.
    :raises LibraryDamaged: the folder's database is not that of a library, or is corrupt.
    :raises LibraryNotWritable: the folder cannot be created or written.
    :raises LibraryUnavailable: the database's server cannot be reached, or does not accept the user; or the engine's
        address is malformed, or a driver is not installed.
    """

    def __init__(
        self, folder: PathLike, model: str | None = None, *, encoder: Encoder | None = None,
        candidates: str | None = None,
    ) -> None:  # fmt: skip
        location = locate(folder)
        self.name, self.folder, self._where = location.name, location.folder, location.where
        if self.folder.exists() and not self.folder.is_dir():
            raise NoArticles(f"{self.folder} is a file; a library is a folder. Give another path.")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryNotWritable(
                f"The folder {self.folder} cannot be created: {error.strerror}. Give another path."
            ) from error
        store = location.open()
        settings = Settings(self.name, store)
        try:
            self.model = settings.model(encoder.name if encoder else model)
            self._engine = Engine(self.name, store, candidates) if candidates else None
        except BaseException:
            store.close()
            raise
        encoders = EncoderLoader(self.model, encoder, settings.check)
        self._parts = Writer(
            self.name, self.folder, store, self._engine or Indexes(self.folder, store), settings, encoders
        )
        self._snapshots = Snapshots(lambda: self._writer)
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and stop the threads of the model. An encoder of your own stays open.

        Closing a closed library does nothing. Snapshots of it can no longer be used.
        """
        if not self._closed:
            self._closed = True
            self._parts.encoders.close()
            self._parts.store.close()
            if self._engine:
                self._engine.close()

    @property
    def _writer(self) -> Writer:
        """The library's parts; every method gets them here."""
        if self._closed:
            raise LibraryClosed(f"The library in {self.name} is closed. Open it again to use it.")
        return self._parts

    @property
    def _store(self) -> Store:
        return self._writer.store

    # ---- changing -----------------------------------------------------------------------------------------------

    def add(
        self,
        paths: Sequence[PathLike] | PathLike,
        *,
        columns: Mapping[str, str] | None = None,
        progress: ProgressCallback | None = None,
    ) -> Changes:
        """Add files and folders; only articles that are new or changed are embedded.

        A file that cannot be added never stops the others: it is listed in ``rejected`` with the reason, and an
        earlier version of it stays in the library. If adding is interrupted, what is stored stays, and is not embedded
        again.

        :param columns: for tables: which column holds the text, title, author, date, url, language or id of an article,
            by these names, if the column has another name (see text/tables.py).
        :raises NoArticles: a path does not exist, or a folder has no file that can be read; nothing is changed then.
        :raises LibraryBusy: another process has been changing the library for an hour; until then this one waits.
        :raises LibraryNotWritable: free space or permission is missing; what was stored before stays.
        :raises SettingsMismatch: the library was built with other settings; build one in another folder.
        """
        given = [paths] if isinstance(paths, (str, os.PathLike)) else paths
        found, settings = find(given), self._writer.settings
        settings.remember_folders([path for path in given if os.path.isdir(path)])
        return pipeline.update(self._writer, found, {}, settings.columns(columns), progress)

    def rebuild(
        self,
        folder: PathLike,
        *,
        columns: Mapping[str, str] | None = None,
        forget_missing: bool = False,
        thorough: bool = False,
        progress: ProgressCallback | None = None,
    ) -> Changes:
        """Add a folder, and remove the articles whose files are no longer in it. An unchanged folder costs nothing.

        If most files of the folder, or of a folder in it, disappeared at once, as when a drive is not mounted, their
        articles are not removed: ``missing`` lists them.

        :param columns: see ``add``.
        :param forget_missing: remove those articles, too.
        :param thorough: read every file, also those whose size, times and inode have not changed.
        :raises NoArticles: the folder does not exist or is empty; nothing is removed then.
        """
        store, settings = self._store, self._writer.settings
        known = store.known()  # before the folder is read: what another process adds meanwhile is not missing
        found = find([folder])
        removed = removed_from(folder, found, known)
        kept = {} if forget_missing else missing_from(folder, removed, known, found)
        settings.remember_folders([folder])
        changes = pipeline.update(
            self._writer, found, {path: file for path, file in removed.items() if path not in kept},
            settings.columns(columns), progress, thorough=thorough,
        )  # fmt: skip
        missing = store.known(kept) if kept else {}  # without those that were only moved
        return replace(changes, missing=tuple(file.source for file in missing.values()))

    def remove(self, paths: Sequence[PathLike] | PathLike) -> Changes:
        """Remove the articles of files and folders; ``path#name`` means one article of a file that holds several.

        A path leads to its file from the working directory, whatever the path was that it was added with. A path
        without articles in the library is listed in ``rejected``.
        """
        given = [os.fspath(p) for p in ([paths] if isinstance(paths, (str, os.PathLike)) else paths)]
        removed, rejected = articles_of(given, self._store.known())
        self.remove_articles([*removed])
        return Changes(removed=tuple(removed.values()), rejected=rejected)

    def remove_articles(self, ids: Sequence[int]) -> Changes:
        """Remove articles by their ids. The ids of articles that are not in the library are ignored."""
        if not ids:
            return Changes()
        with self.changing():
            sources = {id_: article.source for id_ in ids if (article := self._store.article(id_))}
            if sources:
                self._store.replace([], sources)
        self._writer.update_indexes()
        return Changes(removed=tuple(sources.values()))

    def folders(self) -> list[str]:
        """Return the folders that were added and still exist."""
        return self._writer.settings.folders()

    def outdated(self, *, thorough: bool = False) -> Changes:
        """Return what bringing its folders up to date would add, change and remove. Nothing is changed or embedded.

        A file that was refused, and has not changed since, is in ``rejected`` and nowhere else.

        :param thorough: read every file, also those whose size, times and inode have not changed.
        """
        return compare.outdated(self.folders(), self._store, self._writer.settings.columns(), thorough=thorough)

    def changed_files(self) -> tuple[str, ...]:
        """Return the files, as they are shown, whose bytes are no longer those that were read. Every file is read."""
        return compare.changed_files(self._store, self._writer.settings.columns())

    def rejected(self) -> tuple[Rejected, ...]:
        """Return the files and articles that could not be added when they were last tried, and why."""
        return tuple(Rejected(refusal.source, refusal.reason) for refusal in self._store.refusals().values())

    def repair_articles(self, damaged: Sequence[int]) -> list[int]:
        """Repair articles, by id, and return the former ids of those that were repaired."""
        return repair.repair_articles(self._writer, damaged, self.add)

    def become(self, database: Path, prefix: str, instead: str) -> None:
        """Replace the database by another one; see ``integrity.become``. Only inside ``changing``."""
        integrity.become(self._store, database, prefix, instead)

    def changing(self, report: ProgressCallback | None = None) -> AbstractContextManager[None]:
        """Return a context in which no other thread or process changes the library; see ``Writer.changing``."""
        return self._writer.changing(report)

    # ---- reading ------------------------------------------------------------------------------------------------

    def articles(self) -> list[Article]:
        """Return all articles, in the order in which they were added."""
        return self._store.articles()

    def catalogue(self) -> list[Entry]:
        """Return an entry for every article, without its text, in the order in which they were added."""
        return self._store.catalogue()

    def article(self, id_: int) -> Article | None:
        """Return one article; None if it was removed."""
        return self._store.article(id_)

    def layout(self, id_: int) -> Layout:
        """Return an article's blocks, and the positions of its characters on pages."""
        return self._store.layout(id_)

    def file_of(self, article: Article) -> Path | None:
        """Return the file that an article was read from; None if it was deleted or changed."""
        path = self._store.file_of(article.id)
        with suppress(UnreadableFile):
            return Path(path) if path and _digest(path, stamp_of(path)) == article.digest else None
        return None

    def files_with_articles(self, files: Sequence[Path]) -> set[Path]:
        """Return those of the files that the library has articles from."""
        real = {os.path.realpath(file): file for file in files}
        return {real[path] for path in self._store.known(real)}

    def file_state(self, article: Article) -> FileNow:
        """Return whether the file that an article was read from is still the same; its bytes are read."""
        return compare.file_now(self._store.file_of(article.id), article.digest)

    def article_from(self, source: str) -> Article | None:
        """Return the article with this source; where no article has it, the one of the file that it leads to."""
        return self._store.article_from(source)

    def articles_with(self, words: str) -> list[Article]:
        """Return the articles whose text contains these words exactly."""
        return self._store.articles_with(words)

    def sentences(self, id_: int) -> list[Span]:
        """Return the spans of an article's sentences, in order."""
        return self._store.sentences(id_)

    def status(self) -> Status:
        """Return what the library holds, and what it was built with."""
        articles, passages = self._store.counts()
        size = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        size += self._store.database.bytes_elsewhere()
        engine, behind = (str(self._engine.address), self._engine.behind()) if self._engine else ("", 0)
        generation = self._store.head().generation
        return Status(self.name, articles, passages, self.model, generation, size, engine, behind)

    # ---- searching ----------------------------------------------------------------------------------------------

    @property
    def encoder(self) -> Encoder:
        """The model, loaded at first use; see ``EncoderLoader.encoder`` for the errors."""
        return self._writer.encoders.encoder

    def prepare(self) -> None:
        """Load the model and open the indexes now, so that the first question need not wait for them."""
        with ThreadPoolExecutor(1, "quoth-prepare") as thread:
            opening = thread.submit(self.refresh)
            self.encoder.encode(["ready"])
            opening.result()

    def snapshot(self) -> Snapshot:
        """Return the newest snapshot, to be searched; later changes do not change it."""
        return self._snapshots.newest()

    def refresh(self) -> None:
        """Open the newest snapshot now. If another thread takes long to open it, the one before stays in use."""
        self._snapshots.refresh()
