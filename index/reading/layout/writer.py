"""Writes an article's text, block by block, for formats that have no plain text of their own."""

from __future__ import annotations

from collections.abc import Sequence

from quoth.index.reading.document import Block, BlockKind

CELLS = " | "
"""Between two cells of a row."""
_BETWEEN = "\n\n"


class Writer:
    """Collects blocks; a blank line stands between two, a line break between two rows or items of one table or list."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._group: object = None
        self.blocks: list[Block] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def at(self) -> int:
        """Where the next block begins, its separator left out."""
        return self._length

    def add(self, kind: BlockKind, words: str, *, level: int = 0, bullet: str = "", group: object = None) -> None:
        """A block, if it has any letters or digits.

        :param bullet: written before an item, and not part of it.
        :param group: the table or list that it belongs to.
        """
        if not any(c.isalnum() for c in words):
            return
        close = group is not None and group is self._group
        self._write(("\n" if close else _BETWEEN) if self._length else "")
        self._write(bullet)
        self.blocks.append(Block(kind, self._length, self._length + len(words), level))
        self._write(words)
        self._group = group

    def row(self, cells: Sequence[str], group: object) -> None:
        """A row of a table; empty cells keep their place."""
        kept = [" ".join(cell.split()) for cell in cells]
        if any(any(c.isalnum() for c in cell) for cell in kept):
            self.add("row", CELLS.join(kept), group=group)

    def _write(self, words: str) -> None:
        self._parts.append(words)
        self._length += len(words)
