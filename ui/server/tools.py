"""Gradio's API: what programs can do with a library. Every tool returns JSON in a string.

Gradio shows the signatures and docstrings to the caller.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from quoth.index.library import Library
from quoth.ui.citations import day
from quoth.ui.programs.operations import MAX_CHARS, NoPage, Operations, UnknownArticle
from quoth.ui.programs.schemas import AnswerFound, ArticleNamed, QuoteFound


class Tools:
    """The tools of one library."""

    def __init__(self, library: Library, min_confidence: float, cross_encoder: str | None) -> None:
        self._operations = Operations(library, min_confidence, cross_encoder)

    def ask(self, question: str) -> str:
        """Answer a question with verbatim quotes from the articles. If found is false, the quotes are not an answer.

        Args:
            question: A question in a sentence, or keywords. It must not refer to earlier questions.
        """
        return _json(_answer(self._operations.ask(question)))

    def retrieve(self, question: str, k: int = 5) -> str:
        """Return the passages that fit a question best, best first. Each is verbatim, with its article and offsets.

        Args:
            question: A question or keywords.
            k: Number of passages, from 1 to 50.
        """
        return _json([
            {"text": p.text, "start": p.start, "end": p.end, "heading": p.heading, **_article(p)}
            for p in self._operations.retrieve(question, int(k))
        ])  # fmt: skip

    def search(self, text: str) -> str:
        """Return every passage that contains some words, article by article, best article first.

        The total counts all passages; the best 500 are returned.

        Args:
            text: Words, in any form and order; in quotation marks, exactly as written.
        """
        found = self._operations.search(text)
        return _json({
            "total": found.total,
            "articles": [{**_article(each), "passages": [*map(_passage, each.passages)]} for each in found.articles],
        })  # fmt: skip

    def article(self, source: str, start: int = 0, end: int = MAX_CHARS) -> str:
        """Return an article's text between two offsets, at most 20,000 characters.

        Args:
            source: The article's source, as ask, retrieve and search return it.
            start: Offset of the first character, from 0.
            end: Offset after the last character.
        """
        try:
            part = self._operations.article(source, int(start), int(end))
        except UnknownArticle as error:
            return _json({"error": str(error)})
        return _json({
            "text": part.text, "start": part.start, "end": part.end, "length": part.length, **_article(part),
        })  # fmt: skip

    def page(self, source: str, start: int, end: int) -> str:
        """Return the page that holds a quote, with the quote marked, as a PNG in base64. Only for articles with pages.

        Args:
            source: The article's source, as ask, retrieve and search return it.
            start: Offset of the quote's first character.
            end: Offset after the quote's last character.
        """
        try:
            drawn = self._operations.page(source, int(start), int(end))
        except (UnknownArticle, NoPage):
            return _json({
                "error": f"No page of {source!r} can be shown: it has no pages, or its file is gone or has changed."
            })  # fmt: skip
        return _json({
            "page": drawn.page_label, "marked": drawn.marked, "png": b64encode(drawn.png).decode(), **_article(drawn),
        })  # fmt: skip


def _answer(answer: AnswerFound) -> dict[str, Any]:
    return {
        "question": answer.question, "searched_for": answer.searched_for, "found": answer.found,
        "confidence": round(answer.confidence, 3), "remark": answer.remark, "did_you_mean": answer.did_you_mean,
        "quotes": [_quote(q) for q in answer.quotes], "has_headline": answer.has_headline,
        "disagreements": [{"topic": d.topic, "quotes": [_quote(q) for q in d.quotes]} for d in answer.disagreements],
    }  # fmt: skip


def _quote(quote: QuoteFound) -> dict[str, Any]:
    return {**_passage(quote), **_article(quote), "also": [*map(_article, quote.also)]}


def _passage(quote: QuoteFound) -> dict[str, Any]:
    return {
        "text": quote.text, "start": quote.start, "end": quote.end,
        "highlights": [highlight.text for highlight in quote.highlights], "page": quote.page_label,
    }  # fmt: skip


def _article(article: ArticleNamed) -> dict[str, Any]:
    return {
        "source": article.source, "title": article.title, "author": article.author,
        "published": day(article.published) or None,
    }  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
