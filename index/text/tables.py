"""Tables in a text: lines of cells that are separated by bars or tabs.

A rule ("--- | ---") separates the header from the rows; a table that begins with a rule has no header. Without a rule,
the first line is the header only if its cells differ in kind from those below: names above values, or years in order
above other numbers. A row whose number of cells differs from the header's is in no column.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from quoth.index.reading.document import Span

_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"[\s>|:+=-]+")
_BAR = re.compile(r"(?<!\\)\|")
_SPACED_BAR = re.compile(r"(?<!\S)\|(?!\S)")
_TAB, _TABS = re.compile(r"\t"), re.compile(r"\t+")
_MARGIN = " \t\r>"
"""Characters before the first bar of a table in a Markdown quotation."""
_VALUE = re.compile(r"[^\w]*\d")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:[/–-]\d{2,4})?")
ADDRESS = re.compile(r"https?://|www\.|\w@\w")
"""What is in the address of a page or a mailbox, which names no column."""
_JUDGED_ROWS = 50
"""Maximum number of rows by which a table is judged."""
_MAX_SECTION_CHARS = 100


class Row(NamedTuple):
    """A row of a table."""

    cells: tuple[Span, ...]
    """An empty cell is an empty span."""
    in_columns: bool
    """Whether there is one cell for each name of the header."""
    section: Span | None
    """The line above, across all columns, that the row belongs to."""

    @property
    def span(self) -> Span:
        """From the first cell with words to the last."""
        filled = [cell for cell in self.cells if cell[0] < cell[1]] or list(self.cells)
        return filled[0][0], filled[-1][1]


class _Cut(NamedTuple):
    """How the lines of a table are cut into cells."""

    separator: re.Pattern[str]
    first: int
    """1 if the lines begin with a separator, as in Markdown; otherwise 0."""
    last: int
    """1 if the lines end with a separator, otherwise 0."""

    def cells(self, text: str, line: Span) -> tuple[Span, ...]:
        start, end = line
        if not self.first:
            end = start + len(text[start:end].rstrip("\r"))
        bounds: list[Span] = []
        for bar in self.separator.finditer(text, *line):
            bounds.append(_trimmed(text, (start, bar.start())))
            start = bar.end()
        bounds.append(_trimmed(text, (start, end)))
        if self.first and len(bounds) > 1 and not text[slice(*bounds[0])].strip(_MARGIN):
            del bounds[0]
        if self.last and len(bounds) > 1 and bounds[-1][0] == bounds[-1][1]:
            del bounds[-1]
        return tuple(bounds)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of at least two columns."""

    head: Span | None
    """The names of the columns; None if the table has no header."""
    columns: tuple[Span, ...]
    """The name of each column: the cells of the header."""
    start: int
    lines: tuple[Span, ...]
    """The lines of the rows and sections."""
    sections: tuple[Span, ...]
    """Lines across all columns that are above the rows that they belong to."""
    has_rule: bool
    cut: _Cut

    @property
    def end(self) -> int:
        return self.lines[-1][1]

    def row_at(self, text: str, span: Span) -> Row | None:
        """Return the first row that overlaps a span; None if there is none, or if a section is there."""
        at = max(bisect_right(self.lines, (span[0], len(text))) - 1, 0)
        line = next((line for line in self.lines[at : at + 2] if line[0] < span[1] and span[0] < line[1]), None)
        if line is None or self._is_section(line):
            return None
        cells = self.cut.cells(text, line)
        missing = len(self.columns) - len(cells)
        if self.has_rule and missing > 0 and len(cells) > 1:  # as Markdown is shown: missing cells are the last ones
            cells += ((line[1], line[1]),) * missing
        before = bisect_right(self.sections, line)
        return Row(cells, len(cells) == len(self.columns), self.sections[before - 1] if before else None)

    def _is_section(self, line: Span) -> bool:
        at = bisect_right(self.sections, line)
        return at > 0 and self.sections[at - 1] == line


def table_at(text: str, span: Span) -> Table | None:
    """Return the table whose rows, without its header, overlap a span; None if there is none."""
    table = _near(text, span)
    return table if table and table.lines[0][0] < span[1] and span[0] < table.end else None


def header_above(text: str, place: int) -> list[str]:
    """Return the header of the table that a passage begins in, and the section of its first row, if they stand before
    the passage.

    :param place: where the passage begins.
    """
    table = table_at(text, (place, place + 1))
    row = table.row_at(text, (place, place + 1)) if table else None
    parts = (table.head if table else None, row.section if row else None)
    return [text[slice(*part)].strip() for part in parts if part and part[0] < place]


def is_head(text: str, span: Span) -> bool:
    """Whether a span overlaps a table's header or a section, which are not statements by themselves."""
    table = _near(text, span)
    if table is None:
        return False
    lines = ([table.head] if table.head else []) + list(table.sections)
    return any(line[0] < span[1] and span[0] < line[1] for line in lines)


def is_in_table(text: str, offset: int) -> bool:
    """Whether a place in a text is in a table or its header."""
    table = _near(text, (offset, offset))
    return table is not None and table.start <= offset


def _near(text: str, span: Span) -> Table | None:
    """Return the first table that ends after a span's start; None if there is none."""
    found = tables(text)
    at = bisect_right(found, span[0], key=lambda table: table.end)
    return found[at] if at < len(found) else None


@lru_cache(64)
def tables(text: str) -> tuple[Table, ...]:
    """Return the tables of a text in order, each with at least two lines."""
    return tuple(table for run in _runs(text) if (table := _table(text, run)))


def _runs(text: str) -> Iterator[list[Span]]:
    """Yield consecutive lines of cells, with the rules between them. Below a rule, a line without a separator is a part
    of the table, as in Markdown."""
    run: list[Span] = []
    has_rule = False
    for match in _LINE.finditer(text):
        line = match.span()
        is_rule = _is_rule(match.group())
        if run and line[0] == run[-1][1] + 1 and (has_rule or is_rule or _has_cells(match.group())):
            has_rule = has_rule or (is_rule and len(run) == 1)
        else:
            if run:
                yield run
            run, has_rule = [], is_rule
            if not is_rule and not _has_cells(match.group()):
                continue
        if match.group().isspace():
            yield run
            run, has_rule = [], False
        else:
            run.append(line)
    if run:
        yield run


def _is_rule(line: str) -> bool:
    return bool(_RULE.fullmatch(line)) and ("|" in line or "+" in line) and ("-" in line or "=" in line)


def _has_cells(line: str) -> bool:
    return "\t" in line.lstrip() or "|" in line.strip(" \t\r|") or line.count("|") > 1


def _table(text: str, run: Sequence[Span]) -> Table | None:
    """Return the table in consecutive lines of cells; None if there is only one line, or only one column."""
    are_rules = [_is_rule(text[slice(*line)]) for line in run]
    rules = [i for i, is_rule in enumerate(are_rules) if is_rule]
    lines = [line for line, is_rule in zip(run, are_rules, strict=True) if not is_rule]
    has_rule = bool(rules) and rules[0] < 2
    if not lines or len(lines) + has_rule < 2:
        return None
    cut = _cut(text, lines, text[slice(*run[rules[0]])] if has_rule else None)
    if has_rule:
        header_lines = _lines_above_rule(text, run, rules)
    else:
        judged = lines[: _JUDGED_ROWS + 1]
        header_lines = int(names_columns([[text[slice(*cell)] for cell in cut.cells(text, line)] for line in judged]))
    rows = [cut.cells(text, line) for line in lines[header_lines : header_lines + _JUDGED_ROWS]]
    columns = cut.cells(text, lines[0]) if header_lines == 1 else ()
    if not any(sum(a < b for a, b in cells) > 1 for cells in (columns, *rows)) or not rows:
        return None
    if columns and not any(1 < len(row) <= len(columns) for row in rows):
        columns, header_lines = (), 0
    if not has_rule and not columns and len({*map(len, rows)}) > 1:
        return None
    filled = [column for column in columns if column[0] < column[1]]
    return Table(
        (filled[0][0], filled[-1][1]) if filled else None, columns if filled else (), run[0][0],
        tuple(lines[header_lines:]),
        tuple(line for line in lines[header_lines:] if has_rule and _may_be_section(text, line)), has_rule, cut,
    )  # fmt: skip


def _lines_above_rule(text: str, run: Sequence[Span], rules: Sequence[int]) -> int:
    """Return the number of lines of the header, 0 or 1.

    A table may be drawn with a border ("+---+"): then the rule below the first line separates the header, if it is the
    only one within the border or is drawn with "=".
    """
    if rules[0] == 1:
        return 1
    if "+" not in text[slice(*run[0])]:
        return 0
    within = [i for i in rules if 0 < i < len(run) - 1]
    return int(within[:1] == [2] and (len(within) == 1 or "=" in text[slice(*run[2])]))


def _cut(text: str, lines: Sequence[Span], rule: str | None) -> _Cut:
    judged = [text[slice(*line)] for line in lines[:_JUDGED_ROWS]]
    barred = [line for line in judged if "|" in line]
    if 2 * len(barred) < len(judged):
        widths = [{len(separator.split(line.strip("\r"))) for line in judged} for separator in (_TAB, _TABS)]
        return _Cut(_TABS if len(widths[0]) > 1 and len(widths[1]) == 1 else _TAB, 0, 0)
    edges = [rule] if rule is not None else barred
    first = all(line.lstrip(_MARGIN).startswith(("|", "+")) for line in edges)
    last = all(line.rstrip().endswith(("|", "+")) for line in edges)
    if rule is None and first and not last and judged[0].startswith(" "):  # an empty first cell
        first = False
    spaced = not first and all(_SPACED_BAR.search(line) for line in barred) and (not rule or "+" not in rule)
    return _Cut(_SPACED_BAR if spaced else _BAR, int(first), int(last))


def names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table, about which nothing else is known, names the columns.

    :param rows: the words of each cell by row and column.
    """
    first, below = rows[0], [row for row in rows[1 : _JUDGED_ROWS + 1] if len(row) == len(rows[0])]
    if first[0].endswith(":") or any(map(ADDRESS.search, first)):
        return False  # a fact box, in which each row has its own name
    if len(rows[1:2]) != len(below[:1]) or (below and below[0] is not rows[1]):
        return False  # the rows do not fit
    columns = [[cell for cell in column if re.search(r"\w", cell)] for column in zip(*below, strict=True)]
    if any(_VALUE.match(name) for name in first):
        return _are_years([(n, c) for n, c in zip(first, columns, strict=False) if _VALUE.match(n)])
    has_digits = any(re.search(r"\d", name) for name in first)
    return any(
        (name and column and all(_VALUE.match(cell) for cell in column))
        or (len(column) > 1 and not has_digits and all(re.search(r"\d", cell) for cell in column))
        for name, column in zip(first, columns, strict=False)
    )


def _are_years(named: Sequence[tuple[str, list[str]]]) -> bool:
    """Whether columns are named after years: they are in order, and the cells below are no years."""
    names = [name for name, _ in named]
    return (
        len(names) > 1 and all(_YEAR.fullmatch(name) for name in names) and len({*names}) == len(names)
        and names in (sorted(names), sorted(names, reverse=True))
        and all(column and not all(_YEAR.fullmatch(cell) for cell in column) for _, column in named)
    )  # fmt: skip


def _may_be_section(text: str, line: Span) -> bool:
    words = text[slice(*line)].strip()
    return not _has_cells(words) and "|" not in words and len(words) <= _MAX_SECTION_CHARS and words[-1] not in ".!"


def _trimmed(text: str, span: Span) -> Span:
    words = text[slice(*span)]
    start = span[0] + len(words) - len(words.lstrip())
    return start, max(start, span[0] + len(words.rstrip()))
