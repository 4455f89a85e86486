"""Is a library what was written? Every row's checksum, both indexes, the files that were added;
and healing what can be healed.

What is damaged is taken anew from its file, if that is still as it was, else made anew from its stored text, if that is
sound. Of a database that cannot be read as a whole the sound articles are moved into a new one; the old one is kept.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from quoth.index.embedding.encoder import Encoder
from quoth.index.search.indexes import Indexes
from quoth.index.storage.integrity import broken as broken_in
from quoth.index.storage.integrity import digests
from quoth.index.storage.salvage import salvage
from quoth.index.storage.store import Store
from quoth.index.sync.compare import digest_of
from quoth.index.sync.lock import writer_lock

from .errors import LibraryDamaged, NoArticles, UnreadableFile
from .library import DATABASE, Library

ADDED = "added"
"""In a library's folder, holds the files that were given to it rather than left where they lay."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written."""

    where: str
    what: str
    healed: bool = False


def check(
    folder: str | os.PathLike[str], *, repair: bool = False, encoder: Encoder | None = None
) -> tuple[Problem, ...]:
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
        broken = [*broken_in(store)]
    except LibraryDamaged as error:
        problems.append(Problem(DATABASE, str(error)))
        if not repair:
            return tuple(problems)
        problems = [_salvaged(place, error, encoder)]
        if not problems[0].healed:
            return tuple(problems)
        store = Store(place / DATABASE)
        broken = []
    if repair:
        return (*problems, *_healed(place, store, broken, encoder), *_of_files(place, store))
    return (
        *problems, *(Problem(source, what) for _, source, what in broken), *_of_indexes(place, store),
        *_of_files(place, store),
    )  # fmt: skip


def _healed(
    place: Path, store: Store, broken: list[tuple[int, str, str]], encoder: Encoder | None
) -> Iterator[Problem]:
    """Of articles and indexes; what is left of articles that cannot be healed stays in a copy of the database."""
    kept = place / f"{DATABASE}.damaged"
    if broken:
        store.copy_to(kept)
    indexes = [*_of_indexes(place, store)]
    library = Library(place, encoder=encoder)
    healed = library.heal([id_ for id_, _, _ in broken])
    for id_, source, what in broken:
        if id_ in healed:
            yield Problem(source, what, healed=True)
        else:
            yield Problem(
                source,
                f"{what}; its file is gone or cannot be read, so it was taken out of the library. "
                f"What is left of it is in {kept}",
            )
    yield from (Problem(problem.where, problem.what, healed=True) for problem in indexes)


def _of_indexes(place: Path, store: Store) -> Iterator[Problem]:
    state = Indexes(place, store).damaged()
    yield from (Problem(file, f"{what}; it is made anew from the articles") for file, what in state)


def _of_files(place: Path, store: Store) -> Iterator[Problem]:
    """Files that were given to the library and are not what was read; what is quoted of them is stored, and sound."""
    for path, digest in digests(store, os.path.join(os.path.realpath(place / ADDED), "")):
        try:
            if digest_of(path) != digest:
                yield Problem(path, "is not the file that was read; its text in the library is as it was read")
        except UnreadableFile as error:
            yield Problem(path, f"{error}; its text in the library is as it was read")


def _salvaged(place: Path, error: LibraryDamaged, encoder: Encoder | None) -> Problem:
    """Move what is sound into a new database, and take in anew what is missing from its files and the folders that it
    remembers."""
    kept = place / f"{DATABASE}.damaged"
    with writer_lock(place), tempfile.TemporaryDirectory(dir=place) as scratch:
        new = Path(scratch) / DATABASE
        try:
            moved, files = salvage(Store(new), place / DATABASE)
        except LibraryDamaged as why:
            return Problem(DATABASE, f"{error} Nothing in it could be read any more ({why}).")
        (place / f"{DATABASE}-journal").unlink(missing_ok=True)
        os.replace(place / DATABASE, kept)
        os.replace(new, place / DATABASE)
    library = Library(place, encoder=encoder)
    again: list[str] = []
    for path in (*files, *library.folders()):
        with suppress(NoArticles):
            again += library.add(path).added
    return Problem(
        DATABASE,
        f"It was damaged. {moved} sound articles were moved into a new one, {len(again)} read again from their files. "
        f"The old one is {kept}; what is missing can be added again.",
        healed=True,
    )  # fmt: skip
