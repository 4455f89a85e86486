"""The files of a tantivy index: its list of segments (``meta.json``), and the checksum at the end of each file."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
"""Extensions of a segment's files."""


class TantivyFiles:
    """The files of the index in one folder.

    :param folder: the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._intact: set[str] = set()
        """Names of the files that were verified. tantivy never changes a file."""

    def stamp(self) -> int:
        """The stamp of the last change.

        :raises ValueError: ``meta.json`` cannot be read.
        """
        return int(self._meta()["opstamp"])

    def deleted(self) -> float:
        """The share of deleted documents. They still count in the statistics.

        :raises ValueError: ``meta.json`` cannot be read.
        """
        segments = self._segments()
        documents = sum(s["max_doc"] for s in segments)
        return sum(s["deletes"]["num_deleted_docs"] for s in segments if s["deletes"]) / documents if documents else 0.0

    def verify(self) -> None:
        """Compare the files that were not verified yet with their checksums.

        :raises ValueError: a file is missing or corrupt.
        """
        segments = self._segments()
        try:
            for name in _names(segments):
                if name not in self._intact:
                    _verify(self._folder / name)
                    self._intact.add(name)
        except ValueError:
            if self._segments() == segments:
                raise
            self.verify()  # segments were merged meanwhile

    def _segments(self) -> list[dict[str, Any]]:
        segments: list[dict[str, Any]] = self._meta()["segments"]
        return segments

    def _meta(self) -> dict[str, Any]:
        try:
            meta: dict[str, Any] = json.loads((self._folder / "meta.json").read_text("utf-8"))
            return {key: meta[key] for key in ("segments", "opstamp")}
        except (OSError, KeyError, TypeError) as error:
            raise ValueError(f"{self._folder / 'meta.json'} cannot be read: {error}") from error


def _names(segments: list[dict[str, Any]]) -> list[str]:
    """Names of the files of the segments."""
    names = []
    for segment in segments:
        id_ = segment["segment_id"].replace("-", "")
        names += [f"{id_}.{part}" for part in _PARTS]
        if segment["deletes"]:
            names.append(f"{id_}.{segment['deletes']['opstamp']}.del")
    return names


def _verify(file: Path) -> None:
    """Compare a file with the checksum at its end: JSON with the CRC-32 of the content, the JSON's length, and a magic
    number.

    :raises ValueError: the file cannot be read, is truncated or is corrupt.
    """
    try:
        data = file.read_bytes()
        length = int.from_bytes(data[-8:-4], "little")
        expected = json.loads(data[-8 - length : -8])["crc"]
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{file} is truncated") from error
    if zlib.crc32(memoryview(data)[: -8 - length]) != expected:
        raise ValueError(f"{file} is corrupt (checksum mismatch)")
