"""Bytes -> text. Encodings are found, not assumed; what cannot be read is refused with the reason.

Decoding is exact: no replacement characters, no translated line ends. A byte-order mark is a signature, not text.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from quoth.index.errors import UnreadableFile

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_WESTERN = re.compile(r"[\x00-\x7f\xa0-\xbfÀ-ÏÑ-ÖØ-Üß-ïñ-öø-üÿŒœŠšŽžŸ€‚„…†‡‰‹›‘’“”•–—™ˆ˜]*")
_ACCENTED = re.compile(r"[À-ÿŒœŠšŽžŸ]")
_MARK_IN_WORD = re.compile(r"[^\W\d_][¡-¬®-¶¸-¿†‡‰€•][^\W\d_]")
_MOST_WRONG, _RIGHT_TO_WRONG = 100, 3
"""A file has at most so many wrong bytes, and for each more than so many right letters beyond ASCII,
to count as UTF-8."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes) -> str:
    """Text of these bytes in the encoding that they are in.

    :raises UnreadableFile: they are not text in any known encoding.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableFile(f"it says that it is {encoding}, but byte {error.start} is not") from error
    for encoding in ("utf-8", *_wide_encodings(data)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _looks_binary(text):
            return text
    if b"\0" in data:
        raise UnreadableFile("it is a binary file, not text")
    if wrong := _wrong_byte(data):
        raise UnreadableFile(wrong)
    found = _single_byte(data)
    if found is None or _looks_binary(found):
        raise UnreadableFile("it is not text in any known encoding; save it as UTF-8 and add it again")
    return found


def _wrong_byte(data: bytes) -> str | None:
    """Where a file in UTF-8 goes wrong, if it is one but for a few bytes;
    read in any other encoding it would be garbled."""
    wrong: list[int] = []
    letters = at = 0
    while at < len(data):
        try:
            rest, end = data[at:].decode("utf-8"), len(data)
        except UnicodeDecodeError as error:
            wrong.append(at + error.start)
            rest, end = data[at : at + error.start].decode("utf-8"), at + error.end
        letters += sum(c > "\x7f" for c in rest)
        if len(wrong) > _MOST_WRONG:
            return None
        at = end
    if not wrong or letters <= _RIGHT_TO_WRONG * len(wrong):
        return None
    line = data.count(b"\n", 0, wrong[0]) + 1
    others = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return (
        f"it is in UTF-8 but for byte {wrong[0]} (0x{data[wrong[0]]:02X}, in line {line}){others}; "
        "put that right, or save the whole file as UTF-8, and add it again"
    )


def _wide_encodings(data: bytes) -> list[str]:
    """UTF-16 without a mark shows in its zero bytes: Latin text has one in nearly every second place."""
    sample = data[:4096]
    if len(data) % 2 or not sample:
        return []
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    return (
        ["utf-16-le"]
        if odd > 0.3 * half and even < 0.05 * half
        else (["utf-16-be"] if even > 0.3 * half and odd < 0.05 * half else [])
    )


def _single_byte(data: bytes) -> str | None:
    """Windows-1252 where that reads as a Western language; otherwise what charset-normalizer finds.

    Its first guess alone will not do: for short Western texts it is often Windows-1250,
    which turns "è" into another letter.
    """
    try:
        western: str | None = data.decode("cp1252")
    except UnicodeDecodeError:
        western = None
    plausible = western is not None and bool(_WESTERN.fullmatch(western)) and not _MARK_IN_WORD.search(western)
    if western is not None and plausible and not _ACCENTED.search(western):
        return western
    readings = from_bytes(data)
    if plausible and any(str(reading) == western for reading in readings):
        return western
    best = readings.best()
    return None if best is None else str(best)


def _looks_binary(text: str) -> bool:
    return len(_CONTROL.findall(text[:100_000])) > 0.001 * min(len(text), 100_000)
