"""The cell of a table's row that a question asks for.

Its column is the one whose name is closest to what the question says besides the row's own words:

    fit(column) = said + meant + 0.3 dated - 0.4 repeats
    said        mean over the question's word pieces that the row does not have of their highest cosine with one of the
                name's, weighted as ``Question.content``
    meant       mean over the name's word pieces, without words such as "total", of their highest cosine with one of the
                question's
    dated       share of the years and other numbers of the question that the name has
    repeats     1 if the cell has words of the question

A cell that only repeats the question is its subject, not its answer. Where a type of answer is asked for (a time, a
sum), cells of this type are preferred; where a year is asked for, columns of other years are not considered. The cell
is not known if the name is far from the question or if another one is as close: no cell is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from quoth.index.records import Floats, Span
from quoth.index.text.analysis import stems, stems_of, word_spans
from quoth.index.text.tables import Row, Table, table_at
from quoth.qa.extract.mentions import mentions
from quoth.qa.question.answer_types import COUNTED, AnswerType
from quoth.qa.question.understand import CONTEXT, Question

LEAST = 0.25
"""Minimum mean of ``said`` and ``meant`` of the cell that is asked for."""
NAMED = 0.4
"""Minimum of that mean if the question names the column by other words than the table."""
APART = 0.025
"""Minimum distance of its fit from that of the second."""
DATED, REPEATS = 0.3, 0.4
_NEUTRAL = 0.6
"""``meant`` of a name such as "Total", which fits every question that no other name fits."""
_MAX_CHARS = 400
"""Maximum number of characters of the names that are encoded together."""
_SEPARATOR = " | "
_NEUTRAL_WORDS = frozenset(("all", "both", "gesamt", "insgesamt", "overall", "total", "totals", "totaux"))
_ASKED_NOUN = re.compile(r"\b(?:which|what|whose)\s+((?!(?:is|are|was|were|do|does|did)\b)[\w’'-]+)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_AGE = re.compile(r"\bage\b", re.IGNORECASE)
_UNIT = re.compile(r"[^\W\d_]+|[%$€£¥]")


class Requested(NamedTuple):
    """A cell that a question asks for."""

    cell: Span
    """An empty span if the table says nothing there."""
    is_named: bool
    """Whether the question names its column, in the table's words or in others."""


class RowInTable(NamedTuple):
    """A row and its table."""

    row: Row
    table: Table


class _Fit(NamedTuple):
    """How well a column fits a question."""

    column: int
    fit: float
    nearness: float
    """Mean of ``said`` and ``meant``."""
    is_named: bool
    """Whether the question has words of its name."""


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
    cells = found.row.cells
    asked = asked_words(question)

    def words(column: int) -> frozenset[str]:
        return _words(text[slice(*cells[column])], question.language)

    if found.row.in_columns and len(cells) > 1:
        open_to = [i for i, cell in enumerate(cells) if cell[0] == cell[1] or not words(i) <= asked.keys()]
        best = _best_named(question, text, found, open_to, asked)
        if best is not None:
            return Requested(cells[best.column], best.is_named or best.nearness >= NAMED)
        if len(open_to) > 1:
            return None
    others = [
        i for i, c in enumerate(cells) if re.search(r"\w", text[slice(*c)]) and not words(i) & question.idf.keys()
    ]
    known = len(others) < sum(cell[0] < cell[1] for cell in cells)  # one of the cells is what is asked about
    fitting = [column for column in others if _has_type(question.answer_type, text, found, column)]
    only = fitting if question.answer_type is not AnswerType.OTHER else others
    return Requested(cells[only[0]], False) if known and len(only) == 1 else None


def _best_named(
    question: Question, text: str, found: RowInTable, columns: Sequence[int], asked: Mapping[str, float]
) -> _Fit | None:
    """The column that the question names; None if that is not clear."""
    cells, names = found.row.cells, found.table.columns
    fits = sorted(_fits(question, text, found, columns, asked), key=lambda fit: -fit.fit)
    typed = [
        fit for fit in fits
        if cells[fit.column][0] == cells[fit.column][1] or _has_type(question.answer_type, text, found, fit.column)
    ]  # fmt: skip
    direct = _ASKED_NOUN.search(question.own)
    nouns = _words(direct.group(1), question.language) if direct else frozenset[str]()
    direct_fits = [fit for fit in fits if nouns & _words(text[slice(*names[fit.column])], question.language)]
    best = direct_fits or (typed if any(cells[fit.column][0] < cells[fit.column][1] for fit in typed) else fits)
    if not best or best[0].nearness < LEAST or (len(best) > 1 and best[0].fit - best[1].fit < APART):
        return None
    return best[0]


def _fits(
    question: Question, text: str, found: RowInTable, columns: Sequence[int], asked: Mapping[str, float]
) -> list[_Fit]:
    """How well some columns fit the question, without those of other years than the question's."""
    names = [text[slice(*name)] for name in found.table.columns]
    own = text[slice(*found.row.section)] if found.row.section else ""
    weights = _weights_beside(question, f"{own} {text[slice(*found.row.span)]}")
    asked_for = question.own if _NUMBER.search(question.own) else question.text
    numbers, years = set(_NUMBER.findall(asked_for)), set(_YEAR.findall(asked_for))
    numbers |= {year[2:] for year in years}
    dated = {i: len(numbers & set(_NUMBER.findall(names[i]))) for i in columns}
    most = max(dated.values(), default=0)
    cosines = _cosines(question, names)
    result = []
    for i in columns:
        of_name = set(_YEAR.findall(names[i]))
        if years and of_name and not of_name & years:
            continue
        said, meant = _said_and_meant(weights, *cosines[i])
        repeats = bool(_words(text[slice(*found.row.cells[i])], question.language) & question.idf.keys())
        fit = said + meant + DATED * (dated[i] / most if most else 0.0) - REPEATS * repeats
        is_named = bool(_words(names[i], question.language) & asked.keys())
        result.append(_Fit(i, fit, (said + meant) / 2, is_named))
    return result


def _weights_beside(question: Question, row: str) -> Floats:
    """Shape (m,): the weights of the question's word pieces, 0 for the words that the row has."""
    known = _words(row, question.language)
    weights = question.content.copy()
    spans = question.encoded.spans
    for start, end in word_spans(question.text):
        word = stems_of(question.text[start:end], question.language)
        if word and word <= known:
            weights[(spans[:, 0] >= start) & (spans[:, 1] <= end)] = 0.0
    return np.asarray(weights / (weights.sum() or 1.0), np.float32)


def _cosines(question: Question, names: Sequence[str]) -> list[tuple[Floats, np.ndarray]]:
    """The cosines of the question's word pieces with those of each name, shape (m, n), and which of the n are parts of
    words that say something. The names are encoded together, in parts that the model can read."""
    result: list[tuple[Floats, np.ndarray]] = []
    part: list[str] = []
    for i, name in enumerate(names):
        part.append(name)
        if i + 1 == len(names) or sum(map(len, part)) + len(names[i + 1]) > _MAX_CHARS:
            result += _cosines_of_part(question, part)
            part = []
    return result


def _cosines_of_part(question: Question, names: Sequence[str]) -> list[tuple[Floats, np.ndarray]]:
    text = _SEPARATOR.join(names)
    encoded = question.encode(text)
    cosines = question.encoded.tokens @ encoded.tokens.T
    starts, ends = encoded.spans.T
    says = np.ones(len(starts), bool)
    for start, end in word_spans(text):
        if text[start:end].casefold() in _NEUTRAL_WORDS:
            says[(starts >= start) & (ends <= end)] = False
    result: list[tuple[Floats, np.ndarray]] = []
    at = 0
    for name in names:
        inside = (starts >= at) & (ends <= at + len(name)) & (ends > starts)
        result.append((cosines[:, inside], says[inside]))
        at += len(name) + len(_SEPARATOR)
    return result


def _said_and_meant(weights: Floats, cosines: Floats, says: np.ndarray) -> tuple[float, float]:
    if not cosines.size:
        return 0.0, 0.0
    said = float(weights @ cosines.max(axis=1))
    return said, float(cosines[:, says].max(axis=0).mean()) if says.any() else _NEUTRAL


def _has_type(answer_type: AnswerType, text: str, found: RowInTable, column: int) -> bool:
    """Whether a cell holds an answer of a type, be it together with a unit that its column's name states."""
    cell = text[slice(*found.row.cells[column])].strip("()")
    if mentions(answer_type, cell) or (answer_type is AnswerType.DATE and mentions(AnswerType.TIME, cell)):
        return True
    name = text[slice(*found.table.columns[column])] if found.row.in_columns else ""
    if answer_type not in COUNTED or not _NUMBER.search(cell):
        return False
    units = _UNIT.findall(name)
    return (answer_type is AnswerType.AGE and bool(_AGE.search(name))) or any(
        mentions(answer_type, words) for unit in units for words in (f"{cell} {unit}", f"{unit}{cell}")
    )


@lru_cache(20_000)
def _words(text: str, language: str) -> frozenset[str]:
    """The stems of a name's words, and the numbers in them: "FY2020" names 2020."""
    return frozenset(stems(text, language)) | frozenset(n for n in _NUMBER.findall(text) if len(n) == 4)
