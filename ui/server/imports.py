"""Uploaded and removed files. An uploaded file is stored in the library's folder while articles come from it."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from quoth.index.errors import LibraryNotWritable
from quoth.index.library import Library
from quoth.index.records import Changes
from quoth.index.sync.places.finding import kept_in_place
from quoth.index.sync.tally import ProgressCallback
from quoth.ui.page.groups import file_part, in_groups
from quoth.ui.page.source import saved_as

from .uploads import Upload, Uploads, safe_name

Removed = tuple[str, str]
"""The path of a removed article's file, or its source if it has none or the file is gone; and the article's text."""


class Imports:
    """Adds, replaces, removes and restores articles of one library.

    Every change raises ``LibraryNotWritable`` if the folder for added files cannot be written.
    """

    def __init__(self, library: Library, uploads: Uploads) -> None:
        self._library = library
        self._uploads = uploads
        self._folder = library.folder / "added"
        self._placing = threading.Lock()

    def add(self, tokens: Sequence[str], progress: ProgressCallback | None) -> tuple[Changes | None, list[Upload]]:
        """Add uploads to the library.

        :returns: the changes, None if no upload was added; and the uploads whose names are taken by files with other
            content, which keep waiting for ``resolve``.
        """
        uploads, conflicts = self._uploads.waiting(tokens), self.conflicts(tokens)
        new = [upload for upload in uploads if upload not in conflicts]
        try:
            return (self._add(new, progress) if new else None), conflicts
        finally:
            self._uploads.drop([upload.token for upload in new])

    def conflicts(self, tokens: Sequence[str]) -> list[Upload]:
        """Return the uploads whose names are taken by files with other content."""
        return [upload for upload in self._uploads.waiting(tokens) if self._is_taken(upload)]

    def names(self, tokens: Sequence[str]) -> list[str]:
        """Return the file names of waiting uploads."""
        return [upload.path.name for upload in self._uploads.waiting(tokens)]

    def resolve(self, tokens: Sequence[str], *, replacing: bool, progress: ProgressCallback | None = None) -> Changes:
        """Add uploads whose names are taken: in place of the files of the same name, or beside them."""
        uploads = self._uploads.waiting(tokens)
        try:
            if not replacing:
                return self._add(uploads, progress) if uploads else Changes()
            return self._replace({self._folder / upload.path.name: upload for upload in uploads}, progress)
        finally:
            self._uploads.drop(tokens)

    def remove(self, id_: int) -> tuple[Changes, list[Removed]]:
        """Remove an article, and return what ``restore`` needs."""
        article = self._library.article(id_)
        if article is None:
            return Changes(), []
        file = self._library.file_of(article)
        return self._library.remove_articles([id_]), [(str(file) if file else article.source, article.text)]

    def remove_all(self, id_: int) -> tuple[Changes, list[Removed]]:
        """Remove all articles that the list shows in one group with an article, and return what ``restore`` needs."""
        groups = (group.articles for group in in_groups(self._library.catalogue()))
        entries = next((found for found in groups if any(entry.id == id_ for entry in found)), [])
        files: dict[str, str | None] = {}
        removed: list[Removed] = []
        for entry in entries:
            if (article := self._library.article(entry.id)) is None:
                continue
            part = file_part(entry.source)
            if part not in files:
                file = self._library.file_of(article)
                files[part] = str(file) if file else None
                removed += [(str(file), "")] if file else []
            removed += [(article.source, article.text)] if files[part] is None else []
        return self._library.remove_articles([entry.id for entry in entries]), removed

    def restore(self, removed: Sequence[Removed]) -> Changes:
        """Add removed articles again, from their files or places, or from their texts if these are gone."""

        def file(source: str, text: str) -> str | Path:
            is_kept = Path(source).is_file() or kept_in_place(source) is not None
            return source if is_kept else self._stored(safe_name(saved_as(source)), text.encode(), [])

        with self._writing():
            files = [file(source, text) for source, text in removed]
        return self._library.add(files) if files else Changes()

    def _add(self, uploads: Sequence[Upload], progress: ProgressCallback | None) -> Changes:
        """Store files in the library's folder and add them. Files that yield no article are deleted again."""
        created: list[Path] = []
        try:
            with self._writing():
                files = [self._stored(upload.path.name, upload.path.read_bytes(), created) for upload in uploads]
            return self._library.add(files, progress=progress)
        finally:
            with self._writing():
                for file in set(created) - self._library.files_with_articles(created):
                    file.unlink(missing_ok=True)

    def _replace(self, uploads: dict[Path, Upload], progress: ProgressCallback | None) -> Changes:
        """Replace files by uploads. A file stays as it was if the upload yields no article."""
        backups = {file: file.with_name(f".{secrets.token_hex(8)}.before") for file in uploads}
        replaced: set[str] = set()
        try:
            with self._writing():
                for file, upload in uploads.items():
                    file.replace(backups[file])
                    _write(file, upload.path.read_bytes())
            changes = self._library.add([*uploads], progress=progress) if uploads else Changes()
            replaced = {str(file) for file in uploads} - {rejected.source for rejected in changes.rejected}
            return changes
        finally:
            for file, backup in backups.items():
                with self._writing(), suppress(FileNotFoundError):
                    backup.unlink() if str(file) in replaced else backup.replace(file)

    def _is_taken(self, upload: Upload) -> bool:
        """Whether a file of this name, with other content, was added before."""
        file = self._folder / upload.path.name
        with self._writing():
            return file.is_file() and file.read_bytes() != upload.path.read_bytes()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Raise ``LibraryNotWritable`` for an error of the operating system."""
        try:
            yield
        except OSError as error:
            raise LibraryNotWritable(
                f"Files cannot be stored in the folder {self._folder}: {error.strerror or error}. Make room, or give "
                "permission to write there, and try again."
            ) from error

    def _stored(self, name: str, content: bytes, created: list[Path]) -> Path:
        """Store a file in the library's folder, under a numbered name if a file with other content has its name.

        :param created: the path is appended if the file was not there yet.
        """
        with self._placing:
            self._folder.mkdir(exist_ok=True)
            path = self._folder / name
            number = 2
            while True:
                try:
                    _write(path, content, new=True)
                    created.append(path)
                    return path
                except FileExistsError:  # perhaps by another server, which shares the folder
                    if path.read_bytes() == content:
                        return path
                path = self._folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
                number += 1


def _write(path: Path, content: bytes, *, new: bool = False) -> None:
    """Write a file completely or not at all.

    :param new: do not replace a file.
    :raises FileExistsError: there is one.
    """
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        part.write_bytes(content)
        if new:
            path.touch(exist_ok=False)  # claims the name
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def together(all_changes: Sequence[Changes]) -> Changes:
    """Join several changes into one."""
    fields = ("added", "changed", "unchanged", "removed", "moved", "missing", "rejected", "ignored", "why_ignored")
    joined = {name: tuple(item for changes in all_changes for item in getattr(changes, name)) for name in fields}
    return Changes(**joined, embedded=sum(changes.embedded for changes in all_changes))
