"""The learned weights, as ``benchmarks/quality/learn.py`` found them, rounded.

They are few on purpose. Those of the confidence and of headlines were fitted on nine kinds of libraries with the same
weight (benchmarks/quality/sets.py); the others on four Wikipedia articles of SQuAD 2.0's development set that the
reader has not seen, and on as many questions about the newsrooms. Fitted on all nine, the sentence's weights put the
right sentence first no more often.
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
    "bias": -4.1,
    "score": 0.39,
    "typed": -0.6,
    "precision": 3.0,
    "unread": 1.0,
    "numbers_missing": -0.9,
    "another_year": -9.0,
    "another_thing": -9.0,
    "nothing": -1.0,
    "empty_cell": -9.0,
}
"""What each feature adds to the log-odds that the quotes hold the answer (confidence.py). Those of
another year, another thing and an empty cell are not learned: what they stand for is no answer. Nor is that of
``unread``: with this value, .89 of present and .05 of absent answers are found on XQuAD in Spanish."""

HEADLINE = {"bias": -7.6, "sure": 0.6, "share": 6.1, "margin": 0.13, "typed": 1.3, "words": -0.3}
"""What each feature adds to the log-odds that the marked words are exactly the answer (headline.py)."""
