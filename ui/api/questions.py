"""The routes that read without naming an article: ask, retrieve, search, verify, status."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from quoth.ui.programs.operations import Operations
from quoth.ui.programs.schemas import AnswerFound, LibraryStatus, PassageFound, QuoteChecked, SearchFound

from .parameters import Asked, Retrieved, Searched, Sentence
from .problems import documented

_SEARCHING = documented("no-articles", "invalid-request", "bad-question", "library-busy", "model-unavailable")


def routes(operations: Operations) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["questions"])

    @router.post("/ask", responses=_SEARCHING, summary="Answer a question")
    def ask(asked: Asked) -> AnswerFound:
        """Answer a question with verbatim quotes. If `found` is false, the quotes are the nearest sentences and do not
        answer it.
        """
        return operations.ask(
            asked.question, where=asked.where(), earlier=asked.earlier, min_confidence=asked.min_confidence
        )

    @router.get("/retrieve", responses=_SEARCHING, summary="Find the best passages")
    def retrieve(sent: Annotated[Retrieved, Query()]) -> list[PassageFound]:
        """Return the passages that fit a question best, best first. They need not answer it."""
        return operations.retrieve(sent.question, sent.k, where=sent.where())

    @router.get("/search", responses=_SEARCHING, summary="Find words")
    def search(sent: Annotated[Searched, Query()]) -> SearchFound:
        """Return every passage that contains all the words, article by article, best article first."""
        return operations.search(sent.text, where=sent.where())

    @router.post(
        "/verify", responses=documented("invalid-request", "bad-question", "library-busy", "model-unavailable"),
        summary="Check a quote",
    )  # fmt: skip
    def verify(sent: Sentence) -> QuoteChecked:
        """Say whether a sentence is in the articles, letter for letter. If not, return the most similar one, and where
        the two differ.
        """
        return operations.verify(sent.sentence)

    @router.get("/status", responses=documented("library-busy"), summary="Describe the library")
    def status() -> LibraryStatus:
        """Return how much the library holds."""
        return operations.status()

    return router
