"""The results that programs get. The HTTP API and MCP make their schemas from these models.

Offsets count characters of an article's text, from 0; the end is excluded. Whatever quotes an article names it with its
id and source, so that a program can check ``text == article.text[start:end]``.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from quoth.index.sync.compare import FileNow


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class ArticleNamed(_Model):
    """Which article something is from, and what is known of it."""

    article: int = Field(description="The article's id. A changed article gets a new id.")
    source: str = Field(description="Where the article is from: a path, as it was added; path#name for one of several.")
    title: str = Field(description="The article's title, or its file's name if it has none.")
    author: str | None = Field(description="The author's name.")
    published: dt.date | None = Field(description="The day of publication.")
    language: str | None = Field(description="The language of the text, an ISO 639-1 code.")
    url: str | None = Field(description="The article's address on the web, if its file states one.")


class ArticleInfo(ArticleNamed):
    """An article in the list of articles."""

    characters: int = Field(description="The number of characters of the text.")
    pages: int = Field(description="The number of pages; 0 if the format has none.")
    added: dt.datetime = Field(description="When the article was added, in UTC.")
    copy_of: int | None = Field(description="For a near-duplicate, the id of the first article of its group.")


class ArticlesListed(_Model):
    """A part of the list of articles, in the order in which they were added."""

    total: int = Field(description="The number of all articles.")
    articles: list[ArticleInfo] = Field(description="The articles of this part.")
    next: int | None = Field(description="The number of articles to skip for the next part; null if this is the last.")


class ArticleText(ArticleNamed):
    """The text of an article, or a part of it, letter for letter."""

    text: str = Field(description="The text between the two offsets.")
    start: int = Field(description="The offset of the text's first character in the article.")
    end: int = Field(description="The offset after the text's last character.")
    length: int = Field(description="The number of characters of the whole article.")


class TextFound(ArticleNamed):
    """A piece of an article's text, letter for letter: ``text == article.text[start:end]``."""

    text: str = Field(description="The words of the article.")
    start: int = Field(description="The offset of the first character in the article's text.")
    end: int = Field(description="The offset after the last character.")
    page: int | None = Field(description="The page on which it begins, counted from 1; null if there are no pages.")
    page_label: str | None = Field(description="That page's number as it is printed, or the time in a recording.")


class PassageFound(TextFound):
    """A passage: whole sentences under one heading."""

    heading: str | None = Field(description="The heading above the passage.")
    score: float = Field(description="Higher is better. Scores of different questions cannot be compared.")


class Highlight(_Model):
    """Words of a quote that answer, or that were searched for."""

    text: str = Field(description="The words.")
    start: int = Field(description="The offset of their first character in the article's text.")
    end: int = Field(description="The offset after their last character.")


class QuoteFound(PassageFound):
    """A quote: words of an article that answer a question, or that contain what was searched for."""

    highlights: list[Highlight] = Field(description="The words that answer, in order.")
    paragraph: int = Field(description="The number of the paragraph in which the quote begins, counted from 1.")
    speaker: str | None = Field(description="Who speaks the words, in the article's words.")
    citation: str = Field(description="Speaker, title, author, date and place, in English.")
    also: list[TextFound] = Field(description="Quotes of other articles that say the same in nearly the same words.")
    more: int = Field(description="The number of items that follow in the article if the quote is a part of a list.")


class DisagreementFound(_Model):
    """Quotes from different articles that answer differently."""

    topic: str = Field(description="What they disagree about.")
    quotes: list[QuoteFound] = Field(description="The quotes, with the words that differ highlighted.")


class AnswerFound(_Model):
    """The answer to a question. If ``found`` is false, the quotes are the nearest sentences and do not answer."""

    question: str = Field(description="The question as it was asked.")
    searched_for: str = Field(description="The question as it was understood: typos corrected, a follow-up completed.")
    found: bool = Field(description="Whether the articles answer the question.")
    confidence: float = Field(ge=0, le=1, description="The estimated probability that the quotes hold an answer.")
    quotes: list[QuoteFound] = Field(description="The quotes, best first.")
    disagreements: list[DisagreementFound] = Field(description="Quotes that contradict each other.")
    did_you_mean: str | None = Field(description="The question with similar names that the articles do contain.")
    remark: str | None = Field(
        description="A reply to a greeting, or what the citations say, such as who is the author."
    )
    why: list[str] = Field(description="Reasons for the answer, a sentence each.")
    has_headline: bool = Field(description="Whether the first highlight is certainly what was asked for.")


class ArticleMatched(ArticleNamed):
    """An article that contains what was searched for."""

    passages: list[QuoteFound] = Field(description="Its passages with the words, in the order of the text.")


class SearchFound(_Model):
    """Passages that contain some words, article by article, best article first."""

    total: int = Field(description="The number of matching passages. At most 500 are returned.")
    articles: list[ArticleMatched] = Field(description="The articles, each with its passages.")


class PageImage(ArticleNamed):
    """A page of an article's file as a picture."""

    page: int = Field(description="The page, counted from 1.")
    page_label: str = Field(description="The page's number as it is printed.")
    marked: bool = Field(description="Whether the words are marked. They are not if their place is not certain.")
    png: Base64Bytes = Field(description="The picture, a PNG, in base64.")


class QuotePlace(TextFound):
    """A place where a sentence occurs."""

    file: FileNow = Field(description="Whether the article's file is the one that was read, was changed, or is gone.")


class QuoteDifference(_Model):
    """A place where a sentence differs from the nearest one."""

    kind: Literal["replaced", "missing", "added"] = Field(
        description="Whether the words given are others than the article's, miss words of it, or have words more."
    )
    given: str = Field(description="The words of the sentence that was checked.")
    there: str = Field(description="The words of the article.")
    given_start: int = Field(description="The offset of the given words in the sentence that was checked.")
    given_end: int = Field(description="The offset after the given words.")
    start: int = Field(description="The offset of the article's words in its text.")
    end: int = Field(description="The offset after the article's words.")


class NearestFound(TextFound):
    """The most similar sentence of the articles."""

    similarity: float = Field(ge=0, le=1, description="The share of letters that are the same.")
    differences: list[QuoteDifference] = Field(description="Where the two differ, in order.")


class QuoteChecked(_Model):
    """Whether a sentence is in the articles, letter for letter."""

    sentence: str = Field(description="The sentence that was checked.")
    verbatim: bool = Field(description="Whether it is in the articles letter for letter.")
    total: int = Field(description="The number of places where it occurs.")
    places: list[QuotePlace] = Field(
        description="The first 100 places. If the sentence is not verbatim, they are those where only white space, "
        "quotation marks or dashes differ."
    )
    nearest: NearestFound | None = Field(
        description="If the sentence is not verbatim, the most similar one; null if no sentence is similar."
    )


class LibraryStatus(_Model):
    """What the library holds."""

    articles: int = Field(description="The number of articles.")
    passages: int = Field(description="The number of passages.")
    model: str = Field(description="The name of the embedding model.")
    generation: int = Field(description="The number of changes so far. It grows with every change.")
    bytes: int = Field(description="The size of the library, in bytes.")
    version: str = Field(description="The version of Quoth.")


class FileRejected(_Model):
    """A file that was not added, and why."""

    source: str = Field(description="The file.")
    reason: str = Field(description="Why it was not added.")


class ChangesMade(_Model):
    """What adding or removing did. Articles and files are named by their sources."""

    added: list[str] = Field(description="New articles.")
    changed: list[str] = Field(description="Articles whose files had changed.")
    unchanged: list[str] = Field(description="Articles that the library holds already, as they are.")
    removed: list[str] = Field(description="Articles that were removed.")
    moved: list[str] = Field(description="Articles whose files are stored elsewhere now.")
    missing: list[str] = Field(description="Files that have disappeared, but whose articles are kept.")
    rejected: list[FileRejected] = Field(description="Files that could not be added, with the reasons.")
    ignored: list[FileRejected] = Field(description="Files of given folders that are not articles, with the reasons.")
    embedded: int = Field(description="The number of passages that went through the model.")
