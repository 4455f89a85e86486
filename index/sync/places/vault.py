"""A vault of notes: of Obsidian or of Logseq."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress

from quoth.index.reading.detect import NOTE_FORMATS
from quoth.index.reading.provided import Provided

from .place import Elsewhere

OBSIDIAN, LOGSEQ = NOTE_FORMATS
_OWN = {OBSIDIAN: ".obsidian", LOGSEQ: "logseq"}
"""Names of the folders in which the programs keep their settings."""
_KEPT = {OBSIDIAN: "Obsidian keeps it for itself", LOGSEQ: "Logseq keeps it for itself"}
_DRAWING = "it is a drawing"
_DAY = re.compile(r"(\d{4})[-_](\d\d)[-_](\d\d)$")
"""Name of the note of a day."""
_FOLDERS_OF_PAGES = ("pages", "journals")
"""Folders of Logseq that say nothing about the pages in them."""


class Vault:
    """A folder of notes that link to each other; see ``Place``."""

    def __init__(self, folder: str, program: str) -> None:
        self.folder = os.path.abspath(folder)
        self._program = program

    def of_folder(self, path: str) -> str | None:
        return _KEPT[self._program] if path == os.path.join(self.folder, _OWN[self._program]) else None

    def of_file(self, path: str) -> Provided | str | None:
        if path.lower().endswith(".excalidraw.md"):
            return _DRAWING
        folder = os.path.relpath(os.path.dirname(path), self.folder).replace(os.sep, "/")
        is_nameless = folder == "." or (self._program == LOGSEQ and folder in _FOLDERS_OF_PAGES)
        name = os.path.basename(self.folder)
        collection = name if is_nameless else f"{name}/{folder}"
        if not path.lower().endswith((".md", ".markdown")):
            return Provided(collection=collection)
        return Provided(
            self._program, published=_day(os.path.splitext(os.path.basename(path))[0]), collection=collection
        )

    def elsewhere(self) -> Iterable[Elsewhere]:
        return ()


def vault_in(folder: str, subfolders: Sequence[str]) -> Vault | None:
    """Return the vault that a folder is; None if it is none."""
    if _OWN[OBSIDIAN] in subfolders:
        return Vault(folder, OBSIDIAN)
    if _OWN[LOGSEQ] in subfolders and os.path.isfile(os.path.join(folder, _OWN[LOGSEQ], "config.edn")):
        return Vault(folder, LOGSEQ)
    return None


def _day(name: str) -> dt.date | None:
    """Return the day that a note is about; None if its name is no date."""
    if match := _DAY.match(name):
        with suppress(ValueError):
            return dt.date(*map(int, match.groups()))
    return None
