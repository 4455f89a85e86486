"""Quoth as a retriever of LangChain (docs/retrievers.md).

from quoth.langchain import QuothRetriever

QuothRetriever(library="my-library", k=5).invoke("How long is the truce?")
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

try:
    from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
except ImportError as error:
    raise ImportError(
        "quoth.langchain needs the package langchain-core. Install it with `pip install 'quoth[langchain]'`."
    ) from error
from pydantic import Field, field_serializer, field_validator

from .qa.filters import Filter
from .qa.metadata import filter_from, id_of, metadata_of
from .qa.opening import LibraryLike, name_of
from .qa.retrieve import retrieve

__all__ = ["QuothRetriever"]


class QuothRetriever(BaseRetriever):
    """The passages of a library that fit a question best, best first.

    ``page_content == article.text[metadata["start"]:metadata["end"]]``. The score is ``metadata["score"]``. ``k`` and
    ``filter`` may also be given to ``invoke`` and ``ainvoke``.
    """

    library: LibraryLike = Field(default=None, repr=False)  # an address may hold a password
    """A Library, its folder or address, or None for ``$QUOTH_LIBRARY``, else ``./.quoth``."""
    k: int = Field(default=5, ge=1)
    """Maximum number of documents."""
    filter: Filter | None = None
    """A Filter, or a mapping of its fields: ``{"author": "lee", "since": "2025-01-01"}``."""

    @field_validator("filter", mode="before")
    @classmethod
    def _filter(cls, given: Filter | Mapping[str, Any] | None) -> Filter | None:
        return None if given is None else filter_from(given)

    @field_serializer("library")
    def _library(self, library: LibraryLike) -> str | None:
        return name_of(library)

    @field_serializer("filter")
    def _filter_fields(self, given: Filter | None) -> dict[str, Any] | None:
        return given.to_dict() if given else None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun | None = None, k: int | None = None,
        filter: Filter | Mapping[str, Any] | None = None,
    ) -> list[Document]:  # fmt: skip
        where = filter_from(self.filter if filter is None else filter)
        hits = retrieve(query, self.k if k is None else k, library=self.library, where=where)
        return [
            Document(id=id_of(hit), page_content=hit.passage.text, metadata={**metadata_of(hit), "score": hit.score})
            for hit in hits
        ]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun | None = None, k: int | None = None,
        filter: Filter | Mapping[str, Any] | None = None,
    ) -> list[Document]:  # fmt: skip
        return await asyncio.to_thread(self._get_relevant_documents, query, k=k, filter=filter)
