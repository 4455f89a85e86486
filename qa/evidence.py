"""How well a sentence answers a question: a few measures, each between about 0 and 1, and their weighted sum.

    max_sim         sum over the question's word pieces t of  w(t) * highest cosine of t with one of the sentence's
                    (late interaction: ColBERT, Khattab and Zaharia 2020)
    question_words  the same over who, when, where ... alone: their vectors lie near the answers to them
    precision       mean over the sentence's word pieces of their highest cosine with one of the question's
    coverage        idf of the question's stems that the sentence has, as a share of all their idf
    length          ln(characters / 150)
    neighbourhood   max_sim of the sentence with the one before and the one behind it
    counted, named  1 if a date, sum, number (a name) is asked for, and the sentence holds one beyond the question's own

None of them depends on how many passages there are but through the idf's shares.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.library import Candidate
from index.records import Floats, Span
from index.words import stems

from .kinds import COUNTED, NAMED, new_things
from .question import Question
from .weights import SENTENCE

MEASURES = tuple(SENTENCE)
_WEIGHTS = np.array(list(SENTENCE.values()), np.float32)
MAX_CHARS = 400
"""No quote is longer; of a longer sentence, whole clauses are quoted."""
_WORD = re.compile(r"\w+")
_CLAUSE_END = re.compile(r"(?:[;:,)]|\s[—–-])\s+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence of a passage, two neighbouring ones, or clauses of a long one."""

    span: Span
    sentences: Span
    """Numbers of its first and last sentence in the passage."""
    measures: Floats
    """Shape (len(MEASURES),)."""
    content_sim: float
    """max_sim over the words that carry meaning."""
    score: float

    @property
    def single(self) -> bool:
        return self.sentences[0] == self.sentences[1]


def units(question: Question, candidate: Candidate, cosines: Floats) -> list[Unit]:
    """All that can be quoted of one passage.

    :param cosines: shape (m, n), of the question's word pieces with the passage's.
    """
    text, sentences = candidate.article.text, candidate.stored.sentences
    spans = candidate.stored.tokens.spans
    first = int(np.searchsorted(spans[:, 1] > spans[:, 0], True))  # title and heading come first, with empty spans
    starts, cosines = spans[first:, 0], cosines[:, first:]

    def piece(span: Span) -> tuple[Floats, Floats]:
        """Over a span's word pieces: each question piece's highest cosine, and each own piece's."""
        low, high = np.searchsorted(starts, span)
        part = cosines[:, low:high]
        return (part.max(axis=1), part.max(axis=0)) if part.size else (np.zeros(len(cosines), np.float32), np.zeros(1, np.float32))

    whole = [piece(s) for s in sentences]
    rows = [row for row, _ in whole]
    found: list[Unit] = []

    def measure(span: Span, numbers: Span, row: Floats, own: Floats) -> None:
        low, high = max(0, numbers[0] - 1), numbers[1] + 2
        near = np.maximum.reduce(rows[low:high])
        values = _measures(question, text[span[0] : span[1]], row, own, near)
        found.append(Unit(span, numbers, values, float(question.content @ row), float(values @ _WEIGHTS)))

    for i, (start, end) in enumerate(sentences):
        if end - start > MAX_CHARS:
            for window in _windows(text, (start, end)):
                measure(window, (i, i), *piece(window))
            continue
        if _stands_alone(text[start:end]):
            measure((start, end), (i, i), *whole[i])
        if i + 1 < len(sentences) and sentences[i + 1][1] - start <= MAX_CHARS:
            (row, own), (next_row, next_own) = whole[i], whole[i + 1]
            measure((start, sentences[i + 1][1]), (i, i + 1), np.maximum(row, next_row), np.concatenate([own, next_own]))
    if not any(unit.single for unit in found):  # nothing but headings, bullets, lead-ins: better than silence
        for i, (start, end) in enumerate(sentences):
            measure((start, end), (i, i), *whole[i])
    return found


def _measures(question: Question, text: str, row: Floats, own: Floats, near: Floats) -> Floats:
    total = sum(question.idf.values())
    holds = bool(new_things(question.kind, text, question.idf.keys()))
    return np.array(
        [
            question.weights @ row,
            question.asking @ row,
            own.mean(),
            sum(question.idf[s] for s in question.idf.keys() & _stems(text)) / total if total else 0.0,
            math.log(max(len(text), 20) / 150),
            question.weights @ near,
            holds and question.kind in COUNTED,
            holds and question.kind in NAMED,
        ],
        np.float32,
    )


@lru_cache(20_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def _stands_alone(sentence: str) -> bool:
    """Not a lead-in, and not a bullet or a heading."""
    return len(_WORD.findall(sentence)) >= 4 and not sentence.endswith(":")


def _windows(text: str, span: Span) -> list[Span]:
    """Runs of whole clauses of a long sentence, one from every clause on, each as long as it may be; together all of it.

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
