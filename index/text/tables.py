"""Tables in a text: lines of cells, parted by bars or tabs, under one line with the columns' names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from quoth.index.records import Span

from .analysis import stems_of

_ROW = re.compile(r"^[^\S\n]*\S.*?(?:[^\S\n]*\|[^\S\n]*|\t+)\S.*$", re.MULTILINE)
_RULE = re.compile(r"^[\s|:+=-]+$")
_CELL = re.compile(r"[^|\t\n]+")
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Table:
    """Spans of its head and of its rows, each of its cells."""

    head: Span
    columns: tuple[Span, ...]
    rows: tuple[tuple[Span, ...], ...]

    @property
    def end(self) -> int:
        return self.rows[-1][-1][1]

    def row_at(self, span: Span) -> tuple[Span, ...] | None:
        """The row that a span lies in."""
        return next((row for row in self.rows if row[0][0] < span[1] and span[0] < row[-1][1]), None)


def table_at(text: str, span: Span) -> Table | None:
    """The table of which a span is a row, not its head."""
    return next((t for t in tables(text) if t.rows[0][0][0] < span[1] and span[0] < t.end), None)


def is_head(text: str, span: Span) -> bool:
    """Whether a span is a table's line of columns' names, which says nothing by itself."""
    return any(t.head[0] < span[1] and span[0] < t.head[1] for t in tables(text))


def cell_for(text: str, table: Table, row: tuple[Span, ...], asked: frozenset[str], language: str) -> Span | None:
    """The row's cell in the one column whose name the question has words of; None where that is none, or several.

    :param asked: the question's stems, in its language.
    """

    def named(span: Span) -> frozenset[str]:
        return frozenset(s for word in re.findall(r"\w+", text[slice(*span)]) for s in stems_of(word, language))

    columns = [i for i, column in enumerate(table.columns) if named(column) & asked]
    cells = [row[i] for i in columns if i < len(row) and not named(row[i]) <= asked]
    return cells[0] if len(cells) == 1 and len(row) == len(table.columns) else None


@lru_cache(256)
def tables(text: str) -> tuple[Table, ...]:
    """All tables of a head and a row or more, in order: the first line is the head where it holds no number,
    or a rule is under it."""
    found: list[Table] = []
    lines = [m.span() for m in _ROW.finditer(text)]
    run: list[Span] = []
    for i, line in enumerate(lines):
        run.append(line)
        if (
            i + 1 == len(lines)
            or text[line[1] : lines[i + 1][0]].strip("\r\n \t")
            or text.count("\n", line[1], lines[i + 1][0]) > 1
        ):
            found += _table(text, run)
            run = []
    return tuple(found)


def _table(text: str, lines: list[Span]) -> list[Table]:
    ruled = any(_RULE.match(text[a:b]) for a, b in lines[1:2])
    kept = [line for line in lines if not _RULE.match(text[slice(*line)])]
    if len(kept) < 2 or not (ruled or not _NUMBER.search(text[slice(*kept[0])])):
        return []
    cells = [tuple(_trimmed(text, m.span()) for m in _CELL.finditer(text, *line) if m.group().strip()) for line in kept]
    if len(cells[0]) < 2 or not all(cells):
        return []
    if not ruled and text[slice(*cells[0][0])].endswith(":"):  # a box of facts, each row with a name of its own
        return []
    return [Table((cells[0][0][0], cells[0][-1][1]), cells[0], tuple(cells[1:]))]


def _trimmed(text: str, span: Span) -> Span:
    words = text[slice(*span)]
    start = span[0] + len(words) - len(words.lstrip())
    return start, start + len(words.strip())
