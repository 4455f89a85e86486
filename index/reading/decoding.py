"""Decoding of bytes to text, with detection of the encoding.

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
_MAX_INVALID = 100
"""Maximum number of invalid bytes in a file that counts as damaged UTF-8."""
_VALID_TO_INVALID = 3
"""A file counts as damaged UTF-8 only if it has more than this many valid non-ASCII characters per invalid byte."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes) -> str:
    """Decode bytes in the encoding that they are in.

    :raises UnreadableFile: the bytes are not text in any known encoding.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableFile(
                    f"its byte-order mark says {encoding}, but byte {error.start} is not valid in it; "
                    "save it as UTF-8 and add it again"
                ) from error
    for encoding in ("utf-8", *_wide_encodings(data)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _looks_binary(text):
            return text
    if b"\0" in data:
        raise UnreadableFile("it is a binary file, not text")
    if reason := _damaged_utf8(data):
        raise UnreadableFile(reason)
    decoded = _single_byte(data)
    if decoded is None or _looks_binary(decoded):
        raise UnreadableFile("it is not text in any known encoding; save it as UTF-8 and add it again")
    return decoded


def _damaged_utf8(data: bytes) -> str | None:
    """Return the reason to reject a file that is UTF-8 except for a few bytes; None for any other file.

    Decoded in any other encoding, such a file would be garbled.
    """
    invalid: list[int] = []
    valid = at = 0
    while at < len(data):
        try:
            piece, end = data[at:].decode("utf-8"), len(data)
        except UnicodeDecodeError as error:
            invalid.append(at + error.start)
            piece, end = data[at : at + error.start].decode("utf-8"), at + error.end
        valid += sum(c > "\x7f" for c in piece)
        if len(invalid) > _MAX_INVALID:
            return None
        at = end
    if not invalid or valid <= _VALID_TO_INVALID * len(invalid):
        return None
    line = data.count(b"\n", 0, invalid[0]) + 1
    others = f" and {len(invalid) - 1} more" if len(invalid) > 1 else ""
    return (
        f"it is in UTF-8 except for byte {invalid[0]} (0x{data[invalid[0]]:02X}, in line {line}){others}; "
        "correct that, or save the whole file as UTF-8, and add it again"
    )


def _wide_encodings(data: bytes) -> list[str]:
    """Detect UTF-16 without a byte-order mark: in Latin text nearly every second byte is zero."""
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
    """Decode as Windows-1252 if that gives a Western language, otherwise as charset-normalizer detects.

    The first guess of charset-normalizer is not enough: for short Western texts it is often Windows-1250,
    which turns "è" into another letter.
    """
    try:
        western: str | None = data.decode("cp1252")
    except UnicodeDecodeError:
        western = None
    plausible = western is not None and bool(_WESTERN.fullmatch(western)) and not _MARK_IN_WORD.search(western)
    if western is not None and plausible and not _ACCENTED.search(western):
        return western
    candidates = from_bytes(data)
    if plausible and any(str(candidate) == western for candidate in candidates):
        return western
    best = candidates.best()
    return None if best is None else str(best)


def _looks_binary(text: str) -> bool:
    return len(_CONTROL.findall(text[:100_000])) > 0.001 * min(len(text), 100_000)
