"""A library in one file, and back: the database and the files that were given to it, while others go on using it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from quoth.index.embedding.model_files import sha256_of
from quoth.index.storage.integrity import broken
from quoth.index.storage.store import Store

from .check import ADDED
from .errors import BadBackup, LibraryNotWritable, NoArticles
from .library import DATABASE, Library

_MANIFEST = "backup.json"
_FORMAT = 1


def backup(folder: str | os.PathLike[str], file: str | os.PathLike[str]) -> int:
    """Write a library, in its newest state, to a zip file; how many articles that is. A file that is there is replaced.

    :raises NoArticles: there is no library.
    :raises LibraryDamaged: it is not what was written.
    :raises LibraryNotWritable: there is no room for it, or no leave; a file that was there stays.
    """
    place, to = Path(folder), Path(file)
    if not (place / DATABASE).is_file():
        raise NoArticles(f"There is no library in {place.absolute()}; nothing was backed up.")
    store = Store(place / DATABASE)
    part = to.with_name(f"{to.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=to.absolute().parent) as scratch:
            copy = Path(scratch) / DATABASE
            store.copy_to(copy)
            for _, source, what in broken(Store(copy)):
                raise Store(copy).damaged(f"{source}: {what}")
            articles, _ = Store(copy).counts()
            files = [copy, *sorted(path for path in (place / ADDED).rglob("*") if path.is_file())]
            names = [DATABASE, *(path.relative_to(place).as_posix() for path in files[1:])]
            said = {
                "format": _FORMAT, "articles": articles, "added": os.path.realpath(place / ADDED),
                "sha256": {name: sha256_of(path) for name, path in zip(names, files, strict=True)},
            }  # fmt: skip
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(_MANIFEST, json.dumps(said, indent=1, ensure_ascii=False))
                for name, path in zip(names, files, strict=True):
                    archive.write(path, name)
        os.replace(part, to)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise LibraryNotWritable(
            f"{to} cannot be written: {error.strerror or error}. Nothing was backed up."
        ) from error
    return articles


def restore(file: str | os.PathLike[str], folder: str | os.PathLike[str]) -> int:
    """Make a library what it was when it was backed up; how many articles that is. It may be in use meanwhile.

    Files that were given to it since stay where they are, but are no longer in it.

    :raises BadBackup: the file is not a whole backup; the library stays as it is then.
    :raises LibraryBusy: another process has been changing the library for an hour.
    :raises LibraryNotWritable: there is no room for it, or no leave; the library stays as it is then.
    """
    library = Library(folder)
    try:
        with tempfile.TemporaryDirectory(dir=library.folder) as scratch:
            said = _unpacked(Path(file), Path(scratch))
            with library.changing():
                _put_back(Path(scratch) / ADDED, library.folder / ADDED)
                library.become(Path(scratch) / DATABASE, said["added"], os.path.realpath(library.folder / ADDED))
    except OSError as error:
        raise LibraryNotWritable(
            f"{library.folder} cannot be written: {error.strerror or error}. The library is as it was."
        ) from error
    return int(said["articles"])


def _unpacked(file: Path, scratch: Path) -> dict[str, Any]:
    """What the backup says of itself, once all of it is seen to be what was written."""
    try:
        with zipfile.ZipFile(file) as archive:
            said: dict[str, Any] = json.loads(archive.read(_MANIFEST))
            digests = said["sha256"]
            if said["format"] != _FORMAT or not isinstance(digests, dict) or DATABASE not in digests:
                raise ValueError("it was written by another version, or is none")
            for name, digest in digests.items():
                parts = Path(name).parts
                if name != DATABASE and (parts[0] != ADDED or ".." in parts):
                    raise ValueError(f"it holds {name}")
                archive.extract(name, scratch)
                if sha256_of(scratch / name) != digest:
                    raise ValueError(f"{name} in it is not what was written")
    except FileNotFoundError as error:
        raise BadBackup(f"There is no file {file}.") from error
    except (ValueError, KeyError, TypeError, NotImplementedError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise BadBackup(f"{file} is not a whole backup of a library: {error}. The library is as it was.") from error
    return said


def _put_back(files: Path, added: Path) -> None:
    """Files that were given to the library; one that is there with other content is kept under another name."""
    for path in sorted(files.rglob("*")) if files.is_dir() else ():
        to = added / path.relative_to(files)
        if path.is_dir() or (to.exists() and sha256_of(to) == sha256_of(path)):
            continue
        to.parent.mkdir(parents=True, exist_ok=True)
        if to.exists():
            os.replace(to, to.with_name(f"{to.stem} (before restoring){to.suffix}"))
        shutil.copy2(path, to)
