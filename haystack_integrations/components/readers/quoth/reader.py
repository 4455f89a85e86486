"""Quotes of documents as extracted answers of Haystack. Annotations are not postponed; see the retriever."""

import asyncio
from collections.abc import Sequence
from typing import Any

from quoth.qa.answer.confidence import FOUND
from quoth.qa.quote import PassageQuote, Quotes, quote

try:
    from haystack import Document, ExtractedAnswer, component
except ImportError as error:
    raise ImportError(
        "QuothReader needs the package haystack-ai. Install it with `pip install 'quoth[haystack]'`."
    ) from error


@component
class QuothReader:
    """The sentences that answer, word for word, from the documents of any retriever; see ``quoth.quote``."""

    def __init__(self, model: str | None = None, min_confidence: float = FOUND) -> None:
        """
        :param model: an embedding model by name or folder; by default all-MiniLM-L6-v2.
        :param min_confidence: minimum confidence, from 0 to 1, of an answer that counts as found.
        """
        self.model = model
        self.min_confidence = min_confidence

    def warm_up(self) -> None:
        """Load the models, so that the first question need not wait for them."""
        quote("What is ready?", ["It is ready."], model=self.model)

    @component.output_types(
        answers=list[ExtractedAnswer], nearest=list[ExtractedAnswer], disagreements=list[list[ExtractedAnswer]],
        confidence=float,
    )  # fmt: skip
    def run(self, query: str, documents: list[Document]) -> dict[str, Any]:
        """
        Quote the documents.

        :param query: the question.
        :param documents: those of any retriever; without any, nothing is found.
        :returns: ``answers``, best first, each with its offsets in its document's content; empty if the documents do
            not answer. Then ``nearest`` has their nearest sentences. ``disagreements`` has quotes of different sources
            that answer differently; ``confidence`` is from 0 to 1.
        """
        if not any((document.content or "").strip() for document in documents):
            return {"answers": [], "nearest": [], "disagreements": [], "confidence": 0.0}
        found = quote(query, documents, model=self.model, min_confidence=self.min_confidence)
        answers = _answers(found, found.quotes, documents)
        return {
            "answers": answers if found.found else [], "nearest": [] if found.found else answers,
            "disagreements": [_answers(found, quotes, documents) for quotes in found.disagreements],
            "confidence": found.confidence,
        }  # fmt: skip

    @component.output_types(
        answers=list[ExtractedAnswer], nearest=list[ExtractedAnswer], disagreements=list[list[ExtractedAnswer]],
        confidence=float,
    )  # fmt: skip
    async def run_async(self, query: str, documents: list[Document]) -> dict[str, Any]:
        """Quote the documents, as ``run`` does, while the event loop goes on."""
        return await asyncio.to_thread(self.run, query, documents)


def _answers(found: Quotes, quotes: Sequence[PassageQuote], documents: Sequence[Document]) -> list[ExtractedAnswer]:
    """Quotes as Haystack has them; ``meta`` holds their marks, citation and speaker."""
    return [
        ExtractedAnswer(
            query=found.question, score=found.confidence, data=each.text, document=documents[each.index],
            context=documents[each.index].content, document_offset=ExtractedAnswer.Span(each.start, each.end),
            context_offset=ExtractedAnswer.Span(each.start, each.end),
            meta={"highlights": [list(span) for span in each.highlights], "citation": each.citation,
                  "speaker": each.speaker},
        ) for each in quotes
    ]  # fmt: skip
