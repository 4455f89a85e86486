"""The decision whether the articles answer the question, and whether they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quoth.qa.question.understand import Question
from quoth.qa.ranking.evidence import Evidence

from .confidence import confidence, confidence_features
from .disagreement import Comparison, compare


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision, with what it was made from."""

    found: bool
    confidence: float
    minimum: float
    """Minimum confidence of an answer that counts as found."""
    features: dict[str, float]
    """The features of the confidence (confidence.py); empty if there is no evidence."""
    comparison: Comparison
    """The comparison of articles; empty if nothing was found."""


def decide(question: Question, evidence: Sequence[Evidence], minimum: float) -> Decision:
    """Decide by the confidence in the best sentence, and compare what the articles say.

    :param evidence: single sentences, best first.
    :param minimum: minimum confidence of an answer that counts as found.
    """
    features = confidence_features(question, evidence[0]) if evidence else {}
    sure = confidence(features) if evidence else 0.0
    found = sure >= minimum
    return Decision(found, sure, minimum, features, compare(question, evidence) if found else Comparison())
