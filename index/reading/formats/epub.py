"""Reading of books (EPUB) as one article: the chapters in reading order, each parsed as a web page."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import unquote

from quoth.index.errors import UnreadableFile
from quoth.index.reading.archive import Archive
from quoth.index.reading.document import Metadata, ParsedArticle
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.fields import one_line

from .html import page_source, parse_page
from .html_blocks import write_page

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CHAPTER_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read_epub(data: bytes) -> ParsedArticle:
    """Read a book.

    :raises UnreadableFile: the file is not an EPUB, is copy-protected or damaged, or contains no text.
    """
    archive = Archive(data)
    container = archive.xml("META-INF/container.xml")
    rootfiles = container.iter(f"{_CONTAINER}rootfile") if container is not None else ()
    path = next((e.get("full-path") for e in rootfiles), None)
    package = archive.xml(path) if path else None
    if package is None or not path:
        raise UnreadableFile("it is not an EPUB: META-INF/container.xml does not name its package")
    encrypted = archive.part("META-INF/encryption.xml")
    if b"xhtml" in encrypted or b"EncryptedKey" in encrypted:
        raise UnreadableFile("it is copy-protected (DRM); add a copy without protection")
    writer = Writer()
    for name in _chapters(package, posixpath.dirname(path)):
        if page := archive.part(name):
            write_page(writer, parse_page(page_source(page)))
    if not writer.blocks:
        raise UnreadableFile("it contains no text")
    return parsed_article(writer.text, writer.blocks, _metadata(package), has_header=False)


def _chapters(package: Any, folder: str) -> list[str]:
    """Return the names of the chapters in reading order, without navigation documents.

    :param folder: the package's folder in the archive.
    """
    items = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        for item in package.iter(f"{_OPF}item")
        if item.get("media-type") in _CHAPTER_TYPES and "nav" not in (item.get("properties") or "").split()
    }
    order = [ref.get("idref") for ref in package.iter(f"{_OPF}itemref") if ref.get("linear") != "no"]
    return [items[idref] for idref in order if idref in items]


def _metadata(package: Any) -> Metadata:
    authors = [name for e in package.iter(f"{_DC}creator") if (name := one_line(e.text))]
    dates = [date for e in package.iter(f"{_DC}date") if (date := as_date(one_line(e.text)))]
    return Metadata(
        title=next((title for e in package.iter(f"{_DC}title") if (title := one_line(e.text))), None),
        author=", ".join(authors) or None,
        published=dates[0] if len(set(dates)) == 1 else None,
        language=next((language for e in package.iter(f"{_DC}language") if (language := one_line(e.text))), None),
    )
