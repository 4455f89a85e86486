"""Files that visitors give, and what they remove: kept beside the library for as long as an article comes from them."""

from __future__ import annotations

import os
import secrets
import shutil
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from quoth.index.library import Library
from quoth.index.records import Changes
from quoth.index.sync.tally import ProgressCallback
from quoth.ui.page.source import saved_as

from .uploads import Upload, Uploads, safe_name

Removed = tuple[str, str]
"""A file that was removed, or the article's source where that is gone, and the text."""


class Imports:
    """Adds, replaces and restores articles of one library."""

    def __init__(self, library: Library, uploads: Uploads) -> None:
        self._library = library
        self._uploads = uploads
        self._folder = library.folder / "added"
        self._placing = threading.Lock()
        shutil.rmtree(self._folder / ".pending", ignore_errors=True)  # where files waited in earlier versions

    def take(self, tokens: Sequence[str], progress: ProgressCallback | None) -> tuple[Changes | None, list[Upload]]:
        """Take in what was uploaded; files of whose names there are others, with other content, go on waiting."""
        given = self._uploads.waiting(tokens)
        known = [upload for upload in given if self._is_another(upload)]
        new = [upload for upload in given if upload not in known]
        try:
            return (self._add(new, progress) if new else None), known
        finally:
            self._uploads.drop([upload.token for upload in new])

    def names(self, tokens: Sequence[str]) -> list[str]:
        """Of the files that wait."""
        return [upload.path.name for upload in self._uploads.waiting(tokens)]

    def settle(self, tokens: Sequence[str], *, replacing: bool) -> Changes:
        """Take in the files that wait, in place of those of their names or beside them."""
        given = self._uploads.waiting(tokens)
        try:
            if not replacing:
                return self._add(given, None) if given else Changes()
            return self._replace({self._folder / upload.path.name: upload for upload in given})
        finally:
            self._uploads.drop(tokens)

    def remove(self, id_: int) -> tuple[Changes, list[Removed]]:
        """Remove an article, and what it takes to restore it."""
        article = self._library.article(id_)
        if article is None:
            return Changes(), []
        file = self._library.file_of(article)
        return self._library.remove(article.source), [(str(file) if file else article.source, article.text)]

    def restore(self, removed: Sequence[Removed]) -> Changes:
        """Take in again what was removed, from its file, or from what was known of it where that is gone."""

        def file(source: str, text: str) -> str | Path:
            return source if Path(source).is_file() else self._kept(safe_name(saved_as(source)), text.encode(), [])

        return together([self._library.add(file(source, text)) for source, text in removed])

    def _add(self, uploads: Sequence[Upload], progress: ProgressCallback | None) -> Changes:
        """Take in files, laid beside the library; of those from which no article comes none stays there."""
        made: list[Path] = []
        try:
            files = [self._kept(upload.path.name, upload.path.read_bytes(), made) for upload in uploads]
            return self._library.add(files, progress=progress)
        finally:
            sources = [article.source for article in self._library.catalogue()]
            for file in made:
                if not any(source == str(file) or source.startswith(f"{file}#") for source in sources):
                    file.unlink(missing_ok=True)

    def _replace(self, given: dict[Path, Upload]) -> Changes:
        """Put files in the place of others; of which no article comes replaces nothing."""
        before = {file: file.with_name(f".{secrets.token_hex(8)}.before") for file in given}
        taken: set[str] = set()
        try:
            for file, upload in given.items():
                file.replace(before[file])
                _write(file, upload.path.read_bytes())
            changes = self._library.add([*given]) if given else Changes()
            taken = {str(file) for file in given} - {rejected.source for rejected in changes.rejected}
            return changes
        finally:
            for file, old in before.items():
                with suppress(FileNotFoundError):
                    old.unlink() if str(file) in taken else old.replace(file)

    def _is_another(self, upload: Upload) -> bool:
        """Whether a file of this name was added before, with other content."""
        known = self._folder / upload.path.name
        return known.is_file() and known.read_bytes() != upload.path.read_bytes()

    def _kept(self, name: str, content: bytes, made: list[Path]) -> Path:
        """A file of this name beside the library; another of the same name is left alone.

        :param made: gets the file if it was not there.
        """
        with self._placing:
            self._folder.mkdir(exist_ok=True)
            path = self._folder / name
            number = 2
            while path.exists() and path.read_bytes() != content:
                path = self._folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
                number += 1
            if not path.exists():
                _write(path, content)
                made.append(path)
            return path


def _write(path: Path, content: bytes) -> None:
    """All of a file or nothing."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def together(all_changes: Sequence[Changes]) -> Changes:
    """Several changes as one."""
    fields = ("added", "changed", "unchanged", "removed", "moved", "missing", "rejected", "ignored")
    joined = {name: tuple(item for changes in all_changes for item in getattr(changes, name)) for name in fields}
    return Changes(**joined, embedded=sum(changes.embedded for changes in all_changes))
