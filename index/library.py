"""Library: a folder of articles made searchable. The only room that joins the others.

The truth is ``library.sqlite``; the FAISS and the BM25 index are made from it and live in memory. A search sees one
complete generation of both; another process's changes are picked up at the next search.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from . import passages as cutting
from .encoder import DEFAULT_MODEL, Encoder, SentenceTransformerEncoder
from .errors import LibraryBusy, LibraryNotWritable, NoArticles, SettingsMismatch, UnreadableFile
from .files import Found, find
from .intake import Progress, draft, embed
from .readers import read
from .records import Article, Changes, Encoded, Rejected
from .store import Store, StoredPassage
from .vectors import VectorIndex
from .vocabulary import Vocabulary
from .words import WordIndex

PathLike = str | os.PathLike[str]

DATABASE = "library.sqlite"
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


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """One generation of the derived indexes."""

    generation: int
    ids: np.ndarray
    vectors: VectorIndex
    words: WordIndex


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
        self._encoding = threading.RLock()
        self._refreshing = threading.Lock()
        self._snapshot: _Snapshot | None = None
        built_with = self._store.setting("model")
        asked = encoder.name if encoder else model
        if built_with and asked and asked != built_with:
            raise SettingsMismatch(self._other_model(built_with, asked))
        self.model = asked or built_with or DEFAULT_MODEL

    # ---- changing -----------------------------------------------------------------------------------------------

    def add(self, paths: Sequence[PathLike] | PathLike, *, progress: Progress | None = None) -> Changes:
        """Take in files and folders; only what is new or has changed is embedded.

        A file that cannot be taken never stops the others: it is listed in ``rejected`` with the reason, and an
        earlier version of it stays in the library.

        :raises NoArticles: a path does not exist, or a folder has nothing to read in it; nothing is changed then.
        :raises LibraryBusy: another process is changing the library.
        :raises SettingsMismatch: the library was built with other settings; build it anew in another folder.
        """
        given = [paths] if isinstance(paths, (str, os.PathLike)) else paths
        changes = self._bring_up_to_date(find(given), {}, progress)
        self._remember_folders([path for path in given if os.path.isdir(path)])
        return changes

    def rebuild(self, folder: PathLike, *, progress: Progress | None = None) -> Changes:
        """Like ``add``, and forgets the articles that are gone from the folder. An unchanged folder costs nothing.

        :raises NoArticles: the folder is not there or has become empty; nothing is forgotten then.
        """
        found = find([folder])
        changes = self._bring_up_to_date(found, self._gone_from(folder, found), progress)
        self._remember_folders([folder])
        return changes

    def _gone_from(self, folder: PathLike, found: Found) -> dict[str, int]:
        """Ids, by path, of the articles that were in a folder and are no longer found there."""
        inside = os.path.join(os.path.realpath(folder), "")
        unseen = tuple(os.path.join(path, "") for path in found.unseen)
        return {
            path: id_
            for path, (id_, _, _) in self._store.known().items()
            if path.startswith(inside) and path not in found.files and not (unseen and path.startswith(unseen))
        }

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
        known = self._store.known()
        for folder in self.folders():
            try:
                found = find([folder])
            except NoArticles:
                continue  # rebuild forgets nothing then either
            for path, source in found.files.items():
                if path not in known:
                    added.append(source)
                    continue
                try:
                    _, digest = read(Path(source))
                except UnreadableFile:
                    continue
                if digest != known[path][1]:
                    changed.append(source)
            removed += [known[path][2] for path in self._gone_from(folder, found)]
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
                id_: source
                for known_path, (id_, _, source) in known.items()
                if known_path == real or source == path or known_path.startswith(os.path.join(real, ""))
            }
            removed.update(matching)
            if not matching:
                rejected.append(Rejected(path, "the library holds no article from there"))
        if removed:
            with self._writer():
                self._store.replace([], removed)
        return Changes(removed=tuple(removed.values()), rejected=tuple(rejected))

    def _bring_up_to_date(self, found: Found, gone: dict[str, int], progress: Progress | None) -> Changes:
        known = self._store.known()
        rejected = list(found.rejected)
        added: list[str] = []
        changed: list[str] = []
        unchanged: list[str] = []
        pending: list[tuple[str, str, str, str]] = []
        for path, source in found.files.items():
            try:
                text, digest = read(Path(source))
            except UnreadableFile as error:
                rejected.append(_rejected(source, error, path in known))
                continue
            if path in known and known[path][1] == digest:
                unchanged.append(source)
            else:
                pending.append((path, source, text, digest))
        embedded = 0
        if pending or gone:
            with self._writer():
                drafts = []
                for path, source, text, digest in pending:
                    try:
                        drafts.append(draft(path, source, text, digest, self.encoder))
                    except UnreadableFile as error:
                        rejected.append(_rejected(source, error, path in known))
                    else:
                        (changed if path in known else added).append(source)
                if drafts:
                    self._remember_settings()
                for ready in embed(drafts, self._encode, progress):
                    embedded += sum(len(article.passages) for article in ready)
                    self._store.replace(ready)
                if gone:
                    self._store.replace([], gone.values())
        names = {id_: source for id_, _, source in known.values()}
        return Changes(
            tuple(added), tuple(changed), tuple(unchanged), tuple(names[id_] for id_ in gone.values()), tuple(rejected),
            tuple(found.ignored), embedded,
        )  # fmt: skip

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
                self._encoder = SentenceTransformerEncoder(self.model)
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

    # ---- reading ------------------------------------------------------------------------------------------------

    def articles(self) -> list[Article]:
        """All articles, in the order in which they came in."""
        return self._store.articles()

    def article(self, id_: int) -> Article | None:
        """One article, or None once it is gone."""
        return self._store.article(id_)

    def status(self) -> Status:
        articles, passages = self._store.counts()
        size = (self.folder / DATABASE).stat().st_size
        return Status(str(self.folder), articles, passages, self.model, self._store.generation(), size)

    def encode(self, text: str) -> Encoded:
        """The question's vectors."""
        return self._encode([text])[0]

    def _encode(self, texts: Sequence[str]) -> list[Encoded]:
        encoder = self.encoder
        with self._encoding:
            return encoder.encode(texts)

    def search(self, question: str, encoded: Encoded, k: int, within: Set[int] | None = None) -> list[Scored]:
        """The k nearest passages by vector together with the k best by words, in no order that matters.

        A passage that only one search found has the other's score all the same where that is a cosine; its BM25 is 0.

        :param within: ids of the articles whose passages are searched, if not all.
        """
        snapshot = self._current()
        if snapshot is None:
            return []
        allowed = None if within is None else self._store.passages_of(within)
        near = snapshot.vectors.search(encoded.vector, k, allowed)
        worded = snapshot.words.search(question, k, allowed)
        others = np.array([id_ for id_ in worded if id_ not in near], np.int64)
        if len(others):
            near |= dict(zip(others.tolist(), snapshot.vectors.cosines(encoded.vector, others).tolist(), strict=True))
        return [Scored(id_, cosine, worded.get(id_, 0.0)) for id_, cosine in near.items()]

    def load(self, scored: Sequence[Scored]) -> list[Candidate]:
        """Those of the passages that are still there, in the order given."""
        by_id = {s.id: s for s in scored}
        return [Candidate(stored, article, by_id[stored.passage.id]) for stored, article in self._store.passages([s.id for s in scored])]

    def rarity(self, stems: Sequence[str]) -> dict[str, float]:
        """idf of word stems among the passages."""
        snapshot = self._current()
        return snapshot.words.rarity(stems) if snapshot else dict.fromkeys(stems, 0.0)

    def holds(self, word: str) -> bool:
        """Whether the passages have a word, in any of its inflections."""
        snapshot = self._current()
        return snapshot.words.holds(word) if snapshot else False

    def vocabulary(self) -> Vocabulary:
        """The articles' words and abbreviations."""
        snapshot = self._current()
        return snapshot.words.vocabulary if snapshot else Vocabulary([])

    def is_common(self, word: str) -> bool:
        """Whether the model has the word as a whole, as models do with words that are not rare."""
        with self._encoding:
            return len(self.encoder.word_pieces(word)) == 1

    def prepare(self) -> None:
        """Load the model and the indexes now, so that the first question need not wait for them."""
        loading = threading.Thread(target=self._current)
        loading.start()
        self.encode("ready")
        loading.join()

    def _current(self) -> _Snapshot | None:
        """The newest generation; the one before while another thread is still making the newest."""
        snapshot = self._snapshot
        if snapshot is not None and snapshot.generation == self._store.generation():
            return snapshot
        if snapshot is None:
            with self._refreshing:
                self._refresh()
        elif self._refreshing.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._refreshing.release()
        return self._snapshot

    def _refresh(self) -> None:
        """Make the newest generation's indexes; called by one thread at a time."""
        snapshot = self._snapshot
        generation, ids = self._store.passage_ids()
        dimensions = int(self._store.setting("dimensions") or 0)
        if not dimensions or (snapshot is not None and snapshot.generation == generation):
            return
        if snapshot is None:
            vectors, words = None, None
            old = np.empty(0, np.int64)
        else:
            vectors, words, old = snapshot.vectors, snapshot.words, snapshot.ids
        gone = np.setdiff1d(old, ids)
        new_ids, matrix, texts = self._store.for_search(int(old.max(initial=0)), dimensions)
        vectors = vectors.with_changes(gone, new_ids, matrix) if vectors else VectorIndex(new_ids, matrix)
        if words is None or len(gone):  # statistics that still counted what is gone would bend every BM25
            all_ids, _, all_texts = (new_ids, matrix, texts) if words is None else self._store.for_search(0, dimensions)
            words = WordIndex(all_ids, all_texts)
        else:
            words = words.with_added(new_ids, texts)
        self._snapshot = _Snapshot(generation, np.union1d(np.setdiff1d(old, gone), new_ids), vectors, words)


def _rejected(source: str, error: UnreadableFile, known: bool) -> Rejected:
    return Rejected(source, f"{error}; its earlier version stays in the library" if known else str(error))
