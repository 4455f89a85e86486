"""Tables in a text: lines of cells separated by bars or tabs, below one line with the names of the columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from quoth.index.records import Span

from .analysis import stems_of

_ROW = re.compile(r"^[^\S\n]*\S.*?(?:[^\S\n]*\|[^\S\n]*|\t+)\S.*$", re.MULTILINE)
_RULE = re.compile(r"^[\s|:+=-]+$")
_CELL = re.compile(r"[^|\t\n]+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Table:
    """Spans of the parts of a table."""

    head: Span
    columns: tuple[Span, ...]
    """Names of the columns: the cells of the head."""
    rows: tuple[tuple[Span, ...], ...]
    """Rows below the head, each as its cells."""

    @property
    def end(self) -> int:
        return self.rows[-1][-1][1]

    def row_at(self, span: Span) -> tuple[Span, ...] | None:
        """Return the first row that overlaps a span; None if there is none."""
        return next((row for row in self.rows if row[0][0] < span[1] and span[0] < row[-1][1]), None)


def table_at(text: str, span: Span) -> Table | None:
    """Return the table whose rows, without its head, overlap a span; None if there is none."""
    return next((t for t in tables(text) if t.rows[0][0][0] < span[1] and span[0] < t.end), None)


def is_head(text: str, span: Span) -> bool:
    """Whether a span overlaps a table's head, which is not a statement by itself."""
    return any(t.head[0] < span[1] and span[0] < t.head[1] for t in tables(text))


def requested_cell(text: str, table: Table, row: tuple[Span, ...], asked: frozenset[str], language: str) -> Span | None:
    """Return the row's cell in the only column whose name shares words with the question.

    Cells that only repeat words of the question are ignored.

    :param asked: stems of the question, in its language.
    :param language: ISO 639-1 code of the table's language.
    :returns: None if there is no such column, or several, or if the row has another number of cells than the head.
    """

    def stems_at(span: Span) -> frozenset[str]:
        return frozenset(s for word in re.findall(r"\w+", text[slice(*span)]) for s in stems_of(word, language))

    columns = [i for i, column in enumerate(table.columns) if stems_at(column) & asked]
    cells = [row[i] for i in columns if i < len(row) and not stems_at(row[i]) <= asked]
    return cells[0] if len(cells) == 1 and len(row) == len(table.columns) else None


@lru_cache(256)
def tables(text: str) -> tuple[Table, ...]:
    """Return the tables of a text in order. A table has a head and at least one row; its first line is the head if it
    contains no digit, or if a rule is below it."""
    result: list[Table] = []
    lines = [m.span() for m in _ROW.finditer(text)]
    run: list[Span] = []
    for i, line in enumerate(lines):
        run.append(line)
        if (
            i + 1 == len(lines)
            or text[line[1] : lines[i + 1][0]].strip("\r\n \t")
            or text.count("\n", line[1], lines[i + 1][0]) > 1
        ):
            result += _table(text, run)
            run = []
    return tuple(result)


def _table(text: str, lines: list[Span]) -> list[Table]:
    """Return the table in consecutive lines of cells; empty if they are not a table."""
    ruled = any(_RULE.match(text[a:b]) for a, b in lines[1:2])
    kept = [line for line in lines if not _RULE.match(text[slice(*line)])]
    if len(kept) < 2 or not (ruled or not _DIGIT.search(text[slice(*kept[0])])):
        return []
    cells = [tuple(_trimmed(text, m.span()) for m in _CELL.finditer(text, *line) if m.group().strip()) for line in kept]
    if len(cells[0]) < 2 or not all(cells):
        return []
    if not ruled and text[slice(*cells[0][0])].endswith(":"):  # a fact box, in which each row has its own name
        return []
    return [Table((cells[0][0][0], cells[0][-1][1]), cells[0], tuple(cells[1:]))]


def _trimmed(text: str, span: Span) -> Span:
    words = text[slice(*span)]
    start = span[0] + len(words) - len(words.lstrip())
    return start, start + len(words.strip())
