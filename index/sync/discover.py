"""Paths as given -> the files to read, each with its real path."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec
from pathspec.pattern import Pattern

from quoth.index.errors import NoArticles, UnreadableFile
from quoth.index.reading.detect import SUFFIXES, why_ignored
from quoth.index.reading.provided import Provided
from quoth.index.records import Rejected

from .places.finding import Places, kept_in_place, place_in
from .places.place import Place, contains
from .regular import NOT_REGULAR, bytes_of, is_regular

IGNORE_FILE = ".quothignore"
"""Name of the file that lists what is left out of its folder, in the format of .gitignore."""
_IGNORE_BYTES = 2**20
"""Maximum size of that file."""
CORRECTIONS_SUFFIX = ".yaml"
"""After a file's name, names the file that corrects its title, author, date, language or address: report.pdf.yaml."""
_FOLDER = "ps_d"
"""The group of pathspec's expressions that is the stroke after a folder's name."""
_LISTED = f"{IGNORE_FILE} lists it"
_HIDDEN = "it is hidden"
_ABSENT = "its program lists it, but the file is not there"


@dataclass(slots=True)
class Discovered:
    """What was found under some paths."""

    files: dict[str, str] = field(default_factory=dict)
    """Sources (paths as they were given) by real path, which is a file's identity."""
    provided: dict[str, Provided] = field(default_factory=dict)
    """What their places say of files, by real path."""
    given: dict[str, str] = field(default_factory=dict)
    """Absolute paths that stand for files outside of their places, by real path."""
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
    found, places = Discovered(), Places()
    for path in paths:
        given = os.fspath(path)
        if not os.path.lexists(given) and kept_in_place(given) is None:
            raise NoArticles(f"There is no file or folder {given!r} (looked in {os.getcwd()}).")
        if not os.path.isdir(given):
            _add(found, given, _provided(given, places))  # whatever its suffix: its content says what it is
            continue
        before = len(found.files) + len(found.rejected)
        for source, said in _walked(given, found, places):
            if said == "":
                continue
            if isinstance(said, str):
                found.ignored[_printable(source)] = said
            else:
                _add(found, source, said)
        if len(found.files) + len(found.rejected) == before:
            raise NoArticles(
                f"The folder {given!r} has no file that can be read ({', '.join(SUFFIXES)}). The library is unchanged."
            )
    return found


def _walked(top: str, found: Discovered, known: Places) -> Iterator[tuple[str, Provided | str | None]]:
    """Yield every file below a folder, and why it is ignored, or what its place says of it; None if there is none.

    Links to folders are followed, but no folder is visited twice, so that a loop of links ends.

    :param known: the places around what is searched.
    """
    seen = {os.path.realpath(top)}
    rules: dict[str, GitIgnoreSpec] = {}
    places: list[Place] = []
    try:
        places += [place for place in [known.around(top)] if place]
    except UnreadableFile as error:
        _left_out(found, top, str(error))
        return
    for folder, subfolders, names in os.walk(top, onerror=lambda error: _unseen(found, error), followlinks=True):
        if IGNORE_FILE in names:
            try:
                lines = bytes_of(os.path.join(folder, IGNORE_FILE), _IGNORE_BYTES).decode("utf-8").splitlines()
                rules[folder] = GitIgnoreSpec.from_lines(lines)
            except (UnreadableFile, ValueError) as error:
                # what it leaves out is unknown, so nothing of the folder is added
                _unseen(found, OSError(0, f"its {IGNORE_FILE} cannot be read ({error})", folder))
                subfolders.clear()
                continue
        try:
            if place := place_in(folder, subfolders, names):
                places.insert(0, place)
                _add_elsewhere(found, place)
        except UnreadableFile as error:
            _left_out(found, folder, str(error))
            subfolders.clear()
            continue
        around = [place for place in places if contains(place.folder, os.path.abspath(folder))]
        # the innermost first: its lines override those of the folders around it
        parents = [f for f in reversed(rules) if contains(f, folder)]

        def left_out(path: str, parents: Sequence[str] = parents) -> bool:
            for parent in parents:
                relative = os.path.relpath(path, parent).replace(os.sep, "/") + "/" * path.endswith("/")
                matched = _listed(rules[parent], relative)
                if matched is not None:
                    return matched
            return False

        kept = []
        for name in sorted(subfolders):
            path = os.path.join(folder, name)
            real = os.path.realpath(path)
            reason = _said_of_folder(around, path)
            if reason is None and name.startswith("."):
                reason = _HIDDEN
            if reason or left_out(f"{path}/"):
                found.ignored[_printable(path)] = reason or _LISTED
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
                yield source, _LISTED if left_out(source) else _said_of_file(around, source)


def _listed(rules: GitIgnoreSpec, path: str) -> bool | None:
    """Return whether a path is left out; None if no line is about it. The last line that fits it decides, as in git.

    Lines about the folders around it have been obeyed before. ``GitIgnoreSpec.check_file`` judges those lines and the
    path's own together, so that "!x/y/" after "x/**" has no effect.

    :param path: relative to the folder of the rules; a folder ends in "/".
    """
    for pattern in reversed(list(rules.patterns)):
        if pattern.include is not None and _fits(pattern, path):
            return pattern.include
    return None


def _fits(pattern: Pattern, path: str) -> bool:
    """Whether a line is about a path itself, and not about a folder around it."""
    bare, whole = pattern.match_file(path.removesuffix("/")), pattern.match_file(path)
    if bare is not None and not bare.match.groupdict().get(_FOLDER):
        return True
    return whole is not None and bool(whole.match.groupdict().get(_FOLDER)) and whole.match.end(_FOLDER) == len(path)


def _why_ignored(path: Path) -> str | None:
    """Return why a file is ignored, as far as its name and its first bytes tell; None if it is to be read."""
    if not is_regular(str(path)):  # named like a file that is read, it is rejected; otherwise it is no concern
        return None if path.suffix.lower() in (*SUFFIXES, ".xml") else NOT_REGULAR
    try:
        return why_ignored(path)
    except Exception:  # reading the file reports the error
        return None


def _said_of_folder(places: Sequence[Place], path: str) -> str | None:
    """Return why a folder is not searched, as far as its places tell; see ``Place.of_folder``."""
    path = os.path.abspath(path)
    return next((said for place in places if (said := place.of_folder(path)) is not None), None)


def _said_of_file(places: Sequence[Place], source: str) -> Provided | str | None:
    """Return what is known of a file, or why it is ignored; None if it is read and nothing is known."""
    path = os.path.abspath(source)
    said = next((said for place in places if (said := place.of_file(path)) is not None), None)
    if isinstance(said, str) or (said and said.kind):
        return said
    return _why_ignored(Path(source)) or said


def _provided(source: str, places: Places) -> Provided | None:
    """Return what its place says of a file that was named itself; None if nothing."""
    with suppress(UnreadableFile):  # the file itself can be read
        place = places.around(source)
        said = place.of_file(os.path.abspath(source)) if place else None
        return said if isinstance(said, Provided) else None
    return None


def _add_elsewhere(found: Discovered, place: Place) -> None:
    for path, given, provided in place.elsewhere():
        real = os.path.realpath(path)
        if provided.content is None and not os.path.lexists(path):
            found.ignored[_printable(path)] = _ABSENT
        elif not provided.kind and (reason := _why_ignored(Path(path))):
            found.ignored[_printable(path)] = reason
        elif real not in found.files:
            _add(found, path, provided)
            found.given[real] = os.path.abspath(given)


def _add(found: Discovered, source: str, provided: Provided | None = None) -> None:
    path = os.path.realpath(source)
    try:
        (source + path).encode()
    except UnicodeEncodeError:
        found.rejected.append(Rejected(_printable(source), "its name is not valid Unicode; rename it"))
        return
    if not (provided and provided.content is not None) and not is_regular(source):
        found.rejected.append(Rejected(source, NOT_REGULAR))
        return
    if path not in found.files:
        found.files[path] = source
        if provided:
            found.provided[path] = provided


def _unseen(found: Discovered, error: OSError) -> None:
    _left_out(found, str(error.filename), f"the folder cannot be listed: {error.strerror}")


def _left_out(found: Discovered, folder: str, reason: str) -> None:
    """Refuse a folder. What the library has of it stays."""
    found.unseen += {os.path.realpath(folder), os.path.abspath(folder)}
    found.rejected.append(Rejected(_printable(folder), reason))


def _printable(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")
