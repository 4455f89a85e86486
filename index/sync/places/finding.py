"""Which place a folder is, if any."""

from __future__ import annotations

import os
from collections.abc import Sequence

from .mail import mail_in
from .place import Place
from .site import site_in
from .vault import vault_in
from .zotero import Zotero, note_in
from .zotero_copy import DATABASE


def place_in(folder: str, subfolders: Sequence[str], names: Sequence[str]) -> Place | None:
    """Return the place that a folder is; None if it is as any other.

    :param subfolders: names of the folders in it.
    :param names: names of the files in it.
    :raises UnreadableFile: it is a place that cannot be read.
    """
    if DATABASE in names:
        return Zotero(folder)
    return mail_in(folder, subfolders, names) or vault_in(folder, subfolders) or site_in(folder, subfolders)


class Places:
    """The places around files and folders, each of which is looked for once."""

    def __init__(self) -> None:
        self._known: dict[str, Place | None] = {}
        """The innermost place that a folder is or is in."""

    def around(self, path: str) -> Place | None:
        """Return the innermost place that a file or folder is in, as when a part of it is added; None if there is none.

        :raises UnreadableFile: it cannot be read.
        """
        folder, place = os.path.dirname(os.path.abspath(path)), None
        passed: list[str] = []
        while folder not in self._known:
            passed.append(folder)
            if (place := _place_at(folder)) or folder == os.path.dirname(folder):
                break
            folder = os.path.dirname(folder)
        else:
            place = self._known[folder]
        self._known |= dict.fromkeys(passed, place)
        return place


def _place_at(folder: str) -> Place | None:
    try:
        entries = [*os.scandir(folder)]
    except OSError:
        return None
    subfolders = [entry.name for entry in entries if entry.is_dir()]
    return place_in(folder, subfolders, [entry.name for entry in entries if not entry.is_dir()])


def kept_in_place(path: str) -> bytes | None:
    """Return what a place keeps instead of a file under a path; None if nothing."""
    return note_in(path)
