"""Quoth as an extractive reader of Haystack (docs/retrievers.md)."""

from .reader import QuothReader

__all__ = ["QuothReader"]
