"""A library of Zotero: the files and the notes of its items, with what Zotero knows of them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from quoth.index.errors import UnreadableFile
from quoth.index.reading.detect import SUFFIXES
from quoth.index.reading.provided import Provided
from quoth.index.records import COLLECTION_SEPARATOR

from .place import Elsewhere, contains
from .zotero_copy import BESIDE, DATABASE
from .zotero_csl import authors, published, reference
from .zotero_items import Attachment, Contents, Item, Note, contents

STORAGE = "storage"
_STORED, _RELATIVE = "storage:", "attachments:"
"""How the path of an attachment in Zotero's storage begins, and that of one in the folder for linked files."""
_IN_STORAGE, _LINKED = (0, 1), 2
_KINDS = {"application/pdf": "pdf", "application/epub+zip": "epub", "text/html": "html", "text/plain": "text"}
_OWN = "Zotero keeps it for itself"
_UNLISTED = "it is in Zotero's folder, but no item of Zotero has it"
_PREFERENCE = re.compile(r'user_pref\("extensions\.zotero\.(\w+)",\s*(?:"((?:[^"\\]|\\.)*)"|(\w+))\);')
_MARKUP = re.compile(r"</?(?:i|b|em|strong|sub|sup|sc|span)\b[^<>]*>", re.IGNORECASE)
NOTE_SUFFIX = ".html"


class Zotero:
    """A data folder of Zotero; see ``Place``.

    :raises UnreadableFile: its database cannot be read.
    """

    def __init__(self, folder: str) -> None:
        self.folder = os.path.abspath(folder)
        self._database = os.path.join(self.folder, DATABASE)
        self._found = [*_elsewhere(folder, contents(os.path.join(folder, DATABASE)))]
        self._by_path = {os.path.realpath(found.path): found.provided for found in self._found}

    def of_folder(self, path: str) -> str | None:
        return None if self._is_stored(path) else _OWN

    def of_file(self, path: str) -> Provided | str | None:
        if path in (self._database, *(self._database + suffix for suffix in (*BESIDE, "-shm"))):
            return ""
        return self._by_path.get(os.path.realpath(path), _UNLISTED if self._is_stored(path) else _OWN)

    def _is_stored(self, path: str) -> bool:
        return contains(os.path.join(self.folder, STORAGE), os.path.abspath(path))

    def elsewhere(self) -> Iterable[Elsewhere]:
        """Return the notes, the files outside of the storage, and those that are not on this computer."""
        return [found for found in self._found if not os.path.isfile(found.path) or not self._is_stored(found.path)]


def note_in(path: str) -> bytes | None:
    """Return the note of Zotero that a path stands for; None if it stands for none."""
    database, name = os.path.split(path)
    if os.path.basename(database) != DATABASE or not name.endswith(NOTE_SUFFIX) or not os.path.isfile(database):
        return None
    try:
        notes = contents(database).notes
    except UnreadableFile:
        return None
    return next((note.page.encode() for note in notes if _name(note) == name), None)


def _elsewhere(folder: str, found: Contents) -> Iterator[Elsewhere]:
    """Yield all files of a library, and its notes."""
    base = _base_folder(folder)
    files = [(attachment, path) for attachment in found.attachments if (path := _path(folder, base, attachment))]
    main: dict[int | None, Attachment] = {}  # the attachment that has an item's title, by the item's id
    for attachment, path in sorted(files, key=lambda file: file[0].content_type != "application/pdf"):
        if attachment.parent and os.path.lexists(path):
            main.setdefault(attachment.parent.id, attachment)
    for attachment, path in files:
        given = os.path.join(folder, STORAGE, attachment.item.key, os.path.basename(path))
        is_main = not attachment.parent or main.get(attachment.parent.id) is attachment
        yield Elsewhere(path, given, _of_attachment(attachment, path, is_main=is_main))
    for note in found.notes:
        path = os.path.join(folder, DATABASE, _name(note))
        yield Elsewhere(path, path, _of_note(note))


def _path(folder: str, base: str | None, attachment: Attachment) -> str | None:
    """Return the path of an attachment's file; None if it has none."""
    path, own = attachment.path, os.path.join(folder, STORAGE, attachment.item.key)
    if attachment.link_mode in _IN_STORAGE and path.startswith(_STORED):
        name = path.removeprefix(_STORED)
        return os.path.join(own, name) if name == os.path.basename(name) else None
    if attachment.link_mode != _LINKED:
        return None
    if path.startswith(_RELATIVE):
        return os.path.join(base or folder, path.removeprefix(_RELATIVE))
    return os.path.join(own, path)  # which is the path itself, unless that is another system's


def _of_attachment(attachment: Attachment, path: str, *, is_main: bool) -> Provided:
    item, parent = attachment.item, attachment.parent
    kind = None if path.lower().endswith(SUFFIXES) else _KINDS.get(attachment.content_type)
    if parent is None:
        title = item.fields.get("title")
        own = title if title != os.path.basename(path) else None  # Zotero's default says nothing
        return Provided(
            kind, own, url=item.fields.get("url"), tags=tuple(item.tags), collection=_collection(item, None)
        )
    title, own = _title(parent), item.fields.get("title") or os.path.basename(path)
    cited = reference(parent)
    doi = cited.get("DOI")
    return Provided(
        kind, title if is_main or not title else f"{title} ({own})", authors(parent), published(parent), None,
        cited.get("URL") or (f"https://doi.org/{doi}" if doi else None) or item.fields.get("url"),
        tuple(dict.fromkeys([*parent.tags, *item.tags])), _collection(item, parent), cited,
    )  # fmt: skip


def _of_note(note: Note) -> Provided:
    about = _title(note.parent) if note.parent else None
    title = " ".join(note.title.split())
    return Provided(
        "note", f"{title} (note on {about})" if title and about else title or (f"Note on {about}" if about else None),
        tags=tuple(note.item.tags), collection=_collection(note.item, note.parent), content=note.page.encode(),
    )  # fmt: skip


def _title(item: Item) -> str | None:
    """Return an item's title without the markup that Zotero allows in it."""
    return _MARKUP.sub("", item.fields.get("title", "")).strip() or None


def _name(note: Note) -> str:
    return f"{note.item.key}{NOTE_SUFFIX}"


def _collection(item: Item, parent: Item | None) -> str | None:
    """Return the collections of an item, else the group whose library it is in."""
    top = parent or item
    return COLLECTION_SEPARATOR.join(top.collections) or top.group or None


def _base_folder(folder: str) -> str | None:
    """Return the folder that linked files are in, as set in the profile that uses a data folder; None if unknown."""
    for file in sorted(_profiles().glob("*/prefs.js")):
        try:
            lines = file.read_text("utf-8", "replace")
        except OSError:
            continue
        set_to = {name: re.sub(r"\\(.)", r"\1", text or word) for name, text, word in _PREFERENCE.findall(lines)}
        own = set_to.get("dataDir") if set_to.get("useDataDir") == "true" else None
        data = own or str(Path.home() / "Zotero")
        if os.path.realpath(data) == os.path.realpath(folder) and set_to.get("baseAttachmentPath"):
            return set_to["baseAttachmentPath"]
    return None


def _profiles() -> Path:
    """Return the folder of Zotero's profiles."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", ""), "Zotero", "Zotero", "Profiles")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Zotero" / "Profiles"
    return Path.home() / ".zotero" / "zotero"
