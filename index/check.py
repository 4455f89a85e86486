"""Is a library what was written? Every row's checksum, both indexes, the files that were added; and healing what can be healed.

What is damaged is taken anew from its file, if that is still as it was, else made anew from its stored text, if that is
sound. Of a database that cannot be read as a whole the sound articles are moved into a new one; the old one is kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .changes import digest_of
from .encoder import Encoder
from .errors import LibraryDamaged, NoArticles, QuothError, UnreadableFile
from .indexes import Indexes
from .library import DATABASE, Library
from .store import Store

ADDED = "added"
"""In a library's folder, holds the files that were given to it rather than left where they lay."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written."""

    where: str
    what: str
    healed: bool = False


def check(folder: str | os.PathLike[str], *, repair: bool = False, encoder: Encoder | None = None) -> tuple[Problem, ...]:
    """All that is wrong with a library; nothing, if it is as it was written.

    :param repair: heal what can be healed.
    :param encoder: of a library that was made with one of your own.
    :raises NoArticles: there is no library.
    :raises LibraryBusy: it is to be repaired, and another process has been changing it for long.
    """
    place = Path(folder)
    if not (place / DATABASE).is_file():
        raise NoArticles(f"There is no library in {place.absolute()}; nothing was checked.")
    problems: list[Problem] = []
    try:
        store = Store(place / DATABASE)
        broken = [*store.broken()]
    except LibraryDamaged as error:
        problems.append(Problem(DATABASE, str(error)))
        if not repair:
            return tuple(problems)
        problems = [_salvaged(place, error)]
        if not problems[0].healed:
            return tuple(problems)
        store = Store(place / DATABASE)
        broken = []
    problems += [Problem(source, what) for _, source, what in broken]
    problems += _of_indexes(place, store)
    if repair:
        library = Library(place, encoder=encoder)
        problems = [_healed(library, problem, broken) for problem in problems]
        library.reindex()
    return (*problems, *_of_files(place, store))


def _of_indexes(place: Path, store: Store) -> Iterator[Problem]:
    state = Indexes(place, store).damaged()
    yield from (Problem(file, f"{what}; it is made anew from the articles") for file, what in state)


def _of_files(place: Path, store: Store) -> Iterator[Problem]:
    """Files that were given to the library and are not what was read; what is quoted of them is stored, and sound."""
    for path, digest in store.digests(os.path.join(os.path.realpath(place / ADDED), "")):
        try:
            if digest_of(path) != digest:
                yield Problem(path, "is not the file that was read; its text in the library is as it was read")
        except UnreadableFile as error:
            yield Problem(path, f"{error}; its text in the library is as it was read")


def _healed(library: Library, problem: Problem, broken: list[tuple[int, str, str]]) -> Problem:
    if all(problem.what != what for _, _, what in broken):
        return Problem(problem.where, problem.what, healed=True)  # an index
    id_ = next(i for i, source, what in broken if (source, what) == (problem.where, problem.what))
    try:
        healed = library.heal(id_)
    except QuothError as error:
        return Problem(problem.where, f"{problem.what}; healing it failed: {error}")
    if healed:
        return Problem(problem.where, problem.what, healed=True)
    return Problem(problem.where, f"{problem.what}; its file is gone or has changed. `quoth add` it again from a copy, or `quoth remove` it")


def _salvaged(place: Path, error: LibraryDamaged) -> Problem:
    """Move what is sound into a new database, and take in anew what is missing from the folders that it remembers."""
    new, kept = place / f"{DATABASE}.new", place / f"{DATABASE}.damaged"
    for path in (new, new.with_name(f"{new.name}-journal")):
        path.unlink(missing_ok=True)
    try:
        moved = Store(new).salvage(place / DATABASE)
    except LibraryDamaged as why:
        new.unlink(missing_ok=True)
        return Problem(DATABASE, f"{error} Nothing in it could be read any more ({why}).")
    journal = place / f"{DATABASE}-journal"
    journal.unlink(missing_ok=True)
    os.replace(place / DATABASE, kept)
    os.replace(new, place / DATABASE)
    library = Library(place)
    again: list[str] = []
    for folder in library.folders():
        with suppress(QuothError):
            again += library.add(folder).added
    return Problem(
        DATABASE, f"It was damaged. {moved} sound articles were moved into a new one, {len(again)} read again from their folders. The old one is {kept}; "
        "what is missing can be added again.", healed=True,
    )  # fmt: skip
