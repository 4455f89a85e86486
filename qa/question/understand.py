"""A question as retrieval and ranking see it: its word pieces, how much each of them counts, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from quoth.index.records import Encoded, Floats, Span
from quoth.index.search.snapshot import Snapshot
from quoth.index.text.analysis import stems, word_spans
from quoth.index.text.vocabulary import LETTERS
from quoth.qa.records import Answer

from .answer_types import AnswerType, answer_type_of, asks_for_list
from .codes import codes
from .follow_up import Topic, asks_for_more, context_of
from .spelling import correct

CONTEXT = 0.4
"""Weight of a word of the context; the question's own words have weight 1."""
MAX_CHARS = 2000
_STOP_WORD = 0.5
"""Weight of a stop word; other words have their idf."""
_QUESTION_WORD = re.compile(r"(?:what|which|who|whom|whose|when|where|why|how)", re.IGNORECASE)
_FUNCTION_WORD = re.compile(
    rf"(?:{_QUESTION_WORD.pattern}|many|much|do|does|did|done|has|have|had|were|been|am|can|could|will|would|shall"
    r"|should|may|might|must|i|you|he|she|we|me|him|her|us|them|my|your|his|our|its|from|about|than|so|too|also|any"
    r"|some|there)",
    re.IGNORECASE,
)
"""Words of questions that articles need not share, besides the stop words; "US" is not one of them."""
_NAMES_OF = {"deep": "depth", "wide": "width", "tall": "height", "heavy": "weight"}
"""How a table or a fact box names the property that a question asks for with "how"; English only."""
_ASKS = re.compile(
    rf"\b{_QUESTION_WORD.pattern}\b(?!\s+about\b)|^(?:is|are|was|were|do|does|did|has|have|had|can|will)\b",
    re.IGNORECASE,
)
"""What a complete question has. "And Norway?" and "What about Norway?" do not match: they ask what the previous
question asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of m word pieces."""

    typed: str
    """The question as typed."""
    searched_for: str
    """The question with typos corrected and with the words of the context, to be shown to the user."""
    did_you_mean: str | None
    """The question with names replaced by similar names that the articles have; None if it has no such names."""
    own: str
    """The question's own text, spelled as the articles spell it, without the context."""
    text: str
    """The text that is searched for: ``own`` and, in brackets, the context."""
    encoded: Encoded
    """The encoded ``text``."""
    weights: Floats
    """Shape (m,), summing to 1: half equal, half by the idf of the word that the piece belongs to."""
    content: Floats
    """Shape (m,), summing to 1: the weights of the words that carry meaning; all zeros if no word does."""
    asking: Floats
    """Shape (m,), summing to 1: equal over the question words (who, when ...); all zeros if there is none."""
    idf: dict[str, float]
    """The idf of each stem of the question's own words; of all its stems if its own words have none."""
    answer_type: AnswerType
    asks_for_list: bool
    asks_for_more: bool
    """Whether the question asks for something other than the previous answer ("Who else?")."""
    topics: dict[str, Topic]
    """The articles that the conversation is about, by their sources."""
    language: str
    """The question's language, one of the articles' languages."""
    encode: Callable[[str], Encoded]
    """Encodes a text that is compared with the question, such as the names of a table's columns; each text once."""

    def topic_log_odds(self, source: str, span: Span) -> float:
        """The log-odds added for the sentence at a span of an article because the conversation is about the article."""
        return self.topics[source].log_odds(span) if source in self.topics else 0.0


def understand(typed: str, snapshot: Snapshot, history: Sequence[Answer] = ()) -> Question:
    """Correct a question's spelling, complete it from the conversation, encode it and weigh its words.

    :param history: the previous answers, oldest first.
    """
    spelling = correct(typed, snapshot)
    context = context_of(spelling.shown, history)
    if context.question:
        spelling = correct(context.question, snapshot)
    own = spelling.searched
    searched_for = f"{spelling.shown} ({' '.join(context.words)})" if context.words else spelling.shown
    language = snapshot.language_of(own)
    nouns = (noun for adjective, noun in _NAMES_OF.items() if re.search(rf"\bhow {adjective}\b", own, re.IGNORECASE))
    added = [*context.words, *snapshot.words.other_forms(_without_function_words(own, language)), *nouns]
    added += [code.other_spelling() for code in codes(own) if code.certain]
    text = f"{own} ({' '.join(added)})"[:MAX_CHARS] if added else own
    encoded = snapshot.encode(text)

    piece_words = _words_of_pieces(text, encoded)
    word_stems = {word: _stems(word, language) for word in piece_words}
    idf = snapshot.words.rarity([stem for found in word_stems.values() for stem in found])
    complete = sum(bool(_stems(own[a:b], language)) for a, b in word_spans(own))
    share = np.where(encoded.spans[:, 0] < len(own), 1.0, CONTEXT / max(1, complete))
    rarity = share * np.array([max((idf[s] for s in word_stems[w]), default=_STOP_WORD) for w in piece_words])
    weights = _shares(_shares(share) + _shares(rarity))
    meaning = np.array([bool(word_stems[w]) for w in piece_words], bool)
    asking = np.array([bool(_QUESTION_WORD.fullmatch(w)) for w in piece_words], bool) & (share == 1)
    own_stems = {stem for a, b in word_spans(own) for stem in _stems(own[a:b], language)} or idf.keys()
    return Question(
        typed=typed, searched_for=searched_for, did_you_mean=spelling.offered, own=own, text=text, encoded=encoded,
        weights=weights, content=_shares(weights * meaning), asking=_shares(asking),
        idf={stem: value for stem, value in idf.items() if stem in own_stems},
        answer_type=answer_type_of(own if _ASKS.search(own) else text), asks_for_list=asks_for_list(own),
        asks_for_more=bool(history) and asks_for_more(typed), topics=context.topics, language=language,
        encode=lru_cache(None)(snapshot.encode),
    )  # fmt: skip


def _words_of_pieces(text: str, encoded: Encoded) -> list[str]:
    """The word that each word piece belongs to; empty if none."""
    places = word_spans(text)
    return [next((text[a:b] for a, b in places if a <= start < end <= b), "") for start, end in encoded.spans]


def _without_function_words(text: str, language: str) -> str:
    """The text without words that would be mistaken for abbreviations: "it" is not "IT"."""
    capitals = not text.isupper()
    return re.sub(
        LETTERS,
        lambda word: word[0] if (capitals and word[0].isupper()) or _stems(word[0].lower(), language) else " ",
        text,
    )


def _stems(word: str, language: str) -> list[str]:
    """The stems of a word; empty for a function word."""
    return [] if _FUNCTION_WORD.fullmatch(word) and not word.isupper() else stems(word, language)


def _shares(values: np.ndarray) -> Floats:
    """The values scaled to sum to 1; unchanged if they are all zero."""
    return np.asarray(values / (values.sum() or 1), np.float32)
