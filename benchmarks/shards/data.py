"""Passages and questions to divide: recombined real sentences (see synthetic.py), with vectors and BM25 values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from quoth.index.embedding.encoder import load_encoder
from quoth.index.records import Floats, Halves, Ints
from quoth.index.text.analysis import stems

from ..scale import questions_of
from ..synthetic import PASSAGES, articles_of, sentences_of

K1, B = 1.2, 0.75


@dataclass(frozen=True)
class Corpus:
    """Passages 0 to N - 1. The stems of passage p are ``terms[starts[p]:starts[p + 1]]``."""

    vectors: Halves
    """Shape (N, dimensions)."""
    starts: Ints
    """Shape (N + 1,)."""
    terms: Ints
    values: Floats
    """f (k1 + 1) / (f + k1 (1 - b + b length / mean length)) of each stem: its BM25 without the IDF."""
    topics: Ints
    """Place of each passage's first sentence in the file, shape (N,)."""
    questions: Floats
    """Shape (questions, dimensions)."""
    asked: Ints
    """Stems of each question that occur in passages, shape (questions, most stems), filled up with -1."""
    vocabulary: npt.NDArray[np.str_]
    """The stem of each number."""

    def __len__(self) -> int:
        return len(self.topics)

    def frequencies(self, rows: Ints | None = None) -> Ints:
        """Return the number of passages with each stem, among all or some passages."""
        size = int(self.terms.max()) + 1
        if rows is None:
            return np.bincount(self.terms, minlength=size)
        inside = np.zeros(len(self), bool)
        inside[rows] = True
        return np.bincount(self.terms[np.repeat(inside, np.diff(self.starts))], minlength=size)

    def cosines(self) -> Floats:
        """Return the cosine of each question and passage, shape (questions, N)."""
        return self.questions @ self.vectors.astype(np.float32).T

    def bm25(self) -> Floats:
        """Return BM25 of each question and passage, with the IDF of all passages, shape (questions, N)."""
        weights = idf(self.frequencies(), len(self))
        passages = np.repeat(np.arange(len(self)), np.diff(self.starts))
        order = np.argsort(self.terms, kind="stable")
        bounds = np.searchsorted(self.terms[order], np.arange(len(weights) + 1))
        scores = np.zeros((len(self.questions), len(self)), np.float32)
        for row, asked in zip(scores, self.asked, strict=True):
            for stem in asked[asked >= 0]:
                where = order[bounds[stem] : bounds[stem + 1]]
                row[passages[where]] += weights[stem] * self.values[where]
        return scores

    @staticmethod
    def read(file: Path) -> Corpus:
        with np.load(file) as arrays:
            return Corpus(**arrays)

    def write(self, file: Path) -> None:
        np.savez(file, **vars(self))


def idf(frequencies: Ints, passages: int) -> Floats:
    """Return ln(1 + (N - n + 0.5) / (n + 0.5)) of each stem that n of N passages have."""
    weights: npt.NDArray[np.float64] = np.log1p((passages - frequencies + 0.5) / (frequencies + 0.5))
    return weights.astype(np.float32)


def corpus_of(file: Path, count: int, seed: int) -> Corpus:
    """Return this many passages made of the sentences of a file in SQuAD's format, and its questions."""
    sentences, encoder = sentences_of(file), load_encoder()
    place = {sentence: i for i, sentence in enumerate(sentences)}
    vocabulary: dict[str, int] = {}
    words = [[vocabulary.setdefault(s, len(vocabulary)) for s in stems(sentence)] for sentence in sentences]
    vectors = np.empty((count, encoder.dimensions), np.float16)
    starts, topics = np.zeros(count + 1, np.int64), np.empty(count, np.int64)
    terms: list[int] = []
    frequency: list[int] = []
    lengths = np.empty(count, np.int64)
    row = 0
    for article in islice(articles_of(sentences, encoder.encode(sentences), seed), count // PASSAGES):
        for passage in article.passages:
            inside = [place[article.article.text[a:b]] for a, b in passage.sentences]
            counted = Counter(word for i in inside for word in words[i])
            terms += counted.keys()
            frequency += counted.values()
            vectors[row], topics[row], lengths[row] = passage.vector, inside[0], counted.total()
            starts[row + 1] = len(terms)
            row += 1
    f = np.array(frequency, np.float32)
    relative = np.repeat(lengths / lengths.mean(), np.diff(starts)).astype(np.float32)
    asked = [sorted({vocabulary[s] for s in stems(q) if s in vocabulary}) for q in questions_of(file)]
    table = np.full((len(asked), max(map(len, asked))), -1, np.int64)
    for of, known in zip(table, asked, strict=True):
        of[: len(known)] = known
    questions = np.array([e.vector for e in encoder.encode(questions_of(file))], np.float32)
    values = (f * (K1 + 1) / (f + K1 * (1 - B + B * relative))).astype(np.float32)
    return Corpus(vectors, starts, np.array(terms), values, topics, questions, table, np.array([*vocabulary]))
