"""Answers from an article's metadata: who wrote it, and when it was published."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quoth.index.records import Article, Span, english_date
from quoth.index.text.analysis import stems
from quoth.qa.question.understand import Question
from quoth.qa.ranking.evidence import Evidence
from quoth.qa.records import Answer, Quote

_OF_ARTICLE = r"(?:article|piece|story|column|post|page|item|text)s?\b|[“\"‘]"
_WROTE = re.compile(
    rf"\bwho\s+(?:wrote|authored|penned|(?:is|was)\s+the\s+(?:author|writer)\s+of)\b.*?(?:{_OF_ARTICLE})"
    rf"|\bby\s+whom\s+(?:is|was)\b.*?(?:{_OF_ARTICLE}).*\bwritten\b"
    rf"|\b(?:author|writer)\s+of\b.*?(?:{_OF_ARTICLE})",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    rf"\b(?:when|what\s+(?:day|date)|which\s+day)\b.*?(?:{_OF_ARTICLE}).*\b(?:published|written|posted|printed"
    rf"|appear)\b|\bwhen\s+did\b.*?(?:{_OF_ARTICLE}).*\bappear\b",
    re.IGNORECASE,
)
_NAMELESS = frozenset(
    stems(
        "who wrote authored author writer article piece story column post page item text published written posted "
        "printed date day appear"
    )
)
NAMED = 0.5
"""Minimum share of the question's stems, by idf, that the title of the article it is about has."""
HEAD = 2_000
"""Number of characters from the article's start in which a byline is looked for."""


def asks_of_citation(question: str) -> str | None:
    """What of an article's metadata is asked for: "author", "published", or None; English only."""
    return "author" if _WROTE.search(question) else "published" if _PUBLISHED.search(question) else None


def from_citation(question: Question, evidence: Sequence[Evidence]) -> Answer | None:
    """The answer that an article's metadata gives, with the byline as a quote if the text has one; None if the question
    asks for something else or the metadata does not have it."""
    asked = asks_of_citation(question.own)
    article = _article_asked_of(question, evidence) if asked else None
    if article is None:
        return None
    name = f"“{article.title or article.source}”"
    if asked == "author" and article.author:
        remark = f"The citation names {article.author} as the author of {name}."
        quotes = _byline(article, article.author, evidence)
    elif asked == "published" and article.published:
        remark = f"The citation gives {english_date(article.published)} as the date of {name}."
        quotes = ()
    else:
        return None
    return Answer(
        question.typed, question.searched_for, True, 1.0, quotes, did_you_mean=question.did_you_mean, remark=remark,
        has_headline=bool(quotes),
    )  # fmt: skip


def _article_asked_of(question: Question, evidence: Sequence[Evidence]) -> Article | None:
    """The article whose title the question names; else the one that the conversation is about, or the only one."""
    articles = {e.article.id: e.article for e in evidence}
    named = {stem: idf for stem, idf in question.idf.items() if stem not in _NAMELESS}
    if not named:
        topic = max(question.topics, key=lambda source: question.topics[source].odds, default=None)
        return next((a for a in articles.values() if a.source == topic or len(articles) == 1), None)

    def shared(article: Article) -> float:
        return sum(idf for stem, idf in named.items() if stem in stems(article.title or ""))

    best = max(articles.values(), key=shared, default=None)
    return best if best and shared(best) >= NAMED * sum(named.values()) else None


def _byline(article: Article, author: str, evidence: Sequence[Evidence]) -> tuple[Quote, ...]:
    """The line with the author's name, if the start of the text has one."""
    start = article.text.find(author, 0, HEAD)
    if start < 0:
        return ()
    line: Span = (
        article.text.rfind("\n", 0, start) + 1,
        (article.text.find("\n", start) + 1 or len(article.text) + 1) - 1,
    )
    passage = next(e.passage for e in evidence if e.article.id == article.id)
    return (Quote(article.text[slice(*line)], *line, article, passage, 0.0, ((start, start + len(author)),)),)
