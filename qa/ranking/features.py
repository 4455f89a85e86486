"""How well a unit answers a question: features between about 0 and 1, and their weighted sum, the score.

    max_sim         sum over the question's word pieces t of  w(t) * highest cosine of t with one of the sentence's
                    (late interaction: ColBERT, Khattab and Zaharia 2020)
    question_words  the same sum over who, when, where ... alone: their vectors are close to those of answers to them
    precision       mean over the sentence's word pieces of their highest cosine with one of the question's
    coverage        idf of the question's stems that the sentence has, as a share of the idf of all its stems
    neighbourhood   max_sim of the sentence together with the one before and the one after it
    denies          1 if the question denies something, and the sentence does too
    counted, named  1 if the question asks for a date, sum, number (a name), and the sentence holds one that the
                    question does not have

None of them depends on the number of passages, except through the idf. Notation: m word pieces and k stems of the
question, s pieces (pieces.py), n word pieces of a passage.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from quoth.index.records import Floats, Ints
from quoth.index.search.snapshot import Candidate
from quoth.index.text.analysis import stems
from quoth.qa.extract.mentions import holds_new_mention
from quoth.qa.question.answer_types import COUNTED, NAMED
from quoth.qa.question.negation import denies, may_deny
from quoth.qa.question.understand import Question

from .headings import Heading, TableRow, Tables, find_tables, heading_length, list_headings, section_headings
from .pieces import Pieces, cut
from .units import Draft, Unit, draft_units
from .weights import SENTENCE

FEATURES = tuple(SENTENCE)
WEIGHTS = np.array(list(SENTENCE.values()), np.float32)
LIST = CELL = 3.0
"""Added to the score of a list if the question asks for a list, and to that of a table's row with words of the question
if the question also names its column."""
_WORD = re.compile(r"\w+")
_FACT = re.compile(r"[^\W\d][^:.!?\n]{0,38}(?::|[ \t]*\|)[ \t]+\w")
"""A line of a fact box, "Depth: 11 metres", or of a table."""
Flags = npt.NDArray[np.bool_]


class PieceFeatures(NamedTuple):
    """The features of all pieces."""

    highest: Floats
    """Shape (m, s): each question piece's highest cosine with one of the piece's word pieces."""
    sums: Floats
    """Shape (s,): sum over the piece's word pieces of their highest cosine with one of the question's."""
    counts: Ints
    """Shape (s,): number of word pieces."""
    stems: Flags
    """Shape (s, k): which of the question's stems it has."""
    mentions: Flags
    """Shape (s,): whether it holds a mention of the type asked for that the question does not have."""
    denies: Flags
    """Shape (s,): whether both the question and the piece deny something."""
    cells: Flags
    """Shape (s,): whether it is the table's row that the question names, together with a column."""
    standalone: list[bool]
    """Of each piece, whether it says something by itself."""


def scored_units(
    question: Question, candidates: Sequence[Candidate], cosines: Sequence[Floats]
) -> list[tuple[Unit, ...]]:
    """The units of each passage, with features and scores.

    :param cosines: of each passage, shape (m, n): cosines of the question's word pieces with the passage's.
    """
    pieces = cut(candidates, question.asks_for_list)
    measured = piece_features(question, candidates, cosines, pieces)
    drafts = draft_units(candidates, pieces, measured.standalone)
    features = unit_features(question, drafts, measured)
    scores = (features @ WEIGHTS).tolist()
    found: list[list[Unit]] = [[] for _ in candidates]
    for draft, values, score in zip(drafts, features, scores, strict=True):
        cell = bool(measured.cells[draft.pieces[0]]) and draft.pieces[0] == draft.pieces[1]
        topic = question.topic_log_odds(candidates[draft.passage].article.source, draft.span)
        total = score + (LIST * draft.listed + CELL * cell + topic)
        found[draft.passage].append(Unit(draft.span, draft.sentences, values, total, draft.listed, cell))
    return [tuple(units) for units in found]


def piece_features(
    question: Question, candidates: Sequence[Candidate], cosines: Sequence[Floats], pieces: Pieces
) -> PieceFeatures:
    """The features of all pieces of some passages."""
    texts = [candidates[p].article.text[a:b] for p, (a, b) in zip(pieces.passages, pieces.spans, strict=True)]
    headings = [
        *list_headings(candidates, cosines, pieces), *section_headings(question, candidates, cosines, pieces),
    ]  # fmt: skip
    tables = find_tables(question, candidates, cosines, pieces)
    heads = [row.heading for row in tables.rows]
    joined = np.pad(np.concatenate(cosines, axis=1), ((0, 0), (0, 1)))  # one more column: the last piece needs an end
    starts, ends = word_piece_ranges(candidates, cosines, pieces)
    own_stems = shared_stems(question, texts, headings)
    return PieceFeatures(
        highest=highest_cosines(joined, starts, ends, [*headings, *heads]), sums=cosine_sums(joined, starts, ends),
        counts=ends - starts, stems=with_headings(own_stems, question, heads),
        mentions=new_mentions_in(question, texts, tables.rows), denies=denials(question, texts),
        cells=named_rows(tables.rows, len(texts)), standalone=standalone_pieces(texts, tables),
    )  # fmt: skip


def unit_features(question: Question, drafts: Sequence[Draft], pieces: PieceFeatures) -> Floats:
    """Shape (u, len(FEATURES)): the features of u units, from those of their first and last piece."""
    first, last = np.array([d.pieces for d in drafts], np.int64).reshape(-1, 2).T
    around = np.array([d.around for d in drafts], np.int64).reshape(-1, 4).T
    nearby = np.maximum.reduce([pieces.highest[:, of] for of in around])
    one = first == last
    sums = pieces.sums[first] + np.where(one, 0.0, pieces.sums[last])
    counts = pieces.counts[first] + np.where(one, 0, pieces.counts[last])
    idf = np.array([*question.idf.values()], np.float32)
    mentions = pieces.mentions[first] | pieces.mentions[last]
    highest = np.maximum(pieces.highest[:, first], pieces.highest[:, last])
    features: Floats = np.stack([
        question.weights @ highest,
        question.asking @ highest,
        sums / np.maximum(counts, 1),
        (pieces.stems[first] | pieces.stems[last]) @ idf / (idf.sum() or 1.0),
        question.weights @ nearby,
        mentions & (question.answer_type in COUNTED),
        mentions & (question.answer_type in NAMED),
        pieces.denies[first] | pieces.denies[last],
    ], axis=1).astype(np.float32)  # fmt: skip
    return features


def word_piece_ranges(candidates: Sequence[Candidate], cosines: Sequence[Floats], pieces: Pieces) -> tuple[Ints, Ints]:
    """Shapes (s,): of each piece, the numbers of its first word piece and of the one after its last, counted over all
    passages."""
    starts, ends = np.empty(len(pieces.spans), np.int64), np.empty(len(pieces.spans), np.int64)
    offsets = np.cumsum([0, *(c.shape[1] for c in cosines)])
    passages = np.array(pieces.passages, np.int64)
    spans = np.array(pieces.spans, np.int64).reshape(-1, 2)
    for number, candidate in enumerate(candidates):
        tokens = candidate.stored.tokens.spans
        skipped = heading_length(tokens)
        own = passages == number
        found = offsets[number] + skipped + np.searchsorted(tokens[skipped:, 0], spans[own])
        starts[own], ends[own] = found[:, 0], found[:, 1]
    return starts, ends


def highest_cosines(cosines: Floats, starts: Ints, ends: Ints, headings: Sequence[Heading]) -> Floats:
    """Shape (m, s): each question piece's highest cosine with a word piece of the piece or of its heading.

    :param cosines: of all passages side by side.
    """
    bounds = np.stack([starts, ends], axis=1).reshape(-1)
    highest: Floats = np.where(ends > starts, np.maximum.reduceat(cosines, bounds, axis=1)[:, ::2], 0.0)
    for heading in headings:
        highest[:, heading.piece] = np.maximum(highest[:, heading.piece], heading.cosines)
    return highest


def cosine_sums(cosines: Floats, starts: Ints, ends: Ints) -> Floats:
    """Shape (s,): sum over each piece's word pieces of their highest cosine with one of the question's.

    :param cosines: of all passages side by side.
    """
    bounds = np.stack([starts, ends], axis=1).reshape(-1)
    sums: Floats = np.where(ends > starts, np.add.reduceat(cosines.max(axis=0), bounds)[::2], 0.0)
    return sums


def shared_stems(question: Question, texts: Sequence[str], headings: Sequence[Heading]) -> Flags:
    """Shape (s, k): which of the question's stems each piece or its heading has."""
    shared = np.zeros((len(texts), len(question.idf)), bool)
    columns = {stem: column for column, stem in enumerate(question.idf)}
    for row, text in enumerate(texts):
        for stem in _stems(text, question.language) & columns.keys():
            shared[row, columns[stem]] = True
    return with_headings(shared, question, headings)


def with_headings(shared: Flags, question: Question, headings: Sequence[Heading]) -> Flags:
    """A copy of the table of shared stems that includes the stems of headings."""
    shared = shared.copy()
    columns = {stem: column for column, stem in enumerate(question.idf)}
    for heading in headings:
        for stem in heading.stems & columns.keys():
            shared[heading.piece, columns[stem]] = True
    return shared


def new_mentions_in(question: Question, texts: Sequence[str], rows: Sequence[TableRow]) -> Flags:
    """Shape (s,): whether a piece holds a mention of the type asked for that the question does not have, or a cell that
    the question asks for by the name of its column, which may state its unit."""
    asked = question.idf.keys()
    found = np.array([holds_new_mention(question.answer_type, text, asked) for text in texts], bool)
    found[[row.heading.piece for row in rows if row.is_named]] = True
    return found


def denials(question: Question, texts: Sequence[str]) -> Flags:
    """Shape (s,): whether a piece denies something; always false if the question does not."""
    denied = denies(question.own)
    return np.array([denied and may_deny(text) for text in texts], bool)


def named_rows(rows: Sequence[TableRow], count: int) -> Flags:
    """Shape (s,): whether a piece is the row of a table that the question names, together with its column.

    :param count: the number s of pieces.
    """
    named = np.zeros(count, bool)
    named[[row.heading.piece for row in rows if row.is_named]] = True
    return named


def standalone_pieces(texts: Sequence[str], tables: Tables) -> list[bool]:
    """Whether each piece says something by itself: it is no lead-in, bullet, heading or head of a table."""
    standalone = [_says_something(text) for text in texts]
    for row in tables.rows:
        standalone[row.heading.piece] |= row.is_filled
    for head in tables.heads:
        standalone[head] = False
    return standalone


@lru_cache(20_000)
def _says_something(sentence: str) -> bool:
    says = len(_WORD.findall(sentence)) >= 4 or bool(_FACT.match(sentence))
    return says and not sentence.endswith(":")


@lru_cache(20_000)
def _stems(sentence: str, language: str) -> frozenset[str]:
    return frozenset(stems(sentence, language))
