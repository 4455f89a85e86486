"""Zip archives that are documents (DOCX, ODT, EPUB): opened with a bound on what they unpack to,
parsed without entities."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from lxml import etree

from quoth.index.errors import UnreadableFile

MAX_UNPACKED = 256 * 2**20
"""Bytes of one part, and of all parts that are read."""
MAX_RATIO = 200
"""How many times its size in the archive a part of some size may have."""
_SOME_SIZE = 2**20


class Archive:
    """The parts of a document.

    :raises UnreadableFile: it is no archive, or encrypted.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise UnreadableFile(f"it is not a document of its kind, or damaged ({error})") from error
        self._left = MAX_UNPACKED
        self.names = self._zip.namelist()

    def part(self, name: str) -> bytes:
        """The bytes of one part; none if the document has no such part.

        :raises UnreadableFile: it unpacks to too much, is encrypted or damaged.
        """
        if name not in self.names:
            return b""
        info = self._zip.getinfo(name)
        if info.flag_bits & 1:
            raise UnreadableFile("it is encrypted; save it without its password and add it again")
        too_much = UnreadableFile(
            f"its part {name} unpacks to more than is read; it may be made to fill the memory (a zip bomb)"
        )
        if info.file_size > self._left or (
            info.file_size > _SOME_SIZE and info.file_size > MAX_RATIO * max(1, info.compress_size)
        ):
            raise too_much
        try:
            with self._zip.open(info) as stream:
                data = stream.read(self._left + 1)  # what it says of its size may be a lie
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise UnreadableFile(f"its part {name} is damaged ({error})") from error
        if len(data) > self._left:
            raise too_much
        self._left -= len(data)
        return data

    def xml(self, name: str) -> Any:
        """The root element of one part; None if the document has no such part.

        :raises UnreadableFile: as ``part``, or it is no XML.
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
            raise UnreadableFile(f"its part {name} is damaged ({error})") from error
