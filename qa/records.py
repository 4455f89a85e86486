"""What a question gets back. Offsets count characters of ``article.text``."""

from __future__ import annotations

from dataclasses import dataclass

from quoth.index.records import Article, Passage, Span


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an article: ``text == article.text[start:end]``, always."""

    text: str
    start: int
    end: int
    article: Article
    passage: Passage
    score: float
    highlights: tuple[Span, ...] = ()
    """The words that answer, as offsets into ``article.text``."""
    also: tuple[Quote, ...] = ()
    """Other articles that say the same in nearly the same words."""
    more: int = 0
    """Items of the quoted list that stand behind the quote, where it is too long to be quoted whole."""
    head: Span | None = None
    """The line with the columns' names, of a table's row that is quoted without it,
    as offsets into ``article.text``."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Quotes from different articles that answer differently."""

    topic: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotations, best first; where not ``found``, the nearest sentences there are, which are no answer."""

    question: str
    searched_for: str
    """The question as it was searched for: slips put right, a follow-up completed."""
    found: bool
    confidence: float
    """From 0 to 1: how surely the quotes hold an answer."""
    quotes: tuple[Quote, ...]
    disagreements: tuple[Disagreement, ...] = ()
    did_you_mean: str | None = None
    """The question with names that the articles do not hold turned into ones like them that they do hold."""
    remark: str | None = None
    """What is said in place of quotes, to a greeting or to thanks; or beside them, from citations: who wrote an
    article, and which of two is the newer."""
    why: tuple[str, ...] = ()
    """What spoke for the first quote, for its mark, for found or not, and for differ or not; a line each."""
