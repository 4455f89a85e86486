"""Is this an answer at all? From the best sentence's MaxSim alone, which does not grow with the corpus.

    confidence = 1 / (1 + exp(-SLOPE * (evidence - MIDDLE)))

Not yet calibrated: the middle was set between questions about articles that a library holds and about ones that it does
not hold, on the seed articles and on SQuAD's development articles.
"""

from __future__ import annotations

import math

MIDDLE = 0.47
SLOPE = 30.0
FOUND = 0.5
"""An answer is found from this confidence on."""


def confidence(evidence: float) -> float:
    """From 0 to 1, for the best sentence's MaxSim."""
    return 1 / (1 + math.exp(-SLOPE * (evidence - MIDDLE)))
