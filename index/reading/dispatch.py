"""Detection of a file's format, and the articles of a file in any format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.formats.markdown import markdown_blocks
from quoth.index.reading.formats.text import plain_blocks
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.fields import front_matter

from .decoding import decode
from .document import Metadata, ParsedArticle, Refused

_SINGLE = {
    "html": ("html", "read_html"), "mhtml": ("mhtml", "read_mhtml"), "pdf": ("pdf", "read_pdf"),
    "docx": ("docx", "read_docx"), "odt": ("odt", "read_odt"), "epub": ("epub", "read_epub"),
    "rtf": ("rtf", "read_rtf"), "eml": ("mail", "read_mail"),
}  # fmt: skip
"""Formats with one article per file: module and function. A module is imported when its first file is read."""
_COLLECTIONS = {"mbox": ("mail", "read_mbox"), "feed": ("feeds", "read_feed")}
"""Formats with several articles per file."""
_TABLES = {"csv": ("csv_jsonl", "read_csv"), "jsonl": ("csv_jsonl", "read_jsonl")}
"""Formats with one article per row."""
_BY_SUFFIX = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html",
    ".xhtml": "html", ".mhtml": "mhtml", ".mht": "mhtml", ".pdf": "pdf", ".docx": "docx", ".odt": "odt",
    ".epub": "epub", ".rtf": "rtf", ".eml": "eml", ".mbox": "mbox", ".rss": "feed", ".atom": "feed", ".csv": "csv",
    ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
SUFFIXES = tuple(_BY_SUFFIX)
"""Suffixes of the files that are read from a folder. A file that is named itself may have any suffix."""
_PLAIN_FORMATS = ("text", "markdown")
"""Formats in which the decoded file is the article's text: nothing is unpacked or parsed out."""
PLAIN_SUFFIXES = tuple(suffix for suffix, kind in _BY_SUFFIX.items() if kind in _PLAIN_FORMATS)
"""Suffixes of plain text and Markdown."""
HEAD_BYTES = 2048
"""Number of bytes at the start of a file that are inspected to detect its format."""


def read(name: str, data: bytes, columns: Mapping[str, str] | None = None) -> Iterator[ParsedArticle | Refused]:
    """Yield the articles of a file, and a refusal for each unreadable article of a file with several.

    :param name: name of the file; its suffix indicates the format.
    :param columns: for tables, field -> column name, in addition to the names in ``csv_jsonl.FIELDS``.
    :raises UnreadableFile: the file as a whole cannot be read.
    """
    kind = kind_of(name, data)
    if kind is None:
        raise UnreadableFile(
            "its format is not supported; convert it to text, Markdown, HTML, PDF, DOCX, ODT, EPUB, RTF, mail, "
            "a feed, CSV or JSONL, and add that"
        )
    if not data.strip():
        raise UnreadableFile("it is empty")
    if kind in _PLAIN_FORMATS:
        yield _read_plain(data, markdown=kind == "markdown")
    elif kind in _SINGLE:
        yield _function(_SINGLE[kind])(data)
    elif kind in _COLLECTIONS:
        yield from _function(_COLLECTIONS[kind])(data)
    else:
        yield from _function(_TABLES[kind])(data, columns or {})


def is_readable(path: Path) -> bool:
    """Whether a file in a folder is read: it has a known suffix, or it is a feed with the suffix .xml."""
    suffix = path.suffix.lower()
    if suffix != ".xml":
        return suffix in SUFFIXES
    try:
        with path.open("rb") as stream:
            return kind_of(path.name, stream.read(HEAD_BYTES)) == "feed"
    except OSError:
        return True  # reading the file reports the error


def is_plain(name: str, head: bytes) -> bool:
    """Whether a file with these first bytes is plain text or Markdown, which is safe to read in this process."""
    return not head.startswith(b"PK") and kind_of(name, head) in _PLAIN_FORMATS


def kind_of(name: str, data: bytes) -> str | None:
    """Return the format of a file; None if it is not supported.

    Unambiguous signatures in the content come first, then the suffix, then weaker signs in the content.

    :raises UnreadableFile: the file is a Word document in the format before 2007.
    """
    lower = name.casefold()
    by_suffix = next((kind for suffix, kind in _BY_SUFFIX.items() if lower.endswith(suffix)), None)
    head = data[:HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(data) or (by_suffix if by_suffix not in _PLAIN_FORMATS else None)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile("it is a Word file in the format before 2007 (.doc); save it as .docx and add it again")
    if by_suffix:
        return by_suffix
    low = head.lower()
    if low.startswith((b"<!doctype html", b"<html")):
        return "html"
    is_xml = low.startswith((b"<?xml", b"<!--", b"<rss", b"<feed", b"<rdf"))
    if is_xml and (b"<rss" in low or b"<feed" in low or b"<rdf" in low):
        return "feed"
    if b"mime-version:" in low and b"multipart/related" in low:
        return "mhtml"
    if head.startswith(b"From ") and b"\nSubject:" in head:
        return "mbox"
    if b"\nsubject:" in b"\n" + low and b"\nfrom:" in b"\n" + low:
        return "eml"
    return "text"  # decoding rejects a file that is not text


def _zipped(data: bytes) -> str | None:
    if b"word/document.xml" in data:
        return "docx"
    if b"application/epub+zip" in data[:200]:
        return "epub"
    return "odt" if b"application/vnd.oasis.opendocument.text" in data[:200] else None


def _function(place: tuple[str, str]) -> Callable[..., Any]:
    module, name = place
    function: Callable[..., Any] = getattr(import_module(f".formats.{module}", __package__), name)
    return function


def _read_plain(data: bytes, *, markdown: bool) -> ParsedArticle:
    text = decode(data)
    if not text.strip():
        raise UnreadableFile("it is empty")
    metadata = front_matter(text) if markdown else Metadata()
    blocks = markdown_blocks(text, metadata.body_start) if markdown else plain_blocks(text)
    return parsed_article(text, blocks, metadata)
