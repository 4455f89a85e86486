"""Question -> passages: both searches fused, the best re-ranked by late interaction.

    score(p) = 5 cos(q, p) + 0.5 BM25(q, p) + 60 MaxSim(q, p)
    MaxSim(q, p) = sum over the question's word pieces t of  w(t) * highest cosine of t with any of the passage's
                                                                        (ColBERT, Khattab and Zaharia 2020)
    w(t)         = half its share of the number of word pieces, half its word's share of their idf

The weights were chosen on SQuAD's development articles; around them the result is flat.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from index import Hit, Library
from index.errors import BadQuestion, NoArticles
from index.library import DATABASE, Candidate
from index.records import Encoded, Floats
from index.tokens import similarities
from index.words import stems

COSINE, BM25, MAXSIM = 5.0, 0.5, 60.0
CANDIDATES = 50
RERANKED = 30
STOP_WORD = 0.5
"""What a stop word counts where others count their idf."""
MAX_QUESTION_CHARS = 2000

LibraryLike = Library | str | os.PathLike[str] | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage in its rank, with the cosines (m, n) of the question's word pieces with its own."""

    candidate: Candidate
    score: float
    similarities: Floats
    weights: Floats
    """Shape (m,), summing to 1: how much each of the question's word pieces counts."""


def retrieve(question: str, k: int = 5, *, library: LibraryLike = None) -> list[Hit]:
    """The k passages that fit the question best, best first.

    :param library: a Library, the folder of one, or None for ``$QUOTH_LIBRARY``, else ``./.quoth``.
    :raises BadQuestion: the question is empty, has no word in it, or is longer than 2,000 characters.
    :raises NoArticles: there is no such library, or nothing in it.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    opened = open_library(library)
    ranked = rank(check_question(question), opened, max(k, RERANKED))
    return [Hit(r.candidate.stored.passage, r.candidate.article, r.score) for r in ranked[:k]]


def rank(question: str, library: Library, reranked: int = RERANKED) -> list[Ranked]:
    """The candidates of both searches, re-ranked, best first."""
    encoded = library.encode(question)
    candidates = library.candidates(question, encoded, max(CANDIDATES, reranked))
    if not candidates:
        raise NoArticles(f"The library in {library.folder} holds no articles yet: add some with `quoth add FOLDER`.")
    candidates.sort(key=lambda c: (-_fused(c), c.stored.passage.id))
    best = candidates[:reranked]
    found = similarities(encoded.tokens, [c.stored.tokens for c in best])
    weights = _weights(question, encoded, library)
    ranked = [
        Ranked(c, _fused(c) + MAXSIM * max_sim(weights, cosines), cosines, weights)
        for c, cosines in zip(best, found, strict=True)
    ]
    return sorted(ranked, key=lambda r: (-r.score, r.candidate.stored.passage.id))


def _fused(candidate: Candidate) -> float:
    return COSINE * candidate.cosine + BM25 * candidate.bm25


def max_sim(weights: Floats, cosines: Floats) -> float:
    """Weighted mean of the rows' maxima; 0 for a text or a question without word pieces."""
    return float(weights @ cosines.max(axis=1)) if cosines.size else 0.0


def _weights(question: str, encoded: Encoded, library: Library) -> Floats:
    words = [_word_at(question, int(start), int(end)) for start, end in encoded.spans]
    word_stems = {word: stems(word) for word in words}
    idf = library.rarity([s for found in word_stems.values() for s in found])
    rarity = np.array([max((idf[s] for s in word_stems[w]), default=STOP_WORD) for w in words], np.float32)
    even = np.full(len(words), 1 / max(len(words), 1), np.float32)
    return even if not rarity.sum() else (even + rarity / rarity.sum()) / 2


def _word_at(text: str, start: int, end: int) -> str:
    """The whole word that a word piece belongs to."""
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


def check_question(question: str) -> str:
    """The question as given, if it can be searched for."""
    if not re.search(r"\w", question):
        raise BadQuestion("The question has no word in it. Ask in a sentence or with keywords.")
    if len(question) > MAX_QUESTION_CHARS:
        raise BadQuestion(
            f"The question has {len(question):,} characters; up to {MAX_QUESTION_CHARS:,} can be searched for. "
            "Ask its main sentence."
        )
    return question


def open_library(library: LibraryLike = None) -> Library:
    """The library meant, which must be there already; a path is opened once and kept."""
    if isinstance(library, Library):
        return library
    folder = Path(library if library is not None else os.environ.get("QUOTH_LIBRARY") or ".quoth")
    if not (folder / DATABASE).is_file():
        raise NoArticles(f"There is no library in {folder.absolute()}. Make one with `quoth add FOLDER`.")
    return _opened(os.path.realpath(folder))


@lru_cache(maxsize=8)
def _opened(folder: str) -> Library:
    return Library(folder)
