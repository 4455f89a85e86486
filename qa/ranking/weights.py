"""The learned weights, as ``benchmarks/quality/learn.py`` found them, rounded.

They are few on purpose. They were fitted on questions about four Wikipedia articles of SQuAD 2.0's development set that
the reader has not seen, and on as many questions about the newsrooms (benchmarks/quality); those of the confidence also
on questions that the articles do not answer.
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
"""What each feature adds to a sentence's score (features.py), in log-odds: a difference of 1 is odds of e."""

READ = 0.4
"""What one log-odds unit of the reader's margin adds to a sentence's score (read.py)."""

SPAN = {
    "read": 3.3, "free": -0.3, "exact": 0.6, "asking": 1.2, "distance": -0.4, "known": -0.3, "length": -0.2,
    "placed": -0.5, "quantity": 3.0,
}  # fmt: skip
"""What each feature adds to the score of words in a sentence as the answer (spans.py), in log-odds. ``quantity`` is not
learned: volts are no answer to a question about amperes."""

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
    "another_thing": -9.0,
    "nothing": -2.5,
}
"""What each feature adds to the log-odds that the quotes hold the answer (confidence.py). ``another_thing`` is not
learned: what is said of another thing is no answer."""

HEADLINE = {"bias": 0.0, "sure": 1.0, "share": 0.0, "margin": 0.0, "typed": 0.0, "words": 0.0, "one": 0.0}
"""What each feature adds to the log-odds that the marked words are exactly the answer (headline.py)."""
