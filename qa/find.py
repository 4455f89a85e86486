"""find(): every passage that contains some words, without a question, article by article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quoth.index.errors import BadQuestion
from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import Record, Span
from quoth.index.search.snapshot import Candidate
from quoth.index.text.analysis import stems, stems_of, word_spans
from quoth.index.text.normalize import match_spans, typed_pattern

from .filters import EVERYTHING, Filter
from .opening import LibraryLike, check_question, empty, open_library
from .records import Quote

MAX_PASSAGES = 500
"""Maximum number of passages that are returned; more may be counted."""
_CHECKED = 5000
"""Maximum number of passages with the words that are checked for the words exactly as given."""
_BETWEEN = (" ", "-", "‑", "–")
_QUOTED = re.compile(r"""\s*(?:"([^"]+)"|“([^“”]+)”|„([^„“”]+)[“”]|«\s*([^«»]+?)\s*»)\s*""")


@dataclass(frozen=True, slots=True)
class Matches(Record):
    """Passages that contain some words, with the words marked: those of the best article first, in text order."""

    total: int
    """Number of matching passages, including those that are not returned; for words in quotation marks, among the 5,000
    best passages."""
    by_article: tuple[tuple[Quote, ...], ...] = ()
    """At most ``MAX_PASSAGES`` passages, grouped by article."""


def is_quoted(text: str) -> bool:
    """Whether the whole text is in quotation marks, so that the words are searched for exactly as given."""
    return _QUOTED.fullmatch(text) is not None


def find(text: str, *, library: LibraryLike = None, where: Filter = EVERYTHING) -> Matches:
    """Find the passages that contain all the words.

    The words may have any form and order. Within quotation marks they must match exactly, except for case, spaces, and
    the kinds of quotation marks and dashes. Words that nearly every sentence has are not required.

    :param where: the articles that are searched.
    :raises BadQuestion: the text is empty, has no word that can be searched for, or is longer than 2,000 characters.
    :raises NoArticles: there is no such library, the library is empty, or no article matches ``where``.
    """
    snapshot = open_library(library).snapshot()
    quoted = _QUOTED.fullmatch(check_question(text))
    wanted = next(group for group in quoted.groups() if group) if quoted else text
    if not len(snapshot.words):
        raise empty(snapshot)
    if snapshot.says_nothing(wanted):
        raise BadQuestion("Nearly every sentence has these words. Add a word that names what you are looking for.")
    scored, total = snapshot.holding(wanted, _CHECKED if quoted else MAX_PASSAGES, where.placed(snapshot))
    pattern = typed_pattern(wanted, in_any_case=True) if quoted else None
    found: dict[int, list[Quote]] = {}
    count = 0
    for candidate in snapshot.load(scored):
        spans = tuple(_exact(candidate, pattern) if pattern else _with_stems(candidate, wanted))
        count += bool(spans)
        if spans and count <= MAX_PASSAGES:
            passage, article = candidate.stored.passage, candidate.article
            quote = Quote(passage.text, passage.start, passage.end, article, passage, candidate.scored.bm25, spans)
            found.setdefault(article.id, []).append(quote)
    ordered = tuple(tuple(sorted(quotes, key=lambda quote: quote.start)) for quotes in found.values())
    return Matches(count if quoted or total <= len(scored) else total, ordered)


def _with_stems(candidate: Candidate, text: str) -> Iterator[Span]:
    """The places of the words in a passage, in any form; neighbouring words are one place."""
    language = candidate.article.language or ENGLISH
    asked = frozenset(stems(text, language))
    passage = candidate.stored.passage
    run: Span | None = None
    for start, end in word_spans(passage.text):
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


def _exact(candidate: Candidate, pattern: re.Pattern[str]) -> Iterator[Span]:
    """The places of the words in a passage exactly as given, none of them a part of a longer word."""
    passage = candidate.stored.passage
    whole = word_spans(passage.text)
    for start, end in match_spans(pattern, passage.text):
        if not any(a < start < b or a < end < b for a, b in whole):
            yield passage.start + start, passage.start + end
