"""Zip archives that are documents (DOCX, ODT, EPUB): limits on the unpacked size, XML without entities."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from lxml import etree

from quoth.index.errors import UnreadableFile

MAX_UNPACKED = 256 * 2**20
"""Maximum unpacked size of all parts that are read, in bytes."""
MAX_RATIO = 200
"""Maximum ratio of a part's unpacked size to its compressed size, for parts over ``_RATIO_MIN_BYTES``."""
_RATIO_MIN_BYTES = 2**20


class Archive:
    """The parts of a document.

    :raises UnreadableFile: the data are not a zip archive, or it is damaged.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise UnreadableFile(
                f"it is damaged, or not in the format that its name says ({error}); save a new copy and add it"
            ) from error
        self._left = MAX_UNPACKED
        self.names = self._zip.namelist()

    def part(self, name: str) -> bytes:
        """Return the bytes of one part; empty if the document has no such part.

        :raises UnreadableFile: the part exceeds the limits, is encrypted or damaged.
        """
        if name not in self.names:
            return b""
        info = self._zip.getinfo(name)
        if info.flag_bits & 1:
            raise UnreadableFile("it is encrypted; save it without its password and add it again")
        too_large = UnreadableFile(
            f"its part {name} exceeds the unpacking limits ({MAX_UNPACKED // 2**20} MB in all, "
            f"{MAX_RATIO} times the compressed size); it may be a zip bomb"
        )
        if info.file_size > self._left or (
            info.file_size > _RATIO_MIN_BYTES and info.file_size > MAX_RATIO * max(1, info.compress_size)
        ):
            raise too_large
        try:
            with self._zip.open(info) as stream:
                data = stream.read(self._left + 1)  # the size in the archive's directory may be false
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise UnreadableFile(f"its part {name} is damaged ({error}); save a new copy and add it") from error
        if len(data) > self._left:
            raise too_large
        self._left -= len(data)
        return data

    def xml(self, name: str) -> Any:
        """Return the root element of one part; None if the document has no such part.

        :raises UnreadableFile: as for ``part``, or the part is not XML.
        """
        data = self.part(name)
        if not data:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise UnreadableFile(f"its part {name} is damaged ({error}); save a new copy and add it") from error
