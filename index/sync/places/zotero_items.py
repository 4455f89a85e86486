"""The items in Zotero's database: their fields, creators, tags, collections, files and notes."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from sqlite3 import Connection

from .zotero_copy import read_copy, stamps

_FIELDS = """
SELECT itemID, coalesce(base.fieldName, fields.fieldName), value
FROM itemData JOIN items USING (itemID) JOIN fields USING (fieldID) JOIN itemDataValues USING (valueID)
LEFT JOIN baseFieldMappingsCombined AS mapped
    ON mapped.itemTypeID = items.itemTypeID AND mapped.fieldID = itemData.fieldID
LEFT JOIN fields AS base ON base.fieldID = mapped.baseFieldID
"""
"""Fields by their general names: the publicationTitle of a chapter is its bookTitle."""
_CREATORS = """
SELECT itemID, creatorType, firstName, lastName
FROM itemCreators JOIN creators USING (creatorID) JOIN creatorTypes USING (creatorTypeID) ORDER BY itemID, orderIndex
"""
_SEPARATOR = "/"
"""Between a collection and one in it."""


@dataclass(slots=True)
class Item:
    """An item of Zotero."""

    id: int
    kind: str
    """Its type, as Zotero names it: journalArticle, book, attachment, note, …"""
    key: str
    group: str
    """Name of the group whose library it is in; empty for the user's own."""
    fields: dict[str, str] = field(default_factory=dict)
    creators: list[tuple[str, str, str]] = field(default_factory=list)
    """Type, first name (empty for an organisation) and last name of each."""
    tags: list[str] = field(default_factory=list)
    collections: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment of an item, or one on its own."""

    item: Item
    parent: Item | None
    link_mode: int
    """0 and 1: in Zotero's storage; 2: a file elsewhere."""
    content_type: str
    path: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note on an item, or one on its own."""

    item: Item
    parent: Item | None
    title: str
    page: str
    """Its text, in HTML."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What Zotero holds, without what is in its bin and without its feeds."""

    attachments: Sequence[Attachment]
    notes: Sequence[Note]


def contents(database: str) -> Contents:
    """Return what a database holds; kept as long as it does not change.

    :raises UnreadableFile: it cannot be read.
    """
    return _contents(os.path.realpath(database), stamps(database))


@lru_cache(4)
def _contents(database: str, _: object) -> Contents:
    return read_copy(database, _read)


def _read(connection: Connection) -> Contents:
    items = _items(connection)
    gone = {row[0] for row in connection.execute("SELECT itemID FROM deletedItems")}

    def with_parent(id_: int, parent: int | None) -> tuple[Item, Item | None] | None:
        """Return an item and its parent; None if one of them is in the bin, or in a feed."""
        if id_ not in items or id_ in gone or (parent is not None and (parent in gone or parent not in items)):
            return None
        return items[id_], None if parent is None else items[parent]

    attachments = [
        Attachment(*both, mode, kind or "", path)
        for id_, parent, mode, kind, path in connection.execute(
            "SELECT itemID, parentItemID, linkMode, contentType, path FROM itemAttachments ORDER BY itemID"
        )
        if path and (both := with_parent(id_, parent))
    ]
    notes = [
        Note(*both, title or "", page)
        for id_, parent, title, page in connection.execute(
            "SELECT itemID, parentItemID, title, note FROM itemNotes ORDER BY itemID"
        )
        if page and (both := with_parent(id_, parent)) and both[0].kind == "note"
    ]
    return Contents(attachments, notes)


def _items(connection: Connection) -> dict[int, Item]:
    """Return the items, in the bin or not, by their ids."""
    groups = dict(connection.execute("SELECT libraryID, name FROM groups"))
    libraries = {id_: groups.get(id_, "") for id_, kind in connection.execute("SELECT libraryID, type FROM libraries")
                 if kind != "feed"}  # fmt: skip
    items = {
        id_: Item(id_, kind, key, libraries[library])
        for id_, kind, key, library in connection.execute(
            "SELECT itemID, typeName, key, libraryID FROM items JOIN itemTypes USING (itemTypeID) ORDER BY itemID"
        )
        if library in libraries
    }
    for id_, name, value in connection.execute(_FIELDS):
        if id_ in items:
            items[id_].fields[name] = str(value)
    for id_, kind, first, last in connection.execute(_CREATORS):
        if id_ in items:
            items[id_].creators.append((kind, first or "", last or ""))
    for id_, tag in connection.execute("SELECT itemID, name FROM itemTags JOIN tags USING (tagID) ORDER BY name"):
        if id_ in items:
            items[id_].tags.append(tag)
    for id_, path in _collections(connection, libraries):
        if id_ in items:
            items[id_].collections.append(path)
    return items


def _collections(connection: Connection, groups: Mapping[int, str]) -> list[tuple[int, str]]:
    """Return items, by id, with the path of each collection that they are in, in the order of these."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    query = "SELECT collectionID FROM deletedCollections"  # Zotero 7 has a bin for collections, too
    gone = {row[0] for row in connection.execute(query)} if "deletedCollections" in tables else set[int]()
    query = "SELECT collectionID, collectionName, parentCollectionID, libraryID FROM collections"
    known = {id_: rest for id_, *rest in connection.execute(query) if id_ not in gone}
    paths: dict[int, str] = {}
    for id_ in known:
        names: list[str] = []
        at: int | None = id_
        while at in known and len(names) < len(known):
            name, above, library = known[at]
            names.insert(0, name)
            at = above
        paths[id_] = _SEPARATOR.join(part for part in (groups.get(library, ""), *names) if part)
    members: defaultdict[int, list[str]] = defaultdict(list)
    for collection, item in connection.execute("SELECT collectionID, itemID FROM collectionItems"):
        if collection in paths:
            members[item].append(paths[collection])
    return [(item, path) for item, found in members.items() for path in sorted(found, key=str.casefold)]
