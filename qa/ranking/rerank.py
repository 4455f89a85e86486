"""Question -> passages: both searches fused, the best re-ranked by late interaction and by their best sentence.

    score(p) = 5 cos(q, p) + 0.5 BM25(q, p) + 60 max_sim(q, p) + 16 * highest score of a sentence of p

max_sim and a sentence's score are those of features.py. The weights were chosen on SQuAD's development articles,
part A; around them the result is flat.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from quoth.index.records import Floats
from quoth.index.search.late_interaction import similarities
from quoth.index.search.snapshot import Candidate, Scored, Snapshot
from quoth.index.storage.rows import Placed
from quoth.qa.opening import empty
from quoth.qa.question.understand import Question

from .features import Unit, units
from .reader import Reading

COSINE, BM25, MAX_SIM, SENTENCE = 5.0, 0.5, 60.0, 16.0
CANDIDATES = 50
RERANKED = 30
COPIES = 4
"""Of one passage that stands word for word in several articles, and of one article."""
TOPIC_CANDIDATES = 10
"""Further passages of the articles that a conversation is about."""


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


def rank(
    question: Question, snapshot: Snapshot, reranked: int = RERANKED, within: Sequence[Placed] | None = None
) -> list[Ranked]:
    """The candidates of both searches, re-ranked, best first.

    :param within: the articles that may be searched, if not all.
    """
    scored = snapshot.search(question.text, question.encoded, max(CANDIDATES, reranked), within)
    chosen = _apart(_best_first(scored, snapshot))[:reranked]
    if question.topics:
        chosen += _of_topics(question, snapshot, {s.id for s in chosen}, within)
    best = _of_few_copies(snapshot.load(chosen))
    if not best:
        raise empty(snapshot)
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


def _best_first(scored: Sequence[Scored], snapshot: Snapshot) -> list[Scored]:
    """Of equals the one that stands first, by the names of the articles:
    the order in which they came in decides nothing."""
    counts = Counter(_fused(s) for s in scored)
    places = snapshot.places([s.id for s in scored if counts[_fused(s)] > 1])
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


def _of_topics(
    question: Question, snapshot: Snapshot, known: set[int], within: Sequence[Placed] | None
) -> list[Scored]:
    """The best further passages of the articles that the conversation is about."""
    allowed = None if within is None else {placed.id for placed in within}
    articles = [
        placed for placed in snapshot.matching(sources=question.topics) if allowed is None or placed.id in allowed
    ]
    found = snapshot.search(question.text, question.encoded, TOPIC_CANDIDATES, articles) if articles else []
    return _best_first([s for s in found if s.id not in known], snapshot)[:TOPIC_CANDIDATES]


def _fused(scored: Scored) -> float:
    return COSINE * scored.cosine + BM25 * scored.bm25
