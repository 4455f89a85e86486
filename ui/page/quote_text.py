"""The text of a quote as HTML: the words that answer are marked, and a table has aligned cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quoth.index.records import Span
from quoth.index.text.tables import Table, tables
from quoth.ui.citations import marked

_LINE = re.compile(r"[^\n]+")


def quote_html(text: str, offset: int, spans: Sequence[Span], gone: Sequence[Span] = ()) -> str:
    """Return the text as HTML, every character of it. Of a table with a rule of dashes below the names of its columns,
    the rule and the bars between the cells are not shown.

    :param offset: of the text in its article.
    :param spans: what is marked, as offsets into the article.
    :param gone: spans of struck text, as offsets into the article.
    """

    def html(start: int, end: int) -> str:
        return marked(text[start:end], offset + start, spans, gone)

    def bar(start: int, end: int) -> str:
        return f'<span class="quoth-bar">{html(start, end)}</span>' if start < end else ""

    parts, at = [], 0
    for table in tables(text):
        if not table.has_rule:
            continue
        parts += [html(at, table.start), '<span class="quoth-table" role="table">']
        at = table.start
        for role, cells in _rows(text, table):
            parts += [bar(at, cells[0][0]), '<span class="quoth-row" role="row">']
            at = cells[0][0]
            for start, end in cells:
                parts += [bar(at, start), f'<span role="{role}">{html(start, end)}</span>']
                at = end
            parts.append("</span>")
        parts += [bar(at, table.end), "</span>"]
        at = max(at, table.end)
    return "".join([*parts, html(at, len(text))])


def _rows(text: str, table: Table) -> list[tuple[str, Sequence[Span]]]:
    """Return the ARIA role and the cells of each line of a table, without its rules."""
    found: list[tuple[str, Sequence[Span]]] = []
    for match in _LINE.finditer(text, table.start, table.end):
        line = match.span()
        if line in table.lines:
            found.append(("cell", table.cut.cells(text, line)))
        elif table.head and line[0] <= table.head[0] < line[1]:
            found.append(("columnheader", table.cut.cells(text, line)))
    return found
