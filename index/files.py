"""Paths as given -> the files to read, each with its identity on this machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .errors import NoArticles
from .reading import SUFFIXES
from .records import Rejected


@dataclass(slots=True)
class Found:
    """What lies under some paths."""

    files: dict[str, str] = field(default_factory=dict)
    """From the real path, which is a file's identity, to the source: the path as it was given."""
    rejected: list[Rejected] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    """Real paths of folders that could not be listed."""


def find(paths: Sequence[str | os.PathLike[str]]) -> Found:
    """All readable files under these paths, folders searched through, hidden files left out.

    :raises NoArticles: a path does not exist, or a folder has no file of a kind that is read.
    """
    found = Found()
    for path in paths:
        given = os.fspath(path)
        if not os.path.lexists(given):
            raise NoArticles(f"There is no file or folder {given!r} (looked in {os.getcwd()}).")
        if not os.path.isdir(given):
            _take(found, given)  # whatever it is called: its content is looked at
            continue
        before = len(found.files) + len(found.rejected)
        for folder, subfolders, names in os.walk(given, onerror=lambda error: _unseen(found, error)):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            for name in sorted(names):
                source = os.path.join(folder, name)
                if name.startswith("."):
                    continue
                if Path(name).suffix.lower() in SUFFIXES:
                    _take(found, source)
                else:
                    found.ignored.append(_printable(source))
        if len(found.files) + len(found.rejected) == before:
            raise NoArticles(
                f"The folder {given!r} has no file in it that is read ({', '.join(SUFFIXES)}); the library is as it was."
            )
    return found


def _take(found: Found, source: str) -> None:
    try:
        source.encode()
    except UnicodeEncodeError:
        found.rejected.append(Rejected(_printable(source), "its name is not valid Unicode; rename it"))
        return
    found.files.setdefault(os.path.realpath(source), source)


def _unseen(found: Found, error: OSError) -> None:
    folder = str(error.filename)
    found.unseen.append(os.path.realpath(folder))
    found.rejected.append(Rejected(_printable(folder), f"the folder cannot be listed: {error.strerror}"))


def _printable(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")
