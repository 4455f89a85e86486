"""Is this an answer at all? From the best sentence's MaxSim alone, which does not grow with the corpus.

    confidence = 1 / (1 + exp(-SLOPE * (evidence - MIDDLE)))

Fitted on SQuAD's development articles: questions about articles that the library holds against questions about articles
that it does not hold.
"""

from __future__ import annotations

import math

MIDDLE = 0.56
SLOPE = 30.0
FOUND = 0.5
"""An answer is found from this confidence on."""


def confidence(evidence: float) -> float:
    """From 0 to 1, for the best sentence's MaxSim."""
    return 1 / (1 + math.exp(-SLOPE * (evidence - MIDDLE)))
