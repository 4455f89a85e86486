"""Quoth as a retriever of LlamaIndex (docs/retrievers.md).

from quoth.llama_index import QuothRetriever

QuothRetriever("my-library", similarity_top_k=5).retrieve("How long is the truce?")
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

try:
    from llama_index.core.callbacks import CallbackManager
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode
    from llama_index.core.vector_stores.types import FilterCondition, MetadataFilters
    from llama_index.core.vector_stores.utils import build_metadata_filter_fn
except ImportError as error:
    raise ImportError(
        "quoth.llama_index needs the package llama-index-core, 0.14 or later. Install it with "
        "`pip install 'quoth[llama-index]'`."
    ) from error

from .index.records import Hit
from .qa.filters import Filter
from .qa.metadata import filter_from, filter_on, id_of, metadata_of
from .qa.opening import LibraryLike, open_library
from .qa.retrieve import retrieve

__all__ = ["QuothRetriever"]

_FOR_READERS = ("source", "title", "author", "published", "url", "heading")
"""What a language model reads with a passage, as far as it is known."""


class QuothRetriever(BaseRetriever):
    """The passages of a library that fit a question best, best first.

    ``node.text == article.text[node.start_char_idx:node.end_char_idx]``. ``similarity_top_k`` and ``filters`` are
    attributes and may be changed between two questions.

    :param library: a Library, its folder or address, or None for ``$QUOTH_LIBRARY``, else ``./.quoth``.
    :param similarity_top_k: maximum number of nodes.
    :param filters: MetadataFilters on the article's metadata; or a quoth.Filter, or a mapping of its fields.
    """

    def __init__(
        self, library: LibraryLike = None, similarity_top_k: int = 5,
        filters: MetadataFilters | Filter | Mapping[str, Any] | None = None,
        callback_manager: CallbackManager | None = None, **options: Any,
    ) -> None:  # fmt: skip
        self.library = library
        self.similarity_top_k = similarity_top_k
        self.filters = filters
        super().__init__(callback_manager=callback_manager, **options)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        filters = self.filters
        if isinstance(filters, MetadataFilters):
            keys = {*_keys(filters)}
            where = filter_on(keys, lambda fields: _match(filters, fields), open_library(self.library))
        else:
            where = filter_from(filters)
        hits = retrieve(query_bundle.query_str, self.similarity_top_k, library=self.library, where=where)
        return [_node(hit) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(hit: Hit) -> NodeWithScore:
    metadata = metadata_of(hit)
    unread = [name for name, value in metadata.items() if name not in _FOR_READERS or value is None]
    node = TextNode(
        id_=id_of(hit), text=hit.passage.text, metadata=metadata, start_char_idx=hit.passage.start,
        end_char_idx=hit.passage.end, excluded_llm_metadata_keys=unread, excluded_embed_metadata_keys=unread,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=hit.article.source)},
    )  # fmt: skip
    return NodeWithScore(node=node, score=hit.score)


def _keys(filters: MetadataFilters) -> Iterator[str]:
    for each in filters.filters:
        if isinstance(each, MetadataFilters):
            yield from _keys(each)
        else:
            yield each.key


def _match(filters: MetadataFilters, fields: Mapping[str, Any]) -> bool:
    """Whether metadata meet filters, which may hold others (LlamaIndex's own function takes none that do)."""
    met = [
        _match(each, fields)
        if isinstance(each, MetadataFilters)
        else build_metadata_filter_fn(lambda _: fields, MetadataFilters(filters=[each]))("")
        for each in filters.filters
    ]
    if filters.condition is FilterCondition.NOT:
        return not any(met)
    return any(met) if filters.condition is FilterCondition.OR else all(met)
