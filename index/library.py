"""Library: a folder of articles made searchable. The only room that joins the others.

The truth is ``library.sqlite``; the FAISS and the BM25 index lie beside it and follow it (indexes.py). A question is
answered from one state of both; another process's changes are picked up at the next question.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from quoth.index.embedding.encoder import Encoder, gpu_encoder, load_encoder
from quoth.index.embedding.model_files import DEFAULT_MODEL
from quoth.index.reading.document import Block, ParsedArticle
from quoth.index.search.indexes import STATE, Indexes
from quoth.index.search.snapshot import Snapshot
from quoth.index.storage.integrity import become, discard
from quoth.index.storage.rows import Entry, Head, KnownFile, Layout, NewArticle, Stamp
from quoth.index.storage.store import Store
from quoth.index.sync.compare import (
    Moved,
    ProgressCallback,
    SyncRun,
    digest_of,
    gone_from,
    look_at,
    missing_from,
    stamp_of,
)
from quoth.index.sync.discover import Discovered, find
from quoth.index.sync.embed import Draft, draft, embedded
from quoth.index.sync.lock import writer_lock

from .errors import LibraryBusy, LibraryDamaged, LibraryNotWritable, NoArticles, SettingsMismatch, UnreadableFile
from .records import Article, Changes, Encoded, Rejected, Span
from .sync import chunk as cutting

PathLike = str | os.PathLike[str]

DATABASE = "library.sqlite"
_COMMITTED, _COMMITTED_SECONDS = 256, 2.0
"""After so many passages, or so long, what is embedded is stored; whole articles only."""
_FOLLOWED_SECONDS = 10.0
"""After so long, what was stored can be searched while the rest is still embedded."""
_MUCH_BYTES = 4 * 2**20
"""From so much text on, it is worth waking a GPU."""
_CUTTING = f"{cutting.MAX_CHARS}/{cutting.MERGE_CHARS}/{cutting.MAX_SENTENCE_CHARS}"


@dataclass(frozen=True, slots=True)
class Status:
    """What a library holds and what it was built with."""

    folder: str
    articles: int
    passages: int
    model: str
    generation: int
    bytes: int


@lru_cache(64)
def _digest(path: str, stamp: Stamp | None) -> str:
    """Of a file that looks as it did then, so that turning the pages of one does not read all of it each time."""
    return digest_of(path)


class Library:
    """A folder that holds articles, their passages and vectors; created when absent.

    Searching is safe from several threads; of all processes, one at a time may change a library.

    :param folder: where the library lies.
    :param model: an embedding model by name or folder; left out, the one that the library was built with, else
        all-MiniLM-L6-v2.
    :param encoder: an encoder of your own in place of a model.
    :raises SettingsMismatch: the library was built with another model.
    :raises LibraryDamaged: what lies there is not a library.
    :raises LibraryNotWritable: the folder cannot be made or written.
    """

    def __init__(self, folder: PathLike, model: str | None = None, *, encoder: Encoder | None = None) -> None:
        self.folder = Path(folder)
        if self.folder.exists() and not self.folder.is_dir():
            raise NoArticles(f"{self.folder} is a file; a library is a folder. Give another path.")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryNotWritable(
                f"The folder {self.folder} cannot be made: {error.strerror}. Give another path."
            ) from error
        self._store = Store(self.folder / DATABASE)
        self._encoder = encoder
        self._own_encoder = encoder is not None
        self._encoding = threading.RLock()
        self._refreshing = threading.Lock()
        self._indexes = Indexes(self.folder, self._store)
        self._snapshot: Snapshot | None = None
        self._seen: tuple[Head, int] | None = None
        built_with = self._store.setting("model")
        asked = encoder.name if encoder else model
        if built_with and asked and asked != built_with:
            raise SettingsMismatch(self._other_model(built_with, asked))
        self.model = asked or built_with or DEFAULT_MODEL

    # ---- changing -----------------------------------------------------------------------------------------------

    def add(
        self,
        paths: Sequence[PathLike] | PathLike,
        *,
        columns: Mapping[str, str] | None = None,
        progress: ProgressCallback | None = None,
    ) -> Changes:
        """Take in files and folders; only what is new or has changed is embedded.

        A file that cannot be taken never stops the others: it is listed in ``rejected`` with the reason, and an
        earlier version of it stays in the library. What is stored when it is stopped stays, and is not embedded again.

        :param columns: of tables, which column holds the text, title, author, date, url, language or id of an article,
            by these names, where a column is not called so (see reading/tables.py).
        :raises NoArticles: a path does not exist, or a folder has nothing to read in it; nothing is changed then.
        :raises LibraryBusy: another process has been changing the library for an hour; until then it is waited for.
        :raises LibraryNotWritable: there is no room, or no leave; what was stored before stays.
        :raises SettingsMismatch: the library was built with other settings; build it anew in another folder.
        """
        given = [paths] if isinstance(paths, (str, os.PathLike)) else paths
        return self._bring_up_to_date(
            find(given), {}, [path for path in given if os.path.isdir(path)], columns, progress
        )

    def rebuild(
        self,
        folder: PathLike,
        *,
        columns: Mapping[str, str] | None = None,
        forget_missing: bool = False,
        progress: ProgressCallback | None = None,
    ) -> Changes:
        """Like ``add``, and forgets the articles that are gone from the folder. An unchanged folder costs nothing.

        Where most of it, or of a folder in it, is gone at once, as when a drive is not there,
        that is not forgotten: ``missing`` names it.

        :param forget_missing: forget it even so.
        :raises NoArticles: the folder is not there or has become empty; nothing is forgotten then.
        """
        found = find([folder])
        known = self._store.known()
        gone = gone_from(folder, found, known)
        kept = {} if forget_missing else missing_from(folder, gone, known, found)
        forgotten = {path: file for path, file in gone.items() if path not in kept}
        changes = self._bring_up_to_date(found, forgotten, [folder], columns, progress)
        still = self._store.known(kept) if kept else {}  # some may only have been moved
        return replace(changes, missing=tuple(file.source for file in still.values()))

    def folders(self) -> list[str]:
        """The folders that were taken in and are still there, as they were given where that still leads to them."""
        known: dict[str, str] = json.loads(self._store.setting("folders") or "{}")
        return [
            given if os.path.realpath(given) == real else real for real, given in known.items() if os.path.isdir(real)
        ]

    def _remember_folders(self, folders: Sequence[PathLike]) -> None:
        known: dict[str, str] = json.loads(self._store.setting("folders") or "{}")
        new = known | {os.path.realpath(folder): os.fspath(folder) for folder in folders}
        if new != known:
            self._store.set_settings({"folders": json.dumps(new)})

    def outdated(self) -> Changes:
        """What bringing its folders up to date would add, change and remove; nothing is changed or embedded."""
        added: list[str] = []
        changed: list[str] = []
        removed: list[str] = []
        known, columns = self._store.known(), self._columns(None)
        for folder in self.folders():
            try:
                found = find([folder])
            except NoArticles:
                continue  # rebuild forgets nothing then either
            for path, source in found.files.items():
                if path not in known:
                    added.append(source)
                elif known[path].stamp is None or known[path].stamp != stamp_of(path):
                    with suppress(UnreadableFile):
                        if look_at(path).state(columns) != known[path].digest:
                            changed.append(source)
            removed += [file.source for file in gone_from(folder, found, known).values()]
        return Changes(tuple(added), tuple(changed), removed=tuple(removed))

    def remove(self, paths: Sequence[PathLike] | PathLike) -> Changes:
        """Forget articles by the path they were added with; a folder stands for all articles from it.

        A path of which the library holds nothing is listed in ``rejected``.
        """
        given = [os.fspath(p) for p in ([paths] if isinstance(paths, (str, os.PathLike)) else paths)]
        known = self._store.known()
        removed: dict[int, str] = {}
        rejected: list[Rejected] = []
        for path in given:
            real = os.path.realpath(path)
            matching = {
                id_: f"{file.source}#{name}" if name else file.source
                for known_path, file in known.items()
                for name, id_ in file.articles.items()
                if known_path == real
                or path in (file.source, f"{file.source}#{name}")
                or known_path.startswith(os.path.join(real, ""))
            }
            removed.update(matching)
            if not matching:
                rejected.append(Rejected(path, "the library holds no article from there"))
        if removed:
            with self.changing():
                self._store.replace([], removed)
                self._indexes.follow(self._dimensions())
        return Changes(removed=tuple(removed.values()), rejected=tuple(rejected))

    def _bring_up_to_date(
        self,
        found: Discovered,
        gone: dict[str, KnownFile],
        folders: Sequence[PathLike],
        columns: Mapping[str, str] | None,
        progress: ProgressCallback | None,
    ) -> Changes:
        self._remember_folders(folders)
        given = self._columns(columns)
        held = ExitStack()

        def begin() -> None:
            held.enter_context(self.changing(progress))

        with held:
            run = SyncRun(found, self._store, given, begin, progress)
            self._take_in(run)
            gone = {path: file for path, file in gone.items() if path not in run.moved.values()}
            forgotten = [id_ for file in gone.values() for id_ in file.articles.values()] + [*run.gone]
            if forgotten:
                run.begin()
                self._store.replace([], forgotten, run.shrunk)
            if run.has_begun:
                self._indexes.follow(self._dimensions())
        if run.seen:
            with suppress(LibraryBusy, LibraryNotWritable), self._writer(seconds=0):  # it only saves time
                self._store.note(run.seen)
        changes = run.changes()
        return replace(changes, removed=(*(file.source for file in gone.values()), *changes.removed))

    def heal(self, damaged: Sequence[int]) -> list[int]:
        """Take articles anew whose rows are damaged: from their files, if those are as they were, else from their
        stored texts, if those are sound; the others are taken out.

        :returns: the ids that they had of those that could be taken anew.
        """
        from_files: dict[int, str] = {}
        from_texts: dict[int, Draft] = {}
        for id_ in damaged:
            path, kept = self._store.file_of(id_), None
            with suppress(LibraryDamaged):
                kept = self._store.article(id_)
            if path and os.path.isfile(path) and (kept is None or digest_of(path) == kept.digest):
                from_files[id_] = kept.source if kept and os.path.realpath(kept.source) == path else path
            elif path and kept:
                with suppress(LibraryDamaged):
                    from_texts[id_] = self._draft_anew(path, kept)
        with self._writer():
            for id_ in damaged:
                discard(self._store, id_)
            if from_texts:
                self._store.replace(embedded(from_texts.values(), self.encoder.encode, lambda draft, number: None))
        if from_files:
            self.add([*from_files.values()])
        self.reindex()
        return [*from_texts, *(i for i, source in from_files.items() if self._store.known([os.path.realpath(source)]))]

    def _draft_anew(self, path: str, article: Article) -> Draft:
        """An article as it was read, to be cut and embedded once more."""
        layout, known = self._store.layout(article.id), self._store.known([path])[path]
        name = next(name for name, id_ in known.articles.items() if id_ == article.id)
        blocks = layout.blocks or (Block("prose", 0, len(article.text)),)
        reading = ParsedArticle(
            article.text, blocks, article.title, article.author, article.published, article.language, article.url, name,
            article.pages, layout.runs, layout.words,
        )  # fmt: skip
        return draft(path, known.source, reading, article.digest, self.encoder)

    def reindex(self) -> None:
        """Make anew what is missing or damaged of both indexes."""
        with self._writer():
            self._indexes.follow(self._dimensions())

    def become(self, database: Path, prefix: str, instead: str) -> None:
        """Take over another library's database; see ``soundness.become``. Only for who is changing the library."""
        become(self._store, database, prefix, instead)
        self._indexes.follow(self._dimensions())

    @contextmanager
    def changing(self, report: ProgressCallback | None = None) -> Iterator[None]:
        """Be the one that changes the library, with the indexes brought after the truth first, if whoever did so before
        did not come to that."""
        with self._writer(report):
            dimensions = self._dimensions()
            if dimensions:
                if self._indexes.lag():
                    self._indexes.follow(dimensions)
                self._store.sweep(self._store.head().generation)
            yield

    def _columns(self, given: Mapping[str, str] | None) -> dict[str, str]:
        """What columns of tables hold, as it was said once."""
        known: dict[str, str] = json.loads(self._store.setting("columns") or "{}")
        new = known | dict(given or {})
        if new != known:
            self._store.set_settings({"columns": json.dumps(new)})
        return new

    def _take_in(self, run: SyncRun) -> None:
        """Read, cut, embed and store what is new or changed, in one stream."""

        def drafts() -> Iterator[Draft]:
            for new in run.differing():
                if isinstance(new, Moved):
                    self._store.move(new.old, new.new, new.source, new.state)
                    continue
                try:
                    yield draft(new.file, new.source, new.reading, new.digest, self.encoder)
                except UnreadableFile as error:
                    run.refuse(new, error)

        ready: list[NewArticle] = []
        stored = time.monotonic()
        followed = stored + _COMMITTED_SECONDS - _FOLLOWED_SECONDS  # the first of many can be asked about soon
        for article in embedded(drafts(), self._encode_much(run.bytes), run.embedded):
            ready.append(article)
            if sum(len(a.passages) for a in ready) >= _COMMITTED or time.monotonic() - stored > _COMMITTED_SECONDS:
                self._commit(ready, run)
                stored = time.monotonic()
                if stored - followed >= _FOLLOWED_SECONDS:
                    self._indexes.follow(self._dimensions())
                    followed = time.monotonic()
        self._commit(ready, run)

    def _commit(self, ready: list[NewArticle], run: SyncRun) -> None:
        if ready:
            self._remember_settings()
        files = run.complete(ready)
        if ready:
            self._store.replace(ready, files=files)
            run.stored(ready)
            ready.clear()
        elif files:
            self._store.note(files)

    def _encode_much(self, size: int) -> Callable[[Sequence[str]], list[Encoded]]:
        """How to embed so many bytes of text: on a GPU, where there is one and they are many."""

        if size < _MUCH_BYTES or self._own_encoder:
            return lambda texts: self.encoder.encode(texts)
        return (gpu_encoder(self.model) or self.encoder).encode

    @contextmanager
    def _writer(self, report: ProgressCallback | None = None, seconds: float | None = None) -> Iterator[None]:
        """Be the one that changes the library, once it is one's turn; see ``turns.writer_lock``."""
        with writer_lock(self.folder, report, seconds):
            yield

    # ---- settings -----------------------------------------------------------------------------------------------

    @property
    def encoder(self) -> Encoder:
        """The model, loaded at first use and seen to be the one that the library was built with.

        :raises SettingsMismatch: it is another one.
        """
        with self._encoding:
            if self._encoder is None:
                self._encoder = load_encoder(self.model)
        built_with = self._store.setting("fingerprint")
        if built_with and built_with != self._encoder.fingerprint:
            raise SettingsMismatch(
                self._other_model(
                    f"{self.model} ({built_with[:12]})", f"{self.model} ({self._encoder.fingerprint[:12]})"
                )
            )
        return self._encoder

    def _other_model(self, built_with: str, asked: str) -> str:
        return (
            f"The library in {self.folder} was built with the model {built_with}, not with {asked}; "
            "their vectors cannot be mixed. Leave the model out to use the library's own, or build a library in "
            "another folder."
        )

    def _remember_settings(self) -> None:
        built_with = self._store.setting("cutting")
        if built_with is None:
            encoder = self.encoder
            self._store.set_settings({
                "model": encoder.name, "fingerprint": encoder.fingerprint, "dimensions": str(encoder.dimensions),
                "cutting": _CUTTING,
            })  # fmt: skip
        elif built_with != _CUTTING:
            raise SettingsMismatch(
                f"The library in {self.folder} was cut into passages with the settings {built_with}, this version uses "
                f"{_CUTTING}. It can be asked as it is; to add to it, build it anew in another folder."
            )

    def _dimensions(self) -> int:
        """Of its vectors; 0 until something was taken in."""
        return int(self._store.setting("dimensions") or 0)

    # ---- reading ------------------------------------------------------------------------------------------------

    def articles(self) -> list[Article]:
        """All articles, in the order in which they came in."""
        return self._store.articles()

    def catalogue(self) -> list[Entry]:
        """The same without their texts."""
        return self._store.catalogue()

    def article(self, id_: int) -> Article | None:
        """One article, or None once it is gone."""
        return self._store.article(id_)

    def layout(self, id_: int) -> Layout:
        """What an article's text is made of, and where its characters stand on pages."""
        return self._store.layout(id_)

    def file_of(self, article: Article) -> Path | None:
        """The file that an article was read from; None where it is gone, or is no longer the same."""
        path = self._store.file_of(article.id)
        with suppress(UnreadableFile):
            return Path(path) if path and _digest(path, stamp_of(path)) == article.digest else None
        return None

    def article_from(self, source: str) -> Article | None:
        """The article that was read from a path, as it was given."""
        return self._store.article_from(source)

    def articles_with(self, words: str) -> list[Article]:
        """The articles in whose text some words stand, to the letter."""
        return self._store.articles_with(words)

    def sentences(self, id_: int) -> list[Span]:
        """Where an article's sentences stand, in order."""
        return self._store.sentences(id_)

    def status(self) -> Status:
        articles, passages = self._store.counts()
        size = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        return Status(str(self.folder), articles, passages, self.model, self._store.head().generation, size)

    def prepare(self) -> None:
        """Load the model and open the indexes now, so that the first question need not wait for them."""
        loading = threading.Thread(target=self.refresh)
        loading.start()
        self.encoder.encode(["ready"])
        loading.join()

    def snapshot(self) -> Snapshot:
        """The newest state, to be asked; it stays as it is, whatever changes."""
        self.refresh()
        return self._snapshot or Snapshot(self.folder, self._store, lambda: self.encoder, None, {})

    def refresh(self) -> None:
        """See the newest state from now on; the one before while another thread is still opening the newest."""
        seen = self._newest()
        if self._snapshot is None:
            with self._refreshing:
                self._open(seen)
        elif seen != self._seen and self._refreshing.acquire(blocking=False):
            try:
                self._open(seen)
            finally:
                self._refreshing.release()

    def _newest(self) -> tuple[Head, int]:
        """What changes whenever the truth or its indexes do."""
        try:
            published = (self.folder / STATE).stat().st_mtime_ns
        except OSError:
            published = 0
        return self._store.head(), published

    def _open(self, seen: tuple[Head, int]) -> None:
        """Open the newest state, and bring the indexes after it if nobody else does; one thread at a time."""
        dimensions = self._dimensions()
        if not dimensions or seen == self._seen:
            return
        unwritable = False
        if self._indexes.lag():
            try:
                with self._writer(seconds=0):
                    self._indexes.follow(dimensions)
                seen = self._newest()
            except LibraryBusy:
                pass  # whoever changes it does so
            except LibraryNotWritable:
                unwritable = True
        before = self._snapshot.open_indexes if self._snapshot else None
        open_indexes = (
            self._indexes.in_memory(dimensions, before)
            if unwritable
            else self._indexes.open_indexes(dimensions, before)
        )
        languages = self._store.languages(open_indexes.head.generation)
        self._snapshot, self._seen = (
            Snapshot(self.folder, self._store, lambda: self.encoder, open_indexes, languages),
            seen,
        )
