"""Backing up a library to one file, and restoring it: the database and the files that were given to it.

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
from quoth.index.storage.store import Store

from .check import ADDED
from .errors import BadBackup, LibraryNotWritable, NoArticles, SettingsMismatch
from .library import DATABASE, Library

_MANIFEST = "backup.json"
_FORMAT = 1
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""Errors of the disk that a backup is unpacked to."""


def backup(folder: str | os.PathLike[str], file: str | os.PathLike[str]) -> int:
    """Write the newest snapshot of a library to a zip file, and return the number of its articles.

    :param file: the zip file; an existing one is replaced.
    :raises NoArticles: the folder holds no library.
    :raises LibraryDamaged: the library is damaged.
    :raises LibraryNotWritable: the file cannot be written, for lack of free space or permission. An existing one is
        unchanged.
    """
    place, to = Path(folder), Path(file)
    if not (place / DATABASE).is_file():
        raise NoArticles(f"There is no library in {place.absolute()}; nothing was backed up.")
    part = to.with_name(f"{to.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=to.absolute().parent) as scratch:
            copy = Path(scratch) / DATABASE
            with closing(Store(place / DATABASE)) as store:
                store.copy_to(copy)
            with closing(Store(copy)) as store:
                for _, source, what in broken(store):
                    raise store.damaged(f"{source}: {what}")
                articles, _ = store.counts()
            files = [copy, *sorted(path for path in (place / ADDED).rglob("*") if path.is_file())]
            names = [DATABASE, *(path.relative_to(place).as_posix() for path in files[1:])]
            manifest = {
                "format": _FORMAT, "articles": articles, "added": os.path.realpath(place / ADDED),
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
            before, now = manifest["added"], os.path.realpath(library.folder / ADDED)
            separator = "\\" if "\\" in before and "/" not in before else "/"
            with library.changing(), _put_back(Path(scratch) / ADDED, library.folder / ADDED):
                library.become(Path(scratch) / DATABASE, before.rstrip(separator) + separator, os.path.join(now, ""))
    except OSError as error:
        raise LibraryNotWritable(
            f"{folder} cannot be written: {error.strerror or error}. The library is unchanged. Check the folder's "
            "permissions and the free space, and try again."
        ) from error
    return int(manifest["articles"])


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
        with closing(Store(scratch / DATABASE)) as store:
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
