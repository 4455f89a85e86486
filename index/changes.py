"""What differs between the files on disk and what the library knows of them, and what became of each."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .errors import UnreadableFile
from .files import Found
from .ingest import Draft
from .readers import read
from .records import Changes, Progress, Rejected
from .rows import Known, NewArticle, Stamp

Report = Callable[[Progress], None]
"""Told how far it is, several times a second."""
_SETTLED = 2 * 10**9
"""Nanoseconds after which a file that is changed again has another time, on every file system."""


class Run:
    """One pass over the files that were found.

    :param known: what the library knew before, by path.
    """

    def __init__(self, found: Found, known: Mapping[str, Known], report: Report | None) -> None:
        self.stamps: dict[str, Stamp] = {}
        """Of files that are as they were, though their stamp was not known."""
        self._found = found
        self._known = known
        self._report = report
        self._now = {path: stamp_of(path) for path in found.files}
        self._touched = [path for path in found.files if not self._is_as_known(path)]
        self.bytes = sum(stamp[0] for path in self._touched if (stamp := self._now[path]))
        """Of the files that must be read."""
        self._files, self._passages, self._embedded = 0, 0, 0.0
        self._rejected = list(found.rejected)
        self._stored: set[str] = set()
        self._unchanged: set[str] = set()

    def _is_as_known(self, path: str) -> bool:
        return path in self._known and self._known[path].stamp is not None and self._known[path].stamp == self._now[path]

    def differing(self) -> Iterator[tuple[str, str, str, str, Stamp | None]]:
        """Path, source, text, digest and stamp of every file that is new or has changed, as they are read."""
        self._files = len(self._found.files) - len(self._touched)
        for path in self._touched:
            source, old, stamp = self._found.files[path], self._known.get(path), self._now[path]
            self._files += 1
            started = time.time_ns()
            try:
                text, digest = read(Path(source))
            except UnreadableFile as error:
                self.reject(path, error)
                continue
            if stamp and (started - stamp[1] < _SETTLED or stamp != stamp_of(path)):
                stamp = None  # it may be changed again without looking different
            if old and old.digest == digest:
                self._leave_out(path)
                self._unchanged.add(path)
                if stamp:
                    self.stamps[path] = stamp
            else:
                yield path, source, text, digest, stamp
            self._tell()

    def reject(self, path: str, error: UnreadableFile) -> None:
        """A file cannot be taken."""
        self._leave_out(path)
        reason = f"{error}; its earlier version stays in the library" if path in self._known else str(error)
        self._rejected.append(Rejected(self._found.files[path], reason))

    def embedded(self, draft: Draft, number: int) -> None:
        """A passage of a draft went through the model."""
        self._passages += 1
        chars = sum(cut.end - cut.start for cut in draft.cuts)
        piece = draft.cuts[number]
        self._embedded += (piece.end - piece.start) / chars * (self._size(draft.path))
        self._tell()

    def stored(self, articles: list[NewArticle]) -> None:
        """Articles are in the library now."""
        self._stored.update(article.path for article in articles)

    def changes(self) -> Changes:
        sources, known = self._found.files, self._known
        as_known = (path for path in sources if self._is_as_known(path) or path in self._unchanged)
        return Changes(
            added=tuple(sources[p] for p in sources if p in self._stored and p not in known),
            changed=tuple(sources[p] for p in sources if p in self._stored and p in known),
            unchanged=tuple(sources[p] for p in as_known),
            rejected=tuple(self._rejected), ignored=tuple(self._found.ignored), embedded=self._passages,
        )  # fmt: skip

    def _size(self, path: str) -> int:
        stamp = self._now[path]
        return stamp[0] if stamp else 0

    def _leave_out(self, path: str) -> None:
        self.bytes -= self._size(path)

    def _tell(self) -> None:
        if self._report:
            self._report(Progress(self._files, len(self._found.files), self._passages, int(self._embedded), self.bytes))


def stamp_of(path: str) -> Stamp | None:
    """What a file looks like without reading it; None if it cannot be told."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def gone_from(folder: str | os.PathLike[str], found: Found, known: Mapping[str, Known]) -> dict[str, Known]:
    """The articles, by path, that were in a folder and are no longer found there."""
    inside = os.path.join(os.path.realpath(folder), "")
    unseen = tuple(os.path.join(path, "") for path in found.unseen)
    return {
        path: article
        for path, article in known.items()
        if path.startswith(inside) and path not in found.files and not (unseen and path.startswith(unseen))
    }
