"""Reading of books (EPUB) as one article: the chapters in reading order, each parsed as a web page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from quoth.index.errors import UnreadableFile
from quoth.index.reading.archive import Archive
from quoth.index.reading.document import Metadata, ParsedArticle, Refused
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.lines import one_line
from quoth.index.reading.metadata.reference import partial_reference, tags_in
from quoth.index.reading.parts import one_part

from .html import page_source, parse_page
from .html_blocks import write_page

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ENC = "{http://www.w3.org/2001/04/xmlenc#}"
_OBFUSCATION = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc")
_NOT_CHAPTERS = ("cover", "toc", "loi", "lot")
"""Kinds of pages in a book's guide that are not read."""
_ISBN = re.compile(r"(?:urn:isbn:|isbn[:\s]*)?((?:97[89][- ]?)?\d(?:[- ]?\d){8}[- ]?[\dXx])", re.IGNORECASE)
_VOID = "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"
_SELF_CLOSED = re.compile(rf"<(?!(?:{_VOID})\b)([A-Za-z][\w:-]*)((?:\s[^<>]*)?)/>")
"""An element such as ``<a id="p4"/>``, which is empty in XHTML, and not closed in HTML."""
_CHAPTER_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read_epub(data: bytes) -> Iterator[ParsedArticle | Refused]:
    """Yield the book as one article, and a refusal for each chapter that cannot be read.

    :raises UnreadableFile: the file is not an EPUB, is copy-protected or damaged, or contains no text.
    """
    archive = Archive(data)
    container = archive.xml("META-INF/container.xml")
    rootfiles = container.iter(f"{_CONTAINER}rootfile") if container is not None else ()
    path = next((e.get("full-path") for e in rootfiles), None)
    package = archive.xml(path) if path else None
    if package is None or not path:
        raise UnreadableFile("it is not an EPUB: META-INF/container.xml does not name its package")
    encrypted = _encrypted(archive)
    writer = Writer()
    refused: list[Refused] = []
    for name in _chapters(package, posixpath.dirname(path)):
        with one_part(name, refused):
            if name in encrypted:
                raise UnreadableFile("it is copy-protected (DRM); add a copy without protection")
            if not (page := archive.part(name)):
                raise UnreadableFile("it is missing or empty; save a new copy of the book and add it")
            tree = parse_page(_SELF_CLOSED.sub(r"<\1\2></\1>", page_source(page)))
            for element in [*tree.iter("nav")]:
                element.drop_tree()
            write_page(writer, tree)
    if not writer.blocks:
        raise UnreadableFile(refused[0].reason if refused else "it contains no text")
    yield parsed_article(writer.text, writer.blocks, _metadata(package), has_header=False)
    yield from refused


def _encrypted(archive: Archive) -> set[str]:
    """Return the names of the parts that are encrypted, without fonts that are only obfuscated."""
    root = archive.xml("META-INF/encryption.xml")
    names = set()
    for data in root.iter(f"{_ENC}EncryptedData") if root is not None else ():
        method = data.find(f"{_ENC}EncryptionMethod")
        algorithm = method.get("Algorithm", "") if method is not None else ""
        if not algorithm.startswith(_OBFUSCATION):
            names |= {posixpath.normpath(unquote(e.get("URI", ""))) for e in data.iter(f"{_ENC}CipherReference")}
    return names


def _chapters(package: Any, folder: str) -> list[str]:
    """Return the names of the chapters in reading order, without covers and tables of contents.

    Chapters that are not part of the main text, such as notes, come last.

    :param folder: the package's folder in the archive.
    """

    def part(element: Any) -> str:
        return posixpath.normpath(posixpath.join(folder, unquote(element.get("href", "").partition("#")[0])))

    around = {part(e) for e in package.iter(f"{_OPF}reference") if e.get("type", "").casefold() in _NOT_CHAPTERS}
    items = {
        item.get("id"): part(item)
        for item in package.iter(f"{_OPF}item")
        if item.get("media-type") in _CHAPTER_TYPES and "nav" not in (item.get("properties") or "").split()
    }
    spine = [*package.iter(f"{_OPF}itemref")]
    order = sorted(spine, key=lambda ref: ref.get("linear") == "no")
    names = [items[ref.get("idref")] for ref in order if ref.get("idref") in items]
    return [name for name in dict.fromkeys(names) if name not in around]


def _book(package: Any) -> dict[str, str | None]:
    """Return the publisher and the number of a book, by variable of CSL."""
    numbers = [one_line(e.text) or "" for e in package.iter(f"{_DC}identifier")]
    isbn = next((found[1] for number in numbers if (found := _ISBN.fullmatch(number))), None)
    return {"ISBN": isbn, "publisher": next((one_line(e.text) for e in package.iter(f"{_DC}publisher")), None)}


def _metadata(package: Any) -> Metadata:
    authors = [name for e in package.iter(f"{_DC}creator") if (name := one_line(e.text))]
    made = {one_line(e.text) for e in package.iter(f"{_OPF}meta") if e.get("property") == "dcterms:modified"}
    stated = (
        one_line(e.text) for e in package.iter(f"{_DC}date")
        if e.get(f"{_OPF}event", "publication").casefold() not in ("creation", "modification")
    )  # fmt: skip
    dates = [date for words in stated if words not in made and (date := as_date(words))]
    return Metadata(
        title=next((title for e in package.iter(f"{_DC}title") if (title := one_line(e.text))), None),
        author=", ".join(authors) or None,
        published=dates[0] if len(set(dates)) == 1 else None,
        language=next((language for e in package.iter(f"{_DC}language") if (language := one_line(e.text))), None),
        tags=tuple(tags_in([e.text for e in package.iter(f"{_DC}subject")])),
        reference=partial_reference(_book(package), authors),
    )
