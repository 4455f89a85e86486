"""What a place tells of the files in it.

A place is a folder that another program keeps: a library of Zotero, a mirrored site, a vault of notes, mail. Files are
searched for as in any folder; the place only says which of them are articles, and what it knows of them. Nothing in it
is ever written. All paths that it is asked for are absolute.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from quoth.index.reading.provided import Provided


class Elsewhere(NamedTuple):
    """A file of a place that searching its folder does not find."""

    path: str
    given: str
    """A path inside the place that stands for it, so that it leaves the library with the place."""
    provided: Provided


class Place(Protocol):
    """A folder that another program keeps."""

    folder: str
    """Its absolute path."""

    def of_folder(self, path: str) -> str | None:
        """Return why a folder in it is not searched; empty if it is, although it is hidden; None if as any other."""

    def of_file(self, path: str) -> Provided | str | None:
        """Return what is known of a file, which is read then, or why it is not read; None to judge it as any other.

        The reason is empty if the place itself reads it.
        """

    def elsewhere(self) -> Iterable[Elsewhere]:
        """Return its other files."""


def contains(folder: str, path: str) -> bool:
    """Whether a path is that of a folder or leads into it."""
    return path == folder or path.startswith(os.path.join(folder, ""))
