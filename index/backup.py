"""Backing up a library to one file, restoring it, and copying it to another place: the database and the files that
were given to it.

Others may go on using the library meanwhile.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from quoth.index.embedding.model_files import sha256_of
from quoth.index.storage.integrity import broken
from quoth.index.storage.location import Location, locate
from quoth.index.storage.sqlite.database import SqliteDatabase
from quoth.index.storage.store import Store

from .check import ADDED
from .errors import BadBackup, LibraryNotWritable, NoArticles, SettingsMismatch
from .library import Library

_MANIFEST, DATABASE = "backup.json", "library.sqlite"
_FORMAT = 1
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""Errors of the disk that a backup is unpacked to."""


def backup(folder: str | os.PathLike[str], file: str | os.PathLike[str]) -> int:
    """Write the newest snapshot of a library to a zip file, and return the number of its articles.

    :param folder: the library's folder, or the address of its database.
    :param file: the zip file; an existing one is replaced.
    :raises NoArticles: there is no library.
    :raises LibraryDamaged: the library is damaged.
    :raises LibraryNotWritable: the file cannot be written, for lack of free space or permission. An existing one is
        unchanged.
    """
    place, to = locate(folder), Path(file)
    if not place.exists():
        raise NoArticles(f"There is no library in {place.full_name}; nothing was backed up.")
    added = place.folder / ADDED
    part = to.with_name(f"{to.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=to.absolute().parent) as scratch:
            copy = Path(scratch) / DATABASE
            articles = _copied(place, copy)
            files = [copy, *sorted(path for path in added.rglob("*") if path.is_file())]
            names = [DATABASE, *(path.relative_to(place.folder).as_posix() for path in files[1:])]
            manifest = {
                "format": _FORMAT, "articles": articles, "added": os.path.realpath(added),
                "sha256": {name: sha256_of(path) for name, path in zip(names, files, strict=True)},
            }  # fmt: skip
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(_MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
                for name, path in zip(names, files, strict=True):
                    archive.write(path, name)
        os.replace(part, to)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise LibraryNotWritable(
            f"{to} cannot be written: {error.strerror or error}. Nothing was backed up. Check the folder's permissions "
            "and the free space, and try again."
        ) from error
    return articles


def copy(library: str | os.PathLike[str], to: str | os.PathLike[str]) -> int:
    """Copy the newest snapshot of a library to another place, and return the number of its articles.

    All ids stay the same, so that citations of the one lead to the same passages of the other.

    :param library: a folder, or the address of a database.
    :param to: a folder, or the address of a database, without articles; created if absent.
    :raises NoArticles: there is no library to copy.
    :raises LibraryDamaged: the library is damaged.
    :raises LibraryNotWritable: the other place holds articles, or free space or permission is missing.
    """
    place = locate(library)
    if not place.exists():
        raise NoArticles(f"There is no library in {place.full_name}; nothing was copied.")
    with Library(to) as new:
        _check_empty(new)
        try:
            with tempfile.TemporaryDirectory(dir=new.folder) as scratch:
                database = Path(scratch) / DATABASE
                articles = _copied(place, database)
                added = place.folder / ADDED
                _take_over(new, database, added, os.path.realpath(added), only_if_empty=True)
        except OSError as error:
            raise _not_written(new.name, error) from error
    return articles


def _copied(place: Location, file: Path) -> int:
    """Copy a library's newest snapshot to a SQLite file, and return the number of its articles.

    :raises LibraryDamaged: the library is damaged.
    """
    with closing(place.open()) as store:
        store.database.copy_to(file)
    with closing(Store(SqliteDatabase(file))) as store:
        for _, source, what in broken(store):
            raise store.database.damaged(f"{source}: {what}")
        articles, _ = store.counts()
    return articles


def restore(file: str | os.PathLike[str], folder: str | os.PathLike[str]) -> int:
    """Make a library what it was when it was backed up, and return the number of its articles.

    Files that were given to the library since then stay on disk, but their articles are no longer in the library.

    :raises BadBackup: the file is not a complete backup. The library is unchanged.
    :raises SettingsMismatch: another version of Quoth wrote it, whose format this one cannot read.
    :raises LibraryBusy: another process has been changing the library for an hour.
    :raises LibraryNotWritable: the library cannot be written, for lack of free space or permission. It is unchanged.
    """
    try:
        with Library(folder) as library, tempfile.TemporaryDirectory(dir=library.folder) as scratch:
            manifest = _unpack(Path(file), Path(scratch))
            _take_over(library, Path(scratch) / DATABASE, Path(scratch) / ADDED, manifest["added"])
    except OSError as error:
        raise _not_written(locate(folder).name, error) from error
    return int(manifest["articles"])


def _check_empty(library: Library) -> None:
    if count := library.status().articles:
        raise LibraryNotWritable(
            f"{library.name} already holds {count} articles; nothing was copied. Choose another place, or use `quoth "
            "backup` and `quoth restore` to replace what it holds."
        )


def _take_over(library: Library, database: Path, added: Path, before: str, *, only_if_empty: bool = False) -> None:
    """Replace a library's content.

    :param database: a SQLite file.
    :param added: files that were given to the library that it comes from.
    :param before: the real path of these files in that library.
    :param only_if_empty: raise an error if the library holds articles.
    """
    now = os.path.realpath(library.folder / ADDED)
    separator = "\\" if "\\" in before and "/" not in before else "/"
    with library.changing():
        if only_if_empty:
            _check_empty(library)
        with _put_back(added, library.folder / ADDED):
            library.become(database, before.rstrip(separator) + separator, os.path.join(now, ""))
    library.refresh()


def _not_written(name: str, error: OSError) -> LibraryNotWritable:
    return LibraryNotWritable(
        f"{name} cannot be written: {error.strerror or error}. The library is unchanged. Check the folder's "
        "permissions and the free space, and try again."
    )


def _unpack(file: Path, scratch: Path) -> dict[str, Any]:
    """Unpack a backup, verify its files, and return its manifest.

    :raises BadBackup: the file is not a complete backup.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
            digests = manifest["sha256"]
            if manifest["format"] != _FORMAT or not isinstance(digests, dict) or DATABASE not in digests:
                raise ValueError("it is no backup, or another version of Quoth wrote it")
            if not isinstance(manifest["added"], str) or not isinstance(manifest["articles"], int):
                raise ValueError("its list of contents is incomplete")
            for name, digest in digests.items():
                parts = Path(name).parts
                if name != DATABASE and (parts[0] != ADDED or ".." in parts):
                    raise ValueError(f"it holds {name}")
                archive.extract(name, scratch)
                if sha256_of(scratch / name) != digest:
                    raise ValueError(f"{name} in it is corrupt (checksum mismatch)")
        with closing(Store(SqliteDatabase(scratch / DATABASE))) as store:
            for _, source, what in broken(store):
                raise ValueError(f"its article {source} is damaged ({what})")
    except FileNotFoundError as error:
        raise BadBackup(f"There is no file {file}.") from error
    except SettingsMismatch:
        raise
    except Exception as error:  # an unusual zip file can make zipfile raise anything
        if isinstance(error, OSError) and error.errno in _DISK:
            raise
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise BadBackup(
            f"{file} is not a complete backup of a library: {reason}. The library is unchanged. Use another backup."
        ) from error
    return manifest


@contextmanager
def _put_back(files: Path, added: Path) -> Iterator[None]:
    """Copy files that were given to the library. An existing file with other content is kept under another name.

    If the block fails, everything is as it was.
    """
    undo: list[tuple[Path, Path | None]] = []
    try:
        for path in sorted(files.rglob("*")) if files.is_dir() else ():
            to = added / path.relative_to(files)
            if path.is_dir() or (to.exists() and sha256_of(to) == sha256_of(path)):
                continue
            to.parent.mkdir(parents=True, exist_ok=True)
            kept = to.with_name(f"{to.stem} (before restoring){to.suffix}") if to.exists() else None
            if kept:
                os.replace(to, kept)
            undo.append((to, kept))
            shutil.copy2(path, to)
        yield
    except BaseException:
        for to, kept in reversed(undo):
            with suppress(OSError):
                os.replace(kept, to) if kept else to.unlink()
        raise
