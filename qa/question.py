"""A question as the rest of the room sees it: its word pieces, how much each counts, and what it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from index import Library
from index.records import Encoded, Floats
from index.words import stems

from .kinds import Kind, asked_for

CONTEXT = 0.4
"""What a word taken over from the question before counts, where the question's own count 1."""
_STOP_WORD = 0.5
"""What a stop word counts where others count their idf."""
_QUESTION_WORD = re.compile(r"(?:what|which|who|whom|whose|when|where|why|how)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question of m word pieces."""

    text: str
    own: str
    """The text without what was taken over from the question before."""
    encoded: Encoded
    weights: Floats
    """Shape (m,), summing to 1: half even, half by the rarity (idf) of the word that a piece belongs to."""
    content: Floats
    """Shape (m,), summing to 1: the same for the words that carry meaning; all zeros if there is none."""
    asking: Floats
    """Shape (m,), summing to 1: even over the question words (who, when ...); all zeros if there is none."""
    idf: dict[str, float]
    """Of each stem of its own; of all its stems where its own words have none."""
    kind: Kind


def understand(text: str, library: Library, context_at: int | None = None) -> Question:
    """Encode a question and weigh its words.

    :param context_at: from this character on, the text was taken over from the question before.
    """
    own = text[:context_at]
    encoded = library.encode(text)
    words = [_word_at(text, int(start), int(end)) for start, end in encoded.spans]
    word_stems = {word: stems(word) for word in words}
    idf = library.rarity([s for found in word_stems.values() for s in found])
    share = np.where(encoded.spans[:, 0] < len(own), 1.0, CONTEXT)
    rarity = share * np.array([max((idf[s] for s in word_stems[w]), default=_STOP_WORD) for w in words])
    weights = _shares(_shares(share) + _shares(rarity))
    meaning = np.array([bool(word_stems[w]) for w in words], bool)
    own_stems = set(stems(own)) or idf.keys()
    asking = np.array([bool(_QUESTION_WORD.fullmatch(w)) for w in words], bool) & (share == 1)
    own_idf = {s: idf[s] for s in own_stems if s in idf}
    return Question(text, own, encoded, weights, _shares(weights * meaning), _shares(asking), own_idf, asked_for(own))


def _shares(values: np.ndarray) -> Floats:
    """The values scaled to sum to 1, as they are if they are all zero."""
    return np.asarray(values / (values.sum() or 1), np.float32)


def _word_at(text: str, start: int, end: int) -> str:
    """The whole word that a word piece belongs to."""
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]
