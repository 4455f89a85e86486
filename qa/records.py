"""The records that a question returns. All offsets count characters of ``article.text``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from quoth.index.records import Article, Passage, Record, Span, english_date, file_name
from quoth.index.text.speakers import speaker_of

WRAPPED_AT = 100
"""A text with no longer line is taken to be wrapped to a fixed width, in characters."""


@dataclass(frozen=True, slots=True)
class Quote(Record):
    """Words of an article: ``text == article.text[start:end]``, always."""

    derived: ClassVar[tuple[str, ...]] = ("page", "paragraph", "url", "speaker", "citation")

    text: str
    start: int
    end: int
    article: Article
    passage: Passage
    score: float
    """Higher is better. Scores of different questions cannot be compared."""
    highlights: tuple[Span, ...] = ()
    """The words that answer, as offsets into ``article.text``."""
    also: tuple[Quote, ...] = ()
    """Quotes of other articles that say the same in nearly the same words."""
    more: int = 0
    """Number of items of a quoted list that follow the quote, if the list is too long to be quoted whole."""
    head: Span | None = None
    """For a table's row that is quoted without its header, the header's offsets into ``article.text``."""

    @property
    def page(self) -> int | None:
        """Page on which the quote begins, counted from 1; None if the format has no pages."""
        number = self.article.page_at(self.start)
        return None if number is None else number + 1

    @property
    def paragraph(self) -> int:
        """Number of the paragraph in which the quote begins, counted from 1.

        Blank lines separate paragraphs. So do line ends, unless the text is wrapped to a fixed width.
        """
        wrapped = max(map(len, self.article.text.splitlines()), default=0) <= WRAPPED_AT
        ends = r"\S[^\S\n]*\n\s*\n" if wrapped else r"\S[^\S\n]*\n"
        return len(re.findall(ends, self.article.text[: self.start])) + 1

    @property
    def url(self) -> str | None:
        """Address of the article, if its file states one."""
        return self.article.url

    @property
    def speaker(self) -> str | None:
        """Name, in the article's words, of who speaks the words that answer; None if it is nobody, or not certain."""
        return speaker_of(self.article.text, (self.start, self.end), self.highlights)

    @property
    def citation(self) -> str:
        """Speaker, title or file name, author, date and place, in English: "Bo Ito, in Rare earths, page 3"."""
        article = self.article
        parts = [article.title or file_name(article.source), article.author, english_date(article.published)]
        number = article.page_at(self.start)
        page = None if number is None else article.pages[number]
        place = f"paragraph {self.paragraph}" if page is None else f"{'at' if page.is_time else 'page'} {page.label}"
        source = f"{' · '.join(part for part in parts if part)}, {place}"
        return f"{self.speaker}, in {source}" if self.speaker else source


@dataclass(frozen=True, slots=True)
class Disagreement(Record):
    """Quotes from different articles that answer differently. The words that differ are highlighted."""

    topic: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Answer(Record):
    """Quotes, best first. If not ``found``, they are the nearest sentences, which do not answer."""

    question: str
    searched_for: str
    """The question as it was understood, to be shown: typos corrected, a follow-up completed."""
    found: bool
    confidence: float
    """Estimated probability, from 0 to 1, that the quotes hold an answer."""
    quotes: tuple[Quote, ...]
    disagreements: tuple[Disagreement, ...] = ()
    did_you_mean: str | None = None
    """The question with names that the articles do not contain replaced by similar names that they do contain."""
    remark: str | None = None
    """A reply to a greeting or to thanks, instead of quotes; or what the citations say, beside them: who wrote an
    article, or which of two articles is newer."""
    why: tuple[str, ...] = ()
    """Reasons for the first quote, its highlights, found or not, and disagreement or not; one line each."""
    has_headline: bool = False
    """Whether the first quote's highlights are so certainly the words asked for that they can be shown by themselves,
    in large type."""

    @property
    def best(self) -> Quote | None:
        """The first quote, if it answers; else None."""
        return self.quotes[0] if self.found and self.quotes else None
