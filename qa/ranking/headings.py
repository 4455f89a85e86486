"""Headings and heads of tables: text outside a piece that is needed to understand the piece.

A question's word that the heading has need not be repeated below it: under "Summer", "The gates open at six" is about
summer. A list without a lead-in is introduced by its heading. A table's row has a meaning only under the names of its
columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from quoth.index.records import Floats, Ints, Span
from quoth.index.search.snapshot import Candidate
from quoth.index.text.analysis import stems, stems_of, word_spans
from quoth.index.text.tables import is_head
from quoth.qa.question.understand import Question

from .cells import RowInTable, asked_words, header_of, requested_cell, row_at
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
    is_named: bool
    """Whether the question names it best among the rows of its table, and also one of its columns."""
    is_filled: bool
    """Whether at least two of its cells have words."""


class _NamedRow(NamedTuple):
    """How well a question names a row."""

    share: float
    """Weight of the question's words that the row or its section has."""
    more: int
    """Number of other words in the row's section and in its cells with words of the question."""
    table: tuple[int, int]
    """The article's id and the position of the table."""


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
    found: dict[int, RowInTable] = {}
    for piece, (number, span) in enumerate(zip(pieces.passages, pieces.spans, strict=True)):
        text = candidates[number].article.text
        if in_table := row_at(text, span):
            found[piece] = in_table
        elif is_head(text, span):
            tables.heads.append(piece)
    named = _rows_named(question, candidates, pieces, found)
    for piece, (row, table) in found.items():
        candidate = candidates[pieces.passages[piece]]
        text = candidate.article.text
        parts = [part for part in (table.head if row.in_columns else None, row.section) if part]
        within = _word_pieces_of(candidate.stored.tokens.spans, parts)
        words = f"{header_of(text, found[piece])} {text[slice(*row.span)]}"
        heading = Heading(
            piece, cosines[pieces.passages[piece]][:, within].max(axis=1, initial=0.0),
            frozenset(stems(words, question.language)),
        )  # fmt: skip
        requested = requested_cell(question, text, found[piece]) if piece in named else None
        is_named = requested is not None and requested.is_named
        tables.rows.append(TableRow(heading, is_named, sum(cell[0] < cell[1] for cell in row.cells) > 1))
    return tables


def _rows_named(
    question: Question, candidates: Sequence[Candidate], pieces: Pieces, rows: Mapping[int, RowInTable]
) -> set[int]:
    """The pieces that are the row of their table that the question names best, without tables in which it names at most
    half as much as in another."""
    asked = asked_words(question)
    measured: dict[int, _NamedRow] = {}
    best: dict[tuple[int, int], tuple[float, int]] = {}
    for piece, (row, table) in rows.items():
        article = candidates[pieces.passages[piece]].article
        parts = [_stems(article.text[slice(*part)], question.language) for part in (row.section, *row.cells) if part]
        of_section = parts[0] if row.section else frozenset[str]()
        own = of_section.union(*(part for part in parts if part & asked.keys()))
        share = sum(asked[stem] for stem in own & asked.keys())
        measured[piece] = _NamedRow(share, len(own - asked.keys()), (article.id, table.start))
        key = (share, -len(own - asked.keys()))
        best[article.id, table.start] = max(best.get((article.id, table.start), key), key)
    most = max((share for share, _ in best.values()), default=0.0)
    return {
        piece for piece, row in measured.items()
        if row.share > most / 2 and (row.share, -row.more) == best[row.table]
    }  # fmt: skip


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
