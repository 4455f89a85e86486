"""Access to PDF files through PDFium: opening a file, and the characters and metadata in it."""

from __future__ import annotations

import re
from ctypes import CFUNCTYPE, c_int, c_ushort, cast
from itertools import chain, repeat
from typing import Any

import pypdfium2
from pypdfium2 import raw

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Metadata
from quoth.index.reading.layout.paragraphs import HYPHEN
from quoth.index.reading.metadata.lines import one_line
from quoth.index.reading.metadata.reference import tags_in
from quoth.index.reading.symbols import UNKNOWN

from .pdf_letters import with_named_letters
from .pdf_signs import without_private

_SAMPLE = 12
"""Every so many characters one is tested for a missing explanation; if one lacks it, all on its page are tested."""
_SUSPICIOUS = re.compile(r"[\0-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
_CONTROL = re.compile(r"[\0-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def quick(function: Any, result: Any = c_int) -> Any:
    """Return a function of PDFium that takes its arguments as they are.

    The conversion of arguments takes longer than the call. So only integers, ``byref`` of the declared types and the
    handles of pypdfium2 are passed.

    :param result: the type of what it returns.
    """
    return cast(function, CFUNCTYPE(result))


_has_map_error = quick(raw.FPDFText_HasUnicodeMapError)


def open_pdf(data: bytes) -> Any:
    """Open a document with PDFium. The caller closes it.

    :raises UnreadableFile: the document is encrypted or damaged.
    """
    try:
        return pypdfium2.PdfDocument(with_named_letters(data))
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFile("it is encrypted; save it without its password and add it again") from error
        raise UnreadableFile(f"it cannot be opened as a PDF ({error}); save a new copy and add it") from error


def has_image(page: Any) -> bool:
    """Whether a page contains an image."""
    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))


def page_characters(text_page: Any) -> str:
    """Return the characters of a page, exactly one for each that PDFium counts.

    Tabs and other control characters are spaces; characters that the file does not explain are ``UNKNOWN``.
    """
    count = text_page.count_chars()
    text = text_page.get_text_range() if count else ""
    handle = text_page.raw
    if len(text) != count:  # they differ for characters outside the basic plane
        text = "".join(chr(raw.FPDFText_GetUnicode(handle, i)) for i in range(count))
        text = re.sub(r"[\ud800-\udfff\x02]", lambda m: HYPHEN if m.group() == "\x02" else UNKNOWN, text)
    suspicious = [match.start() for match in _SUSPICIOUS.finditer(text)]
    places = chain(range(0, count, _SAMPLE), suspicious)
    if 1 in map(_has_map_error, repeat(handle), places):
        text = "".join(UNKNOWN if _has_map_error(handle, i) > 0 else character for i, character in enumerate(text))
    return without_private(_CONTROL.sub(" ", text)) if suspicious else text.replace("\t", " ")


def pdf_metadata(document: Any) -> Metadata:
    """Return the metadata of a document. The date on which a file was made is not the date of publication."""
    info = document.get_metadata_dict(skip_empty=True)
    size = raw.FPDFCatalog_GetLanguage(document, None, 0)
    language = None
    if size > 2:
        buffer = (c_ushort * (size // 2))()
        raw.FPDFCatalog_GetLanguage(document, buffer, size)
        language = one_line(bytes(buffer)[:-2].decode("utf-16-le", "ignore"))
    return Metadata(
        title=one_line(info.get("Title")), author=one_line(info.get("Author")), language=language,
        tags=tuple(tags_in(info.get("Keywords"))),
    )  # fmt: skip
