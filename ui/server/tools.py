"""What programs and assistants can do with a library: ask it, search it, open an article. Answers are JSON in strings.

The signatures and docstrings are what Gradio's API and MCP show of them.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from quoth.index.library import Library
from quoth.index.records import Article
from quoth.qa.ask import ask as ask_library
from quoth.qa.records import Answer, Quote
from quoth.qa.retrieve import retrieve
from quoth.ui.citations import day, title_of
from quoth.ui.page.source import sheet_of

MAX_CHARS = 20_000
"""Of an article, at once."""


class Tools:
    """The tools over one library."""

    def __init__(self, library: Library, min_confidence: float, cross_encoder: str | None) -> None:
        self._library = library
        self._min_confidence = min_confidence
        self._cross_encoder = cross_encoder

    def ask(self, question: str) -> str:
        """Answer a question in the articles' own words. Quotes are verbatim; when found is false they are no answer.

        Args:
            question: A question in a sentence, or keywords. It must stand alone.
        """
        answer = ask_library(
            question, library=self._library, min_confidence=self._min_confidence, cross_encoder=self._cross_encoder
        )
        return _json(_answer(answer))

    def search(self, question: str, k: int = 5) -> str:
        """The passages that fit a question best, best first, verbatim, each with its article and place.

        Args:
            question: A question or keywords.
            k: How many passages, from 1 to 50.
        """
        hits = retrieve(question, min(max(int(k), 1), 50), library=self._library)
        return _json([
            {
                "text": h.passage.text, "start": h.passage.start, "end": h.passage.end, "heading": h.passage.heading,
                **_article(h.article),
            }
            for h in hits
        ])  # fmt: skip

    def article(self, source: str, start: int = 0, end: int = MAX_CHARS) -> str:
        """An article's own text between two places, at most 20,000 characters of it.

        Args:
            source: The article's source, as ask and search give it.
            start: The first character, from 0.
            end: The character after the last.
        """
        found = self._library.article_from(source)
        if found is None:
            return _json({"error": f"The library holds no article from {source!r}; ask and search name the sources."})
        start = min(max(int(start), 0), len(found.text))
        end = min(max(int(end), start), start + MAX_CHARS, len(found.text))
        return _json({
            "text": found.text[start:end], "start": start, "end": end, "length": len(found.text), **_article(found),
        })  # fmt: skip

    def page(self, source: str, start: int, end: int) -> str:
        """The page of an article's file on which a quote stands, as a PNG in base64 with the quote marked;
        of articles with pages.

        Args:
            source: The article's source, as ask and search give it.
            start: The quote's first character.
            end: The character after its last.
        """
        found = self._library.article_from(source)
        span = (int(start), int(end))
        sheet = sheet_of(self._library, found, span) if found else None
        if found is None or sheet is None:
            return _json({
                "error": f"There is no page to show of {source!r}: it has none, or its file is gone or has changed."
            })  # fmt: skip
        return _json({
            "page": found.pages[sheet.number].label, "marked": sheet.marks is not None,
            "png": b64encode(sheet.png(marked=True)).decode(), **_article(found),
        })  # fmt: skip


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question, "searched_for": answer.searched_for, "found": answer.found,
        "confidence": round(answer.confidence, 3), "remark": answer.remark, "did_you_mean": answer.did_you_mean,
        "quotes": [_quote(q) for q in answer.quotes],
        "disagreements": [{"topic": d.topic, "quotes": [_quote(q) for q in d.quotes]} for d in answer.disagreements],
    }  # fmt: skip


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "text": quote.text, "start": quote.start, "end": quote.end,
        "highlights": [quote.article.text[a:b] for a, b in quote.highlights],
        "page": None if (page := quote.article.page_at(quote.start)) is None else quote.article.pages[page].label,
        **_article(quote.article), "also": [_article(other.article) for other in quote.also],
    }  # fmt: skip


def _article(article: Article) -> dict[str, Any]:
    return {
        "source": article.source, "title": title_of(article), "author": article.author,
        "published": day(article.published) or None,
    }  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
