"""Questions that an article's citation answers: who wrote it, and when it was published."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quoth.index.records import Article, Span
from quoth.index.text.analysis import stems
from quoth.qa.question.understand import Question
from quoth.qa.records import Quote

from .quotes import Evidence

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
"""How much of what the question names an article's title must have, by idf."""
HEAD = 2_000
"""Characters from the beginning in which a byline stands."""


def asks_of_citation(question: str) -> str | None:
    """ "author" or "published", if that of an article is asked for; English only."""
    return "author" if _WROTE.search(question) else "published" if _PUBLISHED.search(question) else None


def from_citation(question: Question, sentences: Sequence[Evidence]) -> tuple[str, tuple[Quote, ...]] | None:
    """What the citation says, and the byline as a quote if it stands in the text; None where it says nothing."""
    asked = asks_of_citation(question.own)
    article = _meant(question, sentences) if asked else None
    if article is None:
        return None
    if asked == "author" and article.author:
        return (
            f"The citation names {article.author} as the author of “{article.title or article.source}”.",
            _byline(article, article.author, sentences),
        )
    if asked == "published" and article.published:
        day = f"{article.published.day} {article.published:%B %Y}"
        return f"The citation gives {day} as the date of “{article.title or article.source}”.", ()
    return None


def _meant(question: Question, sentences: Sequence[Evidence]) -> Article | None:
    """The article whose title the question names; else that which the conversation is about,
    or the only one there is."""
    articles = {f.ranked.candidate.article.id: f.ranked.candidate.article for f in sentences}
    named = {stem: idf for stem, idf in question.idf.items() if stem not in _NAMELESS}
    if not named:
        spoken = max(question.topics, key=lambda source: question.topics[source], default=None)
        return next((a for a in articles.values() if a.source == spoken or len(articles) == 1), None)

    def shared(article: Article) -> float:
        return sum(idf for stem, idf in named.items() if stem in stems(article.title or ""))

    best = max(articles.values(), key=shared, default=None)
    return best if best and shared(best) >= NAMED * sum(named.values()) else None


def _byline(article: Article, author: str, sentences: Sequence[Evidence]) -> tuple[Quote, ...]:
    start = article.text.find(author, 0, HEAD)
    if start < 0:
        return ()
    line: Span = (
        article.text.rfind("\n", 0, start) + 1,
        (article.text.find("\n", start) + 1 or len(article.text) + 1) - 1,
    )
    passage = next(f.ranked.candidate.stored.passage for f in sentences if f.ranked.candidate.article.id == article.id)
    return (Quote(article.text[slice(*line)], *line, article, passage, 0.0, ((start, start + len(author)),)),)
