"""Markdown articles as they are read for a question, and the answer's quotes as they stand in the article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from quoth.index.reading.layout.markup import is_markdown, unread, without_struck
from quoth.index.records import Article, Span
from quoth.index.search.snapshot import Candidate

from .records import Answer, Quote


def as_read(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without struck and hidden text, at the same places."""
    copies: dict[int, Article] = {}
    found = []
    for candidate in candidates:
        article, passage = candidate.article, candidate.stored.passage
        if not is_markdown(article.source):
            found.append(candidate)
            continue
        if article.id not in copies:
            text = _without_struck(article.text)
            copies[article.id] = article if text == article.text else replace(article, text=text)
        copy = copies[article.id]
        if copy is article or copy.text[passage.start : passage.end] == passage.text:
            found.append(replace(candidate, article=copy))
            continue
        words = copy.text[passage.start : passage.end]
        stored = replace(candidate.stored, passage=replace(passage, text=words))
        found.append(replace(candidate, article=copy, stored=stored))
    return found


def as_written(answer: Answer, candidates: Sequence[Candidate]) -> Answer:
    """The answer with its quotes as they stand in their articles; those of struck text alone are left out.

    :param candidates: as they were before ``as_read``.
    """
    articles = {c.article.id: c.article for c in candidates if is_markdown(c.article.source)}
    if not articles:
        return answer
    differing = tuple(
        replace(each, quotes=tuple(_restored(each.quotes, articles))) for each in answer.disagreements
    )  # fmt: skip
    return replace(answer, quotes=tuple(_restored(answer.quotes, articles)), disagreements=differing)


@lru_cache(64)
def _without_struck(text: str) -> str:
    return without_struck(text)


def _restored(quotes: Iterable[Quote], articles: Mapping[int, Article]) -> Iterator[Quote]:
    for quote in quotes:
        if not any(c.isalnum() for c in quote.text):
            continue
        also = tuple(_restored(quote.also, articles))
        article = articles.get(quote.article.id)
        if article is None or article.text == quote.article.text:
            yield replace(quote, also=also) if also != quote.also else quote
            continue
        passage = replace(quote.passage, text=article.text[quote.passage.start : quote.passage.end])
        marks = tuple(part for mark in quote.highlights for part in _without(mark, unread(article.text), article.text))
        start = quote.start + len(quote.text) - len(quote.text.lstrip())
        end = start + len(quote.text.strip())
        yield replace(
            quote, text=article.text[start:end], start=start, end=end, article=article, passage=passage,
            highlights=marks, also=also,
        )  # fmt: skip


def _without(mark: Span, spans: Sequence[Span], text: str) -> Iterator[Span]:
    """The parts of a mark outside some spans, without white space at their ends."""
    at = mark[0]
    for start, end in (*(s for s in spans if s[0] < mark[1] and mark[0] < s[1]), (mark[1], mark[1])):
        words = text[at:start]
        if words.strip():
            first = at + len(words) - len(words.lstrip())
            yield first, first + len(words.strip())
        at = max(at, end)
