"""The library's records as the results that programs get."""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from collections.abc import Sequence
from typing import TypedDict

from quoth.index.records import Article, Changes, Hit, Span
from quoth.qa.nearest import Nearest
from quoth.qa.records import Answer, Quote
from quoth.qa.verify import Verified
from quoth.ui.citations import title_of
from quoth.ui.page.source import Sheet

from .schemas import (
    AnswerFound,
    ArticleInfo,
    ArticleMatched,
    ArticleText,
    ChangesMade,
    DisagreementFound,
    FileRejected,
    Highlight,
    NearestFound,
    PageImage,
    PassageFound,
    QuoteDifference,
    QuoteFound,
    QuotePlace,
    TextFound,
)


class _Named(TypedDict):
    article: int
    source: str
    title: str
    author: str | None
    published: dt.date | None
    language: str | None
    url: str | None
    tags: list[str]
    collection: str | None


class _Text(_Named):
    text: str
    start: int
    end: int
    page: int | None
    page_label: str | None


def answer_found(answer: Answer) -> AnswerFound:
    return AnswerFound(
        question=answer.question, searched_for=answer.searched_for, found=answer.found, confidence=answer.confidence,
        quotes=[*map(quote_found, answer.quotes)],
        disagreements=[
            DisagreementFound(topic=each.topic, quotes=[*map(quote_found, each.quotes)])
            for each in answer.disagreements
        ],
        did_you_mean=answer.did_you_mean, remark=answer.remark, why=[*answer.why], has_headline=answer.has_headline,
    )  # fmt: skip


def quote_found(quote: Quote) -> QuoteFound:
    text = quote.article.text
    return QuoteFound(
        **_text(quote.article, (quote.start, quote.end)), heading=quote.passage.heading, score=quote.score,
        highlights=[Highlight(text=text[a:b], start=a, end=b) for a, b in quote.highlights], paragraph=quote.paragraph,
        speaker=quote.speaker, citation=quote.citation,
        also=[TextFound(**_text(other.article, (other.start, other.end))) for other in quote.also], more=quote.more,
    )  # fmt: skip


def passage_found(hit: Hit) -> PassageFound:
    passage = hit.passage
    return PassageFound(**_text(hit.article, (passage.start, passage.end)), heading=passage.heading, score=hit.score)


def article_matched(quotes: Sequence[Quote]) -> ArticleMatched:
    """Return an article from the quotes of its passages that match; at least one."""
    return ArticleMatched(**_named(quotes[0].article), passages=[*map(quote_found, quotes)])


def article_info(article: Article) -> ArticleInfo:
    return ArticleInfo(
        **_named(article), characters=len(article.text), pages=len(article.pages),
        added=article.added,
        copy_of=article.copy_of,
    )  # fmt: skip


def article_text(article: Article, start: int, end: int) -> ArticleText:
    """Return a part of an article's text.

    :param start: from 0 to ``end``.
    :param end: at most the length of the text.
    """
    return ArticleText(
        **_named(article), text=article.text[start:end], start=start, end=end, length=len(article.text),
        reference=dict(article.reference),
    )  # fmt: skip


def page_image(article: Article, sheet: Sheet) -> PageImage:
    return PageImage(
        **_named(article), page=sheet.number + 1, page_label=article.pages[sheet.number].label,
        marked=bool(sheet.marks), png=b64encode(sheet.png(marked=True)),
    )  # fmt: skip


def quote_place(place: Verified) -> QuotePlace:
    """Return a place of a sentence that occurs in an article."""
    assert place.article is not None
    return QuotePlace(**_text(place.article, (place.start, place.end)), file=place.file)


def nearest_found(nearest: Nearest) -> NearestFound:
    start, end = nearest.part
    return NearestFound(
        **_text(nearest.article, (nearest.start, nearest.end)), part_start=start, part_end=end,
        similarity=nearest.similarity,
        differences=[
            QuoteDifference(
                kind=each.kind, given=each.given, there=each.there, given_start=each.given_span[0],
                given_end=each.given_span[1], start=each.there_span[0], end=each.there_span[1],
            )
            for each in nearest.differences
        ],
    )  # fmt: skip


def changes_made(changes: Changes) -> ChangesMade:
    return ChangesMade(
        added=[*changes.added], changed=[*changes.changed], unchanged=[*changes.unchanged],
        removed=[*changes.removed], moved=[*changes.moved], missing=[*changes.missing],
        rejected=[FileRejected(source=each.source, reason=each.reason) for each in changes.rejected],
        ignored=[
            FileRejected(source=source, reason=reason)
            for source, reason in zip(changes.ignored, changes.why_ignored, strict=True)
        ],
        embedded=changes.embedded,
    )  # fmt: skip


def _named(article: Article) -> _Named:
    return {
        "article": article.id, "source": article.source, "title": title_of(article), "author": article.author,
        "published": article.published, "language": article.language, "url": article.url, "tags": [*article.tags],
        "collection": article.collection,
    }  # fmt: skip


def _text(article: Article, span: Span) -> _Text:
    page = article.page_at(span[0])
    return {
        **_named(article), "text": article.text[slice(*span)], "start": span[0], "end": span[1],
        "page": None if page is None else page + 1,
        "page_label": None if page is None else article.pages[page].label,
    }  # fmt: skip
