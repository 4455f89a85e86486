"""Evidence: a quotable sentence with everything that is known of how well it answers the question."""

from __future__ import annotations

from dataclasses import dataclass, field

from quoth.index.records import Article, Passage, Span

from .reader import Reading
from .rerank import Ranked
from .units import Unit


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """Words that may be the answer, as offsets into the article."""

    span: Span
    text: str
    share: float
    """Its probability among the answer spans of the same sentence; they sum to 1."""
    margin: float
    """The reader's margin of the best span inside it."""
    free: bool
    """Whether it is the reader's own span and no mention of the type asked for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A single sentence (a window of a long one, a list) that may be quoted for one question."""

    unit: Unit
    ranked: Ranked
    """The passage it is in."""
    reading: Reading | None
    """The passage as it was read; None if it was not read."""
    margin: float
    """The reader's margin of the likeliest answer in the sentence."""
    score: float
    opinion: float = 0.0
    """Log-odds that a cross-encoder added to the score."""
    answers: dict[Span, tuple[AnswerSpan, ...]] = field(default_factory=dict, compare=False, repr=False)
    """The answer spans computed so far (spans.py), by the span of text they were looked for in."""

    @property
    def span(self) -> Span:
        return self.unit.span

    @property
    def article(self) -> Article:
        return self.ranked.candidate.article

    @property
    def passage(self) -> Passage:
        return self.ranked.candidate.stored.passage

    @property
    def text(self) -> str:
        return self.article.text[slice(*self.unit.span)]
