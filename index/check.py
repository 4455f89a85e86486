"""Checking a library (every row's checksum, both indexes, the files that were added), and repairing it.

A damaged article is read again from its file if the file is unchanged, else rebuilt from its stored text if the text is
intact. If the database as a whole cannot be read, its intact articles are moved to a new one, and the old one is kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass

from quoth.index.embedding.encoder import Encoder
from quoth.index.search.indexes import Indexes
from quoth.index.storage.integrity import broken as broken_in
from quoth.index.storage.integrity import digests
from quoth.index.storage.location import Location, locate
from quoth.index.storage.store import Store
from quoth.index.sync.compare import digest_of, is_there

from .errors import LibraryDamaged, NoArticles, UnreadableFile
from .library import Library
from .records import Record

ADDED = "added"
"""Subfolder of a library's folder for files that were given to the library, rather than left in their own place."""


@dataclass(frozen=True, slots=True)
class Problem(Record):
    """Damage that was found."""

    where: str
    what: str
    repaired: bool = False
    """Whether it was repaired."""


def check(
    folder: str | os.PathLike[str], *, repair: bool = False, encoder: Encoder | None = None
) -> tuple[Problem, ...]:
    """Find damage in a library; empty if the library is intact.

    :param folder: the library's folder, or the address of its database.
    :param repair: repair what can be repaired.
    :param encoder: the encoder of a library that was built with a custom one.
    :raises NoArticles: there is no library.
    :raises LibraryBusy: a repair waits too long for another process that changes the library.
    """
    place = locate(folder)
    if not place.exists():
        raise NoArticles(f"There is no library in {place.full_name}; nothing was checked.")
    problems: list[Problem] = []
    try:
        store = place.open()
        broken = [*broken_in(store)]
    except LibraryDamaged as error:
        problems.append(Problem(place.database, str(error)))
        if not repair:
            return tuple(problems)
        problems = [_salvaged(place, error, encoder)]
        if not problems[0].repaired:
            return tuple(problems)
        store = place.open()
        broken = []
    with closing(store):
        if repair:
            return (*problems, *_repaired(place, store, broken, encoder), *_changed_files(place, store))
        articles = [Problem(source, what) for _, source, what in broken]
        return (*problems, *articles, *_damaged_indexes(place, store), *_changed_files(place, store))


def _repaired(
    place: Location, store: Store, broken: list[tuple[int, str, str]], encoder: Encoder | None
) -> Iterator[Problem]:
    """Repair articles and indexes. A copy of the database keeps what remains of articles that cannot be repaired."""
    copy = place.folder / "library.sqlite.damaged"
    if broken:
        store.database.copy_to(copy)
    indexes = [*_damaged_indexes(place, store)]
    library = Library(place.where, encoder=encoder)
    repaired = library.repair_articles([id_ for id_, _, _ in broken])
    for id_, source, what in broken:
        if id_ in repaired:
            yield Problem(source, what, repaired=True)
        else:
            yield Problem(
                source,
                f"{what}; its file is missing or unreadable, so the article was removed from the library. "
                f"{copy} keeps what remains of it.",
            )
    yield from (Problem(problem.where, problem.what, repaired=True) for problem in indexes)


def _damaged_indexes(place: Location, store: Store) -> Iterator[Problem]:
    for file, what in Indexes(place.folder, store).damaged():
        yield Problem(file, f"{what}; it is rebuilt from the articles")


def _changed_files(place: Location, store: Store) -> Iterator[Problem]:
    """Files that were given to the library and have changed or disappeared since. Quotes come from the stored text."""
    for path, digest in digests(store, os.path.join(os.path.realpath(place.folder / ADDED), "")):
        try:
            if digest_of(path) != digest:
                yield Problem(path, "is not the file that was added; the library keeps the text as it was read")
        except UnreadableFile as error:
            yield Problem(path, f"{error}; the library keeps the text as it was read")


def _salvaged(place: Location, error: LibraryDamaged, encoder: Encoder | None) -> Problem:
    """Move intact articles to a new database, and add the others again from their files and the library's folders."""
    try:
        moved, files, kept = place.salvage()
    except LibraryDamaged as why:
        return Problem(place.database, f"{error} Nothing in it is readable ({why}).")
    library = Library(place.where, encoder=encoder)
    again: list[str] = []
    for paths in ([path for path in files if is_there(path)], *([folder] for folder in library.folders())):
        with suppress(NoArticles):
            again += library.add(paths).added
    return Problem(
        place.database,
        f"It was damaged. {moved} intact articles were moved to a new one, {len(again)} were read again from their "
        f"files. The old one is {kept}. Add again what is missing.",
        repaired=True,
    )  # fmt: skip
