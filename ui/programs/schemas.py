"""The results that programs get. The HTTP API and MCP make their schemas from these models.

Offsets count characters of an article's text, from 0; the end is excluded. Whatever quotes an article names it with its
id and source, so that a program can check ``text == article.text[start:end]``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from quoth.index.sync.compare import FileNow


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class ArticleNamed(_Model):
    """Which article something is from, and what is known of it."""

    article: int = Field(description="The article's id. A changed article gets a new id.", examples=[1])
    source: str = Field(
        description="Where the article is from: a path, as it was added; path#name for one of several.",
        examples=["articles/ferry.md"],
    )
    title: str = Field(description="The article's title, or its file's name if it has none.", examples=["The ferry"])
    author: str | None = Field(description="The author's name.", examples=["Ann Lee"])
    published: dt.date | None = Field(description="The day of publication.", examples=["2025-05-03"])
    language: str | None = Field(description="The language of the text, an ISO 639-1 code.", examples=["en"])
    url: str | None = Field(description="The article's address on the web, if its file states one.", examples=[None])
    tags: list[str] = Field(description="Its tags. One tag in another is written a/b.", examples=[[]])
    collection: str | None = Field(
        description="The group that it is in: a collection of Zotero, a mailbox, a feed, a site.", examples=[None]
    )


class ArticleInfo(ArticleNamed):
    """An article in the list of articles."""

    characters: int = Field(description="The number of characters of the text.", examples=[113])
    pages: int = Field(description="The number of pages; 0 if the format has none.", examples=[0])
    added: dt.datetime = Field(description="When the article was added, in UTC.", examples=["2025-05-04T09:30:00Z"])
    copy_of: int | None = Field(
        description="For a near-duplicate, the id of the first article of its group.", examples=[None]
    )


class ArticlesListed(_Model):
    """A part of the list of articles, in the order in which they were added."""

    total: int = Field(description="The number of all articles.", examples=[1])
    articles: list[ArticleInfo] = Field(description="The articles of this part.")
    next: int | None = Field(
        description="The number of articles to skip for the next part; null if this is the last.", examples=[None]
    )


class ArticleText(ArticleNamed):
    """The text of an article, or a part of it, letter for letter."""

    text: str = Field(description="The text between the two offsets.", examples=["The crossing takes fifty minutes."])
    start: int = Field(description="The offset of the text's first character in the article.", examples=[79])
    end: int = Field(description="The offset after the text's last character.", examples=[112])
    length: int = Field(description="The number of characters of the whole article.", examples=[113])
    reference: dict[str, Any] = Field(
        description="What is stated for citing it, as an item of CSL-JSON; empty if nothing more than above.",
        examples=[{}],
    )


class TextFound(ArticleNamed):
    """A piece of an article's text, letter for letter: ``text == article.text[start:end]``."""

    text: str = Field(description="The words of the article.", examples=["The crossing takes fifty minutes."])
    start: int = Field(description="The offset of the first character in the article's text.", examples=[79])
    end: int = Field(description="The offset after the last character.", examples=[112])
    page: int | None = Field(
        description="The page on which it begins, counted from 1; null if there are no pages.", examples=[None]
    )
    page_label: str | None = Field(
        description="That page's number as it is printed, or the time in a recording.", examples=[None]
    )


class PassageFound(TextFound):
    """A passage: whole sentences under one heading."""

    heading: str | None = Field(description="The heading above the passage.", examples=[None])
    score: float = Field(
        description="Higher is better. Scores of different questions cannot be compared.", examples=[9.5]
    )


class Highlight(_Model):
    """Words of a quote that answer, or that were searched for."""

    text: str = Field(description="The words.", examples=["fifty minutes"])
    start: int = Field(description="The offset of their first character in the article's text.", examples=[98])
    end: int = Field(description="The offset after their last character.", examples=[111])


class QuoteFound(PassageFound):
    """A quote: words of an article that answer a question, or that contain what was searched for."""

    highlights: list[Highlight] = Field(description="The words that answer, in order.")
    paragraph: int = Field(
        description="The number of the paragraph in which the quote begins, counted from 1.", examples=[2]
    )
    speaker: str | None = Field(description="Who speaks the words, in the article's words.", examples=[None])
    citation: str = Field(
        description="Speaker, title, author, date and place, in English.",
        examples=["The ferry · Ann Lee · 3 May 2025, paragraph 2"],
    )
    also: list[TextFound] = Field(
        description="Quotes of other articles that say the same in nearly the same words.", examples=[[]]
    )
    more: int = Field(
        description="The number of items that follow in the article if the quote is a part of a list.", examples=[0]
    )


class DisagreementFound(_Model):
    """Quotes from different articles that answer differently."""

    topic: str = Field(description="What they disagree about.", examples=["How long the crossing takes"])
    quotes: list[QuoteFound] = Field(description="The quotes, with the words that differ highlighted.")


class AnswerFound(_Model):
    """The answer to a question. If ``found`` is false, the quotes are the nearest sentences and do not answer."""

    question: str = Field(description="The question as it was asked.", examples=["How long does the crossing take?"])
    searched_for: str = Field(
        description="The question as it was understood: typos corrected, a follow-up completed.",
        examples=["How long does the crossing take?"],
    )
    found: bool = Field(description="Whether the articles answer the question.", examples=[True])
    confidence: float = Field(
        ge=0, le=1, description="The estimated probability that the quotes hold an answer.", examples=[0.98]
    )
    quotes: list[QuoteFound] = Field(description="The quotes, best first.")
    disagreements: list[DisagreementFound] = Field(description="Quotes that contradict each other.", examples=[[]])
    did_you_mean: str | None = Field(
        description="The question with similar names that the articles do contain.", examples=[None]
    )
    remark: str | None = Field(
        description="A reply to a greeting, or what the citations say, such as who is the author.", examples=[None]
    )
    why: list[str] = Field(
        description="Reasons for the answer, a sentence each.",
        examples=[["Mark: the question asks for a duration; the likeliest answer is “fifty minutes”."]],
    )
    has_headline: bool = Field(
        description="Whether the first highlight is certainly what was asked for.", examples=[True]
    )


class ArticleMatched(ArticleNamed):
    """An article that contains what was searched for."""

    passages: list[QuoteFound] = Field(description="Its passages with the words, in the order of the text.")


class SearchFound(_Model):
    """Passages that contain some words, article by article, best article first."""

    total: int = Field(description="The number of matching passages. At most 500 are returned.", examples=[1])
    articles: list[ArticleMatched] = Field(description="The articles, each with its passages.")


class PageImage(ArticleNamed):
    """A page of an article's file as a picture."""

    page: int = Field(description="The page, counted from 1.", examples=[1])
    page_label: str = Field(description="The page's number as it is printed.", examples=["1"])
    marked: bool = Field(
        description="Whether the words are marked. They are not if their place is not certain.", examples=[True]
    )
    png: Base64Bytes = Field(description="The picture, a PNG, in base64.", examples=["iVBORw0KGgo="])


class QuotePlace(TextFound):
    """A place where a sentence occurs."""

    file: FileNow = Field(
        description="Whether the article's file is the one that was read, was changed, or is gone.", examples=["same"]
    )


class QuoteDifference(_Model):
    """A place where a sentence differs from the nearest one."""

    kind: Literal["replaced", "missing", "added"] = Field(
        description="Whether the checked words are others than the article's (replaced), lack words of the article "
        "(missing), or have words that the article lacks (added).",
        examples=["replaced"],
    )
    given: str = Field(description="The words of the sentence that was checked.", examples=["sixty"])
    there: str = Field(description="The words of the article.", examples=["fifty"])
    given_start: int = Field(
        description="The offset of the given words in the sentence that was checked.", examples=[19]
    )
    given_end: int = Field(description="The offset after the given words.", examples=[24])
    start: int = Field(description="The offset of the article's words in its text.", examples=[98])
    end: int = Field(description="The offset after the article's words.", examples=[103])


class NearestFound(TextFound):
    """The most similar sentence of the articles, or several that follow each other."""

    part_start: int = Field(
        description="The offset in the article's text at which what stands for the checked words begins. It is "
        "``start``, unless they begin within a sentence.",
        examples=[79],
    )
    part_end: int = Field(description="The offset after that part.", examples=[112])
    similarity: float = Field(
        ge=0, le=1, description="The share of letters that the checked words have in common with that part.",
        examples=[0.94],
    )  # fmt: skip
    differences: list[QuoteDifference] = Field(description="Where the two differ, in order.")


class QuoteChecked(_Model):
    """Whether a sentence is in the articles, letter for letter."""

    sentence: str = Field(description="The sentence that was checked.", examples=["The crossing takes sixty minutes."])
    verbatim: bool = Field(description="Whether it is in the articles letter for letter.", examples=[False])
    total: int = Field(description="The number of places where it occurs.", examples=[0])
    places: list[QuotePlace] = Field(
        description="The first 100 places. If the sentence is not verbatim, they are those where only white space, "
        "quotation marks or dashes differ.",
        examples=[[]],
    )
    nearest: NearestFound | None = Field(
        description="If the sentence is not verbatim, the most similar one; null if no sentence is similar."
    )


class LibraryStatus(_Model):
    """What the library holds."""

    articles: int = Field(description="The number of articles.", examples=[2])
    passages: int = Field(description="The number of passages.", examples=[2])
    model: str = Field(description="The name of the embedding model.", examples=["all-MiniLM-L6-v2"])
    generation: int = Field(description="The number of changes so far. It grows with every change.", examples=[1])
    bytes: int = Field(description="The size of the library, in bytes.", examples=[380354])
    version: str = Field(description="The version of Quoth.", examples=["0.1.0"])


class FileRejected(_Model):
    """A file that was not added, and why."""

    source: str = Field(description="The file.", examples=["articles/empty.txt"])
    reason: str = Field(description="Why it was not added.", examples=["it holds no text"])


class ChangesMade(_Model):
    """What adding or removing did. Articles and files are named by their sources."""

    added: list[str] = Field(description="New articles.", examples=[["articles/ferry.md"]])
    changed: list[str] = Field(description="Articles whose files had changed.", examples=[[]])
    unchanged: list[str] = Field(description="Articles that the library holds already, as they are.", examples=[[]])
    removed: list[str] = Field(description="Articles that were removed.", examples=[[]])
    moved: list[str] = Field(description="Articles whose files are stored elsewhere now.", examples=[[]])
    missing: list[str] = Field(description="Files that have disappeared, but whose articles are kept.", examples=[[]])
    rejected: list[FileRejected] = Field(description="Files that could not be added, with the reasons.", examples=[[]])
    ignored: list[FileRejected] = Field(
        description="Files of given folders that are not articles, with the reasons.", examples=[[]]
    )
    embedded: int = Field(description="The number of passages that went through the model.", examples=[1])
