"""How well a sentence answers a question: a few measures, each between about 0 and 1, and their weighted sum.

    max_sim         sum over the question's word pieces t of  w(t) * highest cosine of t with one of the sentence's
                    (late interaction: ColBERT, Khattab and Zaharia 2020)
    question_words  the same over who, when, where ... alone: their vectors lie near the answers to them
    precision       mean over the sentence's word pieces of their highest cosine with one of the question's
    coverage        idf of the question's stems that the sentence has, as a share of all their idf
    neighbourhood   max_sim of the sentence with the one before and the one behind it
    denies          1 if the question denies something, and the sentence does too
    counted, named  1 if a date, sum, number (a name) is asked for, and the sentence holds one beyond the question's own

None of them depends on how many passages there are but through the idf's shares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from quoth.index.records import Floats, Ints, Span
from quoth.index.search.snapshot import Candidate
from quoth.index.text.analysis import stems
from quoth.index.text.tables import cell_for, is_head, table_at
from quoth.qa.extract.lists import Listed, lists
from quoth.qa.extract.mentions import holds_new_mention
from quoth.qa.question.answer_types import COUNTED, NAMED
from quoth.qa.question.negation import denies, may_deny
from quoth.qa.question.understand import Question

from .weights import SENTENCE

MEASURES = tuple(SENTENCE)
_WEIGHTS = np.array(list(SENTENCE.values()), np.float32)
MAX_CHARS = 400
"""No quote is longer; of a longer sentence, whole clauses are quoted."""
LIST = CELL = 3.0
"""What speaks for a list where one is asked for; and for a table's row with words of the question,
if its column is named, too."""
_WORD = re.compile(r"\w+")
_CELLS = re.compile(r"\S[ \t]*\||\S\t+\S")
_FACT = re.compile(r"[^\W\d][^:.!?\n]{0,38}(?::|[ \t]*\|)[ \t]+\w")
"""A line of a box of facts, "Depth: 11 metres", or of a table."""
_CLAUSE_END = re.compile(r"(?:[;:,)]|\s[—–-])\s+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence of a passage, two neighbouring ones, or clauses of a long one."""

    span: Span
    sentences: Span
    """Numbers of its first and last sentence in the passage; of a list, those that the passage has."""
    measures: Floats
    """Shape (len(MEASURES),)."""
    score: float
    listed: bool = False
    """Whether it is a list, or what the passage has of one."""
    cell: bool = False
    """Whether it is a table's row that the question names, with a column."""

    @property
    def single(self) -> bool:
        return self.listed or self.sentences[0] == self.sentences[1]


def units(question: Question, candidates: Sequence[Candidate], cosines: Sequence[Floats]) -> list[tuple[Unit, ...]]:
    """All that can be quoted of each passage.

    :param cosines: of each passage, shape (m, n): of the question's m word pieces with the passage's n.
    """
    pieces = _Pieces(question, candidates, cosines)
    wanted = [unit for number, candidate in enumerate(candidates) for unit in _spans(number, candidate, pieces)]
    first, last = np.array([u.pieces for u in wanted], np.int64).reshape(-1, 2).T
    rows = np.maximum(pieces.rows[:, first], pieces.rows[:, last])
    around = np.array([u.around for u in wanted], np.int64).reshape(-1, 4).T
    near = np.maximum.reduce([pieces.rows[:, of] for of in around])
    alone = first == last
    own = pieces.sums[first] + np.where(alone, 0.0, pieces.sums[last])
    counts = pieces.counts[first] + np.where(alone, 0, pieces.counts[last])
    idf = np.array([*question.idf.values()], np.float32)
    holds = pieces.holds[first] | pieces.holds[last]
    measures = np.stack([
        question.weights @ rows,
        question.asking @ rows,
        own / np.maximum(counts, 1),
        (pieces.stems[first] | pieces.stems[last]) @ idf / (idf.sum() or 1.0),
        question.weights @ near,
        holds & (question.answer_type in COUNTED),
        holds & (question.answer_type in NAMED),
        pieces.denies[first] | pieces.denies[last],
    ], axis=1).astype(np.float32)  # fmt: skip
    scores = (measures @ _WEIGHTS).tolist()
    found: list[list[Unit]] = [[] for _ in candidates]
    for i, u in enumerate(wanted):
        cell = bool(pieces.cells[first[i]] and alone[i])
        bonus = LIST * u.listed + CELL * cell + question.topics.get(candidates[u.passage].article.source, 0.0)
        found[u.passage].append(Unit(u.span, u.sentences, measures[i], scores[i] + bonus, u.listed, cell))
    return [tuple(of) for of in found]


class _Wanted(NamedTuple):
    """A unit before it is measured."""

    passage: int
    span: Span
    sentences: Span
    pieces: tuple[int, int]
    """Numbers of the pieces that it is measured by: its first and its last sentence, or itself twice."""
    around: tuple[int, int, int, int]
    """Numbers of the sentence before it, of its first and last, and of the one behind it;
    its own where there is none."""
    listed: bool = False


class _Pieces:
    """All sentences of some passages, and what else is cut out of them, measured one by one."""

    def __init__(self, question: Question, candidates: Sequence[Candidate], cosines: Sequence[Floats]) -> None:
        self.first = np.cumsum([0, *(len(c.stored.sentences) for c in candidates)])
        """The number of each passage's first sentence."""
        self.windows: dict[tuple[int, int], list[tuple[Span, int]]] = {}
        """By passage and sentence, what an over-long sentence is cut into, with its number as a piece."""
        self.lists: list[list[tuple[Listed, Span, int]]] = [[] for _ in candidates]
        """Of each passage, where a list is asked for: those it has, what of them lies in it,
        and their numbers as pieces."""
        self._offsets = np.cumsum([0, *(c.shape[1] for c in cosines)])
        spans = [(number, span) for number, c in enumerate(candidates) for span in c.stored.sentences]
        for number, candidate in enumerate(candidates):
            for i, (start, end) in enumerate(candidate.stored.sentences):
                if end - start > MAX_CHARS:
                    cut = _windows(candidate.article.text, (start, end))
                    self.windows[number, i] = [(window, len(spans) + n) for n, window in enumerate(cut)]
                    spans += [(number, window) for window in cut]
            for listed in lists(candidate.article.text) if question.asks_for_list else ():
                passage = candidate.stored.passage
                part = max(listed.start, passage.start), min(listed.end, passage.end)
                if part[0] < part[1]:
                    self.lists[number].append((listed, part, len(spans)))
                    spans.append((number, part))
        lows, highs = self._places(candidates, spans)
        self.counts = highs - lows
        """Word pieces of each, shape (s,)."""
        ends = np.stack([lows, highs], axis=1).reshape(-1)
        whole = np.pad(np.concatenate(cosines, axis=1), ((0, 0), (0, 1)))
        self.rows = np.where(self.counts > 0, np.maximum.reduceat(whole, ends, axis=1)[:, ::2], 0.0)
        """Each question piece's highest cosine with one of theirs, shape (m, s)."""
        self.sums = np.where(self.counts > 0, np.add.reduceat(whole.max(axis=0), ends)[::2], 0.0)
        """Sum of their own word pieces' highest cosines, shape (s,)."""
        self.stems = np.zeros((len(spans), len(question.idf)), bool)
        """Which of the question's stems they have."""
        self.holds = np.zeros(len(spans), bool)
        """Whether they hold a thing of the kind asked for beyond the question's own."""
        self.denies = np.zeros(len(spans), bool)
        """Whether they deny something, as the question does."""
        denied = denies(question.own)
        asked = {stem: column for column, stem in enumerate(question.idf)}
        self.alone = np.zeros(len(spans), bool)
        """Whether they say something by themselves: neither a lead-in nor a bullet or a heading."""
        for row, (number, (start, end)) in enumerate(spans):
            text = candidates[number].article.text[start:end]
            self.alone[row], stems_ = _read(text, question.language)
            for stem in stems_ & asked.keys():
                self.stems[row, asked[stem]] = True
            self.denies[row] = denied and may_deny(text)
            self.holds[row] = holds_new_mention(question.answer_type, text, asked.keys())
        self.cells = np.zeros(len(spans), bool)
        """Whether they are rows of a table in which the question names one, and a column."""
        self._head_lists(candidates, cosines, asked)
        self._head_rows(question, candidates, cosines, spans)

    def _head_lists(self, candidates: Sequence[Candidate], cosines: Sequence[Floats], asked: dict[str, int]) -> None:
        """A list without a lead-in is led in by its heading."""
        for number, found in enumerate(self.lists):
            for listed, _, row in found:
                if listed.led_in:
                    continue
                tokens = candidates[number].stored.tokens.spans
                context = int(np.searchsorted(tokens[:, 1] > tokens[:, 0], True))
                if context:
                    self.rows[:, row] = np.maximum(self.rows[:, row], cosines[number][:, :context].max(axis=1))
                for stem in set(stems(candidates[number].stored.passage.heading or "")) & asked.keys():
                    self.stems[row, asked[stem]] = True

    def _head_rows(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        cosines: Sequence[Floats],
        spans: list[tuple[int, Span]],
    ) -> None:
        """A table's row says what it says under the names of its columns;
        the question names those that share most with it."""
        asked = {stem: column for column, stem in enumerate(question.idf)}
        named: dict[tuple[int, int], dict[int, int]] = {}
        for row, (number, span) in enumerate(spans):
            text, tokens = candidates[number].article.text, candidates[number].stored.tokens.spans
            if not _CELLS.search(text, *span):
                continue
            table = table_at(text, span)
            if table is None:
                self.alone[row] &= not is_head(text, span)
                continue
            mine = (tokens[:, 0] < table.head[1]) & (tokens[:, 1] > table.head[0]) & (tokens[:, 1] > tokens[:, 0])
            if not mine.any():  # it stands before the passage, among title and heading
                mine = tokens[:, 1] == tokens[:, 0]
            self.rows[:, row] = np.maximum(self.rows[:, row], cosines[number][:, mine].max(axis=1, initial=0.0))
            cells = table.row_at(span)
            if cells is not None and cell_for(text, table, cells, frozenset(asked), question.language) is not None:
                named.setdefault((candidates[number].article.id, table.head[0]), {})[row] = int(self.stems[row].sum())
            for stem in set(stems(text[slice(*table.head)], question.language)) & asked.keys():
                self.stems[row, asked[stem]] = True
        for rows in named.values():
            for row, shared in rows.items():
                self.cells[row] = 0 < shared == max(rows.values())

    def _places(self, candidates: Sequence[Candidate], spans: list[tuple[int, Span]]) -> tuple[Ints, Ints]:
        """Of each span, the numbers of its first word piece and of the one behind its last, among all passages'."""
        lows, highs = np.empty(len(spans), np.int64), np.empty(len(spans), np.int64)
        of_passage = np.array([number for number, _ in spans], np.int64)
        ends = np.array([span for _, span in spans], np.int64).reshape(-1, 2)
        for number, candidate in enumerate(candidates):
            tokens = candidate.stored.tokens.spans
            # title and heading come first, with empty spans
            context = int(np.searchsorted(tokens[:, 1] > tokens[:, 0], True))
            mine = of_passage == number
            found = self._offsets[number] + context + np.searchsorted(tokens[context:, 0], ends[mine])
            lows[mine], highs[mine] = found[:, 0], found[:, 1]
        return lows, highs


def _spans(number: int, candidate: Candidate, pieces: _Pieces) -> Iterator[_Wanted]:
    """What can be quoted of one passage."""
    sentences, first = candidate.stored.sentences, int(pieces.first[number])
    last = first + len(sentences) - 1

    def wanted(span: Span, i: int, j: int, own: tuple[int, int]) -> _Wanted:
        around = (max(first, first + i - 1), first + i, first + j, min(last, first + j + 1))
        return _Wanted(number, span, (i, j), own, around)

    singles = 0
    for i, (start, end) in enumerate(sentences):
        if end - start > MAX_CHARS:
            for window, piece in pieces.windows[number, i]:
                singles += 1
                yield wanted(window, i, i, (piece, piece))
            continue
        if pieces.alone[first + i]:
            singles += 1
            yield wanted((start, end), i, i, (first + i, first + i))
        if i + 1 < len(sentences) and sentences[i + 1][1] - start <= MAX_CHARS:
            yield wanted((start, sentences[i + 1][1]), i, i + 1, (first + i, first + i + 1))
    for listed, part, row in pieces.lists[number]:
        inside = [i for i, (a, b) in enumerate(sentences) if a < part[1] and part[0] < b] or [0]
        i, j = inside[0], inside[-1]
        around = (first + i, first + i, first + j, first + j)
        yield _Wanted(number, listed.whole()[0], (i, j), (row, row), around, listed=True)
    if not singles:  # nothing but headings, bullets, lead-ins: better than silence
        for i, span in enumerate(sentences):
            yield wanted(span, i, i, (first + i, first + i))


@lru_cache(20_000)
def _read(sentence: str, language: str) -> tuple[bool, frozenset[str]]:
    """Whether a sentence says something by itself, and its stems."""
    says = len(_WORD.findall(sentence)) >= 4 or bool(_FACT.match(sentence))
    return says and not sentence.endswith(":"), frozenset(stems(sentence, language))


def _windows(text: str, span: Span) -> list[Span]:
    """Runs of whole clauses of a long sentence, one from every clause on, each as long as it may be;
    together all of it.

    Words stand in for clauses where those are too long, or too short to be quoted by themselves.
    """
    start, end = span
    cuts = [start]
    for stop in (*(start + m.end() for m in _CLAUSE_END.finditer(text[start:end])), end):
        while stop - cuts[-1] > MAX_CHARS:
            cuts.append(_word_end(text, cuts[-1], cuts[-1] + MAX_CHARS))
        cuts.append(stop)
    windows: list[Span] = []
    for i, first in enumerate(cuts[:-1]):
        last = max(c for c in cuts[i + 1 :] if c - first <= MAX_CHARS)
        if windows and last <= windows[-1][1]:
            continue
        if last - first < MAX_CHARS // 4:  # the end of the sentence: begin earlier; its beginning: end later
            first = first if first == start else _word_start(text, max(start, last - MAX_CHARS), first)
            last = max(last, _word_end(text, first, min(end, first + MAX_CHARS)))
        while text[last - 1].isspace():
            last -= 1
        windows.append((first, last))
    return windows


def _word_end(text: str, low: int, high: int) -> int:
    """The last place in between where a word has just ended, white space included; ``high`` where none does."""
    space = max(text.rfind(mark, low, high) for mark in " \t\n\r\xa0")
    return space + 1 if space > low else high


def _word_start(text: str, low: int, high: int) -> int:
    """The first place in between where a word begins after white space; ``low`` where none does."""
    return next((i + 1 for i in range(low, high) if text[i].isspace() and not text[i + 1].isspace()), low)
