"""What one run of the pipeline has done: its progress, its changes, and the files whose articles are all stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set

from quoth.index.errors import UnreadableFile
from quoth.index.records import Changes, Progress, Rejected
from quoth.index.storage.rows import Description, FileState, KnownFile, NewArticle, Refusal, named
from quoth.index.storage.writing import Moved

from .discover import Discovered
from .items import ChangedFile, Draft, ReadArticle

ProgressCallback = Callable[[Progress], None]
"""Called with the progress, several times a second."""


class Tally:
    """Collects what the stages report.

    :param sizes: sizes in bytes of the files that must be read, by path.
    :param report: called after each file and passage.
    """

    def __init__(self, found: Discovered, sizes: Mapping[str, int], report: ProgressCallback | None) -> None:
        self.seen: dict[str, FileState] = {}
        """States, by path, of files that have not changed; the library does not have these states yet."""
        self.known: dict[str, KnownFile | None] = {}
        """Files that were read again as the library knows them, by path. Another process may have changed that."""
        self.again: dict[str, None] = {}
        """Paths of files to compare again, because another process has changed what the library has of them."""
        self.refusals: dict[tuple[str, str], Refusal] = {}
        """What could not be added, by path and name."""
        self.looked_at: set[str] = set()
        """Paths of the files that were read again."""
        self._sources = found.files
        self._sizes = sizes
        self._report = report
        self._skipped: Set[str] = found.files.keys() - sizes.keys()
        self._finished: set[str] = set()
        self._passages, self._bytes = 0, 0.0
        self._all_bytes = sum(sizes.values())
        self._file = ""
        self._page = (0, 0)
        self._states: dict[str, FileState] = {}
        """Files with new articles as they are now, by path."""
        self._waiting: Counter[str] = Counter()
        """Numbers of articles that were read and are not stored yet, by path."""
        self._read: dict[str, FileState] = {}
        """States, by path, of files that were read to the end and are not completely stored yet."""
        self._gone: dict[str, dict[int, str]] = {}
        """Sources, by id, of articles that are no longer in those files, by path."""
        self._described: dict[str, dict[int, tuple[str, Description]]] = {}
        """New descriptions of articles that stay, with their sources, by id, by path of their file."""
        self._removed: list[str] = []
        self._added: dict[str, None] = {}
        self._changed: dict[str, None] = {}
        self._moved: list[str] = []
        self._unchanged: set[str] = set()
        self._rejected = found.rejected
        self._rejected_files: set[str] = set()
        """Paths of files that hold one article, which was read and then rejected."""
        self._ignored = found.ignored

    @property
    def all_bytes(self) -> int:
        """Size of the files that are, or may be, new or changed."""
        return self._all_bytes

    # ---- comparing ----------------------------------------------------------------------------------------------

    def file_started(self, path: str) -> None:
        """Report a file before it is read, which may take long."""
        self._file = self._sources[path]
        self._page = (0, 0)
        self.report()

    def page_started(self, number: int, pages: int) -> None:
        """Report a page of the file, which takes long to recognise."""
        self._page = (number, pages)
        self.report()

    def file_finished(self, path: str) -> None:
        self._finished.add(path)

    def file_unchanged(self, path: str, state: FileState | None) -> None:
        """Count a file that holds nothing new.

        :param state: the file's state if the library does not have it yet.
        """
        self._leave_out(path)
        self._unchanged.add(path)
        if state:
            self.seen[path] = state

    def file_moved(self, file: Moved) -> None:
        self._leave_out(file.new)
        self._moved.append(file.source)

    def file_rejected(self, path: str, error: UnreadableFile, known: KnownFile | None, state: FileState) -> None:
        """:param known: the file as the library knows it; None if it is new."""
        self._leave_out(path)
        reason = f"{error}; its earlier version stays in the library" if known else str(error)
        self._refuse(path, "", reason, state)

    def _refuse(self, path: str, name: str, reason: str, state: FileState) -> None:
        source = named(self._sources[path], name)
        self.looked_at.add(path)
        self.refusals[path, name] = Refusal(path, name, source, reason, state)

    def compare_again(self, path: str) -> None:
        """Leave out what was read of a file, because another process has changed what the library has of it."""
        self.again[path] = None
        self._read.pop(path, None)
        self._described.pop(path, None)

    def take_again(self) -> list[str]:
        """Return the files to compare again, and forget what was read of them."""
        paths = [*self.again]
        self.again.clear()
        self.refusals = {key: refusal for key, refusal in self.refusals.items() if key[0] not in paths}
        for path in paths:
            self._all_bytes += self._sizes[path]
            self.known.pop(path, None)
            self._waiting.pop(path, None)
            self._rejected_files.discard(path)
        return paths

    # ---- reading and chunking -----------------------------------------------------------------------------------

    def article_unreadable(self, file: ChangedFile, name: str, reason: str) -> None:
        """Count an article that cannot be read, of a file that holds several."""
        self._refuse(file.path, name, reason, file.state)

    def article_read(self, article: ReadArticle) -> None:
        self.known.setdefault(article.file.path, article.file.known)
        self._states[article.file.path] = article.file.state
        self._waiting[article.file.path] += 1

    def article_described(self, file: ChangedFile, name: str, id_: int, description: Description) -> None:
        """Count an article that is stored, of which something else is known now.

        :param name: which of the file's articles it is; empty if the file is one article.
        """
        self._described.setdefault(file.path, {})[id_] = named(file.source, name), description

    def file_read(self, file: ChangedFile, names: Set[str]) -> None:
        """Count a file that was read to the end.

        :param names: names of all its articles.
        """
        path = file.path
        self.looked_at.add(path)
        if path in self.again or path in self._rejected_files:
            return
        if names and all((path, name) in self.refusals for name in names):
            return
        self.known.setdefault(path, file.known)
        self._read[path] = file.state
        known = file.known.articles if file.known else {}
        self._gone[path] = {id_: named(file.source, name) for name, id_ in known.items() if name not in names}
        if not self._waiting[path] and path not in self._described:
            self._unchanged.add(path)

    def article_rejected(self, path: str, name: str, error: UnreadableFile) -> None:
        """Count an article that was read and cannot be added. A file that holds no other is rejected with it.

        :param path: its file.
        :param name: which of the file's articles it is; empty if the file is one article.
        """
        self._waiting[path] -= 1
        if name:
            self._refuse(path, name, str(error), self._states[path])
        else:
            self._rejected_files.add(path)
            self._read.pop(path, None)
            self.file_rejected(path, error, self.known[path], self._states[path])

    # ---- embedding and storing ----------------------------------------------------------------------------------

    def passage_embedded(self, draft: Draft, number: int) -> None:
        """:param number: which of the draft's passages it is, from 0."""
        chars = sum(cut.end - cut.start for cut in draft.cuts)
        cut = draft.cuts[number]
        size = len(draft.article.text) if draft.name else self._sizes.get(draft.file, 0)
        self._bytes += (cut.end - cut.start) / chars * size
        self._passages += 1
        self.report()

    def files_complete_with(self, articles: Iterable[NewArticle]) -> dict[str, FileState]:
        """Return the states, by path, of files whose articles are all stored once these are."""
        coming = Counter(article.file for article in articles)
        return {path: state for path, state in self._read.items() if self._waiting[path] <= coming[path]}

    def gone_from(self, paths: Iterable[str]) -> list[int]:
        """Return the ids of articles that are no longer in these files."""
        return [id_ for path in paths for id_ in self._gone[path]]

    def descriptions_in(self, paths: Iterable[str]) -> dict[int, Description]:
        """Return the new descriptions, by id, of articles in these files that stay."""
        return {id_: new for path in paths for id_, (_, new) in self._described.get(path, {}).items()}

    def files_stored(self, paths: Iterable[str]) -> None:
        """Count files whose articles are all stored, and whose states are."""
        for path in paths:
            del self._read[path]
            self._removed += self._gone.pop(path).values()
            self._changed |= dict.fromkeys(source for source, _ in self._described.pop(path, {}).values())

    def articles_stored(self, articles: Iterable[NewArticle]) -> None:
        for article in articles:
            self._waiting[article.file] -= 1
            known = self.known[article.file]
            sources = self._changed if known and article.name in known.articles else self._added
            sources[article.article.source] = None

    # ---- results ------------------------------------------------------------------------------------------------

    def changes(self, removed: Iterable[KnownFile]) -> Changes:
        """:param removed: files that were removed from the library as a whole."""
        return Changes(
            added=tuple(self._added),
            changed=tuple(self._changed),
            unchanged=tuple(
                source for path, source in self._sources.items() if path in self._skipped or path in self._unchanged
            ),
            removed=(*(file.source for file in removed), *self._removed),
            moved=tuple(self._moved),
            rejected=(*self._rejected, *(Rejected(r.source, r.reason) for r in self.refusals.values())),
            ignored=tuple(self._ignored),
            why_ignored=tuple(self._ignored.values()),
            embedded=self._passages,
        )

    def report(self, waiting: bool = False) -> None:
        """Report the progress.

        :param waiting: another process is changing the library.
        """
        if self._report:
            self._report(
                Progress(
                    len(self._skipped) + len(self._finished),
                    len(self._sources),
                    self._passages,
                    int(self._bytes),
                    self._all_bytes,
                    waiting,
                    file=self._file,
                    page=self._page[0],
                    pages=self._page[1],
                )
            )

    def _leave_out(self, path: str) -> None:
        """Leave a file out of the bytes that remain to be embedded."""
        self._all_bytes -= self._sizes.get(path, 0)
