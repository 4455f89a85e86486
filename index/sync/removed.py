"""Which articles a path means, which files are no longer in a folder, and which may only be out of reach."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from quoth.index.records import Rejected
from quoth.index.storage.rows import KnownFile, named

from .discover import Discovered

MANY_REMOVED = 5
"""Minimum number of files, more than half of a folder's, that the library keeps when they disappear at once."""


def removed_from(
    folder: str | os.PathLike[str], found: Discovered, known: Mapping[str, KnownFile]
) -> dict[str, KnownFile]:
    """Return the files, by path, that were in a folder, or in a folder linked from it, and are no longer there."""
    inside, as_given = os.path.join(os.path.realpath(folder), ""), os.path.join(os.path.abspath(folder), "")
    unseen = tuple(os.path.join(path, "") for path in found.unseen)
    return {
        path: file
        for path, file in known.items()
        if (path.startswith(inside) or file.given.startswith(as_given))
        and path not in found.files
        and not (unseen and (path.startswith(unseen) or file.given.startswith(unseen)))
    }


def articles_of(paths: Iterable[str], known: Mapping[str, KnownFile]) -> tuple[dict[int, str], tuple[Rejected, ...]]:
    """Return the sources, by id, of the articles that paths mean, and the paths that mean none.

    A path means a file, an article of a file, or a folder. It leads there from the working directory, whatever the path
    was that the file was added with.
    """
    by_place: dict[str, dict[int, str]] = {}
    for real, file in known.items():
        for name, id_ in file.articles.items():
            source = named(file.source, name)
            for place in {real, file.given, named(real, name), named(file.given, name)}:
                by_place.setdefault(place, {})[id_] = source
    articles: dict[int, str] = {}
    rejected: list[Rejected] = []
    for path in paths:
        real, given = os.path.realpath(path), os.path.abspath(path)
        found = by_place.get(real) or by_place.get(given) or _articles_in(real, given, known)
        articles |= found
        if not found:
            other = next((place for place, file in known.items() if file.source == path), None)
            hint = f"; it has one that was added as {path}, whose file is {other}" if other else ""
            rejected.append(Rejected(path, f"the library has no article from there{hint}"))
    return articles, tuple(rejected)


def _articles_in(real: str, given: str, known: Mapping[str, KnownFile]) -> dict[int, str]:
    """Return the sources, by id, of the articles in a folder.

    :param real: its real path.
    :param given: its absolute path, with its links.
    """
    inside, as_given = os.path.join(real, ""), os.path.join(given, "")
    return {
        id_: named(file.source, name)
        for path, file in known.items()
        if path.startswith(inside) or file.given.startswith(as_given)
        for name, id_ in file.articles.items()
    }


def missing_from(
    folder: str | os.PathLike[str],
    removed: Mapping[str, KnownFile],
    known: Mapping[str, KnownFile],
    found: Discovered,
) -> dict[str, KnownFile]:
    """Return those of the removed files that disappeared together with most of the folder, or of a folder inside it.

    There may be another reason than a removal, such as a drive that is not mounted.
    """
    if len(removed) < MANY_REMOVED:
        return {}
    top = os.path.realpath(folder)
    new = sum(path not in known for path in found.files)  # the removed files may have been moved there
    known_in, removed_in = Counter[str](), Counter[str]()
    for path in known:
        for parent in _folders_of(path, top):
            known_in[parent] += 1
            removed_in[parent] += path in removed
    emptied = {
        parent for parent, count in removed_in.items() if count >= MANY_REMOVED and 2 * (count - new) > known_in[parent]
    }
    return {path: file for path, file in removed.items() if not emptied.isdisjoint(_folders_of(path, top))}


def _folders_of(path: str, top: str) -> Iterator[str]:
    """Yield the folders that contain a file, from the innermost up to ``top``.

    For a file outside ``top``, as one reached through a link, yield all of them.
    """
    folder = os.path.dirname(path)
    while True:
        yield folder
        if folder == top or os.path.dirname(folder) == folder:
            return
        folder = os.path.dirname(folder)
