"""Zip archives that are documents (DOCX, ODT, EPUB, …): limits on the unpacked size, XML without entities."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import etree

from quoth.index.errors import UnreadableFile

MAX_UNPACKED = 256 * 2**20
"""Maximum unpacked size of all parts that are read, in bytes."""
MAX_RATIO = 200
"""Maximum ratio of a part's unpacked size to its compressed size, for parts over ``_RATIO_MIN_BYTES``."""
_RATIO_MIN_BYTES = 2**20
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
"""Namespaces of the strict variant of Office files, which differ from the usual ones in this part only."""
_USUAL = rb"http://schemas.openxmlformats.org/\1/2006/"
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class Relation(NamedTuple):
    """A reference from one part of an Office file to another."""

    id: str
    kind: str
    """Such as "officeDocument", "worksheet", "notesSlide"."""
    target: str
    """Name of the other part."""


@dataclass(slots=True)
class _Budget:
    left: int
    """Number of bytes that may still be unpacked."""


class Archive:
    """The parts of a document.

    :param within: the archive that holds this one; the limit on the unpacked size applies to both together.
    :raises UnreadableFile: the data are not a zip archive, or it is damaged.
    """

    def __init__(self, data: bytes, within: Archive | None = None) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise UnreadableFile(
                f"it is damaged, or not in the format that its name says ({error}); save a new copy and add it"
            ) from error
        self._budget: _Budget = within._budget if within is not None else _Budget(MAX_UNPACKED)
        self.names = self._zip.namelist()
        self._by_name = {name.replace("\\", "/").casefold(): name for name in reversed(self.names)}

    def part(self, name: str) -> bytes:
        """Return the bytes of one part; empty if the document has no such part.

        :raises UnreadableFile: the part exceeds the limits, is encrypted or damaged.
        """
        stored = self._by_name.get(name.casefold())
        if stored is None:
            return b""
        info = self._zip.getinfo(stored)
        if info.flag_bits & 1:
            raise UnreadableFile("it is encrypted; save it without its password and add it again")
        too_large = UnreadableFile(
            f"its part {name} exceeds the unpacking limits ({MAX_UNPACKED // 2**20} MB in all, "
            f"{MAX_RATIO} times the compressed size); it may be a zip bomb"
        )
        if info.file_size > self._budget.left or (
            info.file_size > _RATIO_MIN_BYTES and info.file_size > MAX_RATIO * max(1, info.compress_size)
        ):
            raise too_large
        try:
            with self._zip.open(info) as stream:
                data = stream.read(self._budget.left + 1)  # the size in the archive's directory may be false
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise UnreadableFile(f"its part {name} is damaged ({error}); save a new copy and add it") from error
        if len(data) > self._budget.left:
            raise too_large
        self._budget.left -= len(data)
        return data

    def xml(self, name: str) -> Any:
        """Return the root element of one part; None if the document has no such part.

        :raises UnreadableFile: as for ``part``, or the part is not XML.
        """
        data = _STRICT.sub(_USUAL, self.part(name))
        if not data:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise _damaged(name, error) from error

    def elements(self, name: str, tags: Collection[str]) -> Iterator[Any]:
        """Yield the elements of one part that have these tags; each is emptied after it was used, to save memory.

        :raises UnreadableFile: as for ``xml``, or the document has no such part.
        """
        data = self.part(name)
        if not data:
            raise UnreadableFile(f"its part {name} is missing; save a new copy and add it")
        source = io.BytesIO(_STRICT.sub(_USUAL, data))
        walk = etree.iterparse(
            source, tag=tuple(tags), resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
        )
        try:
            for _, element in walk:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise _damaged(name, error) from error

    def relations(self, name: str = "") -> list[Relation]:
        """Return the references of one part to others; without a name, those of the whole Office file."""
        folder, base = posixpath.split(name)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        relations = []
        for element in root if root is not None else ():
            target = unquote(element.get("Target", ""))
            if element.get("TargetMode") != "External":
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                relations.append(Relation(element.get("Id", ""), posixpath.basename(element.get("Type", "")), path))
        return relations

    def related(self, name: str, kind: str) -> list[str]:
        """Return the names of the parts of one kind that a part refers to."""
        return [relation.target for relation in self.relations(name) if relation.kind == kind]

    def main_part(self) -> str | None:
        """Return the name of an Office file's main part; None if the file does not name it."""
        return next(iter(self.related("", "officeDocument")), None)


def reference(element: Any, name: str = "id") -> str:
    """Return the id of the relation that an element of an Office file refers to; empty if there is none."""
    return str(element.get(f"{_REFERENCE}{name}", ""))


def _damaged(name: str, error: etree.XMLSyntaxError) -> UnreadableFile:
    return UnreadableFile(f"its part {name} is damaged ({error}); save a new copy and add it")
