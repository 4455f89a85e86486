"""Detection of a file's format from its content and its suffix."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from .unsupported import (
    DOCUMENT_SUFFIXES,
    MARKUP_SUFFIXES,
    OLE_SIGNATURE,
    PICTURE_SUFFIXES,
    has_other_name,
    has_other_signature,
)

_BY_SUFFIX = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html",
    ".xhtml": "html", ".mhtml": "mhtml", ".mht": "mhtml", ".pdf": "pdf", ".docx": "docx", ".docm": "docx",
    ".dotx": "docx", ".odt": "odt", ".ott": "odt", ".epub": "epub", ".rtf": "rtf", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".xltx": "xlsx", ".ods": "ods", ".ots": "ods", ".pptx": "pptx", ".pptm": "pptx", ".ppsx": "pptx", ".potx": "pptx",
    ".odp": "odp", ".otp": "odp", ".srt": "subtitles", ".vtt": "subtitles", ".eml": "eml", ".mbox": "mbox",
    ".rss": "feed", ".atom": "feed", ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
SUFFIXES = tuple(_BY_SUFFIX)
"""Suffixes of the files that are read from a folder. A file that is named itself may have any suffix."""
PLAIN_FORMATS = ("text", "markdown")
"""Formats in which the decoded file is the article's text: nothing is unpacked or parsed out."""
PLAIN_SUFFIXES = tuple(suffix for suffix, kind in _BY_SUFFIX.items() if kind in PLAIN_FORMATS)
"""Suffixes of plain text and Markdown."""
NOTE_FORMATS = ("obsidian", "logseq")
"""Markdown of a vault of notes, which only its place tells from other Markdown."""
HEAD_BYTES = 2048
"""Number of bytes at the start of a file that are inspected to detect its format."""
_MAILBOX = re.compile(rb"From \S+ [^\n]*\d\d:\d\d[^\n]*\n[!-9;-~]+:")
_PARTS = {"word/": "docx", "xl/worksheets/": "xlsx", "ppt/slides/": "pptx"}
"""Beginning of a part's name in a zip archive -> the format that has such parts."""
_MIME_TYPES = {
    "application/epub+zip": "epub",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
"""Content of the part "mimetype" -> format."""


def why_ignored(path: Path) -> str | None:
    """Return why a file in a folder is not added; None if it is read, or if reading it says why it cannot be read."""
    suffix = path.suffix.lower()
    if suffix in (".xml", ""):
        try:
            with path.open("rb") as stream:
                kind = kind_of(path.name, stream.read(HEAD_BYTES))
        except OSError:
            return None
        if not suffix:
            return None if kind == "mbox" else "it has no suffix that names its format"
        return None if kind in ("feed", None) else "it is XML, but not a feed"
    if suffix in SUFFIXES or suffix in DOCUMENT_SUFFIXES:
        return None
    if suffix in PICTURE_SUFFIXES:
        return "it is a picture; save it as PDF to have its text read"
    if suffix in MARKUP_SUFFIXES:
        return f"{suffix} is markup that is not understood; add the file itself to have it read as plain text"
    return f"{suffix} is not a format of articles"


def is_plain(name: str, head: bytes) -> bool:
    """Whether a file with these first bytes is plain text or Markdown, which is safe to read in this process."""
    return not head.startswith(b"PK") and kind_of(name, head) in PLAIN_FORMATS


def kind_of(name: str, data: bytes) -> str | None:
    """Return the format of a file; None if it is not supported.

    Unambiguous signatures in the content come first, then the suffix, then weaker signs in the content.
    """
    lower = name.casefold()
    by_suffix = next((kind for suffix, kind in _BY_SUFFIX.items() if lower.endswith(suffix)), None)
    head = data[:HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(data) or (by_suffix if by_suffix not in PLAIN_FORMATS else None)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(OLE_SIGNATURE):
        return None
    if has_other_signature(data) and (by_suffix is None or b"\0" in head):
        return None
    if by_suffix:
        return by_suffix
    low = head.lower()
    if low.startswith((b"<!doctype html", b"<html")):
        return "html"
    is_xml = low.startswith((b"<?xml", b"<!--", b"<rss", b"<feed", b"<rdf"))
    if is_xml and (b"<rss" in low or b"<feed" in low or b"<rdf" in low):
        return "feed"
    if head.startswith(b"WEBVTT"):
        return "subtitles"
    if b"mime-version:" in low and b"multipart/related" in low:
        return "mhtml"
    if has_other_name(name):
        return None  # checked here because programs save pages under the names of Word and Excel files
    if head.startswith(b"From ") and (b"\nSubject:" in head or _MAILBOX.match(head)):
        return "mbox"
    if b"\nsubject:" in b"\n" + low and b"\nfrom:" in b"\n" + low:
        return "eml"
    return "text"  # decoding rejects a file that is not text


def _zipped(data: bytes) -> str | None:
    """Return the format of a document in a zip archive; None if it is another archive, or not complete."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            mime = (
                archive.read("mimetype") if "mimetype" in names and archive.getinfo("mimetype").file_size < 200 else b""
            )
    except Exception:  # a damaged archive can make zipfile raise anything; reading it says what is wrong
        return None
    kind = _MIME_TYPES.get(mime.decode("latin-1").strip().removesuffix("-template"))
    return kind or next((kind for part, kind in _PARTS.items() if any(name.startswith(part) for name in names)), None)
