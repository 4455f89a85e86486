"""Which format a file is in, by its suffix, else by its content; and the articles that it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from quoth.index.errors import UnreadableFile
from quoth.index.reading.formats.markdown import markdown_blocks
from quoth.index.reading.formats.text import plain_blocks
from quoth.index.reading.metadata.fields import finished, front_matter

from .decoding import decode
from .document import Metadata, ParsedArticle, Refused

_ONE = {
    "html": ("html", "read_html"), "mhtml": ("mail", "read_mhtml"), "pdf": ("pdf", "read_pdf"),
    "docx": ("office", "read_docx"), "odt": ("office", "read_odt"), "epub": ("epub", "read_epub"),
    "rtf": ("rtf", "read_rtf"), "eml": ("mail", "read_mail"),
}  # fmt: skip
"""Module and function of formats whose files are one article each; loaded when the first such file is read."""
_SEVERAL = {"mbox": ("mail", "read_mbox"), "feed": ("feeds", "read_feed")}
_TABLES = {"csv": ("csv_jsonl", "read_csv"), "jsonl": ("csv_jsonl", "read_jsonl")}
_BY_SUFFIX = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html",
    ".xhtml": "html", ".mhtml": "mhtml", ".mht": "mhtml", ".pdf": "pdf", ".docx": "docx", ".odt": "odt",
    ".epub": "epub", ".rtf": "rtf", ".eml": "eml", ".mbox": "mbox", ".rss": "feed", ".atom": "feed", ".csv": "csv",
    ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
SUFFIXES = tuple(_BY_SUFFIX)
_IN_PLACE = ("text", "markdown")
"""Formats whose files are their article's text: nothing in them is unpacked or taken apart."""
PLAIN = tuple(suffix for suffix, kind in _BY_SUFFIX.items() if kind in _IN_PLACE)
"""Of files that are taken from a folder. A file that is named is judged by its content if its suffix is another."""
SEEN = 2048
"""Bytes from which a format is told."""


def read(name: str, data: bytes, columns: Mapping[str, str] | None = None) -> Iterator[ParsedArticle | Refused]:
    """The articles of a file, and those of a file with several that cannot be read.

    :param name: the file's; its suffix says what is in it.
    :param columns: of a table, which column holds what (see tables.py), beside those that are known by their names.
    :raises UnreadableFile: it cannot be read, and why.
    """
    kind = kind_of(name, data)
    if kind is None:
        raise UnreadableFile(
            "it is of no kind that is read (text, Markdown, web pages, PDF, Word, OpenDocument, EPUB, RTF, "
            "mail, feeds, tables)"
        )
    if not data.strip():
        raise UnreadableFile("it is empty")
    if kind in _IN_PLACE:
        yield _written(data, markdown=kind == "markdown")
    elif kind in _ONE:
        yield _function(_ONE[kind])(data)
    elif kind in _SEVERAL:
        yield from _function(_SEVERAL[kind])(data)
    else:
        yield from _function(_TABLES[kind])(data, columns or {})


def is_taken(path: Path) -> bool:
    """Whether a file of a folder is one to be read: by its suffix, or a feed, as those are often called .xml."""
    suffix = path.suffix.lower()
    if suffix != ".xml":
        return suffix in SUFFIXES
    try:
        with path.open("rb") as stream:
            return kind_of(path.name, stream.read(SEEN)) == "feed"
    except OSError:
        return True  # reading it says why it cannot be


def is_plain(name: str, head: bytes) -> bool:
    """Whether a file that begins like this is its article's text, and safe to be read where a harmful file is not."""
    return not head.startswith(b"PK") and kind_of(name, head) in _IN_PLACE


def kind_of(name: str, data: bytes) -> str | None:
    """The format of a file: what its content shows beyond doubt, else what its suffix says,
    else what its content suggests."""
    lower = name.casefold()
    by_suffix = next((kind for suffix, kind in _BY_SUFFIX.items() if lower.endswith(suffix)), None)
    head = data[:SEEN].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(data) or (by_suffix if by_suffix not in _IN_PLACE else None)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile("it is a Word file of before 2007 (.doc); save it as .docx and add it again")
    if by_suffix:
        return by_suffix
    low = head.lower()
    if low.startswith((b"<!doctype html", b"<html")):
        return "html"
    if low.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf")) and (b"<rss" in low or b"<feed" in low or b"<rdf" in low):
        return "feed"
    if b"mime-version:" in low and b"multipart/related" in low:
        return "mhtml"
    if head.startswith(b"From ") and b"\nSubject:" in head:
        return "mbox"
    if b"\nsubject:" in b"\n" + low and b"\nfrom:" in b"\n" + low:
        return "eml"
    return "text"  # whatever it is called; that it is none is seen when it is decoded


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


def _written(data: bytes, *, markdown: bool) -> ParsedArticle:
    """Of plain text and Markdown, the text is the decoded file itself."""
    text = decode(data)
    if not text.strip():
        raise UnreadableFile("it is empty")
    facts = front_matter(text) if markdown else Metadata()
    return finished(text, markdown_blocks(text, facts.body) if markdown else plain_blocks(text), facts)
