"""What differs between the files on disk and what the library knows of them, and what became of each."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import ParsedArticle, Refused
from quoth.index.reading.metadata.fields import corrected
from quoth.index.records import Changes, Progress, Rejected
from quoth.index.storage.rows import FileState, KnownFile, NewArticle, Stamp
from quoth.index.storage.store import Store

from .discover import Discovered
from .embed import Draft
from .sandbox import Worker

ProgressCallback = Callable[[Progress], None]
"""Told how far it is, several times a second."""
SIDE = ".yaml"
"""Behind the name of a file, names the one that corrects its title, author, date,
language or address: report.pdf.yaml."""
MANY_GONE = 5
"""Files that are gone at once, and more than half of a folder's, are not forgotten without being asked."""
_SETTLED = 2 * 10**9
"""Nanoseconds after which a file that is changed again has another time, on every file system."""
_FACTS = ("text", "title", "author", "published", "language", "url", "pages")


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it is now."""

    digest: str
    """sha256 of its bytes, in hexadecimal."""
    side: bytes
    """What the file beside it says that corrects it; nothing if there is none."""

    def state(self, columns: Mapping[str, str]) -> str:
        """What it is known by: if that is another than before, the file has to be read again.

        :param columns: what columns of tables hold.
        """
        beside = [self.side, repr(sorted(columns.items())).encode() if columns else b""]
        return " ".join([self.digest, *(sha256(part).hexdigest() for part in beside if part)])


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that the library knows from another place, where it is no longer."""

    old: str
    new: str
    source: str
    state: FileState


@dataclass(frozen=True, slots=True)
class New:
    """An article that the library does not have, or has otherwise."""

    file: str
    source: str
    reading: ParsedArticle
    digest: str


class SyncRun:
    """One pass over the files that were found.

    :param begin: called once, before the first difference is told: from then on nobody else changes the library.
    """

    def __init__(
        self, found: Discovered, store: Store, columns: Mapping[str, str], begin: Callable[[], None],
        report: ProgressCallback | None,
    ) -> None:  # fmt: skip
        self.has_begun = False
        self.seen: dict[str, FileState] = {}
        """Files that hold nothing new, as they are now, where that was not known."""
        self.gone: dict[int, str] = {}
        """Articles that their files no longer hold, with their sources; of files that were read to their end."""
        self.shrunk: dict[str, FileState] = {}
        """Those files."""
        self._found, self._store, self._columns, self._report = found, store, columns, report
        self._begin = begin
        self._known = store.known(found.files)
        """What the library knew before, by path."""
        self._now = {path: stamp_of(path) for path in found.files}
        self._touched = [path for path in found.files if not self._is_as_known(path)]
        self.bytes = sum(stamp[0] for path in self._touched if (stamp := self._now[path]))
        """Of the files that must be read."""
        self.moved: dict[str, str] = {}
        """Files that were moved, each with where it lay before."""
        self._files, self._passages, self._embedded = 0, 0, 0.0
        self._file = ""
        self._rejected = list(found.rejected)
        self._waiting: Counter[str] = Counter()
        """Articles of a file that are on their way into the store."""
        self._read: dict[str, FileState] = {}
        """Files that were read to their end, and have articles on their way."""
        self._added: dict[str, None] = {}
        self._changed: dict[str, None] = {}
        self._unchanged: set[str] = set()
        self._refused: set[str] = set()
        """Files of one article each that was read, but cannot be taken."""

    def _is_as_known(self, path: str) -> bool:
        known = self._known.get(path)
        return known is not None and known.stamp is not None and known.stamp == self._now[path]

    def begin(self) -> None:
        """There is something to change."""
        if not self.has_begun:
            self._begin()
            self.has_begun = True
            self._known = self._store.known(self._found.files)  # somebody may have taken it in meanwhile

    def differing(self) -> Iterator[New | Moved]:
        """Every article that is new or has changed, as the files are read, and every file that was moved."""
        self._files = len(self._found.files) - len(self._touched)
        with Worker() as worker:
            for path in self._touched:
                self._file = self._found.files[path]
                self._tell()  # before it is read, which may take long
                try:
                    yield from self._from(path, worker)
                except UnreadableFile as error:
                    self._reject(path, error)
                self._files += 1
            self._tell()

    def _from(self, path: str, worker: Worker) -> Iterator[New | Moved]:
        source, old, stamp = self._found.files[path], self._known.get(path), self._now[path]
        started = time.time_ns()
        look = look_at(path)
        whole = look.state(self._columns)
        if stamp and (started - stamp[1] < _SETTLED or stamp != stamp_of(path)):
            stamp = None  # it may be changed again without looking different
        state = FileState(whole, stamp)
        if old and old.digest == whole:
            self._leave_out(path)
            self._unchanged.add(path)
            if stamp:
                self.seen[path] = state
            return
        if not self.has_begun:
            self.begin()
            old = self._known.get(path)
            if old and old.digest == whole:
                self._leave_out(path)
                self._unchanged.add(path)
                return
        if old is None and (before := self._before(whole)):
            self._leave_out(path)
            self.moved[path] = before
            yield Moved(before, path, source, state)
            return
        held: set[str] = set()
        for reading in worker.read(path, look.digest, self._columns):
            held.add(reading.name)
            if isinstance(reading, Refused):
                self._rejected.append(Rejected(_named(source, reading.name), reading.reason))
                continue
            if look.side and not reading.name:
                reading = corrected(reading, look.side)
            if self._has(old, reading, look.digest):
                continue
            self._waiting[path] += 1
            yield New(path, source, reading, look.digest)
        if not held:
            raise UnreadableFile("there is no article in it")
        if path in self._refused:
            return
        gone = {id_: _named(source, name) for name, id_ in (old.articles if old else {}).items() if name not in held}
        if gone:
            self.gone |= gone
            self.shrunk[path] = state
        if self._waiting[path]:
            self._read[path] = state
        else:
            self.seen[path] = state
            self._unchanged.add(path)

    def _before(self, digest: str) -> str | None:
        """Where a file lay before, that is not there any more."""
        known = (
            path
            for path in self._store.files_with(digest)
            if path not in self._found.files and path not in self.moved.values()
        )
        return next((path for path in known if not os.path.lexists(path)), None)

    def _has(self, old: KnownFile | None, reading: ParsedArticle, digest: str) -> bool:
        """Whether the library has that article just as it is: of a file with several,
        also if others in it have changed."""
        id_ = old.articles.get(reading.name) if old else None
        article = self._store.article(id_) if id_ is not None else None
        if article is None or (article.digest != digest and not reading.name):
            return False
        return all(getattr(article, fact) == getattr(reading, fact) for fact in _FACTS)

    def refuse(self, new: New, error: UnreadableFile) -> None:
        """An article cannot be taken; the file is refused with it if it holds no other."""
        self._waiting[new.file] -= 1
        if new.reading.name:
            self._rejected.append(Rejected(_named(new.source, new.reading.name), str(error)))
        else:
            self._refused.add(new.file)
            self._reject(new.file, error)

    def _reject(self, path: str, error: UnreadableFile) -> None:
        self._leave_out(path)
        reason = f"{error}; its earlier version stays in the library" if path in self._known else str(error)
        self._rejected.append(Rejected(self._found.files[path], reason))

    def embedded(self, draft: Draft, number: int) -> None:
        """A passage of a draft went through the model."""
        self._passages += 1
        chars = sum(cut.end - cut.start for cut in draft.cuts)
        piece = draft.cuts[number]
        size = len(draft.article.text) if draft.name else self._size(draft.file)
        self._embedded += (piece.end - piece.start) / chars * size
        self._tell()

    def stored(self, articles: list[NewArticle]) -> None:
        """Articles are in the library now."""
        for article in articles:
            self._waiting[article.file] -= 1
            known = self._known.get(article.file)
            to = self._changed if known and article.name in known.articles else self._added
            to[article.article.source] = None

    def complete(self, articles: list[NewArticle]) -> dict[str, FileState]:
        """Files all of whose articles are in the library with these."""
        coming = Counter(article.file for article in articles)
        done = [path for path in self._read if self._waiting[path] <= coming[path]]
        return {path: self._read.pop(path) for path in done}

    def changes(self) -> Changes:
        sources = self._found.files
        as_known = (path for path in sources if self._is_as_known(path) or path in self._unchanged)
        return Changes(
            added=tuple(self._added), changed=tuple(self._changed), unchanged=tuple(sources[p] for p in as_known),
            removed=tuple(self.gone.values()), moved=tuple(sources[p] for p in self.moved),
            rejected=tuple(self._rejected),
            ignored=tuple(self._found.ignored), embedded=self._passages,
        )  # fmt: skip

    def _size(self, path: str) -> int:
        stamp = self._now[path]
        return stamp[0] if stamp else 0

    def _leave_out(self, path: str) -> None:
        self.bytes -= self._size(path)

    def _tell(self) -> None:
        if self._report:
            all_files, embedded = len(self._found.files), int(self._embedded)
            self._report(Progress(self._files, all_files, self._passages, embedded, self.bytes, file=self._file))


def look_at(path: str) -> Look:
    """A file, and the one beside it that corrects it.

    :raises UnreadableFile: one of them cannot be opened.
    """
    digest, side = digest_of(path), b""
    try:
        side = Path(path + SIDE).read_bytes()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise UnreadableFile(
            f"{path + SIDE}, which corrects it, cannot be opened: {error.strerror or error}"
        ) from error
    return Look(digest, side)


def digest_of(path: str) -> str:
    """sha256 of a file's bytes, in hexadecimal.

    :raises UnreadableFile: it cannot be opened.
    """
    try:
        with open(path, "rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(f"it cannot be opened: {error.strerror or error}") from error


def stamp_of(path: str) -> Stamp | None:
    """What a file, with the one that corrects it, looks like without reading it; None if it cannot be told."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    with suppress(OSError):
        side = os.stat(path + SIDE)
        return status.st_size + side.st_size, max(status.st_mtime_ns, side.st_mtime_ns)
    return status.st_size, status.st_mtime_ns


def gone_from(
    folder: str | os.PathLike[str], found: Discovered, known: Mapping[str, KnownFile]
) -> dict[str, KnownFile]:
    """The files, by path, that were in a folder, or in one that a link in it led to, and are no longer found there."""
    inside, given = os.path.join(os.path.realpath(folder), ""), os.path.join(os.path.abspath(folder), "")
    unseen = tuple(os.path.join(path, "") for path in found.unseen)
    return {
        path: file
        for path, file in known.items()
        if (path.startswith(inside) or os.path.abspath(file.source).startswith(given))
        and path not in found.files
        and not (unseen and path.startswith(unseen))
    }


def missing_from(
    folder: str | os.PathLike[str], gone: Mapping[str, KnownFile], known: Mapping[str, KnownFile], found: Discovered
) -> dict[str, KnownFile]:  # fmt: skip
    """Those of the files that are gone from a folder of which so many are gone at once, from it or from a folder in it,
    that something else may be the matter, such as a drive that is not there."""
    if len(gone) < MANY_GONE:
        return {}
    top = os.path.realpath(folder)
    new = sum(path not in known for path in found.files)  # where they may have been moved to
    there, went = Counter[str](), Counter[str]()
    for path in known:
        for above in _folders_of(path, top):
            there[above] += 1
            went[above] += path in gone
    much = {above for above, count in went.items() if count >= MANY_GONE and 2 * (count - new) > there[above]}
    return {path: file for path, file in gone.items() if not much.isdisjoint(_folders_of(path, top))}


def _folders_of(path: str, top: str) -> Iterator[str]:
    """The folders that a file lies in, from the innermost to the topmost; where it lies elsewhere,
    as behind a link, all of them."""
    folder = os.path.dirname(path)
    while True:
        yield folder
        if folder == top or os.path.dirname(folder) == folder:
            return
        folder = os.path.dirname(folder)


def _named(source: str, name: str) -> str:
    return f"{source}#{name}" if name else source
