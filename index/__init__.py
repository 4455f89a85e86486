"""Articles in, ranked passages out."""

from .library import Library
from .records import Article, Changes, Hit, Passage, Rejected

__all__ = ["Article", "Changes", "Hit", "Library", "Passage", "Rejected"]
