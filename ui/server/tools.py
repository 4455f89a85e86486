"""What programs and assistants can do with a library. Every tool returns JSON in a string.

Gradio's API and MCP show the signatures and docstrings to the caller.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from quoth.index.library import Library
from quoth.index.records import Article
from quoth.qa.ask import ask as ask_library
from quoth.qa.find import find
from quoth.qa.records import Answer, Quote
from quoth.qa.retrieve import retrieve as retrieve_passages
from quoth.ui.citations import day, title_of
from quoth.ui.page.source import sheet_of

MAX_CHARS = 20_000
"""Maximum number of characters of an article that ``article`` returns."""
MAX_PASSAGES = 50
"""Maximum number of passages that ``retrieve`` returns."""


class Tools:
    """The tools of one library."""

    def __init__(self, library: Library, min_confidence: float, cross_encoder: str | None) -> None:
        self._library = library
        self._min_confidence = min_confidence
        self._cross_encoder = cross_encoder

    def ask(self, question: str) -> str:
        """Answer a question with verbatim quotes from the articles. If found is false, the quotes are not an answer.

        Args:
            question: A question in a sentence, or keywords. It must not refer to earlier questions.
        """
        answer = ask_library(
            question, library=self._library, min_confidence=self._min_confidence, cross_encoder=self._cross_encoder
        )
        return _json(_answer(answer))

    def retrieve(self, question: str, k: int = 5) -> str:
        """Return the passages that fit a question best, best first. Each is verbatim, with its article and offsets.

        Args:
            question: A question or keywords.
            k: Number of passages, from 1 to 50.
        """
        hits = retrieve_passages(question, min(max(int(k), 1), MAX_PASSAGES), library=self._library)
        return _json([
            {
                "text": h.passage.text, "start": h.passage.start, "end": h.passage.end, "heading": h.passage.heading,
                **_article(h.article),
            }
            for h in hits
        ])  # fmt: skip

    def search(self, text: str) -> str:
        """Return every passage that contains some words, article by article, best article first.

        The total counts all passages; the best 500 are returned.

        Args:
            text: Words, in any form and order; in quotation marks, exactly as written.
        """
        matches = find(text, library=self._library)
        return _json({
            "total": matches.total,
            "articles": [
                {**_article(quotes[0].article), "passages": [_passage(quote) for quote in quotes]}
                for quotes in matches.by_article
            ],
        })  # fmt: skip

    def article(self, source: str, start: int = 0, end: int = MAX_CHARS) -> str:
        """Return an article's text between two offsets, at most 20,000 characters.

        Args:
            source: The article's source, as ask, retrieve and search return it.
            start: Offset of the first character, from 0.
            end: Offset after the last character.
        """
        article = self._library.article_from(source)
        if article is None:
            return _json({
                "error": f"The library holds no article from {source!r}; ask, retrieve and search name the sources."
            })  # fmt: skip
        start = min(max(int(start), 0), len(article.text))
        end = min(max(int(end), start), start + MAX_CHARS, len(article.text))
        return _json({
            "text": article.text[start:end], "start": start, "end": end, "length": len(article.text),
            **_article(article),
        })  # fmt: skip

    def page(self, source: str, start: int, end: int) -> str:
        """Return the page that holds a quote, with the quote marked, as a PNG in base64. Only for articles with pages.

        Args:
            source: The article's source, as ask, retrieve and search return it.
            start: Offset of the quote's first character.
            end: Offset after the quote's last character.
        """
        article = self._library.article_from(source)
        span = (int(start), int(end))
        sheet = sheet_of(self._library, article, span) if article else None
        if article is None or sheet is None:
            return _json({
                "error": f"No page of {source!r} can be shown: it has no pages, or its file is gone or has changed."
            })  # fmt: skip
        return _json({
            "page": article.pages[sheet.number].label, "marked": sheet.marks is not None,
            "png": b64encode(sheet.png(marked=True)).decode(), **_article(article),
        })  # fmt: skip


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question, "searched_for": answer.searched_for, "found": answer.found,
        "confidence": round(answer.confidence, 3), "remark": answer.remark, "did_you_mean": answer.did_you_mean,
        "quotes": [_quote(q) for q in answer.quotes], "has_headline": answer.has_headline,
        "disagreements": [{"topic": d.topic, "quotes": [_quote(q) for q in d.quotes]} for d in answer.disagreements],
    }  # fmt: skip


def _quote(quote: Quote) -> dict[str, Any]:
    return {**_passage(quote), **_article(quote.article), "also": [_article(other.article) for other in quote.also]}


def _passage(quote: Quote) -> dict[str, Any]:
    return {
        "text": quote.text, "start": quote.start, "end": quote.end,
        "highlights": [quote.article.text[a:b] for a, b in quote.highlights],
        "page": None if (page := quote.article.page_at(quote.start)) is None else quote.article.pages[page].label,
    }  # fmt: skip


def _article(article: Article) -> dict[str, Any]:
    return {
        "source": article.source, "title": title_of(article), "author": article.author,
        "published": day(article.published) or None,
    }  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
