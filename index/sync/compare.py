"""Which of the files on disk differ from what the library knows of them."""

from __future__ import annotations

import os
import random
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from typing import Literal

from quoth.index.errors import NoArticles, UnreadableFile
from quoth.index.reading.detect import NOTE_FORMATS
from quoth.index.reading.provided import NOTHING, Provided
from quoth.index.records import Changes, Rejected
from quoth.index.storage.rows import FileState, Stamp
from quoth.index.storage.store import Store
from quoth.index.storage.writing import Moved

from .discover import CORRECTIONS_SUFFIX, Discovered, find
from .failures import one_article
from .items import ChangedFile
from .places.finding import kept_in_place
from .regular import bytes_of, opened
from .removed import removed_from
from .tally import Tally

FileNow = Literal["same", "changed", "missing"]
_CORRECTIONS_BYTES = 64 * 2**10
"""Maximum size of that file."""
_PROVIDED = "+"
"""Before the digest of what a place says, in a file's state."""
_SETTLED = 2 * 10**9
"""Nanoseconds after which another change gives a file another time, on every file system."""


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it is now."""

    digest: str
    """sha256 of its bytes, in hexadecimal."""
    corrections: bytes
    """Content of the YAML file that corrects it; empty if absent."""

    def state(self, columns: Mapping[str, str], provided: Provided = NOTHING) -> str:
        """Return what identifies the file's content. If it is another than before, the file must be read again.

        :param columns: which columns of tables hold what.
        :param provided: what its place says of it.
        """
        others = [self.corrections, repr(sorted(columns.items())).encode() if columns else b""]
        parts = [self.digest, *(sha256(part).hexdigest() for part in others if part)]
        return " ".join([*parts, f"{_PROVIDED}{provided.digest}"] if provided else parts)


class Comparison:
    """The files that were found, compared with the library.

    :param columns: which columns of tables hold what.
    :param thorough: read every file, also those whose size, times and inode are the known ones.
    """

    def __init__(self, found: Discovered, store: Store, columns: Mapping[str, str], *, thorough: bool = False) -> None:
        self._found, self._store, self._columns = found, store, columns
        self._thorough = thorough
        self._stamps = {path: stamp_with(path, self._provided(path)) for path in found.files}
        self._moved_from: set[str] = set()
        skipped = self._same_stamps()
        self.sizes = {path: stamp[0] if stamp else 0 for path, stamp in self._stamps.items() if path not in skipped}
        """Sizes in bytes, by path, of the files that must be read: their stamp is not the known one."""

    def _provided(self, path: str) -> Provided:
        return self._found.provided.get(path, NOTHING)

    def _same_stamps(self) -> set[str]:
        """Return the paths of files whose stamps are those that the library knows."""
        if self._thorough:
            return set()
        known = self._store.known(self._stamps)
        return {path for path, file in known.items() if file.stamp is not None and file.stamp == self._stamps[path]}

    def differences(self, paths: Iterable[str], tally: Tally) -> Iterator[ChangedFile | Moved]:
        """Yield each of these files that is new, changed or moved."""
        for path in _spread(paths, tally):
            tally.file_started(path)
            try:
                with one_article("read"):
                    difference = self._difference(path, tally)
            except UnreadableFile as error:
                state = FileState("", self._stamps[path])
                tally.file_rejected(path, error, self._store.known([path]).get(path), state)
                difference = None
            if difference:
                yield difference
            tally.file_finished(path)
        tally.report()

    def _difference(self, path: str, tally: Tally) -> ChangedFile | Moved | None:
        source, stamp, provided = self._found.files[path], self._stamps[path], self._provided(path)
        given = self._found.given.get(path) or os.path.abspath(source)
        started = time.time_ns()
        look = look_at(path, provided)
        content = look.state(self._columns, provided)
        if stamp and (started - stamp[1] < _SETTLED or stamp != stamp_with(path, provided)):
            stamp = None  # another change might not show in the stamp
        state = FileState(content, stamp)
        known = self._store.known([path]).get(path)  # another process may have added it since
        if known and known.digest == content:
            tally.file_unchanged(path, state if stamp else None)
            return None
        if known is None and (former := self._former(content, path)):
            old, before = former
            self._moved_from.add(old)
            if before != content:  # its place says something else of it: it is read again, and stays the same article
                state = FileState(before, None)
                tally.compare_again(path)
            return Moved(old, path, given, source, state)
        return ChangedFile(path, source, given, look.digest, look.corrections, provided, state, known)

    def _former(self, content: str, now: str) -> tuple[str, str] | None:
        """Return the path, where no file exists any more, under which the library knows this content, and the content
        as it was there: its place may have said something else of it. A note has another title if its name is another.
        """
        is_note = self._provided(now).kind in NOTE_FORMATS
        start, provided, _ = content.partition(_PROVIDED)
        same = [(path, content) for path in self._store.files_with(content)]
        for path, before in (*same, *(self._store.files_beginning(start + provided) if provided else ())):
            if path in self._found.files or path in self._moved_from or is_there(path):
                continue
            if not is_note or os.path.basename(path) == os.path.basename(now):
                return path, before
        return None


def _spread(paths: Iterable[str], tally: Tally) -> Iterator[str]:
    """Yield the paths in order; go on anywhere among the others when another process turns out to add the same ones.

    Then each of several processes that add the same folder embeds another part of it.
    """
    left, met = deque(paths), 0
    while left:
        if len(tally.again) > met:
            met = len(tally.again)
            left.rotate(random.randrange(len(left)))
        yield left.popleft()


def outdated(folders: Sequence[str], store: Store, columns: Mapping[str, str], *, thorough: bool = False) -> Changes:
    """Return what bringing these folders up to date would add, change and remove. Nothing is changed or embedded.

    :param columns: which columns of tables hold what.
    :param thorough: read every file.
    :returns: changes; a file that was refused, and is still the same, is only in ``rejected``.
    """
    added: list[str] = []
    changed: list[str] = []
    removed: list[str] = []
    rejected: dict[str, Rejected] = {}
    known, refusals = store.known(), store.refusals()
    first = {refusal.path: refusal for refusal in reversed(refusals.values())}
    for folder in folders:
        try:
            found = find([folder])
        except NoArticles:
            continue  # a rebuild would remove nothing
        rejected |= {file.source: file for file in found.rejected}
        for path, source in found.files.items():
            refusal, provided = first.get(path), found.provided.get(path, NOTHING)
            if (
                refusal
                and not (refusal.name and path in known)
                and _is_same(path, refusal.state, columns, provided, thorough=thorough)
            ):
                rejected[refusal.source] = Rejected(refusal.source, refusal.reason)
            elif path not in known:
                added.append(source)
            elif not _is_same(
                path, FileState(known[path].digest, known[path].stamp), columns, provided, thorough=thorough
            ):
                changed.append(source)
        rejected |= {
            r.source: Rejected(r.source, r.reason) for r in refusals.values() if r.name and r.path in found.files
        }
        removed += [file.source for file in removed_from(folder, found, known).values()]
    return Changes(tuple(added), tuple(changed), removed=tuple(removed), rejected=tuple(rejected.values()))


def changed_files(store: Store, columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return the sources of the files whose bytes are no longer those that were read.

    :param columns: which columns of tables hold what.
    """
    return tuple(
        file.source
        for path, file in store.known().items()
        if file.digest and not _is_same(path, FileState(_of_file(file.digest), None), columns, NOTHING, thorough=True)
    )


def _of_file(state: str) -> str:
    """Return a file's state without what its place says of it."""
    return " ".join(part for part in state.split() if not part.startswith(_PROVIDED))


def _is_same(path: str, before: FileState, columns: Mapping[str, str], provided: Provided, *, thorough: bool) -> bool:
    """Whether a file is what it was; also if it cannot be opened."""
    if not thorough and before.stamp is not None and before.stamp == stamp_with(path, provided):
        return True
    try:
        return look_at(path, provided).state(columns, provided) == before.digest
    except UnreadableFile:
        return True


def look_at(path: str, provided: Provided = NOTHING) -> Look:
    """Return the state of a file and of the file that corrects it.

    :param provided: what its place says of it.
    :raises UnreadableFile: one of them cannot be opened.
    """
    if provided.content is not None:
        return Look(sha256(provided.content).hexdigest(), b"")
    digest, corrections, side_file = digest_of(path), b"", path + CORRECTIONS_SUFFIX
    if os.path.lexists(side_file):
        try:
            corrections = bytes_of(side_file, _CORRECTIONS_BYTES)
        except UnreadableFile as error:
            raise UnreadableFile(f"{side_file}, which corrects it, cannot be used: {error}") from error
    return Look(digest, corrections)


def file_now(path: str | None, digest: str) -> FileNow:
    """Return whether a file still has this digest.

    :param path: the file; None if it is unknown.
    """
    if path is not None and (content := kept_in_place(path)) is not None:
        return "same" if sha256(content).hexdigest() == digest else "changed"
    if path is None or not os.path.lexists(path):
        return "missing"
    try:
        return "same" if digest_of(path) == digest else "changed"
    except UnreadableFile:
        return "missing"


def digest_of(path: str) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal.

    :raises UnreadableFile: the file cannot be opened or read, or is a pipe, a socket or a device.
    """
    with opened(path) as stream:
        return file_digest(stream, "sha256").hexdigest()


def is_there(path: str) -> bool:
    """Whether a path is that of a file, or of what a place keeps instead of a file."""
    return os.path.lexists(path) or kept_in_place(path) is not None


def stamp_with(path: str, provided: Provided) -> Stamp | None:
    """Return the stamp of a file, which also changes with what its place says of it; None if unknown."""
    said = int(provided.digest[:15] or "0", 16)
    if provided.content is not None:
        return len(provided.content), 0, int(sha256(provided.content).hexdigest()[:15], 16), said
    stamp = stamp_of(path)
    return (*stamp, said) if stamp and provided else stamp


def stamp_of(path: str) -> Stamp | None:
    """Return the size, the times and the inode of a file and of the file that corrects it; None if unknown.

    The time of the last change of the inode cannot be set, so that a file that was replaced by another of the same size
    and time is noticed.
    """
    try:
        stamp = _stamp(os.stat(path))
    except OSError:
        return None
    with suppress(OSError):
        size, modified, *others = _stamp(os.stat(path + CORRECTIONS_SUFFIX))
        return stamp[0] + size, max(stamp[1], modified), *stamp[2:], *others
    return stamp


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
