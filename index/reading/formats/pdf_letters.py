"""Ligatures of a PDF that its file maps to one of their letters ("deined", "ofer"), or to none.

Where the ligature's name in the font stands for several letters, the file's map is corrected before PDFium reads it.
The corrected map is appended to the file; nothing else changes.
"""

from __future__ import annotations

import io
import logging
import re
import unicodedata
import zlib
from collections.abc import Iterator
from typing import Any

_LIGATURE_NAME = re.compile(
    rb"/(?:[A-Za-z](?:_[A-Za-z])+|ff[il]?|f[ijlt]|Th|uniFB0\d|uni(?:[0-9A-F]{8})+)(?:\.\w+)?(?=[\s/\]])"
)
_OBJECT_STREAM = re.compile(rb"/ObjStm\b.{0,300}?stream\r?\n", re.DOTALL)
_OF_FONT = re.compile(rb"/(?:ToUnicode|Differences|BaseFont)\b")
_REFERENCE = re.compile(rb"/(ToUnicode|Encoding)\s+(\d+)\s+\d+\s+R")
_MAX_STREAM = 1 << 22
"""Maximum number of bytes of a stream that are searched for fonts."""
_MAX_OBJECT = 20_000
_MAX_CODE = 0xFFFF
_Ligatures = dict[tuple[str, str, float], str]
"""Font family, letters that the file states, and width -> the letters of the ligature."""
_PLAIN_LIGATURES = {
    "ff": "ff", "fi": "fi", "fl": "fl", "ffi": "ffi", "ffl": "ffl", "ft": "ft", "fj": "fj", "Th": "Th",
    "uniFB00": "ff", "uniFB01": "fi", "uniFB02": "fl", "uniFB03": "ffi", "uniFB04": "ffl", "uniFB05": "st",
    "uniFB06": "st",
}  # fmt: skip
_SIGNS = {unicodedata.normalize("NFKC", chr(sign)): chr(sign) for sign in range(0xFB00, 0xFB05)}
"""Letters of a ligature -> the single character that Unicode has for it."""
_KNOWN_TO_PDFIUM = frozenset(("ff", "fi", "fl", "ffi", "ffl", *(f"uniFB0{i}" for i in range(7))))


def with_named_letters(data: bytes) -> bytes:
    """Return a PDF in which each ligature that its font names is mapped to its letters.

    The data are returned as they are if no ligature is mapped to fewer letters than its name states.
    """
    if not _LIGATURE_NAME.search(data) and b"/ObjStm" not in data:
        return data
    try:
        return _corrected(data) if _may_be_wrong(data) else data
    except (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError):
        return data  # a damaged file: PDFium reads it as it is


def _corrected(data: bytes) -> bytes:
    import pypdf  # only for the few files with such fonts

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        objects = {n: reader.get_object(n) for n in _font_objects(data)}  # all would take most of the reading's time
        known: _Ligatures = {}
        maps: dict[int, bytes] = {}
        for number, font in _fonts(objects):
            if (cmap := _correct(font, known)) is not None:
                maps[number] = cmap
        if not maps:
            return data
        for number, font in _fonts(objects, composite=True):
            if (cmap := _correct_composite(font, known)) is not None:
                maps[number] = cmap
        return _with_maps(data, maps)
    except pypdf.errors.PyPdfError as error:
        raise ValueError(str(error)) from error


def _with_maps(data: bytes, maps: dict[int, bytes]) -> bytes:
    """Return a PDF with other maps of its fonts to letters, by the numbers of the fonts."""
    from pypdf import PdfWriter
    from pypdf.generic import NameObject, StreamObject

    writer = PdfWriter(io.BytesIO(data), incremental=True)
    for number, cmap in maps.items():
        stream = StreamObject()
        stream.set_data(cmap)
        font: Any = writer.get_object(number)
        font[NameObject("/ToUnicode")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _may_be_wrong(data: bytes) -> bool:
    """Whether a font names a ligature that its map to letters lacks, or has as a single letter or a private character.

    This quick search spares the parsing of most files.
    """
    objects = _font_objects(data)
    maps: dict[int, int] = {}  # number of the object that names a font's characters -> number of its map
    for number, body in objects.items():
        references = {name: int(target) for name, target in _REFERENCE.findall(body)}
        if b"ToUnicode" in references:
            maps[number if b"/Differences" in body else references.get(b"Encoding", number)] = references[b"ToUnicode"]
    for number, body in objects.items():
        if b"/Differences" not in body or not _LIGATURE_NAME.search(body):
            continue
        stated = _mapped(_stream(data, maps[number])) if number in maps else {}
        for code, name in _names_in(body):
            known = stated.get(code) or ("ff" if name in _KNOWN_TO_PDFIUM else "")
            if _letters(name) and (known.isascii() or "\ue000" <= known <= "\uf8ff") and len(known) < 2:
                return True
    return False


def _font_objects(data: bytes) -> dict[int, bytes]:
    """Return the source of a file's fonts and of the lists of their characters' names, by their numbers."""
    objects: dict[int, bytes] = {}
    for match in _OF_FONT.finditer(data):
        start = data.rfind(b" obj", 0, match.start())
        number = re.search(rb"(\d+)\s+\d+$", data[max(0, start - 20) : start]) if start > 0 else None
        if number:
            objects[int(number[1])] = data[start:][:_MAX_OBJECT].split(b"endobj")[0]
    for match in _OBJECT_STREAM.finditer(data):
        start = data.rfind(b" obj", 0, match.start())
        count = re.search(rb"/First\s+(\d+)", data[max(0, start) : match.end()])
        try:
            unpacked = zlib.decompressobj().decompress(data[match.end() : match.end() + _MAX_STREAM], _MAX_STREAM)
        except zlib.error:
            continue
        if count is None or not _OF_FONT.search(unpacked):
            continue
        first = int(count[1])
        numbers = [int(number) for number in unpacked[:first].split() if number.isdigit()]
        starts = numbers[1::2]
        for named, begin, end in zip(numbers[::2], starts, [*starts[1:], len(unpacked)], strict=False):
            objects[named] = unpacked[first + begin : first + end]
    return objects


def _stream(data: bytes, number: int) -> bytes:
    """Return the unpacked stream of an object; empty if it is not found."""
    start = -1
    while (start := data.find(b"%d 0 obj" % number, start + 1)) > 0 and data[start - 1 : start].isdigit():
        pass
    match = re.compile(rb"[^\0]{0,400}?stream\r?\n").match(data, start) if start >= 0 else None
    if match is None:
        return b""
    body = data[match.end() : match.end() + _MAX_STREAM]
    try:
        return zlib.decompressobj().decompress(body, _MAX_STREAM)
    except zlib.error:
        return body.split(b"endstream")[0]


def _names_in(encoding: bytes) -> Iterator[tuple[int, str]]:
    """Yield the codes and names in the source of a list of differences."""
    listed = re.search(rb"/Differences\s*\[([^\]]*)\]", encoding)
    code = 0
    for item in re.findall(rb"/[^\s/\]]+|\d+", listed[1] if listed else b""):
        if item.startswith(b"/"):
            yield code, item[1:].decode("latin-1")
            code += 1
        else:
            code = int(item)


def _fonts(objects: dict[int, Any], *, composite: bool = False) -> Iterator[tuple[int, Any]]:
    """Yield the fonts that name some of their characters themselves, or the composite ones, with their numbers."""
    for number, font in objects.items():
        if not isinstance(font, dict) or font.get("/Type") != "/Font":
            continue
        if font.get("/Subtype") == "/Type0":
            if composite and "/ToUnicode" in font and font.get("/Encoding") == "/Identity-H":
                yield number, font
        elif not composite:
            encoding = font.get("/Encoding")
            encoding = encoding.get_object() if encoding is not None else None
            if isinstance(encoding, dict) and "/Differences" in encoding:
                yield number, font


def _correct(font: Any, known: _Ligatures) -> bytes | None:
    """Return the corrected map of a font to letters, and add its ligatures to those known; None if it is not wrong."""
    named = {code: letters for code, name in _names(font) if (letters := _letters(name))}
    map_object = font.get("/ToUnicode")
    stated = _mapped(map_object.get_object().get_data()) if map_object is not None else {}
    wrong = {
        code: letters for code, letters in named.items() if stated.get(code, "") not in (letters, _SIGNS.get(letters))
    }
    if not wrong:
        return None
    widths = font.get("/Widths")
    for code, letters in wrong.items() if widths is not None else ():
        at = code - int(font.get("/FirstChar", 0))
        if 0 <= at < len(widths.get_object()):
            known[_family(font), stated.get(code, ""), float(widths.get_object()[at])] = letters
    return _map(stated | wrong)


def _correct_composite(font: Any, known: _Ligatures) -> bytes | None:
    """Return the corrected map of a font that names no characters; None if it is not wrong.

    A ligature is as wide as in the same font with names.
    """
    stated = _mapped(font["/ToUnicode"].get_object().get_data())
    widths = dict(_composite_widths(font["/DescendantFonts"].get_object()[0].get_object().get("/W", [])))
    wrong = {
        code: known[place] for code, letters in stated.items()
        if (place := (_family(font), letters, widths.get(code, -1.0))) in known
    }  # fmt: skip
    return _map(stated | wrong, digits=4) if wrong else None


def _composite_widths(items: Any) -> Iterator[tuple[int, float]]:
    """Yield the codes and widths in the list of a composite font: "first [width …]" or "first last width"."""
    values = [item.get_object() for item in items.get_object()] if items else []
    at = 0
    while at + 1 < len(values):
        if isinstance(values[at + 1], list):
            yield from ((int(values[at]) + i, float(width)) for i, width in enumerate(values[at + 1]))
            at += 2
        else:
            at += 3  # a run of equal widths holds no ligatures


def _family(font: Any) -> str:
    return str(font.get("/BaseFont", "")).split("+")[-1].removesuffix("-Identity-H")


def _names(font: Any) -> Iterator[tuple[int, str]]:
    """Yield the codes and names in a font's list of differences from a standard encoding."""
    code = 0
    for item in font["/Encoding"].get_object()["/Differences"].get_object():
        if isinstance(item, str):
            yield code, item.removeprefix("/")
            code += 1
        else:
            code = int(item.get_object())


def _letters(name: str) -> str:
    """Return the letters of a ligature's name; empty if it stands for a single one."""
    base = name.split(".")[0]
    if base in _PLAIN_LIGATURES:
        return _PLAIN_LIGATURES[base]
    if re.fullmatch(r"[A-Za-z](?:_[A-Za-z]){1,3}", base):
        return base.replace("_", "")
    if re.fullmatch(r"uni(?:[0-9A-F]{4}){2,4}", base):
        return "".join(chr(int(base[i : i + 4], 16)) for i in range(3, len(base), 4))
    return ""


def _mapped(cmap: bytes) -> dict[int, str]:
    """Return the letters of each code in a font's map."""
    result: dict[int, str] = {}
    for kind, body in re.findall(rb"begin(bfchar|bfrange)(.*?)end\1", cmap, re.DOTALL):
        if kind == b"bfchar":
            for code, letters in re.findall(rb"<\s*([0-9A-Fa-f]+)\s*>\s*<([0-9A-Fa-f\s]*)>", body):
                result[int(code, 16)] = _utf16(letters)
            continue
        for first, last, single, several in re.findall(
            rb"<\s*([0-9A-Fa-f]+)\s*>\s*<\s*([0-9A-Fa-f]+)\s*>\s*(?:<([0-9A-Fa-f\s]*)>|\[([^\]]*)\])", body
        ):
            codes = range(int(first, 16), min(int(last, 16), _MAX_CODE) + 1)
            listed = [_utf16(each) for each in re.findall(rb"<([0-9A-Fa-f\s]*)>", several)]
            base = _utf16(single)
            for i, code in enumerate(codes):
                if listed:
                    result[code] = listed[i] if i < len(listed) else ""
                elif base:
                    result[code] = base[:-1] + chr(ord(base[-1]) + i)
    return {code: letters for code, letters in result.items() if letters}


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", "replace").strip("\0")


def _map(letters: dict[int, str], digits: int = 2) -> bytes:
    """Return a font's map from codes to letters.

    :param digits: number of hexadecimal digits of a code.
    """
    lines = [f"<{code:0{digits}x}> <{words.encode('utf-16-be').hex()}>" for code, words in sorted(letters.items())]
    blocks = [lines[i : i + 100] for i in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def /CMapType 2 def\n"
        f"1 begincodespacerange <{'0' * digits}> <{'f' * digits}> endcodespacerange\n{body}\nendcmap end end\n"
    ).encode("ascii")
