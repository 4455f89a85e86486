"""Question -> passages: both searches fused, the best re-ranked by late interaction.

    score(p) = 5 cos(q, p) + 0.5 BM25(q, p) + 60 MaxSim(q, p)
    MaxSim(q, p) = mean over the question's word pieces of the highest cosine with any of the passage's
                                                                        (ColBERT, Khattab and Zaharia 2020)

The weights were chosen on SQuAD's development articles; around them the result is flat.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index import Hit, Library
from index.errors import BadQuestion, NoArticles
from index.library import DATABASE, Candidate
from index.records import Encoded, Floats
from index.tokens import similarities

COSINE, BM25, MAXSIM = 5.0, 0.5, 60.0
CANDIDATES = 50
RERANKED = 30
MAX_QUESTION_CHARS = 2000

LibraryLike = Library | str | os.PathLike[str] | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage in its rank, with the cosines (m, n) of the question's word pieces with its own."""

    candidate: Candidate
    score: float
    similarities: Floats


def retrieve(question: str, k: int = 5, *, library: LibraryLike = None) -> list[Hit]:
    """The k passages that fit the question best, best first.

    :param library: a Library, the folder of one, or None for ``$QUOTH_LIBRARY``, else ``./.quoth``.
    :raises BadQuestion: the question is empty, has no word in it, or is longer than 2,000 characters.
    :raises NoArticles: there is no such library, or nothing in it.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    opened = open_library(library)
    _, ranked = rank(check_question(question), opened, max(k, RERANKED))
    return [Hit(r.candidate.stored.passage, r.candidate.article, r.score) for r in ranked[:k]]


def rank(question: str, library: Library, reranked: int = RERANKED) -> tuple[Encoded, list[Ranked]]:
    """The question's vectors, and the candidates re-ranked, best first."""
    encoded = library.encode(question)
    candidates = library.candidates(question, encoded, max(CANDIDATES, reranked))
    if not candidates:
        raise NoArticles(f"The library in {library.folder} holds no articles yet: add some with `quoth add FOLDER`.")
    candidates.sort(key=lambda c: (-_fused(c), c.stored.passage.id))
    best = candidates[:reranked]
    found = similarities(encoded.tokens, [c.stored.tokens for c in best])
    ranked = [
        Ranked(c, _fused(c) + MAXSIM * max_sim(cosines), cosines) for c, cosines in zip(best, found, strict=True)
    ]
    return encoded, sorted(ranked, key=lambda r: (-r.score, r.candidate.stored.passage.id))


def _fused(candidate: Candidate) -> float:
    return COSINE * candidate.cosine + BM25 * candidate.bm25


def max_sim(cosines: Floats) -> float:
    """Mean of the rows' maxima; 0 for a text or a question without word pieces."""
    return float(cosines.max(axis=1).mean()) if cosines.size else 0.0


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
