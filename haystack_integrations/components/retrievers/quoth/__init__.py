"""Quoth as a retriever of Haystack (docs/retrievers.md)."""

from .retriever import QuothRetriever

__all__ = ["QuothRetriever"]
