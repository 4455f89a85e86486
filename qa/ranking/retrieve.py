"""Candidate passages of a question, from the vector search and the word search together.

    fused(p) = 5 cos(q, p) + 0.5 BM25(q, p)

The weights were chosen on part A of SQuAD's development articles; around them the result is flat.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from quoth.index.search.candidates import Scored
from quoth.index.search.snapshot import Candidate, Snapshot
from quoth.index.storage.rows import Placed
from quoth.qa.opening import empty
from quoth.qa.question.understand import Question

COSINE, BM25 = 5.0, 0.5
SEARCHED = 50
"""Passages that each of the two searches returns."""
CANDIDATES = 30
"""Passages that are reranked, the best by ``fused``."""
TOPIC_CANDIDATES = 10
"""Further passages of the articles that the conversation is about."""
MAX_DUPLICATES = 4
"""Maximum number of candidates with the same text, and of near-duplicate articles among the candidates."""


def retrieve_candidates(
    question: Question, snapshot: Snapshot, count: int = CANDIDATES, within: Sequence[Placed] | None = None
) -> list[Candidate]:
    """The passages worth reranking, best first, those of the conversation's articles last.

    :param within: the articles that may be searched; None for all.
    :raises NoArticles: the library holds no passage.
    """
    scored = snapshot.search(question.text, question.encoded, max(SEARCHED, count), within)
    chosen = _without_duplicates(_best_first(scored, snapshot))[:count]
    if question.topics:
        chosen += _of_topics(question, snapshot, {s.id for s in chosen}, within)
    candidates = _without_near_duplicates(snapshot.load(chosen))
    if not candidates:
        raise empty(snapshot)
    return candidates


def fused(scored: Scored) -> float:
    """The score by which candidates are chosen."""
    return COSINE * scored.cosine + BM25 * scored.bm25


def _best_first(scored: Sequence[Scored], snapshot: Snapshot) -> list[Scored]:
    """Ties are broken by the articles' sources, not by the order in which articles were added."""
    counts = Counter(fused(s) for s in scored)
    places = snapshot.places([s.id for s in scored if counts[fused(s)] > 1])
    return sorted(scored, key=lambda s: (-fused(s), places.get(s.id, ("", 0))))


def _without_duplicates(scored: Sequence[Scored]) -> list[Scored]:
    """At most ``MAX_DUPLICATES`` passages with the same text, which have the same scores to the last digit."""
    seen: Counter[tuple[float, float]] = Counter()
    kept = []
    for s in scored:
        seen[s.cosine, s.bm25] += 1
        if seen[s.cosine, s.bm25] <= MAX_DUPLICATES:
            kept.append(s)
    return kept


def _without_near_duplicates(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The passages of at most ``MAX_DUPLICATES`` articles of each family of near-duplicates."""
    articles: defaultdict[int, set[int]] = defaultdict(set)
    kept = []
    for candidate in candidates:
        family = articles[candidate.article.family]
        if candidate.article.id in family or len(family) < MAX_DUPLICATES:
            family.add(candidate.article.id)
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
