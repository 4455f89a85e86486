"""Whether a sentence says what a question asks, though what it speaks of may be named elsewhere in its article.

"The satellite cost 430 million euros" says what Halcyon-3 cost if the article has named Halcyon-3 last. Of the
question's words that carry meaning,

    names                stand in the sentence, or before it in the article, its title or its heading; if one does not
                         stand in the sentence, the sentence does not begin with another name
    numbers              with their nouns ("season 4", "Halcyon-3"), stand in the sentence or are the last of their kind
                         before it; if they are years, the sentence is of no other year
    other words          stand in the sentence, or a word of similar meaning does, or title or heading has them

and the sentence itself has at least one of the other words; or the question's names, if the reader finds an answer in
it or the question has no other words.

"When", "how much" and nouns for what they ask ("date", "number") need not be repeated. Similar are words with a cosine
of at least ``SIMILAR``, or ``SIMILAR_READ`` if the reader finds an answer in the sentence.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from quoth.index.records import Span
from quoth.index.text.analysis import stems, stems_of, word_spans
from quoth.qa.extract.mentions import mentions
from quoth.qa.question.answer_types import AnswerType
from quoth.qa.question.numbered import numbered_things
from quoth.qa.question.understand import Question
from quoth.qa.ranking.evidence import Evidence
from quoth.qa.ranking.spans import answer_spans

from .confidence import is_of_another_year

SIMILAR, SIMILAR_READ = 0.5, 0.35
"""Minimum cosines of words of similar meaning."""
FOUND_BY_READER = -3.0
"""Minimum reader's margin of a sentence in which it finds an answer."""
_SUBJECT_WORDS = 4
"""Maximum number of words before the name that a sentence speaks of."""
_ASKED_FOR = frozenset(stems(
    "date day year month century decade time hour period duration percentage percent share proportion fraction number"
    " amount score rate total age name person people place location city country state man woman money kind type many"
    " much often"
))  # fmt: skip
"""Nouns for the kind of answer, which the answer itself replaces."""
_FREQUENT = frozenset(stems("long tall high deep wide far old large big fast heavy first last new"))
"""Words too frequent to show alone what a sentence is about."""
_MODEL = re.compile(r"\b([A-Z][\w’']*)-\d+\w*")
"""A name with a number: "Halcyon-3"."""


class _Word(NamedTuple):
    """A word of the question that carries meaning."""

    text: str
    span: Span
    """In the question's own text."""
    stems: frozenset[str]
    is_name: bool
    """Whether it is a name or a number."""


def is_stated(question: Question, sentence: Evidence, word_by_word: bool = False) -> bool:
    """Whether a sentence states what the question asks.

    :param word_by_word: whether words of similar meaning do not count.
    """
    if not _is_of_asked_thing(question, sentence) or is_of_another_year(question, sentence):
        return False
    own = _stems(question, sentence.text)
    above = _stems(question, f"{sentence.article.title or ''} {sentence.passage.heading or ''}")
    read = sentence.margin >= FOUND_BY_READER
    words = [w for w in _words(question) if w.is_name or not w.stems <= _ASKED_FOR]
    names = [w for w in words if w.is_name and not w.text.isdigit()]
    others = [w for w in words if not w.is_name]
    missing = [w for w in names if w.stems.isdisjoint(own)]
    if not all(not w.stems.isdisjoint(above) or _stands_before(w.text, sentence) for w in missing):
        return False
    if not any(not w.stems.isdisjoint(own) and not w.stems <= _FREQUENT for w in others) and (
        missing or len(names) < (2 if not others else 1) or (others and not read)
    ):
        return False
    least = math.inf if word_by_word else SIMILAR_READ if read else SIMILAR
    if not all(not w.stems.isdisjoint(own | above) or _similarity(question, sentence, w) >= least for w in others):
        return False
    return not missing or not _speaks_of_another(question, sentence)


def is_of_what_is_measured(question: Question, sentence: Evidence) -> bool:
    """Whether the question's words, other than names, have words of similar meaning in the sentence, or stand in its
    passage, heading or title: "valued at 28 million" says nothing of a capacity. Of four words, one may be missing
    if the sentence has the question's names."""
    around = _stems(
        question, f"{sentence.article.title or ''} {sentence.passage.heading or ''} {sentence.passage.text}"
    )
    words = [word for word in _words(question) if not word.is_name and not word.stems <= _ASKED_FOR]
    missing = [
        word for word in words
        if word.stems.isdisjoint(around) and _similarity(question, sentence, word) < SIMILAR_READ
    ]  # fmt: skip
    names = [word for word in _words(question) if word.is_name]
    own = _stems(question, sentence.text)
    is_named = bool(names) and not any(name.stems.isdisjoint(own) for name in names)
    return not missing or (is_named and 4 * len(missing) <= len(words))


def is_of_another(question: Question, sentence: Evidence) -> bool:
    """Whether a sentence has none of the question's names, and begins with another."""
    own = _stems(question, sentence.text)
    names = [word for word in _words(question) if word.is_name and not word.text.isdigit()]
    return bool(names) and all(n.stems.isdisjoint(own) for n in names) and _speaks_of_another(question, sentence)


def _words(question: Question) -> list[_Word]:
    """The question's own words that carry meaning."""
    found = []
    for start, end in word_spans(question.own):
        text = question.own[start:end]
        kept = frozenset(stems_of(text, question.language)) & question.idf.keys()
        if kept:
            is_name = any(c.isdigit() for c in text) or (start > 0 and any(c.isupper() for c in text))
            found.append(_Word(text, (start, end), frozenset(kept), is_name))
    return found


def _stems(question: Question, text: str) -> frozenset[str]:
    return frozenset(stems(text, question.language))


def _stands_before(word: str, sentence: Evidence) -> bool:
    """Whether the article has a word before the sentence."""
    before = sentence.article.text[: sentence.span[0]]
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", before, re.IGNORECASE) is not None


def _similarity(question: Question, sentence: Evidence, word: _Word) -> float:
    """The highest cosine of a question's word with the sentence's, the mean of its word pieces."""
    pieces = question.encoded.spans
    own = (pieces[:, 0] >= word.span[0]) & (pieces[:, 1] <= word.span[1]) & (pieces[:, 1] > pieces[:, 0])
    spans = sentence.ranked.candidate.stored.tokens.spans
    inside = (spans[:, 0] < sentence.span[1]) & (spans[:, 1] > sentence.span[0]) & (spans[:, 1] > spans[:, 0])
    if not own.any() or not inside.any():
        return 0.0
    return float(sentence.ranked.cosines[own][:, inside].max(axis=1).mean())


def _is_of_asked_thing(question: Question, sentence: Evidence) -> bool:
    """Whether each thing that the question names by a number stands in the sentence, or is the last of its kind that
    the article names before it."""
    before = f"{sentence.article.title or ''}\n{sentence.article.text[: sentence.span[0]]}"
    for thing in numbered_things(question.own):
        named = thing.is_named_in(sentence.text)
        if not (thing.is_named_last_in(before) if named is None else named):
            return False
    for model in _MODEL.finditer(question.own):
        alike = re.compile(rf"\b{re.escape(model[1])}-\w+")
        if (alike.findall(sentence.text) or alike.findall(before)[-1:]).count(model[0]) == 0:
            return False
    return True


def _speaks_of_another(question: Question, sentence: Evidence) -> bool:
    """Whether a sentence begins with a name that is neither the question's nor the answer."""
    text, start = sentence.text, sentence.span[0]
    answers = [a.span for a in answer_spans(question, sentence)[:1]]
    for a, b in mentions(AnswerType.NAME, text):
        if len(text[:a].split()) > _SUBJECT_WORDS:
            return False
        is_asked = not _stems(question, text[a:b]).isdisjoint(question.idf.keys())
        if not is_asked and not any(x < start + b and start + a < y for x, y in answers):
            return True
    return False
