"""Paths as given -> the files to read, each with its identity on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

from quoth.index.errors import NoArticles
from quoth.index.reading.dispatch import SUFFIXES, is_taken
from quoth.index.records import Rejected

IGNORE_FILE = ".quothignore"
"""In a folder, says what in it is left out, in the form of .gitignore."""


@dataclass(slots=True)
class Discovered:
    """What lies under some paths."""

    files: dict[str, str] = field(default_factory=dict)
    """From the real path, which is a file's identity, to the source: the path as it was given."""
    rejected: list[Rejected] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    """Real paths of folders that could not be listed."""


def find(paths: Sequence[str | os.PathLike[str]]) -> Discovered:
    """All readable files under these paths, folders searched through, hidden files left out.

    :raises NoArticles: a path does not exist, or a folder has no file of a kind that is read.
    """
    found = Discovered()
    for path in paths:
        given = os.fspath(path)
        if not os.path.lexists(given):
            raise NoArticles(f"There is no file or folder {given!r} (looked in {os.getcwd()}).")
        if not os.path.isdir(given):
            _take(found, given)  # whatever it is called: its content is looked at
            continue
        before = len(found.files) + len(found.rejected)
        for source, taken in _walked(given, found):
            if taken:
                _take(found, source)
            else:
                found.ignored.append(_printable(source))
        if len(found.files) + len(found.rejected) == before:
            raise NoArticles(
                f"The folder {given!r} has no file in it that is read ({', '.join(SUFFIXES)}); "
                "the library is as it was."
            )
    return found


def _walked(top: str, found: Discovered) -> Iterator[tuple[str, bool]]:
    """Every file below a folder that is not hidden, and whether it is one that is read.

    Links to folders are followed, each folder once, so that no loop of them is endless.
    """
    seen = {os.path.realpath(top)}
    rules: dict[str, GitIgnoreSpec] = {}
    for folder, subfolders, names in os.walk(top, onerror=lambda error: _unseen(found, error), followlinks=True):
        if IGNORE_FILE in names:
            try:
                lines = Path(folder, IGNORE_FILE).read_text("utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                # What it would leave out is not known, so nothing of the folder is taken.
                _unseen(found, OSError(0, f"its {IGNORE_FILE} cannot be read ({error})", folder))
                subfolders.clear()
                continue
            rules[folder] = GitIgnoreSpec.from_lines(lines)

        def left_out(path: str, folder: str = folder) -> bool:
            over = (f for f in rules if folder == f or folder.startswith(os.path.join(f, "")))
            return any(rules[f].match_file(os.path.relpath(path, f).replace(os.sep, "/")) for f in over)

        kept = []
        for name in sorted(subfolders):
            path = os.path.join(folder, name)
            real = os.path.realpath(path)
            if name.startswith(".") or left_out(f"{path}/"):
                continue
            if real in seen:
                found.ignored.append(_printable(path))
                continue
            seen.add(real)
            kept.append(name)
        subfolders[:] = kept
        for name in sorted(names):
            source = os.path.join(folder, name)
            if not name.startswith("."):
                yield source, not left_out(source) and is_taken(Path(source))


def _take(found: Discovered, source: str) -> None:
    try:
        source.encode()
    except UnicodeEncodeError:
        found.rejected.append(Rejected(_printable(source), "its name is not valid Unicode; rename it"))
        return
    found.files.setdefault(os.path.realpath(source), source)


def _unseen(found: Discovered, error: OSError) -> None:
    folder = str(error.filename)
    found.unseen.append(os.path.realpath(folder))
    found.rejected.append(Rejected(_printable(folder), f"the folder cannot be listed: {error.strerror}"))


def _printable(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")
