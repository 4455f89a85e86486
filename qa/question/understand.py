"""A question as the rest of the room sees it: its word pieces, how much each counts, and what it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from quoth.index.records import Encoded, Floats
from quoth.index.search.snapshot import Snapshot
from quoth.index.text.analysis import stems, words

from .answer_types import AnswerType, answer_type_of, asks_for_list
from .follow_up import NOTHING, Context

CONTEXT = 0.4
"""What a word of the context counts, where the question's own count 1."""
MAX_CHARS = 2000
_STOP_WORD = 0.5
"""What a stop word counts where others count their idf."""
_QUESTION_WORD = re.compile(r"(?:what|which|who|whom|whose|when|where|why|how)", re.IGNORECASE)
_FUNCTION_WORD = re.compile(
    rf"(?:{_QUESTION_WORD.pattern}|many|much|do|does|did|done|has|have|had|were|been|am|can|could|will|would|shall"
    r"|should|may|might|must|i|you|he|she|we|me|him|her|us|them|my|your|his|our|its|from|about|than|so|too|also|any"
    r"|some|there)",
    re.IGNORECASE,
)
"""Words of questions that articles need not share, beside the stop words; "US" is none of them."""
_NAMES_OF = {"deep": "depth", "wide": "width", "tall": "height", "heavy": "weight"}
"""What a table or a box of facts calls that of which a question asks how much it is; English only."""
_ASKS = re.compile(
    rf"\b{_QUESTION_WORD.pattern}\b(?!\s+about\b)|^(?:is|are|was|were|do|does|did|has|have|had|can|will)\b",
    re.IGNORECASE,
)
"""What "And Norway?" and "What about Norway?" have not: they ask what the question before asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of m word pieces."""

    text: str
    own: str
    """The text without what stands behind it in brackets, its context."""
    encoded: Encoded
    weights: Floats
    """Shape (m,), summing to 1: half even, half by the rarity (idf) of the word that a piece belongs to."""
    content: Floats
    """Shape (m,), summing to 1: the same for the words that carry meaning; all zeros if there is none."""
    asking: Floats
    """Shape (m,), summing to 1: even over the question words (who, when ...); all zeros if there is none."""
    idf: dict[str, float]
    """Of each stem of its own; of all its stems where its own words have none."""
    answer_type: AnswerType
    asks_for_list: bool
    topics: dict[str, float]
    """What speaks for articles that the conversation is about, by their sources."""
    language: str
    """Which of the articles' languages it is in."""


def understand(own: str, snapshot: Snapshot, context: Context = NOTHING) -> Question:
    """Encode a question and weigh its words.

    :param context: what it leans on.
    """
    named = (noun for adjective, noun in _NAMES_OF.items() if re.search(rf"\bhow {adjective}\b", own, re.IGNORECASE))
    behind = [*context.words, *snapshot.words.other_forms(own), *named]
    text = f"{own} ({' '.join(behind)})"[:MAX_CHARS] if behind else own
    encoded = snapshot.encode(text)
    standing = words(text)
    of_pieces = [next((text[a:b] for a, b in standing if a <= start < end <= b), "") for start, end in encoded.spans]
    language = snapshot.language_of(own)
    word_stems = {word: _stems(word, language) for word in of_pieces}
    idf = snapshot.words.rarity([s for found in word_stems.values() for s in found])
    share = np.where(encoded.spans[:, 0] < len(own), 1.0, CONTEXT)
    rarity = share * np.array([max((idf[s] for s in word_stems[w]), default=_STOP_WORD) for w in of_pieces])
    weights = _shares(_shares(share) + _shares(rarity))
    meaning = np.array([bool(word_stems[w]) for w in of_pieces], bool)
    own_stems = {s for a, b in words(own) for s in _stems(own[a:b], language)} or idf.keys()
    asking = np.array([bool(_QUESTION_WORD.fullmatch(w)) for w in of_pieces], bool) & (share == 1)
    own_idf = {s: idf[s] for s in own_stems if s in idf}
    answer_type = answer_type_of(own if _ASKS.search(own) else text)
    return Question(
        text, own, encoded, weights, _shares(weights * meaning), _shares(asking), own_idf, answer_type,
        asks_for_list(own),
        context.topics, language,
    )  # fmt: skip


def _stems(word: str, language: str) -> list[str]:
    """None of a function word."""
    return [] if _FUNCTION_WORD.fullmatch(word) and not word.isupper() else stems(word, language)


def _shares(values: np.ndarray) -> Floats:
    """The values scaled to sum to 1, as they are if they are all zero."""
    return np.asarray(values / (values.sum() or 1), np.float32)
