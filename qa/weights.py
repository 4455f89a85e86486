"""The numbers that were learned, in the open: what ``benchmarks/quality/learn.py`` found, rounded.

Few on purpose. They were fitted on questions about four Wikipedia articles of SQuAD 2.0's development set that the reader
has not seen, and on the newsrooms (benchmarks/quality), each with as many questions as the other; those of the confidence
also on questions that the articles do not answer.
"""

from __future__ import annotations

SENTENCE = {
    "max_sim": 3.5,
    "question_words": 1.9,
    "precision": 3.0,
    "coverage": 2.7,
    "length": -0.1,
    "neighbourhood": 4.3,
    "counted": 1.8,
    "named": 0.1,
    "denies": 0.4,
}
"""What each piece of evidence adds to a sentence's score (see evidence.py); a difference of 1 is odds of e."""

READ = 0.4
"""What a log-odd of the reader's margin adds to it."""

SPAN = {"read": 3.0, "free": -1.7, "exact": 0.5, "asking": 1.0, "distance": -0.3, "known": -0.3, "length": 0.6, "placed": 0.0}
"""What speaks for a thing in a sentence as the answer (see spans.py); in odds again."""

CONFIDENCE = {
    "bias": -5.8,
    "score": 0.34,
    "unread": 3.7,
    "neighbourhood": 1.3,
    "precision": 2.4,
    "weakest": 2.3,
    "denies": -0.6,
    "names_missing": -1.8,
    "numbers_missing": -1.4,
    "another_year": -2.5,
    "nothing": -1.3,
}
"""Log-odds that the quotes hold the answer (see confidence.py)."""
