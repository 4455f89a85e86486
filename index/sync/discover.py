"""Paths as given -> the files to read, each with its real path."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

from quoth.index.errors import NoArticles
from quoth.index.reading.detect import SUFFIXES, why_ignored
from quoth.index.records import Rejected

IGNORE_FILE = ".quothignore"
"""Name of the file that lists what is left out of its folder, in the format of .gitignore."""
CORRECTIONS_SUFFIX = ".yaml"
"""After a file's name, names the file that corrects its title, author, date, language or address: report.pdf.yaml."""
_LISTED = f"{IGNORE_FILE} lists it"
_HIDDEN = "it is hidden"


@dataclass(slots=True)
class Discovered:
    """What was found under some paths."""

    files: dict[str, str] = field(default_factory=dict)
    """Sources (paths as they were given) by real path, which is a file's identity."""
    rejected: list[Rejected] = field(default_factory=list)
    ignored: dict[str, str] = field(default_factory=dict)
    """Why each was ignored, by its source: files of other types, hidden files, what an ignore file lists, and folders
    that were found before."""
    unseen: list[str] = field(default_factory=list)
    """Real paths of folders that could not be listed."""


def find(paths: Sequence[str | os.PathLike[str]]) -> Discovered:
    """Return all files that can be read under these paths, with subfolders and without hidden files.

    :raises NoArticles: a path does not exist, or a folder has no file of a type that is read.
    """
    found = Discovered()
    for path in paths:
        given = os.fspath(path)
        if not os.path.lexists(given):
            raise NoArticles(f"There is no file or folder {given!r} (looked in {os.getcwd()}).")
        if not os.path.isdir(given):
            _add(found, given)  # whatever its suffix: its content says what it is
            continue
        before = len(found.files) + len(found.rejected)
        for source, reason in _walked(given, found):
            if reason is None:
                _add(found, source)
            else:
                found.ignored[_printable(source)] = reason
        if len(found.files) + len(found.rejected) == before:
            raise NoArticles(
                f"The folder {given!r} has no file that can be read ({', '.join(SUFFIXES)}). The library is unchanged."
            )
    return found


def _walked(top: str, found: Discovered) -> Iterator[tuple[str, str | None]]:
    """Yield every file below a folder, and why it is ignored; None if it is to be read.

    Links to folders are followed, but no folder is visited twice, so that a loop of links ends.
    """
    seen = {os.path.realpath(top)}
    rules: dict[str, GitIgnoreSpec] = {}
    for folder, subfolders, names in os.walk(top, onerror=lambda error: _unseen(found, error), followlinks=True):
        if IGNORE_FILE in names:
            try:
                lines = Path(folder, IGNORE_FILE).read_text("utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                # what it leaves out is unknown, so nothing of the folder is added
                _unseen(found, OSError(0, f"its {IGNORE_FILE} cannot be read ({error})", folder))
                subfolders.clear()
                continue
            rules[folder] = GitIgnoreSpec.from_lines(lines)

        def left_out(path: str, folder: str = folder) -> bool:
            parents = (f for f in rules if folder == f or folder.startswith(os.path.join(f, "")))
            return any(rules[f].match_file(os.path.relpath(path, f).replace(os.sep, "/")) for f in parents)

        kept = []
        for name in sorted(subfolders):
            path = os.path.join(folder, name)
            real = os.path.realpath(path)
            if name.startswith(".") or left_out(f"{path}/"):
                found.ignored[_printable(path)] = _HIDDEN if name.startswith(".") else _LISTED
                continue
            if real in seen:
                found.ignored[_printable(path)] = "the folder was found before, under another path"
                continue
            seen.add(real)
            kept.append(name)
        subfolders[:] = kept
        for name in sorted(names):
            source = os.path.join(folder, name)
            if name.startswith("."):
                if name != IGNORE_FILE:
                    yield source, _HIDDEN
            elif name.removesuffix(CORRECTIONS_SUFFIX) not in names or not name.endswith(CORRECTIONS_SUFFIX):
                yield source, _LISTED if left_out(source) else why_ignored(Path(source))


def _add(found: Discovered, source: str) -> None:
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
