"""Fonts with another map to letters, appended to a PDF as an incremental update (ISO 32000-1, 7.5.6)."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

_LAST_XREF = re.compile(rb"startxref\s+(\d+)")
_TRAILER = ("/Root", "/Info", "/ID")


def with_font_maps(reader: Any, data: bytes, fonts: Mapping[int, tuple[Any, bytes]]) -> bytes:
    """Return a PDF in which fonts have other maps to letters.

    :param reader: the reader of pypdf for the data.
    :param fonts: number of an object -> the font and the source of its map.
    :raises ValueError: the data do not state where their list of objects is.
    """
    from pypdf.generic import IndirectObject, NameObject

    stated = _LAST_XREF.findall(data)
    if not stated:
        raise ValueError("no startxref")
    previous = int(stated[-1])
    out = io.BytesIO()
    out.write(data + b"\n")
    places: dict[int, int] = {}
    free = int(reader.trailer["/Size"])
    for number, (font, cmap) in fonts.items():
        places[free] = out.tell()
        out.write(b"%d 0 obj\n<</Length %d>>\nstream\n%b\nendstream\nendobj\n" % (free, len(cmap), cmap))
        font[NameObject("/ToUnicode")] = IndirectObject(free, 0, reader)
        places[number] = out.tell()
        out.write(b"%d 0 obj\n" % number)
        font.write_to_stream(out)
        out.write(b"\nendobj\n")
        free += 1
    is_table = data[previous : previous + 20].lstrip().startswith(b"xref")
    xref = out.tell()
    if not is_table:
        places[free] = xref
        free += 1
    trailer = io.BytesIO()
    for name, value in ((name, reader.trailer.raw_get(name)) for name in _TRAILER if name in reader.trailer):
        NameObject(name).write_to_stream(trailer)
        trailer.write(b" ")
        value.write_to_stream(trailer)
    trailer.write(b"/Size %d/Prev %d" % (free, previous))
    numbers = sorted(places)
    if is_table:
        out.write(b"xref\n")
        for number in numbers:
            out.write(b"%d 1\n%010d 00000 n\r\n" % (number, places[number]))
        out.write(b"trailer\n<<%b>>\n" % trailer.getvalue())
    else:
        entries = b"".join(b"\1" + places[number].to_bytes(8, "big") + b"\0\0" for number in numbers)
        index = b" ".join(b"%d 1" % number for number in numbers)
        out.write(
            b"%d 0 obj\n<</Type/XRef/W[1 8 2]/Index[%b]/Length %d%b>>\nstream\n%b\nendstream\nendobj\n"
            % (free - 1, index, len(entries), trailer.getvalue(), entries)
        )
    out.write(b"startxref\n%d\n%%%%EOF\n" % xref)
    return out.getvalue()
