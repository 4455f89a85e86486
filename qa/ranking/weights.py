"""The numbers that were learned, in the open: what ``benchmarks/quality/learn.py`` found, rounded.

Few on purpose. They were fitted on questions about four Wikipedia articles of SQuAD 2.0's development set that the
reader has not seen, and on the newsrooms (benchmarks/quality), each with as many questions as the other; those of the
confidence also on questions that the articles do not answer.
"""

from __future__ import annotations

SENTENCE = {
    "max_sim": 3.4,
    "question_words": 2.3,
    "precision": 3.1,
    "coverage": 2.7,
    "neighbourhood": 4.7,
    "counted": 1.8,
    "named": 0.5,
    "denies": 0.5,
}
"""What each piece of evidence adds to a sentence's score (see evidence.py); a difference of 1 is odds of e."""

READ = 0.4
"""What a log-odd of the reader's margin adds to it."""

SPAN = {
    "read": 3.3, "free": -0.3, "exact": 0.6, "asking": 1.2, "distance": -0.4, "known": -0.3, "length": -0.2,
    "placed": -0.5,
}  # fmt: skip
"""What speaks for a thing in a sentence as the answer (see spans.py); in odds again."""

CONFIDENCE = {
    "bias": -4.9,
    "score": 0.3,
    "unread": 3.7,
    "precision": 2.4,
    "weakest": 2.5,
    "denies": -1.0,
    "names_missing": -1.7,
    "numbers_missing": -1.8,
    "another_year": -2.6,
    "nothing": -2.5,
}
"""Log-odds that the quotes hold the answer (see confidence.py)."""
