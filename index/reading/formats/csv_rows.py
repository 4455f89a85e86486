"""Rows of a table in which commas, semicolons, tabs or bars separate the cells (CSV, TSV)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from quoth.index.reading.document import Refused

_MAX_CELL = 2**24
"""Maximum number of characters in a cell."""
_SEPARATORS = ",;\t|"
_SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)
_SAMPLE_CHARS = 2**16
_SNIFFED_ROWS = 50
"""Size of the sample in which the separator is looked for."""
_MAX_UNCLOSED = 100
"""Maximum number of rows in a file with a quotation mark that is never closed."""


def csv_rows(text: str, refused: list[Refused]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the number of its last line.

    :param refused: gets a refusal for each row that cannot be read. A row with a quotation mark that is never closed is
        its first line: otherwise the rest of the file would be one cell.
    """
    csv.field_size_limit(_MAX_CELL)
    start, line = 0, 0
    if match := _SEPARATOR.fullmatch(text.split("\n", 1)[0].strip()):  # Excel's own line: sep=;
        separator, start, line = match[1], text.index("\n") + 1 if "\n" in text else len(text), 1
    else:
        separator = _separator(text)
    for _ in range(_MAX_UNCLOSED):
        ends = [start]
        reader = csv.reader(_lines(text, start, ends), delimiter=separator, doublequote=True)
        while True:
            first = len(ends)
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                refused.append(Refused(f"line {line + reader.line_num}", f"it cannot be read as a row: {error}"))
                continue
            if ends[-1] == len(text) and len(ends) > first + 1 and text.count('"', ends[first - 1]) % 2:
                line += first
                refused.append(Refused(f"line {line}", "its quotation mark is never closed"))
                start = ends[first]
                break
            if any(cell.strip() for cell in cells):
                yield line + reader.line_num, cells
    reason = f"they are left out: {_MAX_UNCLOSED} quotation marks above them are never closed"
    refused.append(Refused(f"lines from {line + 1:,} on", reason))


def _lines(text: str, start: int, ends: list[int]) -> Iterator[str]:
    """Yield the lines of a text from an offset on, and append to ``ends`` where each ends."""
    for words in io.StringIO(text[start:], newline=""):
        ends.append(ends[-1] + len(words))
        yield words


def _separator(text: str) -> str:
    """Return the separator that divides the first rows most evenly into the most cells."""
    best, most = ",", (0, 0)
    for separator in _SEPARATORS:
        reader = csv.reader(io.StringIO(text[:_SAMPLE_CHARS], newline=""), delimiter=separator, doublequote=True)
        with suppress(csv.Error):
            sizes = [len(cells) for cells in islice(reader, _SNIFFED_ROWS) if cells]
            # the sample may end within a row
            sizes = sizes[:-1] if len(text) > _SAMPLE_CHARS and len(sizes) > 1 else sizes
            usual = max(set(sizes), key=sizes.count, default=1)
            even = sizes.count(usual) if usual > 1 else 0
            if (even, usual) > most:
                best, most = separator, (even, usual)
    return best
