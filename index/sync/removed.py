"""Which articles a path means, which files are no longer in a folder, and which may only be out of reach."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping

from quoth.index.storage.rows import KnownFile

from .discover import Discovered
from .items import named

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
        and not (unseen and path.startswith(unseen))
    }


def articles_under(path: str, known: Mapping[str, KnownFile]) -> dict[int, str]:
    """Return the sources, by id, of the articles that a path means: a file, an article of a file, or a folder.

    The path leads to a file from the working directory, whatever the path was that the file was added with.
    """
    real, given = os.path.realpath(path), os.path.abspath(path)
    return {
        id_: named(file.source, name)
        for known_path, file in known.items()
        for name, id_ in file.articles.items()
        if real in (known_path, named(known_path, name))
        or given in (file.given, named(file.given, name))
        or known_path.startswith(os.path.join(real, ""))
        or file.given.startswith(os.path.join(given, ""))
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
