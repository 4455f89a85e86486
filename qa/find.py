"""search(): every passage in which some words stand, without a question, article by article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quoth.index.errors import BadQuestion
from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import Span
from quoth.index.search.snapshot import Candidate
from quoth.index.text.analysis import stems, stems_of, words
from quoth.index.text.normalize import as_typed, matching

from .filters import EVERYTHING, Filter
from .opening import LibraryLike, check_question, empty, open_library
from .records import Quote

MOST = 500
"""Passages that are given; more may be counted."""
_LOOKED_AT = 5000
"""So many passages that hold the words are looked at for whether they stand there as they were given."""
_BETWEEN = (" ", "-", "‑", "–")
_QUOTED = re.compile(r"""\s*(?:"([^"]+)"|“([^“”]+)”|„([^„“”]+)[“”]|«\s*([^«»]+?)\s*»)\s*""")


@dataclass(frozen=True, slots=True)
class Matches:
    """Passages that hold some words, which are marked: the best article's first, each article's in their order."""

    total: int
    """How many there are, also beyond those that are given; of words in quotation marks, among the 5,000 best."""
    by_article: tuple[tuple[Quote, ...], ...] = ()


def is_quoted(text: str) -> bool:
    """Whether all of it stands in quotation marks, which ask for words as they stand there."""
    return _QUOTED.fullmatch(text) is not None


def find(text: str, *, library: LibraryLike = None, where: Filter = EVERYTHING) -> Matches:
    """The passages that hold all the words, in any form and order; in quotation marks, as they stand there, but for
    case, spaces, and the kinds of quotation marks and dashes. Words that nearly every sentence has may be missing.

    :param only: which articles are searched.
    :raises BadQuestion: there is no word in it, or it is longer than 2,000 characters.
    :raises NoArticles: there is no such library, nothing in it, or no article is in ``where``.
    """
    snapshot = open_library(library).snapshot()
    quoted = _QUOTED.fullmatch(check_question(text))
    wanted = next(group for group in quoted.groups() if group) if quoted else text
    if not len(snapshot.words):
        raise empty(snapshot)
    if snapshot.says_nothing(wanted):
        raise BadQuestion("Nearly every sentence has these words. Add one that says what you look for.")
    scored, total = snapshot.holding(wanted, _LOOKED_AT if quoted else MOST, where.placed(snapshot))
    pattern = as_typed(wanted, in_any_case=True) if quoted else None
    found: dict[int, list[Quote]] = {}
    count = 0
    for candidate in snapshot.load(scored):
        spans = tuple(_standing(candidate, pattern) if pattern else _with_stems(candidate, wanted))
        count += bool(spans)
        if spans and count <= MOST:
            passage, article = candidate.stored.passage, candidate.article
            quote = Quote(passage.text, passage.start, passage.end, article, passage, candidate.scored.bm25, spans)
            found.setdefault(article.id, []).append(quote)
    ordered = tuple(tuple(sorted(quotes, key=lambda quote: quote.start)) for quotes in found.values())
    return Matches(count if quoted or total <= len(scored) else total, ordered)


def _with_stems(candidate: Candidate, text: str) -> Iterator[Span]:
    """Where in a passage the words stand, in any form; side by side, they are one place."""
    language = candidate.article.language or ENGLISH
    asked = frozenset(stems(text, language))
    passage = candidate.stored.passage
    run: Span | None = None
    for start, end in words(passage.text):
        if not asked & stems_of(passage.text[start:end], language):
            continue
        if run and passage.text[run[1] : start] in _BETWEEN:
            run = run[0], end
            continue
        if run:
            yield passage.start + run[0], passage.start + run[1]
        run = start, end
    if run:
        yield passage.start + run[0], passage.start + run[1]


def _standing(candidate: Candidate, pattern: re.Pattern[str]) -> Iterator[Span]:
    """Where in a passage the words stand as they were given, none of them a part of another word."""
    passage = candidate.stored.passage
    whole = words(passage.text)
    for start, end in matching(pattern, passage.text):
        if not any(a < start < b or a < end < b for a, b in whole):
            yield passage.start + start, passage.start + end
