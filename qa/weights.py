"""The numbers that were learned, in the open: what ``benchmarks/quality/learn.py`` found, rounded.

Few on purpose. They were fitted on SQuAD's development articles, part A, and chosen by cross-validation over articles.
"""

from __future__ import annotations

SENTENCE = {
    "max_sim": 6.5,
    "question_words": 4.0,
    "precision": 5.0,
    "coverage": 6.7,
    "length": -0.4,
    "neighbourhood": 8.8,
    "counted": 1.9,
    "named": 0.7,
}
"""What each piece of evidence adds to a sentence's score (see evidence.py); a difference of 1 is odds of e."""

CONFIDENCE = {
    "bias": -14.0,
    "neighbourhood": 16.0,
    "content": 5.0,
    "coverage": 0.8,
    "precision": 8.0,
    "denies": -5.0,
    "names_missing": -3.0,
    "numbers_missing": -4.0,
}
"""Log-odds that the quotes hold the answer (see confidence.py)."""
