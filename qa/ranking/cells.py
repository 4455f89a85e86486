"""The cell of a table's row that a question asks for.

The column is the one whose name has most words of the question, above all of what is asked for ("which port"). Cells
that only repeat the question are its subject, not its answer. Of several such columns, the one is chosen that alone has
what the question asks for (a time, a sum), else the one whose name says least besides the question's words. If no name
has words of the question, the cell is known if only one of the row's others can be the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from quoth.index.records import Span
from quoth.index.text.analysis import stems
from quoth.index.text.tables import Row, Table, table_at
from quoth.qa.extract.mentions import mentions
from quoth.qa.question.answer_types import AnswerType
from quoth.qa.question.understand import CONTEXT, Question

_ASKED_NOUN = re.compile(r"\b(?:which|what|whose)\s+((?!(?:is|are|was|were|do|does|did)\b)[\w’'-]+)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")


class Requested(NamedTuple):
    """A cell that a question asks for."""

    cell: Span
    """An empty span if the table says nothing there."""
    is_named: bool
    """Whether the question has words of its column's name."""


class RowInTable(NamedTuple):
    """A row and its table."""

    row: Row
    table: Table


def row_at(text: str, span: Span) -> RowInTable | None:
    """The table's row that a span of a text is in; None if there is none."""
    table = table_at(text, span)
    row = table.row_at(text, span) if table else None
    return RowInTable(row, table) if table and row else None


def header_of(text: str, found: RowInTable) -> str:
    """What is above a row and belongs to it: the names of the columns, and the row's section."""
    parts = (found.table.head if found.row.in_columns else None, found.row.section)
    return "\n".join(text[slice(*part)].strip() for part in parts if part)


def asked_words(question: Question) -> dict[str, float]:
    """The stems of a question's words, each with its weight: 1 for its own, less for those of the context."""
    context = stems(question.text[len(question.own) :], question.language)
    return dict.fromkeys(context, CONTEXT) | dict.fromkeys(question.idf, 1.0)


def requested_cell(question: Question, text: str, found: RowInTable) -> Requested | None:
    """The cell of a row that the question asks for; None if that is not clear."""
    row, table = found
    asked = asked_words(question)

    def words(span: Span) -> frozenset[str]:
        return _words(text[slice(*span)], question.language)

    named = _named_columns(question, text, table, asked) if row.in_columns else {}
    open_to = {
        column: score for column, score in named.items()
        if row.cells[column][0] == row.cells[column][1] or not words(row.cells[column]) <= asked.keys()
    }  # fmt: skip
    if open_to:
        column = _chosen(question, text, found, open_to)
        return None if column is None else Requested(row.cells[column], True)
    others = [
        column for column, cell in enumerate(row.cells)
        if re.search(r"\w", text[slice(*cell)]) and not words(cell) & question.idf.keys()
    ]  # fmt: skip
    known = len(others) < sum(cell[0] < cell[1] for cell in row.cells)  # one of the cells is what is asked about
    fitting = [column for column in others if _has_type(question.answer_type, text, found, column)]
    only = fitting if question.answer_type is not AnswerType.OTHER else others
    return Requested(row.cells[only[0]], False) if known and len(only) == 1 else None


def _named_columns(question: Question, text: str, table: Table, asked: Mapping[str, float]) -> dict[int, float]:
    """The columns whose names have words of the question, with the weight of these words."""
    names = [_words(text[slice(*column)], question.language) for column in table.columns]
    direct = _ASKED_NOUN.search(question.own)
    nouns = _words(direct.group(1), question.language) if direct else frozenset[str]()
    scores = {i: sum(asked[s] for s in name & asked.keys()) for i, name in enumerate(names)}
    return {i: score + 10.0 * bool(names[i] & nouns) for i, score in scores.items() if score}


def _chosen(question: Question, text: str, found: RowInTable, scores: Mapping[int, float]) -> int | None:
    """The best of the columns that the question names; None if several are as good."""
    most = max(scores.values())
    best = [column for column, score in scores.items() if score > most - 1e-6]
    names = {i: _words(text[slice(*found.table.columns[i])], question.language) for i in best}
    tests: tuple[Callable[[int], bool], ...] = (
        lambda i: _has_type(question.answer_type, text, found, i),
        lambda i: not _words(text[slice(*found.row.cells[i])], question.language) & question.idf.keys(),
        lambda i: len(names[i]) == min(map(len, names.values())),
        lambda i: bool(re.search(r"\w", text[slice(*found.row.cells[i])])),
    )
    for test in tests:
        if len(best) > 1:
            best = [i for i in best if test(i)] or best
    return best[0] if len(best) == 1 else None


def _has_type(answer_type: AnswerType, text: str, found: RowInTable, column: int) -> bool:
    """Whether a cell holds an answer of a type, be it together with a unit that its column's name states."""
    cell = text[slice(*found.row.cells[column])]
    if mentions(answer_type, cell) or (answer_type is AnswerType.DATE and mentions(AnswerType.TIME, cell)):
        return True
    name = text[slice(*found.table.columns[column])] if found.row.in_columns else ""
    return bool(_NUMBER.search(cell)) and any(mentions(answer_type, f"{cell} {unit}") for unit in _WORD.findall(name))


@lru_cache(20_000)
def _words(text: str, language: str) -> frozenset[str]:
    """The stems of a name's words, and the numbers in them: "FY2020" names 2020."""
    return frozenset(stems(text, language)) | frozenset(n for n in _NUMBER.findall(text) if len(n) == 4)
