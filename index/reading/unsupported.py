"""Documents that cannot be read, and what to do about each."""

from __future__ import annotations

import io
import zipfile

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
"""First bytes of Office files in the format before 2007, and of other programs' files in the same container."""
_WORD = "it is a Word file in the format before 2007 (.doc); save it as .docx and add that"
_EXCEL = "it is an Excel file in the format before 2007 (.xls); save it as .xlsx and add that"
_POWERPOINT = "it is a PowerPoint file in the format before 2007 (.ppt); save it as .pptx and add that"
_OUTLOOK = "it is a mail in Outlook's own format (.msg); save it as .eml or as text and add that"
_MAILBOX = "it is a mailbox in Outlook's own format; export its mails as .mbox or .eml and add those"
_ENCRYPTED = "it is encrypted; save it without its password and add it again"
_WORKS = "it is a file of Microsoft Works; save it as .docx and add that"
_HANGUL = "it is a file of Hangul Word Processor; save it as .docx and add that"
_BOOK = "it is a book in a format of Kindle; convert it to EPUB and add that"
_PRINT = "save it as PDF and add that"
_TEXT = "save it as .docx, .odt or PDF and add that"

_BY_SUFFIX = {
    ".doc": _WORD, ".dot": _WORD, ".xls": _EXCEL, ".xlt": _EXCEL, ".ppt": _POWERPOINT, ".pps": _POWERPOINT,
    ".pot": _POWERPOINT, ".msg": _OUTLOOK, ".pst": _MAILBOX, ".ost": _MAILBOX, ".wps": _WORKS, ".hwp": _HANGUL,
    ".hwpx": _HANGUL, ".mobi": _BOOK, ".azw": _BOOK, ".azw3": _BOOK, ".kfx": _BOOK, ".prc": _BOOK,
    ".xlsb": "it is a binary Excel file; save it as .xlsx and add that",
    ".pages": f"it is a file of Apple Pages; {_TEXT}",
    ".numbers": "it is a file of Apple Numbers; save it as .xlsx or .csv and add that",
    ".key": "it is a file of Apple Keynote; save it as .pptx or PDF and add that",
    ".one": f"it is a notebook of OneNote; {_PRINT}", ".pub": f"it is a file of Publisher; {_PRINT}",
    ".vsd": f"it is a drawing of Visio; {_PRINT}", ".vsdx": f"it is a drawing of Visio; {_PRINT}",
    ".odg": f"it is an OpenDocument drawing; {_PRINT}", ".djvu": f"it is a DjVu file; {_PRINT}",
    ".djv": f"it is a DjVu file; {_PRINT}", ".xps": f"it is an XPS file; {_PRINT}",
    ".oxps": f"it is an XPS file; {_PRINT}", ".ps": f"it is a PostScript file; {_PRINT}",
    ".eps": f"it is a PostScript file; {_PRINT}", ".dvi": f"it is a DVI file; {_PRINT}",
    ".indd": f"it is a file of InDesign; {_PRINT}", ".wpd": f"it is a file of WordPerfect; {_TEXT}",
    ".sxw": f"it is a file of OpenOffice 1; {_TEXT}",
    ".fodt": "it is a flat OpenDocument text; save it as .odt and add that",
    ".fods": "it is a flat OpenDocument spreadsheet; save it as .ods and add that",
    ".fodp": "it is a flat OpenDocument presentation; save it as .odp and add that",
    ".sxc": "it is a file of OpenOffice 1; save it as .ods and add that",
    ".sxi": "it is a file of OpenOffice 1; save it as .odp and add that",
    ".gdoc": "it is only a link to a Google document; download that as .docx and add it",
    ".gsheet": "it is only a link to a Google spreadsheet; download that as .xlsx and add it",
    ".gslides": "it is only a link to a Google presentation; download that as .pptx and add it",
    ".fb2": "it is a book in FictionBook; convert it to EPUB and add that",
    ".lit": "it is a book of Microsoft Reader; convert it to EPUB and add that",
    ".chm": "it is a help file of Windows; save its pages as HTML and add those",
    ".ass": "it is a subtitle file of Aegisub; save it as .srt and add that",
    ".ssa": "it is a subtitle file of SubStation Alpha; save it as .srt and add that",
    ".webarchive": "it is a web page in Safari's own format; save it as HTML and add that",
    ".wacz": "it is a web archive; save its pages as HTML and add those",
    ".warc": "it is a web archive; save its pages as HTML and add those",
}  # fmt: skip
"""Suffix -> why the file is not read, and the way out."""
DOCUMENT_SUFFIXES = frozenset(_BY_SUFFIX)
"""Suffixes of documents that are refused with a way out, instead of being ignored in a folder."""
PICTURE_SUFFIXES = frozenset((
    ".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".webp", ".heic", ".heif", ".avif", ".svg", ".ico",
))  # fmt: skip
MARKUP_SUFFIXES = frozenset((".tex", ".latex", ".rst", ".adoc", ".asciidoc", ".org", ".textile", ".wiki"))
_STREAMS = (
    ("EncryptedPackage", _ENCRYPTED), ("__substg1.0_", _OUTLOOK), ("WordDocument", _WORD),
    ("PowerPoint Document", _POWERPOINT), ("Workbook", _EXCEL), ("Book", _EXCEL), ("MatOST", _WORKS),
    ("HwpSummaryInformation", _HANGUL), ("VisioDocument", _BY_SUFFIX[".vsd"]), ("Quill", _BY_SUFFIX[".pub"]),
)  # fmt: skip
"""Name of a stream in an OLE container -> what the file is; the telling names first."""
_SIGNATURES = (
    (b"AT&TFORM", _BY_SUFFIX[".djvu"]), (b"!BDN", _MAILBOX), (b"\xffWPC", _BY_SUFFIX[".wpd"]),
    (b"%!PS", _BY_SUFFIX[".ps"]), (b"ITSF", _BY_SUFFIX[".chm"]), (b"ITOLITLS", _BY_SUFFIX[".lit"]),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", _BY_SUFFIX[".one"]), (b"bplist00", _BY_SUFFIX[".webarchive"]),
    (b"SQLite format 3\0", "it is a database; if it is Zotero's, add the folder that it is in"),
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF87a", "picture"), (b"GIF89a", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"), (b"7z\xbc\xaf", "archive"), (b"Rar!", "archive"), (b"\x1f\x8b", "archive"),
)  # fmt: skip
_KINDS = {
    "picture": "it is a picture; save it as PDF to have its text read",
    "archive": "it is an archive; unpack it and add the files in it",
}
_ZIP_PARTS = (
    ("xl/workbook.bin", _BY_SUFFIX[".xlsb"]), ("Index/Document.iwa", "it is a file of Apple's iWork; " + _TEXT),
    ("FixedDocSeq.fdseq", _BY_SUFFIX[".xps"]), ("FixedDocumentSequence.fdseq", _BY_SUFFIX[".xps"]),
    ("visio/document.xml", _BY_SUFFIX[".vsdx"]), ("Contents/content.hpf", _HANGUL),
)  # fmt: skip


def has_other_name(name: str) -> bool:
    """Whether a file's suffix is that of a document that cannot be read."""
    return _by_suffix(name) is not None


def has_other_signature(data: bytes) -> bool:
    """Whether a file begins as one of another format that cannot be read."""
    return _by_signature(data) is not None


def why_unsupported(name: str, data: bytes) -> str:
    """Return why a file is not read, and what to do; its content counts more than its name."""
    if data.startswith(OLE_SIGNATURE):
        return _by_stream(data) or _by_suffix(name) or (
            "it is a file in the container of Office before 2007, of an unknown program; save it in a newer format, "
            "or as PDF, and add that"
        )  # fmt: skip
    if data.startswith(b"PK\x03\x04"):
        return _by_part(data) or _by_suffix(name) or _KINDS["archive"]
    return _by_signature(data) or _by_suffix(name) or (
        "its format is not supported; save it as text, HTML, PDF, DOCX or CSV and add that"
    )  # fmt: skip


def _by_suffix(name: str) -> str | None:
    lower = name.casefold()
    return next((reason for suffix, reason in _BY_SUFFIX.items() if lower.endswith(suffix)), None)


def _by_signature(data: bytes) -> str | None:
    if data[60:68] == b"BOOKMOBI":
        return _BOOK
    found = next((reason for signature, reason in _SIGNATURES if data.startswith(signature)), None)
    return _KINDS.get(found, found) if found else None


def _by_stream(data: bytes) -> str | None:
    """Return what an OLE file is by the names of its streams, which its directory holds in UTF-16."""
    return next((reason for name, reason in _STREAMS if name.encode("utf-16-le") + b"\0\0" in data
                 or (name.endswith("_") and name.encode("utf-16-le") in data)), None)  # fmt: skip


def _by_part(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except Exception:  # a damaged archive can make zipfile raise anything
        return None
    return next((reason for part, reason in _ZIP_PARTS if part in names), None)
