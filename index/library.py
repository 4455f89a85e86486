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
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from . import passages as cutting
from .changes import Moved, Report, Run, digest_of, gone_from, look_at, stamp_of
from .encoder import Encoder, gpu_encoder, load_encoder
from .errors import LibraryBusy, LibraryNotWritable, NoArticles, SettingsMismatch, UnreadableFile
from .files import Found, find
from .indexes import EMPTY, STATE, Indexes, Snapshot, passages_of
from .ingest import Draft, draft, embedded
from .models import DEFAULT_MODEL
from .reading.language import ENGLISH, among
from .records import Article, Changes, Encoded, Rejected
from .rows import Entry, Head, Known, Layout, NewArticle, Placed, Stamp, StoredPassage
from .store import Store
from .words import LANGUAGES, Words

PathLike = str | os.PathLike[str]

DATABASE = "library.sqlite"
_COMMITTED = 256
"""Passages that are stored in one step, or those of one article if it has more."""
_FOLLOWED_SECONDS = 10.0
"""After so long, what was stored can be searched while the rest is still embedded."""
_MANY_GONE = 5
"""Files that are gone at once, and more than half of a folder's, are not forgotten without being asked."""
_MUCH_BYTES = 4 * 2**20
"""From so much text on, it is worth waking a GPU."""
_CUTTING = f"{cutting.MAX_CHARS}/{cutting.MERGE_CHARS}/{cutting.MAX_SENTENCE_CHARS}"


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage, by id, that one of the two searches found, with what both make of it."""

    id: int
    cosine: float
    bm25: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """Such a passage, with all that is known of it."""

    stored: StoredPassage
    article: Article
    scored: Scored


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
            raise LibraryNotWritable(f"The folder {self.folder} cannot be made: {error.strerror}. Give another path.") from error
        self._store = Store(self.folder / DATABASE)
        self._encoder = encoder
        self._own_encoder = encoder is not None
        self._encoding = threading.RLock()
        self._refreshing = threading.Lock()
        self._indexes = Indexes(self.folder, self._store)
        self._snapshot: Snapshot | None = None
        self._seen: tuple[Head, int] | None = None
        self._languages: dict[str, int] = {}
        built_with = self._store.setting("model")
        asked = encoder.name if encoder else model
        if built_with and asked and asked != built_with:
            raise SettingsMismatch(self._other_model(built_with, asked))
        self.model = asked or built_with or DEFAULT_MODEL

    # ---- changing -----------------------------------------------------------------------------------------------

    def add(
        self, paths: Sequence[PathLike] | PathLike, *, columns: Mapping[str, str] | None = None, progress: Report | None = None
    ) -> Changes:
        """Take in files and folders; only what is new or has changed is embedded.

        A file that cannot be taken never stops the others: it is listed in ``rejected`` with the reason, and an
        earlier version of it stays in the library. What is stored when it is stopped stays, and is not embedded again.

        :param columns: of tables, which column holds the text, title, author, date, url, language or id of an article, by these
            names, where a column is not called so (see reading/tables.py).
        :raises NoArticles: a path does not exist, or a folder has nothing to read in it; nothing is changed then.
        :raises LibraryBusy: another process is changing the library.
        :raises SettingsMismatch: the library was built with other settings; build it anew in another folder.
        """
        given = [paths] if isinstance(paths, (str, os.PathLike)) else paths
        return self._bring_up_to_date(find(given), {}, [path for path in given if os.path.isdir(path)], columns, progress)

    def rebuild(
        self, folder: PathLike, *, columns: Mapping[str, str] | None = None, forget_missing: bool = False, progress: Report | None = None
    ) -> Changes:
        """Like ``add``, and forgets the articles that are gone from the folder. An unchanged folder costs nothing.

        Where most of it is gone at once, as when a drive is not there, nothing is forgotten: ``missing`` names what is gone.

        :param forget_missing: forget it even so.
        :raises NoArticles: the folder is not there or has become empty; nothing is forgotten then.
        """
        found = find([folder])
        known = self._store.known()
        gone = gone_from(folder, found, known)
        kept = not forget_missing and self._is_much(folder, gone, known, found)
        changes = self._bring_up_to_date(found, {} if kept else gone, [folder], columns, progress)
        still = self._store.known(gone) if kept else {}  # some may only have been moved
        return replace(changes, missing=tuple(file.source for file in still.values()))

    @staticmethod
    def _is_much(folder: PathLike, gone: Mapping[str, Known], known: Mapping[str, Known], found: Found) -> bool:
        """Whether so many files are gone from a folder at once that something else may be the matter."""
        inside = os.path.join(os.path.realpath(folder), "")
        before = sum(path.startswith(inside) for path in known)
        new = sum(path not in known for path in found.files)
        return len(gone) >= _MANY_GONE and 2 * (len(gone) - new) > before

    def folders(self) -> list[str]:
        """The folders that were taken in and are still there, as they were given where that still leads to them."""
        known: dict[str, str] = json.loads(self._store.setting("folders") or "{}")
        return [given if os.path.realpath(given) == real else real for real, given in known.items() if os.path.isdir(real)]

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
                if known_path == real or path in (file.source, f"{file.source}#{name}") or known_path.startswith(os.path.join(real, ""))
            }
            removed.update(matching)
            if not matching:
                rejected.append(Rejected(path, "the library holds no article from there"))
        if removed:
            with self._writer():
                self._store.replace([], removed)
                self._indexes.follow(self._dimensions())
        return Changes(removed=tuple(removed.values()), rejected=tuple(rejected))

    def _bring_up_to_date(
        self, found: Found, gone: dict[str, Known], folders: Sequence[PathLike], columns: Mapping[str, str] | None, progress: Report | None
    ) -> Changes:
        given = self._columns(columns)
        run = Run(found, self._store.known(found.files), self._store, given, progress)
        with ExitStack() as held:
            writing = self._take_in(run, held)
            gone = {path: file for path, file in gone.items() if path not in run.moved.values()}
            forgotten = [id_ for file in gone.values() for id_ in file.articles.values()] + [*run.gone]
            if forgotten:
                if not writing:
                    held.enter_context(self._writer())
                self._store.replace([], forgotten, run.shrunk)
            if writing or forgotten:
                self._indexes.follow(self._dimensions())
        if run.seen:
            with suppress(LibraryBusy, LibraryNotWritable), self._writer():  # it only saves time
                self._store.note(run.seen)
        self._remember_folders(folders)
        changes = run.changes()
        return replace(changes, removed=(*(file.source for file in gone.values()), *changes.removed))

    def _columns(self, given: Mapping[str, str] | None) -> dict[str, str]:
        """What columns of tables hold, as it was said once."""
        known: dict[str, str] = json.loads(self._store.setting("columns") or "{}")
        new = known | dict(given or {})
        if new != known:
            self._store.set_settings({"columns": json.dumps(new)})
        return new

    def _take_in(self, run: Run, held: ExitStack) -> bool:
        """Read, cut, embed and store what is new or changed, in one stream; whether there was anything.

        :param held: gets the writing lock as soon as there is something to write.
        """
        writing = False

        def drafts() -> Iterator[Draft]:
            nonlocal writing
            for new in run.differing():
                if not writing:
                    held.enter_context(self._writer())
                    writing = True
                if isinstance(new, Moved):
                    self._store.move(new.old, new.new, new.source, new.state)
                    continue
                try:
                    yield draft(new.file, new.source, new.reading, new.digest, self.encoder)
                except UnreadableFile as error:
                    run.refuse(new, error)

        ready: list[NewArticle] = []
        followed = time.monotonic()
        for article in embedded(drafts(), self._encode_much(run.bytes), run.embedded):
            ready.append(article)
            if sum(len(a.passages) for a in ready) >= _COMMITTED:
                self._commit(ready, run)
                if time.monotonic() - followed > _FOLLOWED_SECONDS:
                    self._indexes.follow(self._dimensions())
                    followed = time.monotonic()
        self._commit(ready, run)
        return writing

    def _commit(self, ready: list[NewArticle], run: Run) -> None:
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
    def _writer(self) -> Iterator[None]:
        """Be the one process that changes the library."""
        lock = FileLock(self.folder / "writer.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise LibraryBusy(
                f"Another process is changing the library in {self.folder}. Wait until it is done and try again."
            ) from error
        except OSError as error:
            raise LibraryNotWritable(f"The folder {self.folder} cannot be written: {error.strerror}.") from error
        try:
            yield
        finally:
            lock.release()

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
            raise SettingsMismatch(self._other_model(f"{self.model} ({built_with[:12]})", f"{self.model} ({self._encoder.fingerprint[:12]})"))
        return self._encoder

    def _other_model(self, built_with: str, asked: str) -> str:
        return (
            f"The library in {self.folder} was built with the model {built_with}, not with {asked}; their vectors cannot be "
            "mixed. Leave the model out to use the library's own, or build a library in another folder."
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

    def matching(self, **given: Any) -> list[Placed]:
        """Articles by source, author and date of publication; see ``Store.matching``."""
        return self._store.matching(**given)

    def status(self) -> Status:
        articles, passages = self._store.counts()
        size = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        return Status(str(self.folder), articles, passages, self.model, self._store.head().generation, size)

    def encode(self, text: str) -> Encoded:
        """The question's vectors."""
        return self.encoder.encode([text])[0]

    def search(self, question: str, encoded: Encoded, k: int, within: Sequence[Placed] | None = None) -> list[Scored]:
        """The k nearest passages by vector and the k best by words, and maybe some more, in no order that matters.

        Each has its exact cosine; the BM25 of one that the words did not find is 0.

        :param within: the articles whose passages are searched, if not all.
        """
        snapshot = self._snapshot
        if snapshot is None:
            return []
        near = snapshot.vectors.search(encoded.vector, k, None if within is None else passages_of(within))
        articles = None if within is None else [article.id for article in within]
        worded = snapshot.words.search(question, k, articles, [*self._languages] or [ENGLISH])
        cosines = snapshot.vectors.cosines(encoded.vector, np.union1d(near, np.array([*worded], np.int64)))
        return [Scored(id_, cosine, worded.get(id_, 0.0)) for id_, cosine in cosines.items()]

    def load(self, scored: Sequence[Scored]) -> list[Candidate]:
        """Those of the passages that are still there, in the order given."""
        by_id = {s.id: s for s in scored}
        stored = self._store.passages([s.id for s in scored])
        return [Candidate(passage, article, by_id[passage.passage.id]) for passage, article in stored]

    def language_of(self, question: str) -> str:
        """Which of its articles' languages a question is in, as an ISO 639-1 code."""
        known = {language: count for language, count in self._languages.items() if language in LANGUAGES}
        if len(known) < 2:
            return next(iter(known), ENGLISH)
        return among(question, known)

    @property
    def words(self) -> Words:
        """The articles' words."""
        if self._snapshot is None:
            self.refresh()
        return self._snapshot.words if self._snapshot else EMPTY

    def is_common(self, word: str) -> bool:
        """Whether the model has the word as a whole, as models do with words that are not rare."""
        return len(self.encoder.word_pieces(word)) == 1

    def prepare(self) -> None:
        """Load the model and open the indexes now, so that the first question need not wait for them."""
        loading = threading.Thread(target=self.refresh)
        loading.start()
        self.encode("ready")
        loading.join()

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
                with self._writer():
                    self._indexes.follow(dimensions)
                seen = self._newest()
            except LibraryBusy:
                pass  # whoever changes it does so
            except (LibraryNotWritable, OSError):
                unwritable = True
        snapshot = self._indexes.snapshot(dimensions, self._snapshot)
        if unwritable:
            snapshot = replace(snapshot, words=self._indexes.in_memory())
        self._languages = self._store.languages()
        self._snapshot, self._seen = snapshot, seen
