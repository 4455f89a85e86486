"""Selection of quotes from ranked sentences, each as short as possible while it answers and can be understood.

A quote is a sentence. A neighbour is added if the sentence refers to the one before ("It", "This", "He said"), or if
the two together answer much better than the sentence alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from quoth.index.records import Span
from quoth.index.text.analysis import stems
from quoth.qa.extract.lists import list_at
from quoth.qa.question.answer_types import AnswerType
from quoth.qa.question.negation import denies, may_deny
from quoth.qa.question.understand import Question
from quoth.qa.ranking.cells import RowInTable, requested_cell, row_at
from quoth.qa.ranking.evidence import Evidence
from quoth.qa.ranking.said import asks_who_says, speaker_in
from quoth.qa.ranking.spans import answer_spans
from quoth.qa.ranking.units import Unit
from quoth.qa.records import Quote

from .highlight import highlights, mark

MAX_QUOTES = 3
WEAKER = 4.0
"""Maximum difference of a quote's score from the best: odds of e^4, about 55 to 1, against it."""
WIDER = 0.5
"""Minimum that a neighbour must add to a sentence's score to be quoted with it; 0 if one of the two refers to the
other."""
_NEEDED = 100.0
"""More than any neighbour adds to a score."""
SAME = 0.8
"""Minimum share of common words (Jaccard) of two sentences that say the same, if their numbers are the same, too."""
MAX_TABLE_CHARS = 300
"""Maximum number of characters of a table from its head to a row that are quoted together with the row."""
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_REFERRING = re.compile(
    r"\W*(?:it|its|this|these|those|that|he|she|they|his|her|their|such|however|also|but|thus|therefore|instead|both"
    r"|another|there|in (?:this|that|these|addition)|the (?:latter|former|same))\b",
    re.IGNORECASE,
)
_POINTING = re.compile(r"\W*(?:it|its|this|these|those|that|he|she|they|his|her|their|such)\b", re.IGNORECASE)
"""Starts of sentences whose subject is known only from the sentence before."""


def not_quoted(question: Question, evidence: Sequence[Evidence], quotes: Sequence[Quote]) -> list[Evidence]:
    """The sentences that are not in the given quotes, or have answer spans that are not marked there."""
    marked = {span for quote in quotes for span in quote.highlights}
    return [
        e for e in evidence
        if not _overlap(e.article.id, e.span, quotes)
        or any(mark(e.article.text, answer.span) not in marked for answer in answer_spans(question, e))
    ]  # fmt: skip


def choose(question: Question, evidence: Sequence[Evidence]) -> tuple[Quote, ...]:
    """Up to three quotes, best first; sentences that say nearly the same as one of them are in its ``also``.

    :param evidence: single sentences, best first.
    """
    quotes: list[Quote] = []
    for e in evidence:
        if e.score < evidence[0].score - WEAKER:
            break
        if _overlap(e.article.id, e.span, quotes):
            continue
        if len(quotes) == MAX_QUOTES and not any(
            len(q.also) < MAX_QUOTES and _may_say_same(q.text, e.text) for q in quotes
        ):
            continue
        quote = quoted(question, e, quotes)
        same = next((i for i, q in enumerate(quotes) if _says_same(q.text, quote.text)), None)
        if same is not None:
            known = (quotes[same], *quotes[same].also)
            if len(known) <= MAX_QUOTES and all(q.article.id != quote.article.id for q in known):
                quotes[same] = replace(quotes[same], also=(*quotes[same].also, quote))
        elif len(quotes) < MAX_QUOTES:
            quotes.append(quote)
    return tuple(quotes)


def quoted(question: Question, evidence: Evidence, others: Sequence[Quote] = ()) -> Quote:
    """A sentence as a quote: with a neighbour if it needs one, or with the whole of its list.

    :param others: quotes that it must not overlap.
    """
    article, unit = evidence.article, evidence.unit
    listed = None
    if question.asks_for_list or question.answer_type is AnswerType.OTHER:
        listed = list_at(article.text, unit.span)
    if listed and not _overlap(article.id, listed.whole()[0], others):
        (start, end), more = listed.whole()
        marks = tuple(item for item in listed.items if item[1] <= end)
        return Quote(article.text[start:end], start, end, article, evidence.passage, evidence.score, marks, more=more)
    if found := row_at(article.text, unit.span):
        return _row(question, evidence, found)
    best, most = unit, 0.0
    for pair, gain in with_neighbour(question, evidence):
        if gain > most and not _overlap(article.id, pair.span, others):
            best, most = pair, gain
    start, end = best.span
    marks = highlights(question, article.text, best.span, answer_spans(question, evidence, best.span))
    score = evidence.score + best.score - unit.score
    return Quote(article.text[start:end], start, end, article, evidence.passage, score, marks)


def _row(question: Question, evidence: Evidence, found: RowInTable) -> Quote:
    """A table's row, which means nothing without the header: quoted from the header on if it is near, else with
    ``Quote.head``. If the row belongs to a section of the table, it is quoted from there on if that is near."""
    article, (row, table) = evidence.article, found
    start, end = row.span
    requested = requested_cell(question, article.text, found)
    says_nothing = requested is not None and requested.cell[0] == requested.cell[1]
    if says_nothing or (requested is None and row.in_columns):  # it is not clear which cell is asked for
        marks: tuple[Span, ...] = ()
    else:
        marks = highlights(question, article.text, row.span, answer_spans(question, evidence, row.span))
    head = table.head if row.in_columns else None
    above = [part[0] for part in (head, row.section) if part and end - part[0] <= MAX_TABLE_CHARS]
    start = min([start, *above])
    if head and start <= head[0]:
        head = None
    return Quote(article.text[start:end], start, end, article, evidence.passage, evidence.score, marks, head=head)


def with_neighbour(question: Question, evidence: Evidence) -> Iterator[tuple[Unit, float]]:
    """The sentence with each of its neighbours, and how much better the two are than the sentence alone; 0 or less if
    they are not.

    If the question denies something and the sentence does not, the sentence after it is needed: after those who did, it
    often names those who did not. If the question asks who says something, the sentence that names the speaker is
    needed.
    """
    text, unit = evidence.article.text, evidence.unit
    speaker = speaker_in(text, unit.span) if asks_who_says(question) else None
    if speaker and text[slice(*speaker)].split()[-1] in evidence.text:
        speaker = None
    after_needed = denies(question.own) and not may_deny(evidence.text)
    for pair in evidence.ranked.units:
        if pair.single or unit.listed or unit.sentences[0] not in pair.sentences:
            continue
        before = pair.sentences[1] == unit.sentences[0]
        later = unit.span[0] if before else evidence.ranked.candidate.stored.sentences[pair.sentences[1]][0]
        gain = pair.score - unit.score - (0.0 if _REFERRING.match(text, later) else WIDER)
        if speaker and pair.span[0] <= speaker[0] < pair.span[1]:
            yield pair, _NEEDED
            continue
        needed = _POINTING.match(text, later) if before else after_needed
        yield pair, max(gain, 0.01) if needed else gain


def _overlap(article: int, span: Span, quotes: Sequence[Quote]) -> bool:
    """Whether a quote has a part of the span."""
    return any(q.article.id == article and q.start < span[1] and span[0] < q.end for q in quotes)


def _says_same(a: str, b: str) -> bool:
    """Whether nearly all words and all numbers are the same, and both deny something or neither does."""
    first, second = _stems(a), _stems(b)
    alike = bool(first) and len(first & second) >= SAME * len(first | second)
    return alike and set(_NUMBER.findall(a)) == set(_NUMBER.findall(b)) and denies(a) == denies(b)


def _may_say_same(quote: str, sentence: str) -> bool:
    """Whether the sentence shares so many words with the quote that it may say the same once a neighbour is added."""
    own = _stems(sentence)
    return 2 * len(own & _stems(quote)) >= len(own)


@lru_cache(2_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stems(text))
