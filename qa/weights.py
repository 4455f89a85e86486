"""The numbers that were learned, in the open: what ``benchmarks/quality/learn.py`` found, rounded.

Few on purpose. They were fitted on questions about 16 Wikipedia articles of SQuAD 2.0's development set: those of a
sentence on 1,300 of them, those of the confidence on 500, as many about absent articles and 250 trick questions.
"""

from __future__ import annotations

SENTENCE = {
    "max_sim": 7.5,
    "question_words": 2.8,
    "precision": 4.8,
    "coverage": 6.2,
    "length": -0.1,
    "neighbourhood": 9.9,
    "counted": 1.3,
    "named": 1.6,
}
"""What each piece of evidence adds to a sentence's score (see evidence.py); a difference of 1 is odds of e."""

SPAN = {"asking": 2.7, "distance": -1.1, "known": -0.5, "length": 0.7, "placed": 0.7}
"""What speaks for a thing in a sentence as the answer (see spans.py); in odds again."""

CONFIDENCE = {
    "bias": -8.8,
    "neighbourhood": 8.4,
    "content": 3.5,
    "coverage": 0.3,
    "precision": 4.2,
    "denies": -3.7,
    "names_missing": -0.8,
    "numbers_missing": -2.1,
}
"""Log-odds that the quotes hold the answer (see confidence.py)."""
