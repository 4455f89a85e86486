"""Reranking of candidate passages by late interaction and by their best sentence.

    score(p) = fused(p) + 60 max_sim(q, p) + 16 * highest score of a sentence of p

``fused`` is defined in retrieve.py; max_sim and a sentence's score are defined in features.py. The weights were chosen
on part A of SQuAD's development articles; around them the result is flat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quoth.index.embedding.late_interaction import similarities
from quoth.index.records import Floats
from quoth.index.search.snapshot import Candidate
from quoth.qa.question.understand import Question

from .features import scored_units
from .retrieve import fused
from .units import Unit

MAX_SIM, SENTENCE = 60.0, 16.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A reranked passage and everything in it that can be quoted."""

    candidate: Candidate
    score: float
    units: tuple[Unit, ...]
    cosines: Floats
    """Shape (m, n): cosines of the question's m word pieces with the passage's n."""


def rerank(question: Question, candidates: Sequence[Candidate]) -> list[Ranked]:
    """The candidates with their units, best first."""
    found = similarities(question.encoded.tokens, [c.stored.tokens for c in candidates])
    ranked = []
    for candidate, cosines, units in zip(candidates, found, scored_units(question, candidates, found), strict=True):
        max_sim = float(question.weights @ cosines.max(axis=1)) if cosines.size else 0.0
        best = max((u.score for u in units if u.single), default=0.0)
        score = fused(candidate.scored) + MAX_SIM * max_sim + SENTENCE * best
        ranked.append(Ranked(candidate, score, units, cosines))
    return sorted(ranked, key=lambda r: (-r.score, *r.candidate.place))
