"""Headings and heads of tables: text outside a piece that is needed to understand the piece.

A question's word that the heading has need not be repeated below it: under "Summer", "The gates open at six" is about
summer. A list without a lead-in is introduced by its heading. A table's row has a meaning only under the names of its
columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from quoth.index.records import Floats, Ints, Span
from quoth.index.search.snapshot import Candidate
from quoth.index.text.analysis import stems, stems_of, word_spans
from quoth.index.text.tables import is_head
from quoth.qa.question.understand import Question

from .cells import header_of, requested_cell, row_at
from .pieces import Pieces


class Heading(NamedTuple):
    """The heading of a piece."""

    piece: int
    cosines: Floats
    """Shape (m,): each question piece's highest cosine with one of the heading's."""
    stems: frozenset[str]


class TableRow(NamedTuple):
    """A piece that is a row of a table, or a part of one, with the table's header."""

    heading: Heading
    """The header and the row's section, with the stems of the whole row."""
    labels: frozenset[str]
    """The stems of the row and of its section."""
    table: tuple[int, int]
    """The article's id and the position of the table."""
    column_named: bool
    """Whether the question names one of the table's columns, in which the row has a cell with words."""
    is_filled: bool
    """Whether at least two of its cells have words."""


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


def section_headings(
    question: Question, candidates: Sequence[Candidate], cosines: Sequence[Floats], pieces: Pieces
) -> list[Heading]:
    """The headings of passages that have words of the question, for each piece below them."""
    of_passage = [words_in_heading(question, c, own) for c, own in zip(candidates, cosines, strict=True)]
    return [
        Heading(piece, *found) for piece, number in enumerate(pieces.passages)
        if (found := of_passage[number]) is not None
    ]  # fmt: skip


def words_in_heading(question: Question, candidate: Candidate, cosines: Floats) -> tuple[Floats, frozenset[str]] | None:
    """What the question shares with a passage's heading; None if it is nothing beyond the passage and the title.

    :return: shape (m,), the highest cosine with the heading of each question piece in a shared word, minus infinity for
        the other pieces; and the shared stems.
    """
    heading = candidate.stored.passage.heading
    if not heading:
        return None
    shared = _stems(heading, question.language) & question.idf.keys()
    if shared:
        text = f"{candidate.article.title or ''} {candidate.stored.passage.text}"
        shared -= _stems(text, question.language)
    above = heading_length(candidate.stored.tokens.spans)
    if not shared or not above:
        return None
    places = [
        span for span in word_spans(question.own)
        if not shared.isdisjoint(stems_of(question.own[slice(*span)], question.language))
    ]  # fmt: skip
    starts = question.encoded.spans
    within = np.zeros(len(starts), bool)
    for start, end in places:
        within |= (starts[:, 0] >= start) & (starts[:, 1] <= end) & (starts[:, 1] > starts[:, 0])
    return np.where(within, cosines[:, :above].max(axis=1), -np.inf), shared


def heading_length(spans: Ints) -> int:
    """Number of a passage's word pieces that belong to its title and heading: they come first and have empty spans."""
    return int(np.searchsorted(spans[:, 1] > spans[:, 0], True))


def find_tables(
    question: Question, candidates: Sequence[Candidate], cosines: Sequence[Floats], pieces: Pieces
) -> Tables:
    """The pieces that are rows or heads of tables."""
    tables = Tables([], [])
    for piece, (number, span) in enumerate(zip(pieces.passages, pieces.spans, strict=True)):
        article = candidates[number].article
        text = article.text
        found = row_at(text, span)
        if found is None:
            if is_head(text, span):
                tables.heads.append(piece)
            continue
        row, table = found
        parts = [part for part in (table.head if row.in_columns else None, row.section) if part]
        within = _word_pieces_of(candidates[number].stored.tokens.spans, parts)
        labels = frozenset(stems(f"{text[slice(*row.section)] if row.section else ''} {text[slice(*row.span)]}",
                                 question.language))  # fmt: skip
        heading = Heading(
            piece, cosines[number][:, within].max(axis=1, initial=0.0),
            labels | frozenset(stems(header_of(text, found), question.language)),
        )  # fmt: skip
        requested = requested_cell(question, text, found)
        named = requested is not None and requested.is_named and requested.cell[0] < requested.cell[1]
        filled = sum(cell[0] < cell[1] for cell in row.cells) > 1
        tables.rows.append(TableRow(heading, labels, (article.id, table.start), named, filled))
    return tables


def _word_pieces_of(spans: Ints, parts: Sequence[Span]) -> np.ndarray:
    """Shape (n,): the passage's word pieces in some parts of the text; for parts before the passage, those of the
    heading."""
    chosen = np.zeros(len(spans), bool)
    for part in parts:
        inside = (spans[:, 0] < part[1]) & (spans[:, 1] > part[0]) & (spans[:, 1] > spans[:, 0])
        chosen |= inside if inside.any() else spans[:, 1] == spans[:, 0]
    return chosen


@lru_cache(20_000)
def _stems(text: str, language: str) -> frozenset[str]:
    return frozenset(stems(text, language))
