"""The numbers that were learned, in the open: what ``benchmarks/quality/learn.py`` found, rounded.

Few on purpose. They were fitted on questions about 16 Wikipedia articles of SQuAD 2.0's development set: those of a
sentence on 1,300 of them, those of the confidence on as many, as many about absent articles and 650 trick questions.
"""

from __future__ import annotations

SENTENCE = {
    "max_sim": 7.7,
    "question_words": 2.6,
    "precision": 4.7,
    "coverage": 6.2,
    "length": -0.1,
    "neighbourhood": 10.1,
    "counted": 1.3,
    "named": 1.8,
}
"""What each piece of evidence adds to a sentence's score (see evidence.py); a difference of 1 is odds of e."""

SPAN = {"asking": 2.3, "distance": -1.2, "known": -0.2, "length": 0.6, "placed": 0.9}
"""What speaks for a thing in a sentence as the answer (see spans.py); in odds again."""

CONFIDENCE = {
    "bias": -8.8,
    "neighbourhood": 8.9,
    "content": 3.6,
    "coverage": 0.5,
    "precision": 3.2,
    "denies": -3.7,
    "names_missing": -1.2,
    "names_elsewhere": -1.2,
    "numbers_missing": -2.1,
}
"""Log-odds that the quotes hold the answer (see confidence.py)."""
