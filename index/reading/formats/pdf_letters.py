"""Letters of a PDF whose font does not state them plainly.

- A ligature that the file maps to one of its letters ("deined", "ofer"), although its name in the font stands for
  several: the file's map is corrected before PDFium reads it. The corrected map is appended; nothing else changes.
- Signs in the private areas of Symbol and Wingdings, such as bullets, which have a Unicode character of their own.
- A character that neither the font nor the file explains becomes U+FFFD. Text with one inside a word is not quoted.
"""

from __future__ import annotations

import io
import logging
import re
import unicodedata
import zlib
from collections.abc import Iterator
from typing import Any

UNKNOWN = "\ufffd"
"""Character in place of one that the file does not explain."""
MAX_UNKNOWN = 0.3
"""Maximum share of unknown characters in a text that is worth reading."""
_LIGATURE_NAME = re.compile(
    rb"/(?:[A-Za-z](?:_[A-Za-z])+|ff[il]?|f[ijlt]|Th|uniFB0\d|uni(?:[0-9A-F]{8})+)(?:\.\w+)?(?=[\s/\]])"
)
_OBJECT_STREAM = re.compile(rb"/ObjStm\b.{0,300}?stream\r?\n", re.DOTALL)
_REFERENCE = re.compile(rb"/(ToUnicode|Encoding)\s+(\d+)\s+\d+\s+R")
_MAX_STREAM = 1 << 22
"""Maximum number of bytes of a stream that are searched for fonts."""
_MAX_OBJECT = 20_000
_PLAIN_LIGATURES = {
    "ff": "ff", "fi": "fi", "fl": "fl", "ffi": "ffi", "ffl": "ffl", "ft": "ft", "fj": "fj", "Th": "Th",
    "uniFB00": "ff", "uniFB01": "fi", "uniFB02": "fl", "uniFB03": "ffi", "uniFB04": "ffl", "uniFB05": "st",
    "uniFB06": "st",
}  # fmt: skip
_KNOWN_TO_PDFIUM = frozenset(("ff", "fi", "fl", "ffi", "ffl", *(f"uniFB0{i}" for i in range(7))))
_SIGNS = {
    0xF0B7: "•", 0xF0A7: "▪", 0xF06E: "■", 0xF06F: "□", 0xF071: "❑", 0xF075: "◆", 0xF076: "❖", 0xF0A8: "◻", 0xF0D8: "➢",
    0xF0E0: "→", 0xF0E8: "➔", 0xF0FC: "✓", 0xF0FB: "✗", 0xF0FE: "☑", 0xF02D: "-", 0xF020: " ", 0xF0A3: "≤", 0xF0B3: "≥",
    0xF0B1: "±", 0xF0B4: "×", 0xF0B0: "°", 0xF06D: "μ", 0xF061: "α", 0xF062: "β", 0xF067: "γ", 0xF064: "δ", 0xF06C: "l",
    **{0xF730 + digit: str(digit) for digit in range(10)}, **{0xF761 + i: chr(0x61 + i) for i in range(26)},
}  # fmt: skip
"""Characters in private areas: of Symbol and Wingdings, and Adobe's old-style figures and small capitals."""
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")


def without_private(text: str) -> str:
    """Return the text with signs in private areas as the characters that they stand for, or as unknown ones."""
    return _PRIVATE.sub(lambda match: _SIGNS.get(ord(match.group()), UNKNOWN), text)


def has_unknown_letters(words: str) -> bool:
    """Whether an unknown character is part of a word. One by itself is a sign, such as a bullet."""
    return UNKNOWN in words and bool(re.search(rf"\w{UNKNOWN}|{UNKNOWN}\w|{UNKNOWN}{{2}}", words))


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
        writer = pypdf.PdfWriter(io.BytesIO(data), incremental=True)
        if not any([_correct(writer, font) for font in list(_fonts(writer))]):
            return data
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()
    except pypdf.errors.PyPdfError as error:
        raise ValueError(str(error)) from error


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
    """Return the objects of a file that mention a font's map or names, by their numbers."""
    objects: dict[int, bytes] = {}
    for match in re.finditer(rb"/ToUnicode\b|/Differences\b", data):
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
        if count is None or not (b"/ToUnicode" in unpacked or b"/Differences" in unpacked):
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


def _fonts(writer: Any) -> Iterator[Any]:
    """Yield the fonts with one byte for each character that name some characters themselves."""
    for font in writer._objects:
        if isinstance(font, dict) and font.get("/Type") == "/Font" and font.get("/Subtype") != "/Type0":
            encoding = font.get("/Encoding")
            encoding = encoding.get_object() if encoding is not None else None
            if isinstance(encoding, dict) and "/Differences" in encoding:
                yield font


def _correct(writer: Any, font: Any) -> bool:
    """Correct a font's map from characters to letters; return whether it was wrong."""
    from pypdf.generic import NameObject, StreamObject

    named = {code: letters for code, name in _names(font) if (letters := _letters(name))}
    map_object = font.get("/ToUnicode")
    stated = _mapped(map_object.get_object().get_data()) if map_object is not None else {}
    wrong = {
        code: letters for code, letters in named.items() if stated.get(code, "") not in (letters, _joined(letters))
    }
    if not wrong:
        return False
    corrected = StreamObject()
    corrected.set_data(_map(stated | wrong))
    font[NameObject("/ToUnicode")] = writer._add_object(corrected)
    return True


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


def _joined(letters: str) -> str:
    """Return the single character for a ligature, or the letters if there is none."""
    signs = {
        normal: chr(sign) for sign in range(0xFB00, 0xFB05) if (normal := unicodedata.normalize("NFKC", chr(sign)))
    }
    return signs.get(letters, letters)


def _mapped(cmap: bytes) -> dict[int, str]:
    """Return the letters of each one-byte code in a font's map."""
    result: dict[int, str] = {}
    for kind, body in re.findall(rb"begin(bfchar|bfrange)(.*?)end\1", cmap, re.DOTALL):
        if kind == b"bfchar":
            for code, letters in re.findall(rb"<\s*([0-9A-Fa-f]+)\s*>\s*<([0-9A-Fa-f\s]*)>", body):
                result[int(code, 16)] = _utf16(letters)
            continue
        for first, last, single, several in re.findall(
            rb"<\s*([0-9A-Fa-f]+)\s*>\s*<\s*([0-9A-Fa-f]+)\s*>\s*(?:<([0-9A-Fa-f\s]*)>|\[([^\]]*)\])", body
        ):
            codes = range(int(first, 16), min(int(last, 16), 255) + 1)
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


def _map(letters: dict[int, str]) -> bytes:
    """Return a font's map from one-byte codes to letters."""
    lines = [f"<{code:02x}> <{words.encode('utf-16-be').hex()}>" for code, words in sorted(letters.items())]
    blocks = [lines[i : i + 100] for i in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{body}\nendcmap end end\n"
    ).encode("ascii")
