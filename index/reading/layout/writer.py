"""Writer of an article's text, block by block, for formats other than plain text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from quoth.index.reading.document import Block, BlockKind

CELL_SEPARATOR = " | "
_RULE = "---"
"""A cell of the line between a table's header and its rows, as in Markdown."""
_BLOCK_SEPARATOR = "\n\n"


class Writer:
    """Collects blocks, with a blank line between two of them, or a line break within a table or list."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0
        """Number of characters of the text."""
        self._group: object = None
        self._rule_columns = 0
        """Number of columns of the rule that is to come before the next row; 0 for none."""
        self.blocks: list[Block] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def add(self, kind: BlockKind, words: str, *, level: int = 0, bullet: str = "", group: object = None) -> None:
        """Append a block; one without letters and digits is ignored.

        :param bullet: text before an item, outside the block.
        :param group: identity of the table or list that the block belongs to.
        """
        if not any(c.isalnum() for c in words):
            return
        self._separate(group)
        self._write(bullet)
        self.blocks.append(Block(kind, self.length, self.length + len(words), level))
        self._write(words)
        self._group = group

    def table(self, rows: Sequence[Sequence[str]], *, header_rows: int | None, group: object) -> None:
        """Append a table, or further rows of the group's table.

        A header of several rows becomes one row, whose cells join the cells above each other. A rule of dashes
        follows the header; it comes first if the table has none (see ``quoth.index.text.tables``). A row with a single
        cell, which spans the table, is a title if it is above the header, otherwise a section of the table.

        :param rows: cells by row and column; a cell that spans several rows or columns stands in each of them, unless
            it spans the table.
        :param header_rows: number of rows at the top that name the columns; None if unknown.
        """
        cells = [[" ".join(cell.split()) for cell in row] for row in rows]
        if header_rows:
            for title in (row[0] for row in cells[:header_rows] if len(row) == 1):
                self.add("prose", title)
            names = [
                " ".join(dict.fromkeys(name for name in column if name))
                for column in zip_longest(*(row for row in cells[:header_rows] if len(row) > 1), fillvalue="")
            ]
            self._row(names, group)
            self._rule_columns = len(names)
        elif group is not self._group:
            self._rule_columns = max(map(len, cells), default=0) if header_rows == 0 else 0
        for row in cells[header_rows or 0 :]:
            self._row(row, group, follows_rule=True)

    def _row(self, cells: Sequence[str], group: object, *, follows_rule: bool = False) -> None:
        """Append a table row. Empty cells keep their positions; a row without letters and digits is ignored."""
        if any(any(c.isalnum() for c in cell) for cell in cells):
            if follows_rule and self._rule_columns > 1:
                self._separate(group)
                self._write(CELL_SEPARATOR.join([_RULE] * self._rule_columns))
                self._group = group
            self._rule_columns = 0
            self.add("row", CELL_SEPARATOR.join(cells), group=group)

    def _separate(self, group: object) -> None:
        continues = group is not None and group is self._group
        self._write(("\n" if continues else _BLOCK_SEPARATOR) if self.length else "")

    def _write(self, words: str) -> None:
        self._parts.append(words)
        self.length += len(words)
