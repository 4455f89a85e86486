"""Headings of lists and heads of tables: text outside a piece that is needed to understand the piece.

A list without a lead-in is introduced by its heading. A table's row has a meaning only under the names of its columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from quoth.index.records import Floats, Ints, Span
from quoth.index.search.snapshot import Candidate
from quoth.index.text.analysis import stems
from quoth.index.text.tables import is_head, requested_cell, table_at
from quoth.qa.question.understand import Question

from .pieces import Pieces

_CELLS = re.compile(r"\S[ \t]*\||\S\t+\S")


class Heading(NamedTuple):
    """The heading of a piece."""

    piece: int
    cosines: Floats
    """Shape (m,): each question piece's highest cosine with one of the heading's."""
    stems: frozenset[str]


class TableRow(NamedTuple):
    """A piece that is a row of a table, with the table's head."""

    heading: Heading
    table: tuple[int, int]
    """The article's id and the position of the table's head."""
    column_named: bool
    """Whether the question names one of the table's columns."""


class Tables(NamedTuple):
    """The pieces that are parts of tables."""

    rows: list[TableRow]
    heads: list[int]


def list_headings(candidates: Sequence[Candidate], cosines: Sequence[Floats], pieces: Pieces) -> list[Heading]:
    """The headings of lists without a lead-in."""
    found = []
    for number, in_passage in enumerate(pieces.lists):
        stored = candidates[number].stored
        for piece in in_passage:
            if not piece.listed.led_in:
                title = cosines[number][:, : heading_length(stored.tokens.spans)]
                highest = title.max(axis=1, initial=-np.inf)
                found.append(Heading(piece.number, highest, frozenset(stems(stored.passage.heading or ""))))
    return found


def heading_length(spans: Ints) -> int:
    """Number of a passage's word pieces that belong to its title and heading: they come first and have empty spans."""
    return int(np.searchsorted(spans[:, 1] > spans[:, 0], True))


def find_tables(
    question: Question, candidates: Sequence[Candidate], cosines: Sequence[Floats], pieces: Pieces
) -> Tables:
    """The pieces that are rows or heads of tables."""
    tables = Tables([], [])
    asked = frozenset(question.idf)
    for piece, (number, span) in enumerate(zip(pieces.passages, pieces.spans, strict=True)):
        article = candidates[number].article
        if not _CELLS.search(article.text, *span):
            continue
        table = table_at(article.text, span)
        if table is None:
            if is_head(article.text, span):
                tables.heads.append(piece)
            continue
        within = _word_pieces_of_head(candidates[number].stored.tokens.spans, table.head)
        heading = Heading(
            piece, cosines[number][:, within].max(axis=1, initial=0.0),
            frozenset(stems(article.text[slice(*table.head)], question.language)),
        )  # fmt: skip
        row = table.row_at(span)
        named = row is not None and requested_cell(article.text, table, row, asked, question.language) is not None
        tables.rows.append(TableRow(heading, (article.id, table.head[0]), named))
    return tables


def _word_pieces_of_head(spans: Ints, head: Span) -> np.ndarray:
    """Shape (n,): the passage's word pieces in a table's head; if it is before the passage, those of the heading."""
    inside = (spans[:, 0] < head[1]) & (spans[:, 1] > head[0]) & (spans[:, 1] > spans[:, 0])
    return inside if inside.any() else spans[:, 1] == spans[:, 0]
