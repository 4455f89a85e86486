"""A book (EPUB) -> its article: its chapters in the order in which they are read, each read as a web page."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import unquote

from quoth.index.errors import UnreadableFile
from quoth.index.reading.archive import Archive
from quoth.index.reading.document import Metadata, ParsedArticle
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.fields import finished, one_line

from .html import page_text, parsed, write_leaves

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read_epub(data: bytes) -> ParsedArticle:
    """One article.

    :raises UnreadableFile: it is no book, protected against copying, damaged, or holds no words.
    """
    archive = Archive(data)
    container = archive.xml("META-INF/container.xml")
    place = (
        next((e.get("full-path") for e in container.iter(f"{_CONTAINER}rootfile")), None)
        if container is not None
        else None
    )
    package = archive.xml(place) if place else None
    if package is None or not place:
        raise UnreadableFile("it is no EPUB: it does not say where its contents are")
    encrypted = archive.part("META-INF/encryption.xml")
    if b"xhtml" in encrypted or b"EncryptedKey" in encrypted:
        raise UnreadableFile("it is protected against copying (DRM), and cannot be read")
    writer = Writer()
    for name in _spine(package, posixpath.dirname(place)):
        if page := archive.part(name):
            write_leaves(writer, parsed(page_text(page)))
    if not writer.blocks:
        raise UnreadableFile("it has no words in it")
    return finished(writer.text, writer.blocks, _facts(package), headed=False)


def _spine(package: Any, folder: str) -> list[str]:
    """Names of the pages in the order of reading; tables of contents that are made for programs are none."""
    items = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        for item in package.iter(f"{_OPF}item")
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    }
    order = [ref.get("idref") for ref in package.iter(f"{_OPF}itemref") if ref.get("linear") != "no"]
    return [items[idref] for idref in order if idref in items]


def _facts(package: Any) -> Metadata:
    authors = [name for e in package.iter(f"{_DC}creator") if (name := one_line(e.text))]
    dates = [date for e in package.iter(f"{_DC}date") if (date := as_date(one_line(e.text)))]
    return Metadata(
        title=next((title for e in package.iter(f"{_DC}title") if (title := one_line(e.text))), None),
        author=", ".join(authors) or None,
        published=dates[0] if len(set(dates)) == 1 else None,
        language=next((language for e in package.iter(f"{_DC}language") if (language := one_line(e.text))), None),
    )
