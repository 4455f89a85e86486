"""Which of the files on disk differ from what the library knows of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path

from quoth.index.errors import NoArticles, UnreadableFile
from quoth.index.reading.document import ParsedArticle
from quoth.index.records import Changes
from quoth.index.storage.rows import FileState, Stamp
from quoth.index.storage.store import Store

from .discover import CORRECTIONS_SUFFIX, Discovered, find
from .items import ChangedFile, MovedFile
from .lock import LazyLock
from .removed import removed_from
from .tally import Tally

_SETTLED = 2 * 10**9
"""Nanoseconds after which another change gives a file another time, on every file system."""
_COMPARED = ("text", "title", "author", "published", "language", "url", "pages")
"""Fields of an article that make it another article."""


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it is now."""

    digest: str
    """sha256 of its bytes, in hexadecimal."""
    corrections: bytes
    """Content of the YAML file that corrects it; empty if absent."""

    def state(self, columns: Mapping[str, str]) -> str:
        """Return what identifies the file's content. If it is another than before, the file must be read again.

        :param columns: which columns of tables hold what.
        """
        others = [self.corrections, repr(sorted(columns.items())).encode() if columns else b""]
        return " ".join([self.digest, *(sha256(part).hexdigest() for part in others if part)])


class Comparison:
    """The files that were found, compared with the library.

    :param columns: which columns of tables hold what.
    """

    def __init__(self, found: Discovered, store: Store, columns: Mapping[str, str]) -> None:
        self._found, self._store, self._columns = found, store, columns
        self._known = store.known(found.files)
        self._stamps = {path: stamp_of(path) for path in found.files}
        self._moved_from: set[str] = set()
        skipped = self._same_stamps()
        self.sizes = {path: stamp[0] if stamp else 0 for path, stamp in self._stamps.items() if path not in skipped}
        """Sizes in bytes, by path, of the files that must be read: their size or time is not the known one."""

    def _same_stamps(self) -> set[str]:
        """Return the paths of files whose size and time are those that the library knows."""
        return {
            path
            for path, stamp in self._stamps.items()
            if (known := self._known.get(path)) and known.stamp is not None and known.stamp == stamp
        }

    def differences(self, lock: LazyLock, tally: Tally) -> Iterator[ChangedFile | MovedFile]:
        """Yield every file that is new, changed or moved.

        :param lock: taken at the first difference. From then on no other process changes the library.
        """
        for path in self.sizes:
            tally.file_started(path)
            try:
                difference = self._difference(path, lock, tally)
            except UnreadableFile as error:
                tally.file_rejected(path, error, self._known.get(path))
                difference = None
            if difference:
                yield difference
            tally.file_finished()
        tally.report()

    def _difference(self, path: str, lock: LazyLock, tally: Tally) -> ChangedFile | MovedFile | None:
        source, stamp = self._found.files[path], self._stamps[path]
        started = time.time_ns()
        look = look_at(path)
        content = look.state(self._columns)
        if stamp and (started - stamp[1] < _SETTLED or stamp != stamp_of(path)):
            stamp = None  # another change might not show in the stamp
        state = FileState(content, stamp)
        if self._is_known(path, content):
            tally.file_unchanged(path, state if stamp else None)
            return None
        if lock.take():  # another process may have added files while this one waited for the lock
            self._known = self._store.known(self._found.files)
            tally.files_skipped(self._same_stamps())
            if self._is_known(path, content):
                tally.file_unchanged(path, None)
                return None
        known = self._known.get(path)
        if known is None and (old := self._former_path(content)):
            self._moved_from.add(old)
            return MovedFile(old, path, source, state)
        return ChangedFile(path, source, look.digest, look.corrections, state, known)

    def _is_known(self, path: str, content: str) -> bool:
        known = self._known.get(path)
        return known is not None and known.digest == content

    def _former_path(self, content: str) -> str | None:
        """Return the path, where no file exists any more, under which the library knows this content."""
        for path in self._store.files_with(content):
            if path not in self._found.files and path not in self._moved_from and not os.path.lexists(path):
                return path
        return None


def is_stored(article: ParsedArticle, file: ChangedFile, store: Store) -> bool:
    """Return whether the library has this very article.

    An article of a file that holds several is the same also if other articles in the file have changed.
    """
    id_ = file.known.articles.get(article.name) if file.known else None
    stored = store.article(id_) if id_ is not None else None
    if stored is None or (stored.digest != file.digest and not article.name):
        return False
    return all(getattr(stored, field) == getattr(article, field) for field in _COMPARED)


def outdated(folders: Sequence[str], store: Store, columns: Mapping[str, str]) -> Changes:
    """Return what bringing these folders up to date would add, change and remove. Nothing is changed or embedded."""
    added: list[str] = []
    changed: list[str] = []
    removed: list[str] = []
    known = store.known()
    for folder in folders:
        try:
            found = find([folder])
        except NoArticles:
            continue  # a rebuild would remove nothing
        for path, source in found.files.items():
            if path not in known:
                added.append(source)
            elif known[path].stamp is None or known[path].stamp != stamp_of(path):
                with suppress(UnreadableFile):
                    if look_at(path).state(columns) != known[path].digest:
                        changed.append(source)
        removed += [file.source for file in removed_from(folder, found, known).values()]
    return Changes(tuple(added), tuple(changed), removed=tuple(removed))


def look_at(path: str) -> Look:
    """Return the state of a file and of the file that corrects it.

    :raises UnreadableFile: one of them cannot be opened.
    """
    digest, corrections = digest_of(path), b""
    try:
        corrections = Path(path + CORRECTIONS_SUFFIX).read_bytes()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise UnreadableFile(
            f"{path + CORRECTIONS_SUFFIX}, which corrects it, cannot be opened: {error.strerror or error}"
        ) from error
    return Look(digest, corrections)


def digest_of(path: str) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal.

    :raises UnreadableFile: the file cannot be opened.
    """
    try:
        with open(path, "rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(f"it cannot be opened: {error.strerror or error}") from error


def stamp_of(path: str) -> Stamp | None:
    """Return the size and the time of a file together with the file that corrects it; None if unknown."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    with suppress(OSError):
        corrections = os.stat(path + CORRECTIONS_SUFFIX)
        return status.st_size + corrections.st_size, max(status.st_mtime_ns, corrections.st_mtime_ns)
    return status.st_size, status.st_mtime_ns
