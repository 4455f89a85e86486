"""The passages of a library as documents of Haystack.

It is here because Haystack loads pipelines only from packages that it knows, of which this is one. Annotations are not
postponed, because Haystack 2 cannot connect components whose annotations are strings.
"""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from quoth.qa.filters import Filter
from quoth.qa.metadata import filter_from, filter_on, id_of, metadata_of
from quoth.qa.opening import LibraryLike, name_of, open_library
from quoth.qa.retrieve import retrieve

try:
    from haystack import Document, component, default_to_dict
    from haystack.utils.filters import document_matches_filter
except ImportError as error:
    raise ImportError(
        "QuothRetriever needs the package haystack-ai. Install it with `pip install 'quoth[haystack]'`."
    ) from error


@component
class QuothRetriever:
    """The passages of a library that fit a question best, best first.

    ``document.content == article.text[document.meta["start"]:document.meta["end"]]``.
    """

    def __init__(
        self, library: LibraryLike = None, top_k: int = 5, filters: Filter | Mapping[str, Any] | None = None
    ) -> None:
        """
        :param library: a Library, its folder or address, or None for ``$QUOTH_LIBRARY``, else ``./.quoth``.
        :param top_k: maximum number of documents.
        :param filters: Haystack's filters on the article's metadata; or a quoth.Filter, or a mapping of its fields.
        :raises ValueError: ``top_k`` is less than 1.
        """
        if top_k < 1:
            raise ValueError(f"top_k must be at least 1, not {top_k}")
        self.library = library
        self.top_k = top_k
        self.filters = filters

    def to_dict(self) -> dict[str, Any]:
        """Return the component as it is saved. An open library is saved by its folder or address."""
        filters = self.filters.to_dict() if isinstance(self.filters, Filter) else self.filters
        saved: dict[str, Any] = default_to_dict(self, library=name_of(self.library), top_k=self.top_k, filters=filters)
        return saved

    def warm_up(self) -> None:
        """Load the model and open the indexes, so that the first question need not wait for them."""
        open_library(self.library).prepare()

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """
        Retrieve passages.

        :param query: the question.
        :param filters: conditions on the articles' metadata, instead of the component's own.
        :param top_k: maximum number of documents, instead of the component's own.
        """
        where = self._filter(self.filters if filters is None else filters)
        hits = retrieve(query, self.top_k if top_k is None else top_k, library=self.library, where=where)
        return {
            "documents": [
                Document(id=id_of(hit), content=hit.passage.text, meta=metadata_of(hit), score=hit.score)
                for hit in hits
            ]
        }

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """Retrieve passages, as ``run`` does, while the event loop goes on."""
        return await asyncio.to_thread(self.run, query, filters, top_k)

    def _filter(self, given: Filter | Mapping[str, Any] | None) -> Filter:
        """The filter, from Haystack's syntax if it is in it."""
        if not given or isinstance(given, Filter) or "operator" not in given:
            return filter_from(given or None)
        fields = {name.removeprefix("meta.") for name in _fields(given)}
        return filter_on(
            fields, lambda meta: document_matches_filter(dict(given), Document(meta=dict(meta))),
            open_library(self.library),
        )  # fmt: skip


def _fields(condition: Mapping[str, Any]) -> Iterator[str]:
    """Names of the fields in a tree of conditions."""
    if "field" in condition:
        yield condition["field"]
    for each in condition.get("conditions", ()):
        yield from _fields(each)
