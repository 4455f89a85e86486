"""Question -> passages: both searches fused, the best re-ranked by late interaction and by their best sentence.

    score(p) = 5 cos(q, p) + 0.5 BM25(q, p) + 60 max_sim(q, p) + 16 * highest score of a sentence of p

max_sim and a sentence's score are those of evidence.py. The weights were chosen on SQuAD's development articles,
part A; around them the result is flat.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index import Hit, Library
from index.errors import BadQuestion, NoArticles
from index.library import DATABASE
from index.records import Floats
from index.rows import Placed
from index.tokens import similarities
from index.view import Candidate, Scored, View

from .evidence import Unit, units
from .only import EVERYTHING, Only
from .question import Question, understand
from .reader import Reading
from .wording import correct

COSINE, BM25, MAX_SIM, SENTENCE = 5.0, 0.5, 60.0, 16.0
CANDIDATES = 50
RERANKED = 30
COPIES = 4
"""Of one passage that stands word for word in several articles, and of one article."""
TOPIC_CANDIDATES = 10
"""Further passages of the articles that a conversation is about."""
MAX_QUESTION_CHARS = 2000

LibraryLike = Library | str | os.PathLike[str] | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage in its rank, with what can be quoted of it."""

    candidate: Candidate
    score: float
    units: tuple[Unit, ...]
    cosines: Floats
    """Shape (m, n), of the question's word pieces with the passage's."""
    reading: Reading | None = None
    """None of a passage that was not read."""


def retrieve(question: str, k: int = 5, *, library: LibraryLike = None, only: Only = EVERYTHING) -> list[Hit]:
    """The k passages that fit the question best, best first.

    :param library: a Library, the folder of one, or None for ``$QUOTH_LIBRARY``, else ``./.quoth``.
    :param only: which articles may be found.
    :raises BadQuestion: the question is empty, has no word in it, or is longer than 2,000 characters.
    :raises NoArticles: there is no such library, nothing in it, or no article is in ``only``.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    view = open_library(library).view()
    understood = understand(correct(check_question(question), view).searched, view)
    ranked = rank(understood, view, max(k, RERANKED), only.placed(view))
    return [Hit(r.candidate.stored.passage, r.candidate.article, r.score) for r in ranked[:k]]


def rank(
    question: Question, view: View, reranked: int = RERANKED, within: Sequence[Placed] | None = None
) -> list[Ranked]:
    """The candidates of both searches, re-ranked, best first.

    :param within: the articles that may be searched, if not all.
    """
    scored = view.search(question.text, question.encoded, max(CANDIDATES, reranked), within)
    chosen = _apart(_best_first(scored, view))[:reranked]
    if question.topics:
        chosen += _of_topics(question, view, {s.id for s in chosen}, within)
    best = _of_few_copies(view.load(chosen))
    if not best:
        raise empty(view)
    found = similarities(question.encoded.tokens, [c.stored.tokens for c in best])
    ranked = []
    for candidate, cosines, parts in zip(best, found, units(question, best, found), strict=True):
        max_sim = float(question.weights @ cosines.max(axis=1)) if cosines.size else 0.0
        score = (
            _fused(candidate.scored)
            + MAX_SIM * max_sim
            + SENTENCE * max((u.score for u in parts if u.single), default=0.0)
        )
        ranked.append(Ranked(candidate, score, parts, cosines))
    return sorted(ranked, key=lambda r: (-r.score, *r.candidate.place))


def _best_first(scored: Sequence[Scored], view: View) -> list[Scored]:
    """Of equals the one that stands first, by the names of the articles:
    the order in which they came in decides nothing."""
    counts = Counter(_fused(s) for s in scored)
    places = view.places([s.id for s in scored if counts[_fused(s)] > 1])
    return sorted(scored, key=lambda s: (-_fused(s), places.get(s.id, ("", 0))))


def _apart(scored: Sequence[Scored]) -> list[Scored]:
    """The same, of copies of one passage (they score alike, to the last digit) only a few,
    so that they crowd nothing out."""
    seen: Counter[tuple[float, float]] = Counter()
    kept = []
    for s in scored:
        seen[s.cosine, s.bm25] += 1
        if seen[s.cosine, s.bm25] <= COPIES:
            kept.append(s)
    return kept


def _of_few_copies(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The same, without the passages of further near-copies of an article, where some of them are there already."""
    articles: defaultdict[int, set[int]] = defaultdict(set)
    kept = []
    for candidate in candidates:
        copies = articles[candidate.article.family]
        if candidate.article.id in copies or len(copies) < COPIES:
            copies.add(candidate.article.id)
            kept.append(candidate)
    return kept


def _of_topics(question: Question, view: View, known: set[int], within: Sequence[Placed] | None) -> list[Scored]:
    """The best further passages of the articles that the conversation is about."""
    allowed = None if within is None else {placed.id for placed in within}
    articles = [placed for placed in view.matching(sources=question.topics) if allowed is None or placed.id in allowed]
    found = view.search(question.text, question.encoded, TOPIC_CANDIDATES, articles) if articles else []
    return _best_first([s for s in found if s.id not in known], view)[:TOPIC_CANDIDATES]


def _fused(scored: Scored) -> float:
    return COSINE * scored.cosine + BM25 * scored.bm25


_HALVES = re.compile("[\ud800-\udfff]")


def check_question(question: str) -> str:
    """The question as given, if it can be searched for; halves of characters, which are no text, are replaced."""
    if not re.search(r"\w", question):
        raise BadQuestion("The question has no word in it. Ask in a sentence or with keywords.")
    if len(question) > MAX_QUESTION_CHARS:
        raise BadQuestion(
            f"The question has {len(question):,} characters; up to {MAX_QUESTION_CHARS:,} can be searched for. "
            "Ask its main sentence."
        )
    return _HALVES.sub("\ufffd", question)


def empty(view: View) -> NoArticles:
    """What is raised where there is nothing to search."""
    return NoArticles(f"The library in {view.folder} holds no articles yet: add some with `quoth add FOLDER`.")


def open_library(library: LibraryLike = None) -> Library:
    """The library meant; it must be there already. A path is opened once and kept."""
    if isinstance(library, Library):
        return library
    folder = Path(library if library is not None else os.environ.get("QUOTH_LIBRARY") or ".quoth")
    if not (folder / DATABASE).is_file():
        raise NoArticles(f"There is no library in {folder.absolute()}. Make one with `quoth add FOLDER`.")
    return _opened(os.path.realpath(folder))


@lru_cache(maxsize=8)
def _opened(folder: str) -> Library:
    return Library(folder)
