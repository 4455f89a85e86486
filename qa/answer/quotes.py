"""Ranked passages -> what is worth quoting of them, as short as it can be and still answer and be understood.

A quote is a sentence. Its neighbour comes along where the sentence leans on the one before ("It", "This", "He said"),
and where the two together answer a good deal better than it alone does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import Span
from quoth.index.text.analysis import stems
from quoth.index.text.tables import Table, cell_for, table_at
from quoth.qa.extract.lists import list_at
from quoth.qa.question.answer_types import AnswerType
from quoth.qa.question.negation import denies, may_deny
from quoth.qa.question.understand import Question
from quoth.qa.ranking.features import Unit
from quoth.qa.ranking.reader import LEAST, reader
from quoth.qa.ranking.rerank import Ranked
from quoth.qa.ranking.weights import READ
from quoth.qa.records import Quote

from .highlight import highlights
from .spans import answer_spans

MAX_QUOTES = 3
MOST, OTHERS = 4, 3
"""Passages that are read: those of the best sentences; and where a kind of thing is asked for, so that articles are
compared, so many further ones that are their article's best."""
WEAKER = 4.0
"""Further quotes score at most this much less than the best: odds of e^4, about 55 to 1, against them."""
WIDER = 0.5
"""What a neighbour must add to a sentence's score to be quoted with it; nothing,
if one of the two leans on the other."""
SAME = 0.8
"""Sentences that share this much of their words (Jaccard) say the same, if their numbers do."""

MAX_TABLE_CHARS = 300
"""A table's row so near to its head is quoted with all that stands between."""
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_LEANING = re.compile(
    r"\W*(?:it|its|this|these|those|that|he|she|they|his|her|their|such|however|also|but|thus|therefore|instead|both"
    r"|another|there|in (?:this|that|these|addition)|the (?:latter|former|same))\b",
    re.IGNORECASE,
)
_POINTING = re.compile(r"\W*(?:it|its|this|these|those|that|he|she|they|his|her|their|such)\b", re.IGNORECASE)
"""Without the sentence before, nobody would know of whom or what this one speaks."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something quotable, with the passage that it stands in."""

    unit: Unit
    ranked: Ranked
    opinion: float = 0.0
    """Log-odds that a cross-encoder adds."""

    @property
    def margin(self) -> float:
        """The reader's, of the likeliest answer in it."""
        return self.ranked.reading.margin(self.unit.span) if self.ranked.reading else LEAST

    @property
    def score(self) -> float:
        return self.unit.score + READ * self.margin + self.opinion


def read(question: Question, ranked: list[Ranked]) -> list[Ranked]:
    """The same, the likeliest of them read: those of the best sentences, and of each article that of its best one."""
    best: dict[int, tuple[float, Ranked]] = {}
    for found in by_score(ranked):
        best.setdefault(found.ranked.candidate.stored.passage.id, (found.score, found.ranked))
    order = list(best.values())
    articles = {r.candidate.article.id: r for _, r in reversed(order)}
    others = [r for s, r in order[MOST:] if articles[r.candidate.article.id] is r and s > order[0][0] - WEAKER][:OTHERS]
    chosen = [
        r
        for r in (*(r for _, r in order[:MOST]), *(others if question.answer_type is not AnswerType.OTHER else ()))
        if reads(r)
    ]
    texts = [
        (r.candidate.article.title or "", r.candidate.stored.passage.text, r.candidate.stored.passage.start)
        for r in chosen
    ]
    readings = dict(zip((id(r) for r in chosen), reader().read(question.text, texts), strict=True))
    return [replace(r, reading=readings.get(id(r))) for r in ranked]


def reads(ranked: Ranked) -> bool:
    """Whether the reader knows the language of a passage."""
    return ranked.candidate.article.language in (None, ENGLISH)


def by_score(ranked: list[Ranked]) -> list[Evidence]:
    """All single sentences, best first."""
    found = (Evidence(u, r) for r in ranked for u in r.units if u.single)
    return sorted(found, key=lambda f: (-f.score, *f.ranked.candidate.place, f.unit.span))


def with_news(question: Question, sentences: list[Evidence], told: Sequence[Quote]) -> list[Evidence]:
    """Those that were not quoted already, or hold more things of the kind asked for than were marked in them."""
    marked = {span for quote in told for span in quote.highlights}

    def more(found: Evidence) -> bool:
        span = found.unit.span
        if not _taken(found.ranked.candidate.article.id, span, told):
            return True
        return any(t.span not in marked for t in answer_spans(question, found.ranked, span))

    return [found for found in sentences if more(found)]


def choose(question: Question, sentences: list[Evidence]) -> tuple[Quote, ...]:
    """Up to three quotes, best first; what says nearly the same as one of them stands with it, in ``also``."""
    quotes: list[Quote] = []
    for found in sentences:
        if found.score < sentences[0].score - WEAKER:
            break
        article, (start, end) = found.ranked.candidate.article, found.unit.span
        if _taken(article.id, (start, end), quotes):
            continue
        if len(quotes) == MAX_QUOTES:
            sentence = article.text[start:end]
            if not any(len(q.also) < MAX_QUOTES and _may_say_same(q.text, sentence) for q in quotes):
                continue
        quote = quoted(question, found, quotes)
        same = next((i for i, q in enumerate(quotes) if _says_same(q.text, quote.text)), None)
        if same is not None:
            known = (quotes[same], *quotes[same].also)
            if len(known) <= MAX_QUOTES and all(q.article.id != quote.article.id for q in known):
                quotes[same] = replace(quotes[same], also=(*quotes[same].also, quote))
        elif len(quotes) < MAX_QUOTES:
            quotes.append(quote)
    return tuple(quotes)


def quoted(question: Question, found: Evidence, taken: Sequence[Quote] = ()) -> Quote:
    """The sentence as a quote, widened where it needs to be and where nothing of that is quoted already."""
    article, stored = found.ranked.candidate.article, found.ranked.candidate.stored
    listed = (
        list_at(article.text, found.unit.span)
        if question.asks_for_list or question.answer_type is AnswerType.OTHER
        else None
    )
    if listed and not _taken(article.id, listed.whole()[0], taken):
        (start, end), more = listed.whole()
        marks = tuple(item for item in listed.items if item[1] <= end)
        return Quote(article.text[start:end], start, end, article, stored.passage, found.score, marks, more=more)
    if (table := table_at(article.text, found.unit.span)) and (row := table.row_at(found.unit.span)):
        return _row(question, found, table, row)
    best, most = found.unit, 0.0
    for pair, gain in _wider(question, found, article.text):
        if gain > most and not _taken(article.id, pair.span, taken):
            best, most = pair, gain
    start, end = best.span
    marks = highlights(question, article.text, best.span, answer_spans(question, found.ranked, best.span))
    score = found.score + best.score - found.unit.score
    return Quote(article.text[start:end], start, end, article, stored.passage, score, marks)


def _row(question: Question, found: Evidence, table: Table, row: tuple[Span, ...]) -> Quote:
    """A table's row, which means nothing without its head: quoted from there on if that is near,
    else with it beside."""
    article = found.ranked.candidate.article
    start, end = row[0][0], row[-1][1]
    cell = cell_for(article.text, table, row, frozenset(question.idf), question.language)
    marks = (
        (cell,)
        if cell
        else highlights(question, article.text, (start, end), answer_spans(question, found.ranked, (start, end)))
    )
    near = end - table.head[0] <= MAX_TABLE_CHARS
    start = table.head[0] if near else start
    head = None if near else table.head
    return Quote(
        article.text[start:end], start, end, article, found.ranked.candidate.stored.passage, found.score, marks,
        head=head,
    )  # fmt: skip


def _wider(question: Question, found: Evidence, text: str) -> Iterator[tuple[Unit, float]]:
    """The sentence with a neighbour, and by how much that is better than it alone (not at all below 0).

    Who did not, where the sentence only says who did, often stands behind it.
    """
    elsewhere = denies(question.own) and not may_deny(text[slice(*found.unit.span)])
    for pair in found.ranked.units:
        if pair.single or found.unit.listed or found.unit.sentences[0] not in pair.sentences:
            continue
        before = pair.sentences[1] == found.unit.sentences[0]
        later = found.unit.span[0] if before else found.ranked.candidate.stored.sentences[pair.sentences[1]][0]
        gain = pair.score - found.unit.score - (0.0 if _LEANING.match(text, later) else WIDER)
        needed = _POINTING.match(text, later) if before else elsewhere
        yield pair, max(gain, 0.01) if needed else gain


def _taken(article: int, span: Span, quotes: Sequence[Quote]) -> bool:
    """Whether some of the span is quoted already."""
    return any(q.article.id == article and q.start < span[1] and span[0] < q.end for q in quotes)


def _says_same(a: str, b: str) -> bool:
    """Whether nearly all words are the same, all numbers are, and both deny or neither does."""
    first, second = _stems(a), _stems(b)
    alike = bool(first) and len(first & second) >= SAME * len(first | second)
    return alike and set(_NUMBER.findall(a)) == set(_NUMBER.findall(b)) and denies(a) == denies(b)


def _may_say_same(quote: str, sentence: str) -> bool:
    """Whether they share enough that the sentence, once its neighbours are looked at, could say what the quote says."""
    own = _stems(sentence)
    return 2 * len(own & _stems(quote)) >= len(own)


@lru_cache(2_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stems(text))
