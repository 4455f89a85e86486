"""The numbers that were learned, in the open: what ``benchmarks/quality/learn.py`` found, rounded.

Few on purpose. They were fitted on questions about 16 Wikipedia articles of SQuAD 2.0's development set: those of a
sentence on 1,300 of them, those of the confidence on as many, as many about absent articles and 650 trick questions.
"""

from __future__ import annotations

SENTENCE = {
    "max_sim": 6.8,
    "question_words": 3.4,
    "precision": 4.7,
    "coverage": 5.1,
    "length": -0.1,
    "neighbourhood": 9.9,
    "counted": 1.4,
    "named": 1.7,
    "denies": 1.0,
}
"""What each piece of evidence adds to a sentence's score (see evidence.py); a difference of 1 is odds of e."""

SPAN = {"read": 5.0, "free": -1.0, "exact": 0.0, "asking": 2.3, "distance": -1.2, "known": 0.1, "length": 0.5, "placed": 1.0}
"""What speaks for a thing in a sentence as the answer (see spans.py); in odds again."""

CONFIDENCE = {
    "bias": -8.6,
    "read": 0.0,
    "thing": 0.0,
    "neighbourhood": 8.9,
    "content": 2.3,
    "precision": 4.5,
    "denies": -3.7,
    "names_missing": -1.2,
    "count_missing": -3.7,
    "numbers_missing": -2.1,
    "another_year": -2.0,
}
"""Log-odds that the quotes hold the answer (see confidence.py)."""
