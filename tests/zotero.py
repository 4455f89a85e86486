"""A data folder of Zotero as Zotero 7 writes it: its tables and columns, and files in its storage."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

NOW = "2026-11-30 05:00:00"
SCHEMA = f"""
CREATE TABLE version (schema TEXT PRIMARY KEY, version INT NOT NULL);
INSERT INTO version VALUES ('userdata', 125), ('system', 32);
CREATE TABLE libraries (libraryID INTEGER PRIMARY KEY, type TEXT NOT NULL, editable INT NOT NULL,
    filesEditable INT NOT NULL, version INT NOT NULL DEFAULT 0, storageVersion INT NOT NULL DEFAULT 0,
    lastSync INT NOT NULL DEFAULT 0, archived INT NOT NULL DEFAULT 0);
CREATE TABLE groups (groupID INTEGER PRIMARY KEY, libraryID INT NOT NULL UNIQUE REFERENCES libraries ON DELETE CASCADE,
    name TEXT NOT NULL, description TEXT NOT NULL, version INT NOT NULL);
CREATE TABLE itemTypes (itemTypeID INTEGER PRIMARY KEY, typeName TEXT, templateItemTypeID INT, display INT DEFAULT 1);
CREATE TABLE fields (fieldID INTEGER PRIMARY KEY, fieldName TEXT, fieldFormatID INT);
CREATE TABLE baseFieldMappingsCombined (itemTypeID INT, baseFieldID INT, fieldID INT,
    PRIMARY KEY (itemTypeID, baseFieldID, fieldID));
CREATE TABLE creatorTypes (creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT);
CREATE TABLE items (itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL, dateAdded TIMESTAMP NOT NULL DEFAULT '{NOW}',
    dateModified TIMESTAMP NOT NULL DEFAULT '{NOW}', clientDateModified TIMESTAMP NOT NULL DEFAULT '{NOW}',
    libraryID INT NOT NULL REFERENCES libraries ON DELETE CASCADE, key TEXT NOT NULL, version INT NOT NULL DEFAULT 0,
    synced INT NOT NULL DEFAULT 0, UNIQUE (libraryID, key));
CREATE TABLE itemDataValues (valueID INTEGER PRIMARY KEY, value UNIQUE);
CREATE TABLE itemData (itemID INT REFERENCES items ON DELETE CASCADE, fieldID INT, valueID,
    PRIMARY KEY (itemID, fieldID));
CREATE TABLE itemNotes (itemID INTEGER PRIMARY KEY REFERENCES items ON DELETE CASCADE, parentItemID INT, note TEXT,
    title TEXT);
CREATE TABLE itemAttachments (itemID INTEGER PRIMARY KEY REFERENCES items ON DELETE CASCADE, parentItemID INT,
    linkMode INT, contentType TEXT, charsetID INT, path TEXT, syncState INT DEFAULT 0, storageModTime INT,
    storageHash TEXT, lastProcessedModificationTime INT, lastRead INT);
CREATE TABLE itemAnnotations (itemID INTEGER PRIMARY KEY, parentItemID INT NOT NULL, type INTEGER NOT NULL,
    authorName TEXT, text TEXT, comment TEXT, color TEXT, pageLabel TEXT, sortIndex TEXT NOT NULL,
    position TEXT NOT NULL, isExternal INT NOT NULL);
CREATE TABLE tags (tagID INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE itemTags (itemID INT NOT NULL REFERENCES items ON DELETE CASCADE, tagID INT NOT NULL, type INT NOT NULL,
    PRIMARY KEY (itemID, tagID));
CREATE TABLE creators (creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, fieldMode INT,
    UNIQUE (lastName, firstName, fieldMode));
CREATE TABLE itemCreators (itemID INT NOT NULL REFERENCES items ON DELETE CASCADE, creatorID INT NOT NULL,
    creatorTypeID INT NOT NULL DEFAULT 1, orderIndex INT NOT NULL DEFAULT 0, UNIQUE (itemID, orderIndex));
CREATE TABLE collections (collectionID INTEGER PRIMARY KEY, collectionName TEXT NOT NULL,
    parentCollectionID INT DEFAULT NULL, clientDateModified TIMESTAMP NOT NULL DEFAULT '{NOW}',
    libraryID INT NOT NULL, key TEXT NOT NULL, version INT NOT NULL DEFAULT 0, synced INT NOT NULL DEFAULT 0);
CREATE TABLE collectionItems (collectionID INT NOT NULL, itemID INT NOT NULL REFERENCES items ON DELETE CASCADE,
    orderIndex INT NOT NULL DEFAULT 0, PRIMARY KEY (collectionID, itemID));
CREATE TABLE deletedCollections (collectionID INTEGER PRIMARY KEY, dateDeleted DEFAULT '{NOW}' NOT NULL);
CREATE TABLE deletedItems (itemID INTEGER PRIMARY KEY, dateDeleted DEFAULT '{NOW}' NOT NULL);
INSERT INTO libraries (libraryID, type, editable, filesEditable) VALUES (1, 'user', 1, 1), (2, 'group', 1, 1),
    (3, 'feed', 0, 0);
INSERT INTO groups VALUES (77, 2, 'Harbour group', '', 1);
"""
TYPES = ("annotation", "attachment", "book", "bookSection", "film", "journalArticle", "note", "webpage")
FIELDS = (
    "title", "date", "DOI", "publicationTitle", "volume", "issue", "pages", "url", "ISBN", "publisher", "place",
    "extra", "accessDate", "language", "abstractNote", "bookTitle", "websiteTitle", "distributor",
)  # fmt: skip
CREATORS = ("author", "contributor", "editor", "translator", "director")
BASE = (("bookSection", "publicationTitle", "bookTitle"), ("webpage", "publicationTitle", "websiteTitle"),
        ("film", "publisher", "distributor"))  # fmt: skip
STORED, SNAPSHOT, LINKED, LINK, IMAGE = range(5)


class ZoteroFolder:
    """A data folder, which is created. Changes are stored at once, as Zotero does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        (folder / "storage").mkdir()
        self.database = folder / "zotero.sqlite"
        self._numbers = itertools.count(1)
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.executescript(SCHEMA)
            for table, names in (("itemTypes", TYPES), ("fields", FIELDS), ("creatorTypes", CREATORS)):
                column = "creatorType" if table == "creatorTypes" else f"{table[:-1].replace('item', '')}Name".lower()
                column = {"typename": "typeName", "fieldname": "fieldName"}.get(column, column)
                ids = f"{table[:-1]}ID"
                connection.executemany(f"INSERT INTO {table} ({ids}, {column}) VALUES (?, ?)", enumerate(names, 1))
            connection.executemany(
                "INSERT INTO baseFieldMappingsCombined VALUES (?, ?, ?)",
                [(TYPES.index(kind) + 1, FIELDS.index(base) + 1, FIELDS.index(own) + 1) for kind, base, own in BASE],
            )

    def run(self, statement: str, *values: object) -> int:
        """Change the database, and return the id of the new row."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            return connection.execute(statement, values).lastrowid or 0

    def item(
        self, kind: str, key: str, fields: Mapping[str, str] | None = None, *,
        creators: Sequence[tuple[str, str, str]] = (), tags: Sequence[str] = (), library: int = 1,
        collections: Sequence[int] = (),
    ) -> int:  # fmt: skip
        """Add an item and return its id.

        :param creators: type, first name (empty for an organisation) and last name.
        """
        id_ = self.run(
            "INSERT INTO items (itemTypeID, libraryID, key) VALUES (?, ?, ?)", TYPES.index(kind) + 1, library, key
        )
        for name, value in (fields or {}).items():
            self.set(id_, name, value)
        for order, (role, first, last) in enumerate(creators):
            creator = self.run(
                "INSERT INTO creators (firstName, lastName, fieldMode) VALUES (?, ?, ?)", first, last, int(not first)
            )
            self.run("INSERT INTO itemCreators VALUES (?, ?, ?, ?)", id_, creator, CREATORS.index(role) + 1, order)
        for tag in tags:
            self.tag(id_, tag)
        for collection in collections:
            self.run("INSERT INTO collectionItems (collectionID, itemID) VALUES (?, ?)", collection, id_)
        return id_

    def set(self, item: int, name: str, value: str) -> None:
        """Set a field of an item."""
        self.run("INSERT OR IGNORE INTO itemDataValues (value) VALUES (?)", value)
        self.run(
            "INSERT OR REPLACE INTO itemData SELECT ?, ?, valueID FROM itemDataValues WHERE value = ?",
            item, FIELDS.index(name) + 1, value,
        )  # fmt: skip

    def tag(self, item: int, tag: str) -> None:
        """Give an item a tag."""
        self.run("INSERT OR IGNORE INTO tags (name) VALUES (?)", tag)
        self.run("INSERT INTO itemTags SELECT ?, tagID, 0 FROM tags WHERE name = ?", item, tag)

    def collection(self, name: str, parent: int | None = None, library: int = 1) -> int:
        """Add a collection and return its id."""
        return self.run(
            "INSERT INTO collections (collectionName, parentCollectionID, libraryID, key) VALUES (?, ?, ?, ?)",
            name, parent, library, f"COLL{next(self._numbers):04}",
        )  # fmt: skip

    def attach(
        self, key: str, parent: int | None, path: str, content: bytes | None = None, *, mode: int = STORED,
        kind: str = "application/pdf", title: str = "", library: int = 1,
    ) -> int:  # fmt: skip
        """Add an attachment and return its id; its content is stored if it is given."""
        id_ = self.item("attachment", key, {"title": title} if title else {}, library=library)
        self.run(
            "INSERT INTO itemAttachments (itemID, parentItemID, linkMode, contentType, path) VALUES (?, ?, ?, ?, ?)",
            id_, parent, mode, kind, path,
        )  # fmt: skip
        if content is not None:
            (self.folder / "storage" / key).mkdir()
            (self.folder / "storage" / key / path.removeprefix("storage:")).write_bytes(content)
        return id_

    def note(self, key: str, parent: int | None, title: str, words: str) -> int:
        """Add a note and return its id."""
        id_ = self.item("note", key)
        page = f'<div class="zotero-note znv1"><div data-schema-version="9">{words}</div></div>'
        self.run("INSERT INTO itemNotes VALUES (?, ?, ?, ?)", id_, parent, page, title)
        return id_
